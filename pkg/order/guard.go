package order

import (
	"slices"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// GuardContext is what the guard needs to know besides the caller and the document.
type GuardContext struct {
	PastCutoff  bool // the company's confirmation cut-off for the document's ship date has passed
	BlockUnpaid bool // the company does not allow unpaid card orders to be confirmed
}

// Verdict is the guard's answer: allowed, already done, or refused with a reason.
type Verdict struct {
	Allowed bool
	Already bool       // the action is already done: the call succeeds and changes nothing
	Code    fault.Code // empty if Allowed
	Message string
	Remedy  string // what to do instead, in words that a screen can show
}

// Err returns the refusal as a fault. It is nil if the action is allowed or already done.
func (v Verdict) Err() error {
	if v.Allowed || v.Already {
		return nil
	}
	err := fault.New(v.Code, "%s", v.Message)
	if v.Remedy != "" {
		return err.With("remedy", v.Remedy)
	}
	return err
}

// Guard decides whether the caller may do something with the document now. It checks the role, the status, the scope and
// the conditions, in this order. The refusals of the API, the rows of a batch and allowed_actions all come from here. The
// caller of Guard checks Visible first.
func Guard(who Caller, a Action, o *Order, in GuardContext) Verdict {
	scope := who.Scope(a)
	if scope == ScopeNone {
		return forbidden(who, a, o, "Your roles do not allow you to "+infinitives[a]+".")
	}
	rule, ok := RuleOf(o.Kind, a, o.Status)
	if !ok {
		return Verdict{Code: fault.InternalError, Message: "There is no rule for " + string(a) + "."}
	}
	switch {
	case slices.Contains(rule.Already, o.Status):
		return Verdict{Already: true, Code: fault.AlreadyDone,
			Message: o.Noun() + " " + o.Number + " is already " + o.Status.Label() + "."}
	case !slices.Contains(rule.From, o.Status):
		code, remedy := rule.RefusalIn(o.Status)
		return Verdict{Code: code, Message: refusalMessage(o, a), Remedy: remedy.For(who, o)}
	case !covers(scope, who, o):
		return forbidden(who, a, o, "Your roles allow you to "+infinitives[a]+", but only "+scopeNouns[scope]+".")
	}
	for _, c := range conditions {
		if c.Action == a && c.Broken(who, o, in) {
			return c.refuse(who, o)
		}
	}
	return Verdict{Allowed: true}
}

// Visible reports whether the caller may know that the document exists.
func Visible(who Caller, o *Order) bool {
	switch who.Scope(View) {
	case ScopeAll:
		return true
	case ScopeOwn:
		return o.OwnerSub == who.Sub()
	default:
		return false
	}
}

// covers reports whether the document is in the scope.
func covers(s Scope, who Caller, o *Order) bool {
	own := o.OwnerSub == who.Sub()
	open := o.Status == StatusDraft || o.Status == StatusPending
	switch s {
	case ScopeAll:
		return true
	case ScopeOpen:
		return open
	case ScopeOwn:
		return own
	case ScopeOwnOpen:
		return own && open
	case ScopeOwnDraft:
		return own && o.Status == StatusDraft
	case ScopeNone:
	}
	return false
}

var scopeNouns = map[Scope]string{
	ScopeOpen: "drafts and pending orders", ScopeOwn: "documents that you placed",
	ScopeOwnOpen: "your drafts and pending orders", ScopeOwnDraft: "your drafts",
}

var infinitives = map[Action]string{
	View: "see documents", Place: "place documents", Edit: "edit documents", Email: "e-mail documents", Confirm: "confirm orders",
	Checkout: "check documents out", Void: "void documents", Bill: "bill prebooks", Pay: "record payments", Refund: "record refunds",
	Print: "print documents",
}

func refusalMessage(o *Order, a Action) string {
	switch {
	case o.Kind == KindPrebook && a == Confirm:
		return "Prebook " + o.Number + " cannot be confirmed: a prebook has no invoice of its own."
	case o.Kind == KindPrebook && (a == Pay || a == Refund):
		return "Prebook " + o.Number + " takes no payments. The orders billed from it do."
	case o.Kind == KindOrder && a == Bill:
		return "Order " + o.Number + " cannot be billed: only lines of a prebook can."
	case o.Status == StatusBilled && a == Bill:
		return "All lines of prebook " + o.Number + " are already billed."
	}
	return o.Noun() + " " + o.Number + " is " + o.Status.Label() + " and cannot be " + participles[a] + "."
}

var participles = map[Action]string{
	Edit: "edited", Email: "e-mailed", Confirm: "confirmed", Checkout: "checked out", Void: "voided", Bill: "billed", Pay: "paid", Refund: "refunded", Print: "printed",
}

func forbidden(who Caller, a Action, o *Order, message string) Verdict {
	return Verdict{Code: fault.RoleNotAllowed, Message: message, Remedy: AskFor(who.RolesFor(a, o.Status)) + "."}
}

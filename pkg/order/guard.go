package order

import (
	"fmt"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Situation is what the guard needs to know beside caller and document.
type Situation struct {
	PastCutoff  bool // the company's confirmation cut-off for the document's ship date has passed
	BlockUnpaid bool // the company refuses to confirm unpaid card orders
}

// Verdict answers whether an actor may do something to a document now and, if not, why.
type Verdict struct {
	Allowed bool
	Already bool       // it is already so: asking succeeds and changes nothing
	Code    fault.Code // empty where allowed
	Message string
	Remedy  string // it may name operations; see fault.Render
}

// Err is the verdict as a refusal; nil where it is allowed or already so.
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

// Guard is the one answer to "may this caller do this to this document now, and if not, why". The API's refusals,
// the rows of a bulk answer and allowed_actions all come from it. Whether the caller may see the document at all is
// asked before (see Visible).
func Guard(who Caller, a Action, o *Order, in Situation) Verdict {
	scope := who.Scope(a)
	if scope == ScopeNone {
		return forbidden(who, a, fmt.Sprintf("Your roles do not permit to %s.", verbs[a]))
	}
	rule, ok := RuleOf(o.Kind, a, o.Status)
	if !ok {
		return refuse(fault.InternalError, "There is no rule for "+string(a)+".", "")
	}
	switch {
	case slices.Contains(rule.Already, o.Status):
		return Verdict{Already: true, Code: fault.AlreadyDone,
			Message: fmt.Sprintf("%s %s is %s already.", o.Noun(), o.Number, o.Status.Label())}
	case !slices.Contains(rule.From, o.Status):
		code, remedy := rule.Refuses(o.Status)
		return refuse(code, refusalOf(o, a), fault.About(remedy, o.ID))
	case !reaches(scope, who, o):
		return forbidden(who, a, fmt.Sprintf("Your roles permit to %s, but only %s.", verbs[a], reach[scope]))
	}
	for _, c := range conditions {
		if c.Action == a && c.Broken(who, o, in) {
			return c.refuse(o)
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

// reaches reports whether a scope that is not ScopeNone covers the document.
func reaches(s Scope, who Caller, o *Order) bool {
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

var reach = map[Scope]string{
	ScopeOpen: "drafts and pending ones", ScopeOwn: "documents you placed",
	ScopeOwnOpen: "your drafts and pending ones", ScopeOwnDraft: "your drafts",
}

var verbs = map[Action]string{
	View: "see documents", Place: "place documents", Edit: "edit documents", Email: "mail documents", Confirm: "confirm orders",
	Checkout: "check documents out", Void: "void documents", Bill: "bill prebooks", Pay: "record payments", Refund: "record refunds",
	Print: "print documents",
}

func refusalOf(o *Order, a Action) string {
	switch {
	case o.Kind == KindPrebook && a == Confirm:
		return fmt.Sprintf("Prebook %s is never confirmed: it has no invoice of its own.", o.Number)
	case o.Kind == KindPrebook && (a == Pay || a == Refund):
		return fmt.Sprintf("Prebook %s takes no payment; the order billed from it does.", o.Number)
	case o.Kind == KindOrder && a == Bill:
		return fmt.Sprintf("Order %s is not a prebook: only a prebook's lines are billed.", o.Number)
	case o.Status == StatusBilled && a == Bill:
		return fmt.Sprintf("All lines of prebook %s are billed already.", o.Number)
	}
	return fmt.Sprintf("%s %s is %s and cannot be %s.", o.Noun(), o.Number, o.Status.Label(), done[a])
}

var done = map[Action]string{
	Edit: "edited", Email: "mailed", Confirm: "confirmed", Checkout: "checked out", Void: "voided", Bill: "billed", Pay: "paid", Refund: "refunded", Print: "printed",
}

func refuse(code fault.Code, message, remedy string) Verdict {
	return Verdict{Code: code, Message: message, Remedy: remedy}
}

func forbidden(who Caller, a Action, message string) Verdict {
	return Verdict{Code: fault.RoleNotAllowed, Message: message, Remedy: "Ask somebody who is " + who.RolesFor(a) + "."}
}

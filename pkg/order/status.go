package order

import (
	"slices"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Status is where a document stands.
type Status string

// The statuses. An order is draft, pending, confirmed or voided; a prebook draft, checked_out, billed or voided.
const (
	StatusDraft      Status = "draft"
	StatusPending    Status = "pending"
	StatusConfirmed  Status = "confirmed"
	StatusCheckedOut Status = "checked_out"
	StatusBilled     Status = "billed"
	StatusVoided     Status = "voided"
)

// Statuses is every status, in the order of a document's life.
var Statuses = []Status{StatusDraft, StatusPending, StatusConfirmed, StatusCheckedOut, StatusBilled, StatusVoided}

var labels = map[Status]string{
	StatusDraft: "Draft", StatusPending: "Pending", StatusConfirmed: "Confirmed",
	StatusCheckedOut: "Checked Out", StatusBilled: "Billed", StatusVoided: "Voided",
}

// Label is the status as people see it.
func (s Status) Label() string { return labels[s] }

// StatusesOf is the statuses that a kind has.
func StatusesOf(k Kind) []Status {
	if k == KindPrebook {
		return []Status{StatusDraft, StatusCheckedOut, StatusBilled, StatusVoided}
	}
	return []Status{StatusDraft, StatusPending, StatusConfirmed, StatusVoided}
}

// Rule is one row of the state machine: what an action does to a kind of document, from which statuses, and what
// is said to whoever asks in another one. The guard runs these rows; GET /v1/meta/order-states prints them; the tests
// enumerate them.
type Rule struct {
	Kind    Kind
	Action  Action
	From    []Status  // where it is permitted
	To      Status    // where it leads; empty where the status stays
	When    string    // the condition of the step, where it has one
	Event   EventType // what the timeline says; empty where nothing changes
	Already []Status  // where it is already so: asking again succeeds and changes nothing
	Refusal fault.Code
	Remedy  string      // what to do instead of what is refused; it may name operations, see fault.Render
	Except  []Exception // statuses in which other words fit
}

// Exception is what is said in one status, where another refusal or another remedy fits than in the rest.
type Exception struct {
	In      Status
	Refusal fault.Code
	Remedy  string
}

// Refuses is what the rule says in a status that it does not permit, and what to do instead.
func (r Rule) Refuses(in Status) (fault.Code, string) {
	for _, e := range r.Except {
		if e.In == in {
			return e.Refusal, e.Remedy
		}
	}
	return r.Refusal, r.Remedy
}

// newPrebook is the remedy where a prebook is voided for good.
const newPrebook = "Place a new prebook."

// voidBillsFirst is the remedy where a prebook is voided of which something is billed.
const voidBillsFirst = "Void the orders billed from it first; that frees its lines."

// allBilled is what a prebook says whose last line is billed.
var allBilled = []Exception{{StatusBilled, fault.LineAlreadyBilled, "Use the orders billed from it."}}

var anyOrder, anyPrebook = StatusesOf(KindOrder), StatusesOf(KindPrebook)

// Rules is the state machine: a row for every kind and guarded action, and one for each status where the action leads
// elsewhere. Rows of one kind and action refuse alike.
var Rules = []Rule{
	{Kind: KindOrder, Action: Checkout, From: []Status{StatusDraft}, To: StatusPending, Event: EventCheckedOut,
		Already: []Status{StatusPending, StatusConfirmed}, Refusal: fault.OrderNotCheckoutable, Remedy: "Place a new order."},
	{Kind: KindOrder, Action: Confirm, From: []Status{StatusDraft, StatusPending}, To: StatusConfirmed, Event: EventConfirmed,
		When: "a draft is checked out first", Already: []Status{StatusConfirmed},
		Refusal: fault.OrderNotConfirmable, Remedy: "Place a new order."},
	{Kind: KindOrder, Action: Edit, From: []Status{StatusDraft, StatusPending}, Event: EventEdited,
		Refusal: fault.OrderNotEditable, Remedy: "Void the order and place a new one.",
		Except: []Exception{{StatusVoided, fault.OrderNotEditable, "Place a new order."}}},
	{Kind: KindOrder, Action: Void, From: []Status{StatusDraft, StatusPending, StatusConfirmed}, To: StatusVoided, Event: EventVoided,
		When: "a confirmed order gets a credit note; a prebook must be able to take back what went along", Already: []Status{StatusVoided}, Refusal: fault.OrderNotVoidable},
	{Kind: KindOrder, Action: Bill, Refusal: fault.OrderNotBillable, Remedy: "Confirm the order: that issues its invoice.",
		Except: []Exception{
			{StatusConfirmed, fault.OrderNotBillable, "Use its invoice: it was issued when the order was confirmed."},
			{StatusVoided, fault.OrderNotBillable, "Place a new order."},
		}},
	{Kind: KindOrder, Action: Email, From: anyOrder, Event: EventEmailQueued},
	{Kind: KindOrder, Action: Print, From: anyOrder},
	{Kind: KindOrder, Action: Pay, From: anyOrder, Event: EventPaymentRecorded},
	{Kind: KindOrder, Action: Refund, From: anyOrder, Event: EventPaymentRefunded, When: "something is paid and not refunded"},

	{Kind: KindPrebook, Action: Checkout, From: []Status{StatusDraft}, To: StatusCheckedOut, Event: EventCheckedOut,
		When: "its last open line is checked out", Already: []Status{StatusCheckedOut, StatusBilled},
		Refusal: fault.OrderNotCheckoutable, Remedy: newPrebook},
	{Kind: KindPrebook, Action: Confirm, Refusal: fault.PrebookHasNoInvoice,
		Remedy: "Bill its checked-out lines with {billOrder}, then confirm the order that answers.",
		Except: []Exception{
			{StatusDraft, fault.PrebookHasNoInvoice, "Check lines out and bill them with {billOrder}, then confirm the order that answers."},
			{StatusBilled, fault.PrebookHasNoInvoice, "Confirm the orders billed from it."},
			{StatusVoided, fault.PrebookHasNoInvoice, newPrebook},
		}},
	{Kind: KindPrebook, Action: Edit, From: []Status{StatusDraft, StatusCheckedOut}, Event: EventEdited,
		Refusal: fault.OrderNotEditable, Remedy: "Edit the orders billed from it while they are pending.",
		Except: []Exception{{StatusVoided, fault.OrderNotEditable, newPrebook}}},
	{Kind: KindPrebook, Action: Void, From: []Status{StatusDraft, StatusCheckedOut}, To: StatusVoided, Event: EventVoided,
		When: "none of its lines is billed", Already: []Status{StatusVoided}, Refusal: fault.PrebookPartlyBilled,
		Remedy: voidBillsFirst},
	{Kind: KindPrebook, Action: Bill, From: []Status{StatusDraft}, Event: EventBilled,
		When:    "lines are checked out and not billed, and bear the discount; others are still open, so it stays a draft",
		Refusal: fault.OrderNotBillable, Remedy: newPrebook, Except: allBilled},
	{Kind: KindPrebook, Action: Bill, From: []Status{StatusCheckedOut}, To: StatusBilled, Event: EventBilled,
		When:    "its last line is billed, and the lines bear the discount",
		Refusal: fault.OrderNotBillable, Remedy: newPrebook, Except: allBilled},
	{Kind: KindPrebook, Action: Email, From: anyPrebook, Event: EventEmailQueued},
	{Kind: KindPrebook, Action: Print, From: anyPrebook},
	{Kind: KindPrebook, Action: Pay, Refusal: fault.PrebookTakesNoPayment, Remedy: "Bill its lines and pay the order billed from it.",
		Except: []Exception{
			{StatusDraft, fault.PrebookTakesNoPayment, "Check lines out, bill them and pay the order billed from it."},
			{StatusBilled, fault.PrebookTakesNoPayment, "Pay the orders billed from it."},
			{StatusVoided, fault.PrebookTakesNoPayment, newPrebook},
		}},
	{Kind: KindPrebook, Action: Refund, Refusal: fault.PrebookTakesNoPayment,
		Remedy: "Look for the payment at the orders billed from it; where there is none, there is nothing to refund."},
}

// GuardedActions are the actions that allowed_actions names, in its order.
var GuardedActions = []Action{Confirm, Checkout, Edit, Void, Bill, Email, Print, Pay, Refund}

// RuleOf is the row of a kind and an action for a document in a status: the one that permits it or says that it is already
// so, or else one that refuses it.
func RuleOf(k Kind, a Action, in Status) (Rule, bool) {
	var refusing Rule
	for _, r := range Rules {
		if r.Kind != k || r.Action != a {
			continue
		}
		if slices.Contains(r.From, in) || slices.Contains(r.Already, in) {
			return r, true
		}
		refusing = r
	}
	return refusing, refusing.Action == a
}

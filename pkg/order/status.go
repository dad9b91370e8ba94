package order

import (
	"slices"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Status is the status of a document.
type Status string

// The statuses. An order is draft, pending, confirmed or voided. A prebook is draft, checked_out, billed or voided.
const (
	StatusDraft      Status = "draft"
	StatusPending    Status = "pending"
	StatusConfirmed  Status = "confirmed"
	StatusCheckedOut Status = "checked_out"
	StatusBilled     Status = "billed"
	StatusVoided     Status = "voided"
)

// Statuses is all statuses, from the first to the last in a document's life.
var Statuses = []Status{StatusDraft, StatusPending, StatusConfirmed, StatusCheckedOut, StatusBilled, StatusVoided}

var labels = map[Status]string{
	StatusDraft: "Draft", StatusPending: "Pending", StatusConfirmed: "Confirmed",
	StatusCheckedOut: "Checked Out", StatusBilled: "Billed", StatusVoided: "Voided",
}

// Label returns the status for people: "Checked Out".
func (s Status) Label() string { return labels[s] }

// StatusesOf returns the statuses that a kind of document can have.
func StatusesOf(k Kind) []Status {
	if k == KindPrebook {
		return []Status{StatusDraft, StatusCheckedOut, StatusBilled, StatusVoided}
	}
	return []Status{StatusDraft, StatusPending, StatusConfirmed, StatusVoided}
}

// Rule is one row of the state machine. The guard reads these rows, GET /v1/meta/order-states shows them, and the tests
// walk through them.
type Rule struct {
	Kind    Kind
	Action  Action
	From    []Status    // the statuses in which the action is permitted
	To      Status      // the status after it; empty if the status does not change
	When    string      // a condition, for people; empty if there is none
	Event   EventType   // the event that it adds to the timeline; empty if it changes nothing
	Already []Status    // the statuses in which the action is already done: it succeeds and changes nothing
	Refusal fault.Code  // the code in all other statuses
	Remedy  string      // what to do instead; it may name operations, see fault.Render
	Except  []Exception // statuses with another refusal or another remedy
}

// Exception is the refusal and the remedy in one status.
type Exception struct {
	In      Status
	Refusal fault.Code
	Remedy  string
}

// RefusalIn returns the code and the remedy of the refusal in a status.
func (r Rule) RefusalIn(in Status) (fault.Code, string) {
	for _, e := range r.Except {
		if e.In == in {
			return e.Refusal, e.Remedy
		}
	}
	return r.Refusal, r.Remedy
}

// Remedies that several rules share.
const (
	newPrebook     = "Place a new prebook."
	voidBillsFirst = "Void the orders billed from it first. Its lines are then no longer billed."
)

// allBilled is the refusal to bill a prebook that is fully billed.
var allBilled = []Exception{{StatusBilled, fault.LineAlreadyBilled, "Use the orders billed from it."}}

var anyOrder, anyPrebook = StatusesOf(KindOrder), StatusesOf(KindPrebook)

// Rules is the state machine. Each kind and guarded action has one row, or more if the status after it depends on the status
// before it. Such rows have the same refusals; a test compares them.
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
		When:    "a confirmed order gets a credit note; a prebook gets back what the order took from it, and must stay valid",
		Already: []Status{StatusVoided}, Refusal: fault.OrderNotVoidable},
	{Kind: KindOrder, Action: Bill, Refusal: fault.OrderNotBillable, Remedy: "Confirm the order to issue its invoice.",
		Except: []Exception{
			{StatusConfirmed, fault.OrderNotBillable, "Use the invoice that was issued when the order was confirmed."},
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
		Remedy: "Bill its checked-out lines with {billOrder}, then confirm the order in the answer.",
		Except: []Exception{
			{StatusDraft, fault.PrebookHasNoInvoice, "Check lines out and bill them with {billOrder}, then confirm the order in the answer."},
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
		When:    "lines are checked out and not billed, and cost at least the discount; it stays a draft, since other lines are open",
		Refusal: fault.OrderNotBillable, Remedy: newPrebook, Except: allBilled},
	{Kind: KindPrebook, Action: Bill, From: []Status{StatusCheckedOut}, To: StatusBilled, Event: EventBilled,
		When:    "its last lines are billed, and cost at least the discount",
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
		Remedy: "Refund a payment of the orders billed from it. If they have none, there is nothing to refund."},
}

// GuardedActions is the actions that allowed_actions lists, in the same order.
var GuardedActions = []Action{Confirm, Checkout, Edit, Void, Bill, Email, Print, Pay, Refund}

// RuleOf returns the row of a kind and an action for a document in a status. It prefers a row in which the action is
// permitted or already done. It returns false if the kind and the action have no row.
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

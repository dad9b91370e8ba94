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
	Remedy  Remedy      // what to do instead
	Except  []Exception // statuses with another refusal or another remedy
}

// Exception is the refusal and the remedy in one status.
type Exception struct {
	In      Status
	Refusal fault.Code
	Remedy  Remedy
}

// RefusalIn returns the code and the remedy of the refusal in a status.
func (r Rule) RefusalIn(in Status) (fault.Code, Remedy) {
	for _, e := range r.Except {
		if e.In == in {
			return e.Refusal, e.Remedy
		}
	}
	return r.Refusal, r.Remedy
}

// Remedies that several rules share.
var (
	newOrder   = do(Step{Action: Place, Do: "place a new order"})
	newPrebook = do(Step{Action: Place, Do: "place a new prebook"})

	// The orders may be confirmed, so the remedy is for a caller who may void confirmed ones.
	voidBillsFirst = Remedy{[]Step{{Action: Void, Do: "void the orders billed from it first", In: StatusConfirmed}}, "Its lines are then no longer billed."}
)

// Steps that several remedies share.
var (
	confirmBill = Step{Action: Confirm, Do: "confirm the order billed from it", In: StatusPending}
	payBill     = Step{Action: Pay, Do: "pay the order billed from it", In: StatusPending}
)

// allBilled is the refusal to bill a prebook that is fully billed.
var allBilled = []Exception{{StatusBilled, fault.LineAlreadyBilled, do(anybody("use the orders billed from it"))}}

var anyOrder, anyPrebook = StatusesOf(KindOrder), StatusesOf(KindPrebook)

// Rules is the state machine. Each kind and guarded action has one row, or more if the status after it depends on the status
// before it. Such rows have the same refusals; a test compares them.
var Rules = []Rule{
	{Kind: KindOrder, Action: Checkout, From: []Status{StatusDraft}, To: StatusPending, Event: EventCheckedOut,
		Already: []Status{StatusPending, StatusConfirmed}, Refusal: fault.OrderNotCheckoutable, Remedy: newOrder},
	{Kind: KindOrder, Action: Confirm, From: []Status{StatusDraft, StatusPending}, To: StatusConfirmed, Event: EventConfirmed,
		When: "a draft is checked out first", Already: []Status{StatusConfirmed},
		Refusal: fault.OrderNotConfirmable, Remedy: newOrder},
	{Kind: KindOrder, Action: Edit, From: []Status{StatusDraft, StatusPending}, Event: EventEdited,
		Refusal: fault.OrderNotEditable, Remedy: do(Step{Action: Void, Do: "void the order"}, Step{Action: Place, Do: "place a new one"}),
		Except: []Exception{{StatusVoided, fault.OrderNotEditable, newOrder}}},
	{Kind: KindOrder, Action: Void, From: []Status{StatusDraft, StatusPending, StatusConfirmed}, To: StatusVoided, Event: EventVoided,
		When:    "a confirmed order gets a credit note; a prebook gets back what the order took from it, and must stay valid",
		Already: []Status{StatusVoided}, Refusal: fault.OrderNotVoidable},
	{Kind: KindOrder, Action: Bill, Refusal: fault.OrderNotBillable, Remedy: do(Step{Action: Confirm, Do: "confirm the order to issue its invoice"}),
		Except: []Exception{
			{StatusConfirmed, fault.OrderNotBillable, do(anybody("use the invoice that was issued when the order was confirmed"))},
			{StatusVoided, fault.OrderNotBillable, newOrder},
		}},
	{Kind: KindOrder, Action: Email, From: anyOrder, Event: EventEmailQueued},
	{Kind: KindOrder, Action: Print, From: anyOrder},
	{Kind: KindOrder, Action: Pay, From: anyOrder, Event: EventPaymentRecorded},
	{Kind: KindOrder, Action: Refund, From: anyOrder, Event: EventPaymentRefunded, When: "something is paid and not refunded"},

	{Kind: KindPrebook, Action: Checkout, From: []Status{StatusDraft}, To: StatusCheckedOut, Event: EventCheckedOut,
		When: "its last open line is checked out", Already: []Status{StatusCheckedOut, StatusBilled},
		Refusal: fault.OrderNotCheckoutable, Remedy: newPrebook},
	{Kind: KindPrebook, Action: Confirm, Refusal: fault.PrebookHasNoInvoice,
		Remedy: do(Step{Action: Bill, Do: "bill its checked-out lines"}, confirmBill),
		Except: []Exception{
			{StatusDraft, fault.PrebookHasNoInvoice, do(Step{Action: Checkout, Do: "check out lines"}, Step{Action: Bill, Do: "bill them"}, confirmBill)},
			{StatusBilled, fault.PrebookHasNoInvoice, do(Step{Action: Confirm, Do: "confirm the orders billed from it", In: StatusPending})},
			{StatusVoided, fault.PrebookHasNoInvoice, newPrebook},
		}},
	{Kind: KindPrebook, Action: Edit, From: []Status{StatusDraft, StatusCheckedOut}, Event: EventEdited,
		Refusal: fault.OrderNotEditable, Remedy: do(Step{Action: Edit, Do: "edit the orders billed from it while they are pending", In: StatusPending}),
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
	{Kind: KindPrebook, Action: Pay, Refusal: fault.PrebookTakesNoPayment, Remedy: do(Step{Action: Bill, Do: "bill its lines"}, payBill),
		Except: []Exception{
			{StatusDraft, fault.PrebookTakesNoPayment, do(Step{Action: Checkout, Do: "check out lines"}, Step{Action: Bill, Do: "bill them"}, payBill)},
			{StatusBilled, fault.PrebookTakesNoPayment, do(Step{Action: Pay, Do: "pay the orders billed from it", In: StatusPending})},
			{StatusVoided, fault.PrebookTakesNoPayment, newPrebook},
		}},
	{Kind: KindPrebook, Action: Refund, Refusal: fault.PrebookTakesNoPayment,
		Remedy: Remedy{[]Step{{Action: Refund, Do: "refund a payment of the orders billed from it", In: StatusPending}}, "If they have none, there is nothing to refund."}},
}

// GuardedActions is the actions that allowed_actions lists, in the same order.
var GuardedActions = []Action{Confirm, Checkout, Edit, Void, Bill, Email, Print, Pay, Refund}

// RuleOf returns the row of a kind and an action for a document in a status. It prefers a row in which the action is
// permitted or already done. It returns false if the kind and the action have no row.
func RuleOf(k Kind, a Action, in Status) (Rule, bool) {
	var refusing *Rule
	for i := range Rules { // a rule is large, and copying each takes longer than comparing it
		r := &Rules[i]
		if r.Kind != k || r.Action != a {
			continue
		}
		if slices.Contains(r.From, in) || slices.Contains(r.Already, in) {
			return *r, true
		}
		refusing = r
	}
	if refusing == nil {
		return Rule{}, false
	}
	return *refusing, true
}

package order

import (
	"fmt"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Condition is a rule that the guard checks after role and status. If it is broken, the guard refuses the action.
type Condition struct {
	Action  Action
	Code    fault.Code // of the refusal
	Broken  func(Caller, *Order, GuardContext) bool
	Message func(*Order) string
	Remedy  Remedy
}

func (c Condition) refuse(who Caller, o *Order) Verdict {
	return Verdict{Code: c.Code, Message: c.Message(o), Remedy: c.Remedy.For(who, o)}
}

// conditions is in the order in which the guard checks. The first broken condition of an action is the reason it gives.
var conditions = []Condition{
	{
		Action: Confirm, Code: fault.PastCutoff,
		Broken: func(who Caller, _ *Order, in GuardContext) bool { return in.PastCutoff && !who.MayPassCutoff() },
		Message: func(o *Order) string {
			return fmt.Sprintf("%s %s cannot be confirmed: the confirmation cut-off for ship date %s has passed.", o.Noun(), o.Number, o.ShipDate.Format(time.DateOnly))
		},
		Remedy: do(Step{Action: Edit, Do: "ask a Sales Manager or an Admin to confirm it, or change the ship date"}),
	},
	{
		Action: Confirm, Code: fault.PaymentRequired,
		Broken: func(_ Caller, o *Order, in GuardContext) bool { return in.BlockUnpaid && o.PaymentIndicator },
		Message: func(o *Order) string {
			return fmt.Sprintf("%s %s must be paid by card before it can be confirmed. The open balance is %s %s.", o.Noun(), o.Number, o.Balance.Format(o.Digits()), o.Currency)
		},
		Remedy: do(Step{Action: Pay, Do: "record the payment"}, Step{Action: Confirm, Do: "confirm"}),
	},
	{
		Action: Void, Code: fault.PrebookPartlyBilled,
		Broken: func(_ Caller, o *Order, _ GuardContext) bool { return o.Kind == KindPrebook && o.LinesBilled > 0 },
		Message: func(o *Order) string {
			return fmt.Sprintf("%d of %d lines of prebook %s are billed.", o.LinesBilled, o.LineCount, o.Number)
		},
		Remedy: voidBillsFirst,
	},
	{
		Action: Void, Code: fault.OrderNotVoidable,
		Broken: func(_ Caller, o *Order, _ GuardContext) bool {
			return o.BilledFrom != nil && o.BilledFrom.exceedsLimitsAfterVoid(o)
		},
		Message: func(o *Order) string {
			return fmt.Sprintf("If order %s is voided, charges and taxes go back to prebook %s. It would then have more than %d charges or %d taxes.",
				o.Number, o.BilledFrom.Number, MaxCharges, MaxTaxes)
		},
		Remedy: do(Step{Action: Edit, Do: "remove charges or taxes from the prebook first", In: StatusCheckedOut}, Step{Action: Void, Do: "void the order"}),
	},
	{
		Action: Void, Code: fault.OrderNotVoidable,
		Broken: func(_ Caller, o *Order, _ GuardContext) bool {
			return o.BilledFrom != nil && !o.BilledFrom.hasValidTotalAfterVoid(o)
		},
		Message: func(o *Order) string {
			return fmt.Sprintf("If order %s is voided, its discount goes back to prebook %s. The prebook's total would then not be valid.", o.Number, o.BilledFrom.Number)
		},
		Remedy: do(Step{Action: Edit, Do: "lower the discount of the prebook first", In: StatusCheckedOut}, Step{Action: Void, Do: "void the order"}),
	},
	{
		Action: Bill, Code: fault.LineNotCheckedOut,
		Broken: func(_ Caller, o *Order, _ GuardContext) bool { return o.LinesCheckedOut == o.LinesBilled },
		Message: func(o *Order) string {
			return fmt.Sprintf("Prebook %s has no line that is checked out and not billed yet.", o.Number)
		},
		Remedy: do(Step{Action: Checkout, Do: "check out lines first"}),
	},
	tooMuchDiscount,
	{
		Action: Refund, Code: fault.RefundExceedsPaid,
		Broken:  func(_ Caller, o *Order, _ GuardContext) bool { return o.Status == StatusVoided && nothingToRefund(o) },
		Message: nothingPaid, Remedy: do(anybody("there is nothing to do")),
	},
	{
		Action: Refund, Code: fault.RefundExceedsPaid,
		Broken:  func(_ Caller, o *Order, _ GuardContext) bool { return nothingToRefund(o) },
		Message: nothingPaid, Remedy: do(Step{Action: Pay, Do: "record a payment first"}),
	},
	{
		Action: Refund, Code: fault.RefundExceedsPaid,
		Broken: func(who Caller, o *Order, _ GuardContext) bool {
			return who.Scope(Refund) == ScopeOwn && o.OwnOnline <= 0
		},
		Message: func(o *Order) string {
			return fmt.Sprintf("Order %s has no online payment of yours left to refund.", o.Number)
		},
		Remedy: do(anybody("ask the seller's staff to refund the other payments")),
	},
}

// tooMuchDiscount refuses to bill lines that cost less than the discount of their prebook.
var tooMuchDiscount = Condition{
	Action: Bill, Code: fault.OrderNotBillable,
	Broken: func(_ Caller, o *Order, _ GuardContext) bool { return !o.hasValidTotalsAfterBill() },
	Message: func(o *Order) string {
		return fmt.Sprintf("The lines of prebook %s that would be billed cost less than its discount. The whole discount goes with the first bill.", o.Number)
	},
	Remedy: do(Step{Action: Bill, Do: "bill more lines at once, or lower the discount of the prebook first"}),
}

func nothingToRefund(o *Order) bool { return o.Paid-o.Refunded <= 0 }

func nothingPaid(o *Order) string {
	return fmt.Sprintf("Order %s has no payment left to refund.", o.Number)
}

// Refusals returns the codes that the guard may refuse an action with, sorted, without role_not_allowed.
func Refusals(a Action) []fault.Code {
	var codes []fault.Code
	for _, r := range Rules {
		if r.Action != a {
			continue
		}
		if r.Refusal != "" {
			codes = append(codes, r.Refusal)
		}
		for _, e := range r.Except {
			codes = append(codes, e.Refusal)
		}
	}
	for _, c := range conditions {
		if c.Action == a {
			codes = append(codes, c.Code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

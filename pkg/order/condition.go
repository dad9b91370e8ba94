package order

import (
	"fmt"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Condition is one thing that an action asks of a document beyond role and status, and what is said where it is broken.
type Condition struct {
	Action  Action
	Code    fault.Code
	Broken  func(Caller, *Order, Situation) bool
	Message func(*Order) string
	Remedy  string
}

func (c Condition) refuse(o *Order) Verdict {
	return refuse(c.Code, c.Message(o), fault.About(c.Remedy, o.ID))
}

// conditions are what the guard asks. Of one action the first that is broken refuses.
var conditions = []Condition{
	{
		Action: Confirm, Code: fault.PastCutoff,
		Broken: func(who Caller, _ *Order, in Situation) bool { return in.PastCutoff && !who.MayPassCutoff() },
		Message: func(o *Order) string {
			return fmt.Sprintf("The confirmation cut-off for ship date %s has passed.", o.ShipDate.Format(time.DateOnly))
		},
		Remedy: "Ask a Sales Manager or an Admin to confirm it, or move the ship date.",
	},
	{
		Action: Confirm, Code: fault.PaymentRequired,
		Broken: func(_ Caller, o *Order, in Situation) bool { return in.BlockUnpaid && o.PaymentIndicator },
		Message: func(o *Order) string {
			return fmt.Sprintf("%s %s must be paid by card before it is confirmed: %s %s is open.", o.Noun(), o.Number, o.Balance.Format(o.Digits()), o.Currency)
		},
		Remedy: "Record the payment, then confirm.",
	},
	{
		Action: Void, Code: fault.PrebookPartlyBilled,
		Broken: func(_ Caller, o *Order, _ Situation) bool { return o.Kind == KindPrebook && o.LinesBilled > 0 },
		Message: func(o *Order) string {
			return fmt.Sprintf("%d of %d lines of prebook %s are billed.", o.LinesBilled, o.LineCount, o.Number)
		},
		Remedy: voidBillsFirst,
	},
	{
		Action: Void, Code: fault.OrderNotVoidable,
		Broken: func(_ Caller, o *Order, _ Situation) bool { return o.BilledFrom != nil && o.BilledFrom.overflows(o) },
		Message: func(o *Order) string {
			return fmt.Sprintf("The charges and taxes that order %s took along go back to prebook %s, which would have more than %d charges or %d taxes then.",
				o.Number, o.BilledFrom.Number, MaxCharges, MaxTaxes)
		},
		Remedy: "Remove charges or taxes of the prebook first, then void the order.",
	},
	{
		Action: Void, Code: fault.OrderNotVoidable,
		Broken: func(_ Caller, o *Order, _ Situation) bool { return o.BilledFrom != nil && !o.BilledFrom.bears(o) },
		Message: func(o *Order) string {
			return fmt.Sprintf("The discount that order %s took along goes back to prebook %s, whose total cannot bear it.", o.Number, o.BilledFrom.Number)
		},
		Remedy: "Lower the discount of the prebook first, then void the order.",
	},
	{
		Action: Bill, Code: fault.LineNotCheckedOut,
		Broken: func(_ Caller, o *Order, _ Situation) bool { return o.LinesCheckedOut == o.LinesBilled },
		Message: func(o *Order) string {
			return fmt.Sprintf("No line of prebook %s is checked out and waiting to be billed.", o.Number)
		},
		Remedy: "Check lines out first with {checkoutOrder}.",
	},
	tooMuchDiscount,
	{
		Action: Refund, Code: fault.RefundExceedsPaid,
		Broken:  func(_ Caller, o *Order, _ Situation) bool { return o.Status == StatusVoided && nothingToRefund(o) },
		Message: nothingPaid, Remedy: "Leave it: there is nothing to give back.",
	},
	{
		Action: Refund, Code: fault.RefundExceedsPaid,
		Broken:  func(_ Caller, o *Order, _ Situation) bool { return nothingToRefund(o) },
		Message: nothingPaid, Remedy: "Record a payment first.",
	},
}

// tooMuchDiscount refuses a bill of lines that cannot bear the discount of their prebook.
var tooMuchDiscount = Condition{
	Action: Bill, Code: fault.OrderNotBillable,
	Broken: func(_ Caller, o *Order, _ Situation) bool { return !o.mayBeBilled() },
	Message: func(o *Order) string {
		return fmt.Sprintf("The lines to be billed of prebook %s come to less than its discount, which goes along with its first bill.", o.Number)
	},
	Remedy: "Bill more lines at once, or lower the discount of the prebook first.",
}

func nothingToRefund(o *Order) bool { return o.Paid-o.Refunded <= 0 }

func nothingPaid(o *Order) string {
	return fmt.Sprintf("Nothing of order %s is paid and not refunded.", o.Number)
}

// Refusals is every code that the guard may refuse an action with, beside that of the role.
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

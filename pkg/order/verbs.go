package order

import (
	"fmt"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// The verbs change a document that the guard has let pass. They set status, times and progress, and nothing else:
// who may, and when, is the guard's to say.

// CheckOut submits a draft order: it becomes pending.
func (o *Order) CheckOut(now time.Time) {
	o.Status, o.CheckedOutAt = StatusPending, &now
}

// CheckOutLines checks out lines of a prebook by id, or all its open lines where ids is nil, and returns those that
// changed. A line that is checked out or billed already changes nothing. An id that is no line of the document is a
// content fault, and nothing changes. The prebook is checked out once its last line is.
func (o *Order) CheckOutLines(ids []string, sub string, now time.Time) ([]string, error) {
	if err := o.knows(ids); err != nil {
		return nil, err
	}
	var changed []string
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Status != LineOpen || ids != nil && !slices.Contains(ids, l.ID) {
			continue
		}
		l.Status, l.CheckedOutAt, l.CheckedOutBy = LineCheckedOut, &now, sub
		changed = append(changed, l.ID)
	}
	was := o.Status
	o.count()
	if o.Status == StatusCheckedOut && was != StatusCheckedOut {
		o.CheckedOutAt = &now
	}
	return changed, nil
}

// Confirm accepts a pending order.
func (o *Order) Confirm(sub string, now time.Time) {
	o.Status, o.ConfirmedAt, o.ConfirmedBy = StatusConfirmed, &now, sub
}

// Void ends the document for good.
func (o *Order) Void(cause VoidCause, reason, sub string, now time.Time) {
	o.Status, o.VoidedAt, o.VoidCause, o.VoidReason, o.VoidedBy = StatusVoided, &now, cause, reason, sub
}

// Bill turns checked-out lines of a prebook, by id or all of them where ids is nil, into a new pending order of the
// same origin and customer. What charges and fixed taxes the prebook still has go along: to its first bill. A line that
// is open or billed already refuses the whole, and nothing changes.
func (o *Order) Bill(ids []string, newID func() string, sub string, now time.Time) (Order, error) {
	if err := o.mayBill(ids); err != nil {
		return Order{}, err
	}
	bill := o.blankBill(newID(), sub, now)
	rest := o.Clone()
	rest.Charges, rest.Taxes = []Charge{}, rated(o.Taxes)
	for i := range rest.Lines {
		l := &rest.Lines[i]
		if l.Status != LineCheckedOut || ids != nil && !slices.Contains(ids, l.ID) {
			continue
		}
		bill.Lines = append(bill.Lines, l.billed(bill.ID, newID()))
		l.Status, l.BilledOrderID = LineBilled, &bill.ID
	}
	if faults := append(rest.Recalculate(), bill.Recalculate()...); len(faults) > 0 { // no line is to blame, but the discount
		return Order{}, tooMuchDiscount.refuse(o).Err()
	}
	*o = rest
	return bill, nil
}

// blankBill is the order that lines of the prebook are billed into, without lines yet. It is the prebook itself, save what is
// reset here: TestBillKeepsOrResets names each field.
func (o *Order) blankBill(id, sub string, now time.Time) Order {
	bill, prebook := o.Clone(), o.ID
	bill.ID, bill.Kind, bill.Status = id, KindOrder, StatusPending
	bill.Sequence, bill.Number = 0, ""
	bill.PaymentStatus, bill.PaymentIndicator = "", false
	bill.PlacedBy, bill.ExternalReference, bill.BilledFromID = sub, "", &prebook
	bill.TakenCharges, bill.TakenTaxes = slices.Clone(o.Charges), fixed(o.Taxes)
	bill.Paid, bill.Refunded, bill.Balance = 0, 0, 0
	bill.InvoiceID, bill.InvoiceNumber, bill.InvoicedAt = nil, "", nil
	bill.CreditNoteID, bill.CreditNoteNumber, bill.CreditedAt = nil, "", nil
	bill.EmailStatus = ""
	bill.Version, bill.PlacedAt, bill.CheckedOutAt, bill.CreatedAt, bill.UpdatedAt = 1, now, &now, now, now
	bill.ConfirmedAt, bill.ConfirmedBy = nil, ""
	bill.VoidedAt, bill.VoidCause, bill.VoidReason, bill.VoidedBy = nil, "", "", ""
	bill.Lines, bill.Links, bill.BilledFrom = nil, nil, nil
	return bill
}

// billed is the prebook's line as it stands in the order that it is billed into.
func (l Line) billed(orderID, id string) Line {
	l.OrderID, l.ID = orderID, id
	l.Status, l.CheckedOutAt, l.CheckedOutBy, l.BilledOrderID = "", nil, "", nil
	return l
}

// mayBill refuses lines that are no lines of the document, still open, or billed already.
func (o *Order) mayBill(ids []string) error {
	if err := o.knows(ids); err != nil {
		return err
	}
	billed := false
	for _, id := range ids {
		switch l := o.Line(id); l.Status {
		case LineBilled:
			billed = true
		case LineOpen:
			return fault.New(fault.LineNotCheckedOut, "Line %d of prebook %s is still open.", l.Position, o.Number).
				With("remedy", fault.About("Check it out first with {checkoutOrder}.", o.ID))
		case LineCheckedOut:
		}
	}
	if billed {
		return fault.New(fault.LineAlreadyBilled, "Some of these lines of prebook %s are billed already.", o.Number).
			With("orders", o.BilledOrders(ids)).With("remedy", "Leave out what is billed, and use the orders it was billed into.")
	}
	return nil
}

// BilledOrders is the orders that lines of a prebook, by id or all where ids is nil, are billed into.
func (o *Order) BilledOrders(ids []string) []string {
	orders := []string{}
	for _, l := range o.Lines {
		if l.BilledOrderID != nil && (ids == nil || slices.Contains(ids, l.ID)) {
			orders = append(orders, *l.BilledOrderID)
		}
	}
	slices.Sort(orders)
	return slices.Compact(orders)
}

// mayBeBilled reports whether all lines that are checked out may be billed: the totals of the bill, with the charges and
// fixed taxes that go along, and of what stays are ones that a document may have.
func (o *Order) mayBeBilled() bool {
	bill := Order{Currency: o.Currency, Subtotal: o.Billable, Charges: o.Charges, Taxes: slices.Clone(o.Taxes)}
	rest := Order{Currency: o.Currency, Subtotal: o.Subtotal, Taxes: rated(o.Taxes)}
	return len(bill.sum()) == 0 && len(rest.sum()) == 0
}

// withTaken is the prebook's totals once it has got back what went along with an order billed from it.
func (o *Order) withTaken(bill *Order) Order {
	return Order{Currency: o.Currency, Subtotal: o.Subtotal,
		Charges: slices.Concat(o.Charges, bill.TakenCharges), Taxes: slices.Concat(o.Taxes, bill.TakenTaxes)}
}

// overflows reports whether the prebook would have more charges or taxes than a document may, with what went along.
func (o *Order) overflows(bill *Order) bool {
	whole := o.withTaken(bill)
	return tookSomething(bill) && (len(whole.Charges) > MaxCharges || len(whole.Taxes) > MaxTaxes)
}

// bears reports whether the prebook's total is one that a document may have, with what went along.
func (o *Order) bears(bill *Order) bool {
	whole := o.withTaken(bill)
	return !tookSomething(bill) || len(whole.sum()) == 0
}

func tookSomething(bill *Order) bool { return len(bill.TakenCharges)+len(bill.TakenTaxes) > 0 }

// fixed is the taxes that are amounts, each owed once.
func fixed(taxes []Tax) []Tax {
	return slices.DeleteFunc(slices.Clone(taxes), func(t Tax) bool { return t.Rate != nil })
}

// rated is the taxes that have a rate, which is computed on each document.
func rated(taxes []Tax) []Tax {
	return slices.DeleteFunc(slices.Clone(taxes), func(t Tax) bool { return t.Rate == nil })
}

// Unbill frees the lines that were billed into an order which is voided now: they may be billed again. The charges and
// fixed taxes that went along come back as they went: what was edited of them, as of lines, was the order's alone.
func (o *Order) Unbill(bill *Order) []fault.Field {
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.BilledOrderID != nil && *l.BilledOrderID == bill.ID {
			l.Status, l.BilledOrderID = LineCheckedOut, nil
		}
	}
	o.Charges, o.Taxes = slices.Concat(o.Charges, bill.TakenCharges), slices.Concat(o.Taxes, bill.TakenTaxes)
	return o.Recalculate()
}

// Book sets what the ledger comes to.
func (o *Order) Book(paid, refunded money.Amount) { o.Paid, o.Refunded = paid, refunded }

// knows refuses ids that are no lines of the document.
func (o *Order) knows(ids []string) error {
	var faults faultList
	for i, id := range ids {
		if o.Line(id) == nil {
			faults.add(fmt.Sprintf("/line_ids/%d", i), fault.LineUnknown, "%s %s has no line of this id.", o.Noun(), o.Number)
		}
	}
	return fault.Content(faults)
}

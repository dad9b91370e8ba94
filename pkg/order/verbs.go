package order

import (
	"fmt"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// The methods in this file change a document. They do not check the caller, the status or the conditions: the use case calls
// Guard first.

// CheckOut checks out a draft order, which becomes pending.
func (o *Order) CheckOut(now time.Time) {
	o.Status, o.CheckedOutAt = StatusPending, &now
}

// CheckOutLines checks out the lines of a prebook with these ids, or all open lines if ids is nil. It returns the ids of
// the lines that changed; lines that were checked out or billed before are not among them. When no line is open any more,
// the prebook is checked out. It returns body_invalid for an id that the document does not have, and then changes nothing.
func (o *Order) CheckOutLines(ids []string, by company.Person, now time.Time) ([]string, error) {
	if err := o.checkLineIDs(ids); err != nil {
		return nil, err
	}
	var changed []string
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Status != LineOpen || ids != nil && !slices.Contains(ids, l.ID) {
			continue
		}
		l.Status, l.CheckedOutAt, l.CheckedOutBy = LineCheckedOut, &now, by
		changed = append(changed, l.ID)
	}
	was := o.Status
	o.count()
	if o.Status == StatusCheckedOut && was != StatusCheckedOut {
		o.CheckedOutAt = &now
	}
	return changed, nil
}

// Submitted reports whether lines of the document were ever submitted: an order that was checked out, or a prebook with a line that
// was.
func (o *Order) Submitted() bool {
	if o.Kind == KindPrebook {
		return o.LinesCheckedOut > 0
	}
	return o.CheckedOutAt != nil
}

// Confirm confirms a pending order.
func (o *Order) Confirm(by company.Person, now time.Time) {
	o.Status, o.ConfirmedAt, o.ConfirmedBy = StatusConfirmed, &now, by
}

// Void voids the document. It cannot be undone.
func (o *Order) Void(cause VoidCause, reason string, by company.Person, now time.Time) {
	o.Status, o.VoidedAt, o.VoidCause, o.VoidReason, o.VoidedBy = StatusVoided, &now, cause, reason, by
}

// Bill moves checked-out lines of a prebook into a new pending order: the lines with these ids, or all checked-out lines if
// ids is nil. The first bill gets the charges and the fixed taxes of the prebook (ADR 12). Bill returns body_invalid,
// line_not_checked_out, line_already_billed or order_not_billable, and then changes nothing.
func (o *Order) Bill(ids []string, newID func() string, by company.Person, now time.Time) (Order, error) {
	if err := o.checkBillable(ids); err != nil {
		return Order{}, err
	}
	bill := o.newBill(newID(), by, now)
	rest := o.Clone()
	rest.Charges, rest.Taxes = []Charge{}, ratedTaxes(o.Taxes)
	for i := range rest.Lines {
		l := &rest.Lines[i]
		if l.Status != LineCheckedOut || ids != nil && !slices.Contains(ids, l.ID) {
			continue
		}
		bill.Lines = append(bill.Lines, l.billed(bill.ID, newID()))
		l.Status, l.BilledOrderID = LineBilled, &bill.ID
	}
	if faults := append(rest.Recalculate(), bill.Recalculate()...); len(faults) > 0 { // the lines were valid, so the discount is the reason
		c := tooMuchDiscount
		return Order{}, Verdict{Code: c.Code, Message: c.Message(o), Remedy: c.Remedy.String()}.Err() // who bills may take the steps of this remedy
	}
	*o = rest
	return bill, nil
}

// newBill returns an order without lines that has all fields of the prebook, except those that are set here.
// TestBillKeepsOrResets lists each field, so that a new one is not forgotten.
func (o *Order) newBill(id string, by company.Person, now time.Time) Order {
	bill, prebook := o.Clone(), o.ID
	bill.ID, bill.Kind, bill.Status = id, KindOrder, StatusPending
	bill.Sequence, bill.Number = 0, ""
	bill.PaymentStatus, bill.PaymentIndicator = "", false
	bill.PlacedBy, bill.ExternalReference, bill.BilledFromID = by, "", &prebook
	bill.TakenCharges, bill.TakenTaxes = slices.Clone(o.Charges), fixedTaxes(o.Taxes)
	bill.Paid, bill.Refunded, bill.Balance = 0, 0, 0
	bill.InvoiceID, bill.InvoiceNumber, bill.InvoicedAt = nil, "", nil
	bill.CreditNoteID, bill.CreditNoteNumber, bill.CreditedAt = nil, "", nil
	bill.EmailStatus, bill.Words = "", ""
	bill.Version, bill.PlacedAt, bill.CheckedOutAt, bill.CreatedAt, bill.UpdatedAt = 1, now, &now, now, now
	bill.ConfirmedAt, bill.ConfirmedBy = nil, company.Person{}
	bill.VoidedAt, bill.VoidCause, bill.VoidReason, bill.VoidedBy = nil, "", "", company.Person{}
	bill.Lines, bill.Links, bill.BilledFrom, bill.OwnOnline = nil, nil, nil, 0
	return bill
}

// billed returns the copy of a prebook's line for the order that it is billed into.
func (l Line) billed(orderID, id string) Line {
	l.OrderID, l.ID = orderID, id
	l.Status, l.CheckedOutAt, l.CheckedOutBy, l.BilledOrderID = "", nil, company.Person{}, nil
	return l
}

// checkBillable refuses ids that the document does not have, and lines that are open or billed.
func (o *Order) checkBillable(ids []string) error {
	if err := o.checkLineIDs(ids); err != nil {
		return err
	}
	billed := false
	for _, id := range ids {
		switch l := o.Line(id); l.Status {
		case LineBilled:
			billed = true
		case LineOpen:
			return fault.New(fault.LineNotCheckedOut, "Line %d of prebook %s is still open.", l.Position, o.Number).
				With("remedy", "Check it out first.")
		case LineCheckedOut:
		}
	}
	if billed {
		return fault.New(fault.LineAlreadyBilled, "At least one of these lines of prebook %s is already billed.", o.Number).
			With("order_ids", o.BilledOrders(ids)).With("remedy", "Leave the billed lines out, and use the orders they were billed into.")
	}
	return nil
}

// BilledOrders returns the ids of the orders that the lines with these ids, or all lines if ids is nil, were billed into.
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

// hasValidTotalsAfterBill reports whether the totals stay valid, neither negative nor too large, if all checked-out lines
// are billed: those of the bill, with the charges and fixed taxes that it gets, and those of the prebook.
func (o *Order) hasValidTotalsAfterBill() bool {
	bill := Order{Currency: o.Currency, Subtotal: o.Billable, Charges: o.Charges, Taxes: slices.Clone(o.Taxes)}
	rest := Order{Currency: o.Currency, Subtotal: o.Subtotal, Taxes: ratedTaxes(o.Taxes)}
	return len(bill.sum()) == 0 && len(rest.sum()) == 0
}

// afterVoid returns the prebook, as far as its total needs it, with the charges and taxes that it gets back if the bill is
// voided.
func (o *Order) afterVoid(bill *Order) Order {
	return Order{Currency: o.Currency, Subtotal: o.Subtotal,
		Charges: slices.Concat(o.Charges, bill.TakenCharges), Taxes: slices.Concat(o.Taxes, bill.TakenTaxes)}
}

// exceedsLimitsAfterVoid reports whether the prebook would have too many charges or taxes if the bill is voided.
func (o *Order) exceedsLimitsAfterVoid(bill *Order) bool {
	after := o.afterVoid(bill)
	return tookCharges(bill) && (len(after.Charges) > MaxCharges || len(after.Taxes) > MaxTaxes)
}

// hasValidTotalAfterVoid reports whether the prebook's total would be neither negative nor too large if the bill is voided.
func (o *Order) hasValidTotalAfterVoid(bill *Order) bool {
	after := o.afterVoid(bill)
	return !tookCharges(bill) || len(after.sum()) == 0
}

func tookCharges(bill *Order) bool { return len(bill.TakenCharges)+len(bill.TakenTaxes) > 0 }

// fixedTaxes returns the taxes with a fixed amount. Only one of the documents of a cart has them.
func fixedTaxes(taxes []Tax) []Tax {
	return slices.DeleteFunc(slices.Clone(taxes), func(t Tax) bool { return t.Rate != nil })
}

// ratedTaxes returns the taxes with a rate. Each document of a cart has them.
func ratedTaxes(taxes []Tax) []Tax {
	return slices.DeleteFunc(slices.Clone(taxes), func(t Tax) bool { return t.Rate == nil })
}

// Unbill frees the lines of the prebook that were billed into an order which is now voided, so that they can be billed
// again. The prebook gets back the charges and fixed taxes that the order took, without the order's later edits (ADR 12).
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

// SetPayments sets the sums of the order's payments and refunds; see billing.Sums. Derive computes what depends on them.
func (o *Order) SetPayments(paid, refunded money.Amount) { o.Paid, o.Refunded = paid, refunded }

// checkLineIDs refuses ids that the document does not have.
func (o *Order) checkLineIDs(ids []string) error {
	var faults faultList
	for i, id := range ids {
		if o.Line(id) == nil {
			faults.add(fmt.Sprintf("/line_ids/%d", i), fault.LineUnknown, "%s %s has no line with this id.", o.Noun(), o.Number)
		}
	}
	return fault.InvalidBody(faults)
}

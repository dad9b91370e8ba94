package order

import (
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// Recalculate sets everything of the document that follows from its header, lines, charges and taxes (domain.md,
// Arithmetic): totals, progress and search keys. It is the only place that adds up. Faults name the line, charge or tax by JSON pointer; the
// document is then not to be used.
func (o *Order) Recalculate() []fault.Field {
	var faults []fault.Field
	digits := o.Digits()
	o.Subtotal = 0
	o.TotalBoxes, o.TotalFBE, o.TotalUnits = 0, 0, 0
	for i := range o.Lines {
		l := &o.Lines[i]
		l.Position = i + 1
		if l.Boxes > 0 {
			l.Quantity = l.Boxes * l.UnitsPerBox
		}
		l.FBE = FBE(l.Boxes) * fbeOf[l.BoxType]
		amount, ok := l.UnitPrice.Times(l.Quantity, digits)
		if !ok {
			faults = append(faults, fault.Field{Pointer: fmt.Sprintf("/lines/%d/unit_price", i), Code: fault.AmountTooLarge,
				Detail: "Quantity × unit_price exceeds what an amount holds. Split the line.", Beside: []string{fmt.Sprintf("/lines/%d", i)}})
		}
		l.Amount = amount
		o.Subtotal += amount
		o.TotalBoxes += l.Boxes
		o.TotalFBE += l.FBE
		o.TotalUnits += l.Quantity
	}
	faults = append(faults, o.sum()...)
	o.count()
	o.ReferenceKey, o.POKey = company.KeyOf(o.ExternalReference), company.KeyOf(o.PONumber)
	o.CodeKey, o.NameKey = company.KeyOf(o.CustomerCode), company.KeyOf(o.CustomerName)
	return faults
}

// sum sets what follows from the subtotal: the amounts of charges and taxes, and the total.
func (o *Order) sum() []fault.Field {
	var faults []fault.Field
	o.ChargesTotal, o.TaxesTotal = 0, 0
	for _, c := range o.Charges {
		o.ChargesTotal += c.Amount
	}
	for i := range o.Taxes {
		t := &o.Taxes[i]
		if t.Rate != nil {
			amount, ok := t.Rate.Of(o.Subtotal + o.ChargesTotal)
			if !ok {
				faults = append(faults, fault.Field{Pointer: fmt.Sprintf("/taxes/%d/rate", i), Code: fault.AmountTooLarge,
					Detail: "The tax exceeds what an amount holds.", Beside: []string{"/lines", "/charges"}})
			}
			t.Amount = amount
		}
		o.TaxesTotal += t.Amount
	}
	o.Total = o.Subtotal + o.ChargesTotal + o.TaxesTotal
	switch {
	case o.Total > money.MaxAmount || o.Subtotal > money.MaxAmount:
		faults = append(faults, fault.Field{Pointer: "/lines", Code: fault.AmountTooLarge,
			Detail: "The total exceeds what an amount holds. Split the order.", Beside: []string{"/charges", "/taxes"}})
	case o.Total < 0:
		faults = append(faults, fault.Field{Pointer: "/charges", Code: fault.TotalNegative,
			Detail: fmt.Sprintf("The total would be %s. Lower the discount.", o.Total.Format(o.Digits())), Beside: []string{"/lines", "/taxes"}})
	}
	return faults
}

// count sets the progress of the lines, and with it a prebook's status, which is never set by hand.
func (o *Order) count() {
	o.LineCount, o.LinesCheckedOut, o.LinesBilled, o.Billable = len(o.Lines), 0, 0, 0
	for _, l := range o.Lines {
		switch l.Status {
		case LineBilled:
			o.LinesBilled++
			o.LinesCheckedOut++
		case LineCheckedOut:
			o.LinesCheckedOut++
			o.Billable += l.Amount
		case LineOpen:
		}
	}
	if o.Kind == KindPrebook && o.Status != StatusVoided {
		o.Status = PrebookStatus(o.LineCount, o.LinesCheckedOut, o.LinesBilled)
	}
}

// PrebookStatus is the status of a prebook that is not voided: a function of its lines alone.
func PrebookStatus(lines, checkedOut, billed int) Status {
	switch {
	case checkedOut < lines || lines == 0:
		return StatusDraft
	case billed == lines:
		return StatusBilled
	default:
		return StatusCheckedOut
	}
}

// Derive sets what follows from the ledger and the customer: payment status, balance, and the $ that marks a web
// order which must be paid by card and is not (domain.md, Payment). A prebook takes no payment and shows no $.
func (o *Order) Derive(customerMustPayByCard bool) {
	due := o.Total
	if o.Status == StatusVoided {
		due = 0
	}
	net := o.Paid - o.Refunded
	o.Balance = due - net
	o.PaymentStatus = billing.StatusOf(o.Total, due, o.Paid, o.Refunded)
	o.PaymentIndicator = o.Kind == KindOrder && o.Origin == Web && o.Balance > 0 &&
		o.Status != StatusVoided && customerMustPayByCard
}

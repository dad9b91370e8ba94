package order

import (
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// Recalculate sets the fields that are computed from header, lines, charges and taxes: amounts, totals, counts and search
// keys, and the status of a prebook. Amounts are rounded half away from zero, each line and each tax by itself. No other
// function adds up totals. It returns faults with JSON pointers to the line, charge or tax. The document is then not valid,
// and the caller must not use it.
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
				Detail: "Quantity × unit_price is larger than the largest amount. Split the line.", Related: []string{fmt.Sprintf("/lines/%d", i)}})
		}
		l.Amount = amount
		o.Subtotal += amount
		o.TotalBoxes += l.Boxes
		o.TotalFBE += l.FBE
		o.TotalUnits += l.Quantity
	}
	faults = append(faults, o.sum()...)
	o.count()
	o.ReferenceKey, o.POKey = canon.SearchKeyOf(o.ExternalReference), canon.SearchKeyOf(o.PONumber)
	o.CodeKey, o.NameKey = canon.SearchKeyOf(o.CustomerCode), canon.SearchKeyOf(o.CustomerName)
	return faults
}

// sum sets the charges, the taxes and the total from the subtotal.
func (o *Order) sum() []fault.Field {
	var faults []fault.Field
	o.ChargesTotal, o.TaxesTotal = 0, 0
	negative := -1 // the first tax below zero
	for _, c := range o.Charges {
		o.ChargesTotal += c.Amount
	}
	for i := range o.Taxes {
		t := &o.Taxes[i]
		if t.Rate != nil {
			amount, ok := t.Rate.Of(o.Subtotal + o.ChargesTotal)
			if !ok {
				faults = append(faults, fault.Field{Pointer: fmt.Sprintf("/taxes/%d/rate", i), Code: fault.AmountTooLarge,
					Detail: "The tax is larger than the largest amount.", Related: []string{"/lines", "/charges"}})
			}
			t.Amount = amount
		}
		if t.Amount < 0 && negative < 0 {
			negative = i
		}
		o.TaxesTotal += t.Amount
	}
	o.Total = o.Subtotal + o.ChargesTotal + o.TaxesTotal
	switch {
	case o.Total > money.MaxAmount || o.Subtotal > money.MaxAmount:
		faults = append(faults, fault.Field{Pointer: "/lines", Code: fault.AmountTooLarge,
			Detail: "The total is larger than the largest amount. Split the order.", Related: []string{"/charges", "/taxes"}})
	case o.Total < 0:
		faults = append(faults, fault.Field{Pointer: "/charges", Code: fault.TotalNegative,
			Detail: fmt.Sprintf("The total would be %s. Lower the discount.", o.Total.Format(o.Digits())), Related: []string{"/lines", "/taxes"}})
	case negative >= 0:
		faults = append(faults, fault.Field{Pointer: "/charges", Code: fault.TaxNegative,
			Detail:  fmt.Sprintf("The tax %s would be %s, since the discounts are larger than the goods. Lower the discount.", o.Taxes[negative].Name, o.Taxes[negative].Amount.Format(o.Digits())),
			Related: []string{"/lines", "/taxes"}})
	}
	return faults
}

// count counts the lines in each status. From these counts it sets the status of a prebook.
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

// PrebookStatus returns the status of a prebook that is not voided. It depends only on how many of its lines are checked
// out (billed lines included) and how many are billed.
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

// Derive sets the payment status, the balance and the payment indicator from the total, the payments and the customer. The
// indicator marks a web order that the customer must pay by card and that is not fully paid. A prebook owes nothing and has no
// payment status: the orders billed from it owe its goods.
func (o *Order) Derive(customerMustPayByCard bool) {
	if o.Kind == KindPrebook {
		o.Balance, o.PaymentStatus, o.PaymentIndicator = 0, "", false
		return
	}
	due := o.Total
	if o.Status == StatusVoided {
		due = 0
	}
	net := o.Paid - o.Refunded
	o.Balance = due - net
	o.PaymentStatus = billing.StatusOf(o.Total, due, o.Paid, o.Refunded)
	o.PaymentIndicator = o.Origin == Web && o.Balance > 0 && o.Status != StatusVoided && customerMustPayByCard
}

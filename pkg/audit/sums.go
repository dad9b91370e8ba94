package audit

import (
	"reflect"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// sums checks what is derived against what it is derived from, by the one function that derives it (I7).
func (c *check) sums(d *store.Dossier) {
	is := &d.Order
	want := is.Clone()
	if faults := want.Recalculate(); len(faults) > 0 {
		c.report("I7", is.Number, "the document breaks a rule: %s", faults[0].Detail)
		return
	}
	want.Status = is.Status // the progress of lines is another invariant
	want.Book(billing.Sums(d.Ledger))
	want.Derive(d.Customer.RequireCreditCardPayment)

	for i := range is.Lines {
		was, derived := &is.Lines[i], &want.Lines[i]
		if was.Position != derived.Position || was.Quantity != derived.Quantity || was.Amount != derived.Amount || was.FBE != derived.FBE {
			c.report("I7", is.Number, "line %d comes to %s (%d units), but says %s (%d)", i+1,
				derived.Amount.Format(is.Digits()), derived.Quantity, was.Amount.Format(is.Digits()), was.Quantity)
		}
	}
	digits := is.Digits()
	for _, f := range []struct {
		name      string
		is, wants any
	}{
		{"subtotal", is.Subtotal.Format(digits), want.Subtotal.Format(digits)},
		{"charges_total", is.ChargesTotal.Format(digits), want.ChargesTotal.Format(digits)},
		{"taxes_total", is.TaxesTotal.Format(digits), want.TaxesTotal.Format(digits)},
		{"total", is.Total.Format(digits), want.Total.Format(digits)},
		{"taxes", asJSON(slices.Concat([]order.Tax{}, is.Taxes)), asJSON(slices.Concat([]order.Tax{}, want.Taxes))}, // none is none, nil or empty
		{"billable", is.Billable.Format(digits), want.Billable.Format(digits)},
		{"total_boxes", is.TotalBoxes, want.TotalBoxes},
		{"total_fbe", is.TotalFBE, want.TotalFBE},
		{"total_units", is.TotalUnits, want.TotalUnits},
		{"paid", is.Paid.Format(digits), want.Paid.Format(digits)},
		{"refunded", is.Refunded.Format(digits), want.Refunded.Format(digits)},
		{"balance", is.Balance.Format(digits), want.Balance.Format(digits)},
		{"payment_status", is.PaymentStatus, want.PaymentStatus},
		{"payment_indicator", is.PaymentIndicator, want.PaymentIndicator},
		{"search keys", []string{is.ReferenceKey, is.POKey, is.CodeKey, is.NameKey}, []string{want.ReferenceKey, want.POKey, want.CodeKey, want.NameKey}},
	} {
		if !reflect.DeepEqual(f.is, f.wants) {
			c.report("I7", is.Number, "%s is %v and should be %v", f.name, f.is, f.wants)
		}
	}
	if is.Kind == order.KindPrebook && len(d.Ledger) > 0 {
		c.report("I7", is.Number, "a prebook takes no payment, but has %d", len(d.Ledger))
	}
	for _, p := range d.Ledger {
		if p.Currency != is.Currency || p.Amount <= 0 {
			c.report("I7", is.Number, "the ledger has a %s of %s %s in an order of %s", p.Kind, p.Amount.Format(digits), p.Currency, is.Currency)
		}
	}
}

// progress checks that the status of a prebook is that of its lines (I9).
func (c *check) progress(d *store.Dossier) {
	o := &d.Order
	lines, checkedOut, billed := len(o.Lines), 0, 0
	for i, l := range o.Lines {
		switch {
		case o.Kind == order.KindOrder && (l.Status != "" || l.Source != order.OnHand && o.BilledFromID == nil),
			o.Kind == order.KindPrebook && (l.Status == "" || l.Source == order.OnHand):
			c.report("I9", o.Number, "line %d of the %s is of source %s and status %q", i+1, o.Kind, l.Source, l.Status)
		case (l.Status == order.LineBilled) != (l.BilledOrderID != nil):
			c.report("I9", o.Number, "line %d is %s, and an order that it is billed into is there or not", i+1, l.Status)
		}
		if l.Status == order.LineBilled {
			billed++
		}
		if l.Status == order.LineBilled || l.Status == order.LineCheckedOut {
			checkedOut++
		}
	}
	if o.LineCount != lines || o.LinesCheckedOut != checkedOut || o.LinesBilled != billed {
		c.report("I9", o.Number, "the document counts %d lines, %d checked out, %d billed; it has %d, %d, %d",
			o.LineCount, o.LinesCheckedOut, o.LinesBilled, lines, checkedOut, billed)
	}
	if o.Kind != order.KindPrebook || o.Status == order.StatusVoided {
		return
	}
	if want := order.PrebookStatus(lines, checkedOut, billed); o.Status != want {
		c.report("I9", o.Number, "the prebook is %s, but by its lines %s", o.Status, want)
	}
}

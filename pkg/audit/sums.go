package audit

import (
	"reflect"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// sums recalculates the derived values with the function that the service uses, and compares them (I7).
func (c *check) sums(d *store.Dossier) {
	actual := &d.Order
	want := actual.Clone()
	if faults := want.Recalculate(); len(faults) > 0 {
		c.report("I7", actual.Number, "the document breaks a rule: %s", faults[0].Detail)
		return
	}
	want.Status = actual.Status // another invariant checks the progress of lines
	want.SetPayments(billing.Sums(d.Ledger))
	want.Derive(d.Customer.RequireCreditCardPayment)

	for i := range actual.Lines {
		line, derived := &actual.Lines[i], &want.Lines[i]
		if line.Position != derived.Position || line.Quantity != derived.Quantity || line.Amount != derived.Amount || line.FBE != derived.FBE {
			c.report("I7", actual.Number, "line %d should be %s (%d units), but is %s (%d)", i+1,
				derived.Amount.Format(actual.Digits()), derived.Quantity, line.Amount.Format(actual.Digits()), line.Quantity)
		}
	}
	digits := actual.Digits()
	for _, f := range []struct {
		name             string
		actual, expected any
	}{
		{"subtotal", actual.Subtotal.Format(digits), want.Subtotal.Format(digits)},
		{"charges_total", actual.ChargesTotal.Format(digits), want.ChargesTotal.Format(digits)},
		{"taxes_total", actual.TaxesTotal.Format(digits), want.TaxesTotal.Format(digits)},
		{"total", actual.Total.Format(digits), want.Total.Format(digits)},
		{"taxes", asJSON(slices.Concat([]order.Tax{}, actual.Taxes)), asJSON(slices.Concat([]order.Tax{}, want.Taxes))}, // nil and empty are equal
		{"billable", actual.Billable.Format(digits), want.Billable.Format(digits)},
		{"total_boxes", actual.TotalBoxes, want.TotalBoxes},
		{"total_fbe", actual.TotalFBE, want.TotalFBE},
		{"total_units", actual.TotalUnits, want.TotalUnits},
		{"paid", actual.Paid.Format(digits), want.Paid.Format(digits)},
		{"refunded", actual.Refunded.Format(digits), want.Refunded.Format(digits)},
		{"balance", actual.Balance.Format(digits), want.Balance.Format(digits)},
		{"payment_status", actual.PaymentStatus, want.PaymentStatus},
		{"payment_indicator", actual.PaymentIndicator, want.PaymentIndicator},
		{"search keys", []string{actual.ReferenceKey, actual.POKey, actual.CodeKey, actual.NameKey}, []string{want.ReferenceKey, want.POKey, want.CodeKey, want.NameKey}},
		{"words", actual.Words, actual.SearchWords()},
	} {
		if !reflect.DeepEqual(f.actual, f.expected) {
			c.report("I7", actual.Number, "%s is %v and should be %v", f.name, f.actual, f.expected)
		}
	}
	if actual.Kind == order.KindPrebook && len(d.Ledger) > 0 {
		c.report("I7", actual.Number, "a prebook takes no payment, but has %d", len(d.Ledger))
	}
	named := map[string]money.Amount{}
	for _, p := range d.Ledger {
		if p.PaymentID != nil {
			named[*p.PaymentID] += p.Amount
		}
	}
	for id, refunded := range named {
		i := slices.IndexFunc(d.Ledger, func(p billing.Payment) bool { return p.ID == id && p.Kind == billing.KindPayment })
		switch {
		case i < 0:
			c.report("I7", actual.Number, "a refund gives back a payment that the order does not have")
		case refunded > d.Ledger[i].Amount:
			c.report("I7", actual.Number, "refunds of %s give back a payment of %s", refunded.Format(digits), d.Ledger[i].Amount.Format(digits))
		}
	}
	for _, p := range d.Ledger {
		if p.Currency != actual.Currency || p.Amount <= 0 {
			c.report("I7", actual.Number, "the ledger has a %s of %s %s in an order in %s", p.Kind, p.Amount.Format(digits), p.Currency, actual.Currency)
		}
	}
}

// progress checks that the status of a prebook follows from its lines (I9).
func (c *check) progress(d *store.Dossier) {
	o := &d.Order
	lines, checkedOut, billed := len(o.Lines), 0, 0
	for i, l := range o.Lines {
		switch {
		case o.Kind == order.KindOrder && (l.Status != "" || l.Source != order.OnHand && o.BilledFromID == nil),
			o.Kind == order.KindPrebook && (l.Status == "" || l.Source == order.OnHand):
			c.report("I9", o.Number, "line %d of the %s has source %s and status %q", i+1, o.Kind, l.Source, l.Status)
		case (l.Status == order.LineBilled) != (l.BilledOrderID != nil):
			c.report("I9", o.Number, "line %d is %s, which does not match whether it has a billed order", i+1, l.Status)
		}
		if l.Status == order.LineBilled {
			billed++
		}
		if l.Status == order.LineBilled || l.Status == order.LineCheckedOut {
			checkedOut++
		}
	}
	if o.LineCount != lines || o.LinesCheckedOut != checkedOut || o.LinesBilled != billed {
		c.report("I9", o.Number, "the document counts %d lines, %d checked out, %d billed, but has %d, %d, %d",
			o.LineCount, o.LinesCheckedOut, o.LinesBilled, lines, checkedOut, billed)
	}
	if o.Kind != order.KindPrebook || o.Status == order.StatusVoided {
		return
	}
	if want := order.PrebookStatus(lines, checkedOut, billed); o.Status != want {
		c.report("I9", o.Number, "the prebook is %s, but its lines make it %s", o.Status, want)
	}
}

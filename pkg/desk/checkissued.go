package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// series checks that numbers are 1 to N and as many as the counter gave (I3). Documents may be issued meanwhile: the
// counter is read before and after, and a number and its document commit together.
//
// The order of commit is that of the sequence, since the counter's row is locked until COMMIT. A stamp is taken a little
// before that, so only one that goes back by more than overlap is a breach.
func (c *check) series(ctx context.Context, series store.Series) error {
	atLeast, err := c.tenant.Counter(ctx, series)
	if err != nil {
		return err
	}
	var last int64
	var stamped time.Time
	for {
		issued, err := c.tenant.Series(ctx, series, last, checkChunk) // a repeat is met where a page does not cut it
		if err != nil {
			return err
		}
		if len(issued) == 0 {
			break
		}
		for _, i := range issued {
			switch {
			case i.Sequence == last:
				c.report("I3", i.Number, "the %s sequence %d is there twice", series, i.Sequence)
			case i.Sequence != last+1:
				c.report("I3", i.Number, "the %s sequence goes from %d to %d", series, last, i.Sequence)
			}
			if !strings.HasSuffix(i.Number, fmt.Sprintf("%06d", i.Sequence)) {
				c.report("I3", i.Number, "the number is not that of the %s sequence %d", series, i.Sequence)
			}
			if i.IssuedAt.Before(stamped.Add(-overlap)) {
				c.report("I3", i.Number, "the %s is stamped %s, %s before the one with the number before it", series, i.IssuedAt.Format(time.RFC3339), stamped.Sub(i.IssuedAt))
			}
			last, stamped = i.Sequence, i.IssuedAt
		}
	}
	atMost, err := c.tenant.Counter(ctx, series)
	if err == nil && (last < atLeast || last > atMost) {
		c.report("I3", string(series), "the last sequence is %d, but the counter stands at %d", last, atMost)
	}
	return err
}

// issued checks that the document has the invoice and the credit note that its state asks for (I2), as they were issued
// (I5), and over what it comes to (I7).
func (c *check) issued(d *store.Dossier) {
	o := &d.Order
	invoices, notes := 0, 0
	if o.ConfirmedAt != nil {
		invoices = 1
		if o.Status == order.StatusVoided {
			notes = 1
		}
	}
	if n := len(d.Invoices); n != invoices {
		c.report("I2", o.Number, "the %s is %s and has %d invoices, not %d", o.Kind, o.Status, n, invoices)
	}
	if n := len(d.CreditNotes); n != notes {
		c.report("I2", o.Number, "the %s is %s and has %d credit notes, not %d", o.Kind, o.Status, n, notes)
	}
	for _, i := range d.Invoices {
		if len(d.Invoices) == invoices && (o.InvoiceID == nil || *o.InvoiceID != i.ID || o.InvoiceNumber != i.Number) {
			c.report("I2", o.Number, "the order names the invoice %s, but has %s", o.InvoiceNumber, i.Number)
		}
		c.frozen(o, "invoice", i.Document)
	}
	for _, n := range d.CreditNotes {
		if len(d.CreditNotes) == notes && (o.CreditNoteID == nil || *o.CreditNoteID != n.ID || o.CreditNoteNumber != n.Number) {
			c.report("I2", o.Number, "the order names the credit note %s, but has %s", o.CreditNoteNumber, n.Number)
		}
		if len(d.Invoices) == invoices && (o.InvoiceID == nil || *o.InvoiceID != n.InvoiceID) {
			c.report("I2", o.Number, "the credit note %s takes back %s, which is not the order's invoice", n.Number, n.InvoiceNumber)
		}
		c.frozen(o, "credit note", n.Document)
	}
}

// frozen checks that an issued document is what was issued. An invoiced order is edited no more, so its total is the
// document's.
func (c *check) frozen(o *order.Order, what string, d billing.Document) {
	if document.Hash(d.Snapshot) != d.Hash {
		c.report("I5", d.Number, "the %s is not what was issued: its bytes do not have the hash %s", what, d.Hash)
		return
	}
	was, err := document.Thaw(d.Snapshot, d.Hash)
	if err != nil {
		c.report("I5", d.Number, "the %s cannot be read: %v", what, err)
		return
	}
	digits, _ := money.Digits(d.Currency)
	for _, f := range []struct{ name, row, issued string }{
		{"id", d.ID, was.ID}, {"number", d.Number, was.Number}, {"total", d.Total.Format(digits), was.Total},
		{"currency", d.Currency, was.Currency}, {"customer", d.CustomerID, was.Customer.ID},
	} {
		if f.row != f.issued {
			c.report("I5", d.Number, "the %s was issued with the %s %s, and says %s now", what, f.name, f.issued, f.row)
		}
	}
	if is := o.Total.Format(o.Digits()); d.OrderID == was.Order.ID && is != was.Total {
		c.report("I7", o.Number, "the order's total is %s, that of its %s %s", is, what, was.Total)
	}
}

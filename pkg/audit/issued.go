package audit

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
		issued, err := c.tenant.Series(ctx, series, last, chunk) // a repeat is met where a page does not cut it
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
		c.frozen(o, document.KindInvoice, i.Document)
	}
	for _, n := range d.CreditNotes {
		if len(d.CreditNotes) == notes && (o.CreditNoteID == nil || *o.CreditNoteID != n.ID || o.CreditNoteNumber != n.Number) {
			c.report("I2", o.Number, "the order names the credit note %s, but has %s", o.CreditNoteNumber, n.Number)
		}
		if len(d.Invoices) == invoices && (o.InvoiceID == nil || *o.InvoiceID != n.InvoiceID) {
			c.report("I2", o.Number, "the credit note %s takes back %s, which is not the order's invoice", n.Number, n.InvoiceNumber)
		}
		if was, whole := c.frozen(o, document.KindCreditNote, n.Document); whole {
			c.copies("credit note", n.Number, []copied{
				{"invoice id", n.InvoiceID, was.Invoice.ID}, {"invoice number", n.InvoiceNumber, was.Invoice.Number}, {"reason", n.Reason, was.Reason},
			})
		}
	}
}

// frozen checks that an issued document is what was issued, and so is each column that is a copy of it. An invoiced order
// is edited no more, so its total is the document's. It reports false where what was issued cannot be read.
func (c *check) frozen(o *order.Order, kind document.Kind, d billing.Document) (document.Issued, bool) {
	what := strings.ReplaceAll(string(kind), "_", " ")
	if document.Hash(d.Snapshot) != d.Hash {
		c.report("I5", d.Number, "the %s is not what was issued: its bytes do not have the hash %s", what, d.Hash)
		return document.Issued{}, false
	}
	was, err := document.Thaw(d.Snapshot, d.Hash)
	if err == nil && was.Kind != kind {
		err = fmt.Errorf("it is of the kind %s", was.Kind)
	}
	if err != nil {
		c.report("I5", d.Number, "the %s cannot be read: %v", what, err)
		return document.Issued{}, false
	}
	digits, _ := money.Digits(d.Currency)
	c.copies(what, d.Number, []copied{
		{"id", d.ID, was.ID}, {"order id", d.OrderID, was.Order.ID}, {"sequence", fmt.Sprint(d.Sequence), fmt.Sprint(was.Sequence)},
		{"number", d.Number, was.Number}, {"issued at", d.IssuedAt.UTC().Format(time.RFC3339Nano), was.IssuedAt.UTC().Format(time.RFC3339Nano)},
		{"issue date", d.IssueDate.Format(time.DateOnly), was.IssueDate}, {"due date", d.DueDate.Format(time.DateOnly), string(was.DueDate)},
		{"customer id", d.CustomerID, was.Customer.ID}, {"customer code", d.CustomerCode, was.Customer.Code}, {"customer name", d.CustomerName, was.Customer.Name},
		{"currency", d.Currency, was.Currency}, {"total", d.Total.Format(digits), was.Total},
	})
	if d.OrderID != was.Order.ID {
		return was, true
	}
	if d.OwnerSub != o.OwnerSub { // who may see it; not on the paper
		c.report("I5", d.Number, "the %s belongs to the storefront user %q, its order to %q", what, d.OwnerSub, o.OwnerSub)
	}
	if is := o.Total.Format(o.Digits()); is != was.Total {
		c.report("I7", o.Number, "the order's total is %s, that of its %s %s", is, what, was.Total)
	}
	return was, true
}

// copied is a column of an issued document beside what the document says.
type copied struct{ name, row, issued string }

func (c *check) copies(what, number string, columns []copied) {
	for _, f := range columns {
		if f.row != f.issued {
			c.report("I5", number, "the %s was issued with the %s %s, and says %s now", what, f.name, f.issued, f.row)
		}
	}
}

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

// logo checks that the logo of the letterhead is the one that the settings name (I5).
func (c *check) logo(ctx context.Context) error {
	if c.company.LogoHash == "" {
		return nil
	}
	logo, err := c.tenant.Logo(ctx, c.company.LogoHash)
	if err == nil && document.Hash(logo.Data) != c.company.LogoHash {
		c.report("I5", c.company.Name, "the logo is not the one with the hash %s", c.company.LogoHash)
	}
	return err
}

// issued checks that the document has the invoice and the credit note that its state requires (I2), that they are as
// they were issued (I5), and that their totals match (I7).
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
		if snapshot, readable := c.frozen(o, document.KindInvoice, i.Document); readable {
			c.invoiceSums(o, &i, &snapshot)
			c.printedValues(o, &i, &snapshot)
		}
	}
	for _, n := range d.CreditNotes {
		if len(d.CreditNotes) == notes && (o.CreditNoteID == nil || *o.CreditNoteID != n.ID || o.CreditNoteNumber != n.Number) {
			c.report("I2", o.Number, "the order names the credit note %s, but has %s", o.CreditNoteNumber, n.Number)
		}
		if len(d.Invoices) == invoices && (o.InvoiceID == nil || *o.InvoiceID != n.InvoiceID) {
			c.report("I2", o.Number, "the credit note %s takes back %s, which is not the order's invoice", n.Number, n.InvoiceNumber)
		}
		if snapshot, readable := c.frozen(o, document.KindCreditNote, n.Document); readable {
			c.copies("credit note", n.Number, []copied{
				{"invoice id", n.InvoiceID, snapshot.Invoice.ID}, {"invoice number", n.InvoiceNumber, snapshot.Invoice.Number}, {"reason", n.Reason, snapshot.Reason},
			})
		}
	}
}

// owed checks that an invoice has the sums that it was issued with (I5), and that its order owes what it shows (I7).
func (c *check) invoiceSums(o *order.Order, i *billing.Invoice, snapshot *document.Issued) {
	digits, _ := money.Digits(i.Currency)
	c.copies("invoice", i.Number, []copied{
		{"subtotal", i.Subtotal.Format(digits), snapshot.Subtotal}, {"charges total", i.ChargesTotal.Format(digits), snapshot.ChargeTotal},
		{"taxes total", i.TaxesTotal.Format(digits), snapshot.TaxTotal},
	})
	if i.OrderID == snapshot.Order.ID && (i.Balance != o.Balance || i.PaymentStatus != o.PaymentStatus) {
		c.report("I7", o.Number, "the order has the balance %s (%s), but its invoice %s shows %s (%s)",
			o.Balance.Format(digits), o.PaymentStatus, i.Number, i.Balance.Format(digits), i.PaymentStatus)
	}
}

// frozen checks that an issued document has not changed, and that each column copied from it still matches. The total
// of an order cannot change once it has an invoice, so it equals the document's. frozen returns false if the document
// cannot be read.
func (c *check) frozen(o *order.Order, kind document.Kind, d billing.Document) (document.Issued, bool) {
	what := strings.ReplaceAll(string(kind), "_", " ")
	if document.Hash(d.Snapshot) != d.Hash {
		c.report("I5", d.Number, "the %s has changed since it was issued: its bytes do not have the hash %s", what, d.Hash)
		return document.Issued{}, false
	}
	snapshot, err := document.Thaw(d.Snapshot, d.Hash)
	if err == nil && snapshot.Kind != kind {
		err = fmt.Errorf("its kind is %s", snapshot.Kind)
	}
	if err != nil {
		c.report("I5", d.Number, "the %s cannot be read: %v", what, err)
		return document.Issued{}, false
	}
	digits, _ := money.Digits(d.Currency)
	c.copies(what, d.Number, []copied{
		{"id", d.ID, snapshot.ID}, {"order id", d.OrderID, snapshot.Order.ID}, {"sequence", fmt.Sprint(d.Sequence), fmt.Sprint(snapshot.Sequence)},
		{"number", d.Number, snapshot.Number}, {"issued at", d.IssuedAt.UTC().Format(time.RFC3339Nano), snapshot.IssuedAt.UTC().Format(time.RFC3339Nano)},
		{"issue date", d.IssueDate.Format(time.DateOnly), snapshot.IssueDate}, {"due date", d.DueDate.Format(time.DateOnly), string(snapshot.DueDate)},
		{"customer id", d.CustomerID, snapshot.Customer.ID}, {"customer code", d.CustomerCode, snapshot.Customer.Code}, {"customer name", d.CustomerName, snapshot.Customer.Name},
		{"currency", d.Currency, snapshot.Currency}, {"total", d.Total.Format(digits), snapshot.Total},
	})
	if d.OrderID != snapshot.Order.ID {
		return snapshot, true
	}
	if d.OwnerSub != o.OwnerSub { // decides who may see it; not printed
		c.report("I5", d.Number, "the %s belongs to the storefront user %q, its order to %q", what, d.OwnerSub, o.OwnerSub)
	}
	if total := o.Total.Format(o.Digits()); total != snapshot.Total {
		c.report("I7", o.Number, "the order's total is %s, but the total of its %s is %s", total, what, snapshot.Total)
	}
	return snapshot, true
}

// copied is a column of an issued document and the value that the document has.
type copied struct{ name, row, issued string }

func (c *check) copies(what, number string, columns []copied) {
	for _, f := range columns {
		if f.row != f.issued {
			c.report("I5", number, "the %s was issued with the %s %s, but its column says %s", what, f.name, f.issued, f.row)
		}
	}
}

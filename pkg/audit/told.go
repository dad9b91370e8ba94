package audit

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// compared is a value of a row and what something else tells of it.
type compared struct {
	name       string
	row, other any
}

// same reports each value that differs from what the witness tells.
func (c *check) same(invariant, subject, witness string, values ...compared) {
	for _, v := range values {
		if asJSON(v.row) != asJSON(v.other) {
			c.report(invariant, subject, "%s is %s, but %s says %s", v.name, asJSON(v.row), witness, asJSON(v.other))
		}
	}
}

// told compares a document with what its events tell of it, besides the changes that timeline follows (I8).
func (c *check) told(d *store.Dossier) {
	o := &d.Order
	if number := order.NumberOf(o.Origin, o.Sequence); number != o.Number {
		c.report("I8", o.Number, "a document of the origin %s with the sequence %d has the number %s", o.Origin, o.Sequence, number)
	}
	if d.Customer.ID == "" {
		c.report("I8", o.Number, "its customer %s does not exist", o.CustomerID)
	}
	newest := time.Time{}
	for i := range d.Events {
		e := &d.Events[i]
		if e.Version == nil {
			continue
		}
		newest = e.At
		switch e.Type {
		case order.EventPlaced:
			c.same("I8", o.Number, "the event order.placed", compared{"placed_by", o.PlacedBy.Sub, e.ActorSub}, compared{"the name of placed_by", o.PlacedBy.Name, e.ActorName},
				compared{"placed_at", o.PlacedAt.UTC(), e.At.UTC()}, compared{"created_at", o.CreatedAt.UTC(), e.At.UTC()},
				compared{"number", o.Number, e.Data["number"]}, compared{"currency", o.Currency, e.Data["currency"]})
			if o.BilledFromID == nil {
				c.same("I8", o.Number, "the event order.placed", compared{"the storefront user", o.OwnerSub, e.ActorSub})
			}
		case order.EventConfirmed:
			c.same("I8", o.Number, "the event order.confirmed", compared{"confirmed_by", o.ConfirmedBy.Sub, e.ActorSub}, compared{"the name of confirmed_by", o.ConfirmedBy.Name, e.ActorName},
				compared{"confirmed_at", utc(o.ConfirmedAt), utc(&e.At)}, compared{"invoice", o.InvoiceNumber, e.Data["invoice_number"]})
		case order.EventVoided, order.EventExpired:
			c.same("I8", o.Number, "the event "+string(e.Type), compared{"voided_by", o.VoidedBy.Sub, e.ActorSub}, compared{"the name of voided_by", o.VoidedBy.Name, e.ActorName},
				compared{"voided_at", utc(o.VoidedAt), utc(&e.At)}, compared{"the reason of the void", o.VoidReason, e.Reason})
		default:
		}
	}
	// A stamp is never before the time of its change.
	if o.UpdatedAt.Before(newest) {
		c.report("I8", o.Number, "updated_at is %s, before its last event of %s", o.UpdatedAt.UTC().Format(time.RFC3339Nano), newest.UTC().Format(time.RFC3339Nano))
	}
}

func utc(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UTC()
}

// printed compares an order with its frozen invoice (I5). An order does not change after its confirmation, except by payments and
// by a void. The customer's own data do, so only its id is compared.
func (c *check) printed(o *order.Order, i *billing.Invoice, snapshot *document.Issued) {
	if i.OrderID != snapshot.Order.ID {
		return
	}
	salesperson := document.IssuedPerson{}
	if snapshot.Order.Salesperson != nil {
		salesperson = *snapshot.Order.Salesperson
	}
	witness := "its invoice " + i.Number
	c.same("I5", o.Number, witness, compared{"number", o.Number, snapshot.Order.Number}, compared{"po_number", o.PONumber, string(snapshot.Order.PONumber)},
		compared{"origin", o.Origin, snapshot.Order.Origin}, compared{"carrier", o.Carrier, string(snapshot.Order.Carrier)},
		compared{"salesperson", o.SalespersonName, salesperson.Name}, compared{"the salesperson's address", o.SalespersonEmail, string(salesperson.Email)},
		compared{"customer_id", o.CustomerID, snapshot.Customer.ID}, compared{"ship_to", o.ShipTo, snapshot.ShipTo.Address()},
		compared{"ship_date", o.ShipDate.Format(time.DateOnly), string(snapshot.ShipDate)}, compared{"currency", o.Currency, snapshot.Currency},
		compared{"notes", o.Notes, string(snapshot.Notes)}, compared{"the number of lines", len(o.Lines), len(snapshot.Lines)},
		compared{"invoiced_at", utc(o.InvoicedAt), utc(&snapshot.IssuedAt)})
	for n := range min(len(o.Lines), len(snapshot.Lines)) {
		l, p := &o.Lines[n], &snapshot.Lines[n]
		c.same("I5", o.Number, witness, compared{"the line", l.ID, p.ID}, compared{"sku", l.SKU, string(p.SKU)}, compared{"description", l.Description, string(p.Description)},
			compared{"source", l.Source, p.Source}, compared{"box_type", l.BoxType, string(p.BoxType)}, compared{"boxes", l.Boxes, int64(p.Boxes)},
			compared{"units_per_box", l.UnitsPerBox, int64(p.UnitsPerBox)}, compared{"unit_type", l.UnitType, string(p.UnitType)}, compared{"quantity", l.Quantity, int64(p.Quantity)},
			compared{"unit_price", l.UnitPrice.String(), p.UnitPrice}, compared{"amount", l.Amount.Format(o.Digits()), p.Amount},
			compared{"mark_code", l.MarkCode, string(p.MarkCode)}, compared{"notes", l.Notes, string(p.Notes)})
	}
}

// sealed checks that each event, and the payment or e-mail that it is about, is as it was recorded, and that the document is what
// its last event wrote (I8). It finds what nothing else tells, so it looks only at a document without another breach.
func (c *check) sealed(d *store.Dossier) {
	begun := false
	for i := range d.Events {
		e := &d.Events[i]
		same, written, known := e.Seals(c.subject(d, e))
		switch {
		case !known && begun && e.Version != nil && e.Digest == "":
			c.report("I8", d.Order.Number, "the event %s of %s has no digest, but an earlier one has", e.Type, e.At.UTC().Format(time.RFC3339))
		case !known: // of an earlier version, or of a later one
		case !same:
			c.report("I8", d.Order.Number, "the event %s of %s, or the payment or e-mail that it is about, is not as it was recorded", e.Type, e.At.UTC().Format(time.RFC3339))
		case e.Version != nil && *e.Version == d.Order.Version && written != d.Order.Digest():
			c.report("I8", d.Order.Number, "the document is not what its last event, %s, wrote", e.Type)
		}
		begun = begun || known && e.Version != nil
	}
}

// subject returns the digest of the row that an event is about, or an empty text.
func (c *check) subject(d *store.Dossier, e *order.Event) string {
	for i := range d.Ledger {
		if e.Data["payment_id"] == d.Ledger[i].ID {
			return order.PaymentDigest(&d.Ledger[i])
		}
	}
	for i := range d.Emails {
		if e.Data["email_id"] == d.Emails[i].ID {
			return d.Emails[i].Digest()
		}
	}
	return ""
}

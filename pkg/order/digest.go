package order

import (
	"strings"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
)

// sealed begins the digest of an event. The number changes with what it covers.
const sealed = "1"

// Digest returns the digest of everything that a document says and that only a new version changes. What follows from other
// rows (the $, the status of e-mails, words and keys for searching) is not part of it.
func (o *Order) Digest() string {
	var f canon.Facts
	f.Text("kind", string(o.Kind))
	f.Int("sequence", o.Sequence)
	f.Text("number", o.Number)
	f.Text("origin", string(o.Origin))
	f.Text("status", string(o.Status))
	f.Text("payment_status", string(o.PaymentStatus))
	f.Text("owner_sub", o.OwnerSub)
	person(&f, "placed", o.PlacedBy)
	f.Text("checkout_id", o.CheckoutID)
	f.Text("external_reference", o.ExternalReference)
	f.ID("billed_from_id", o.BilledFromID)
	f.Text("customer_id", o.CustomerID)
	f.Text("customer_code", o.CustomerCode)
	f.Text("customer_name", o.CustomerName)
	f.Text("salesperson_name", o.SalespersonName)
	f.Text("salesperson_email", o.SalespersonEmail)
	for _, h := range headerFields {
		h.fact(&f, &o.Header)
	}
	f.Text("currency", o.Currency)
	f.Int("subtotal", int64(o.Subtotal))
	f.Int("charges_total", int64(o.ChargesTotal))
	f.Int("taxes_total", int64(o.TaxesTotal))
	f.Int("total", int64(o.Total))
	f.Int("paid", int64(o.Paid))
	f.Int("refunded", int64(o.Refunded))
	f.Int("balance", int64(o.Balance))
	adjustments(&f, "", o.Charges, o.Taxes)
	adjustments(&f, "taken_", o.TakenCharges, o.TakenTaxes)
	f.ID("invoice_id", o.InvoiceID)
	f.Text("invoice_number", o.InvoiceNumber)
	f.Time("invoiced_at", o.InvoicedAt)
	f.ID("credit_note_id", o.CreditNoteID)
	f.Text("credit_note_number", o.CreditNoteNumber)
	f.Time("credited_at", o.CreditedAt)
	f.Int("version", int64(o.Version))
	f.Time("placed_at", &o.PlacedAt)
	f.Time("created_at", &o.CreatedAt)
	f.Time("checked_out_at", o.CheckedOutAt)
	f.Time("confirmed_at", o.ConfirmedAt)
	person(&f, "confirmed", o.ConfirmedBy)
	f.Time("voided_at", o.VoidedAt)
	f.Text("void_cause", string(o.VoidCause))
	f.Text("void_reason", o.VoidReason)
	person(&f, "voided", o.VoidedBy)
	for i := range o.Lines {
		o.Lines[i].facts(&f)
	}
	return f.Digest()
}

func (l *Line) facts(f *canon.Facts) {
	f.Text("line", l.ID)
	f.Int("position", int64(l.Position))
	f.Text("sku", l.SKU)
	f.Text("description", l.Description)
	f.Text("source", string(l.Source))
	f.Text("box_type", string(l.BoxType))
	f.Int("boxes", l.Boxes)
	f.Int("units_per_box", l.UnitsPerBox)
	f.Text("unit_type", string(l.UnitType))
	f.Int("quantity", l.Quantity)
	f.Int("unit_price", int64(l.UnitPrice))
	f.Int("amount", int64(l.Amount))
	f.Int("fbe", int64(l.FBE))
	f.Text("status", string(l.Status))
	f.Time("checked_out_at", l.CheckedOutAt)
	person(f, "checked_out", l.CheckedOutBy)
	f.ID("billed_order_id", l.BilledOrderID)
	f.Text("mark_code", l.MarkCode)
	f.Text("notes", l.Notes)
}

func person(f *canon.Facts, prefix string, p company.Person) {
	f.Text(prefix+"_by", p.Sub)
	f.Text(prefix+"_by_name", p.Name)
}

func adjustments(f *canon.Facts, prefix string, charges []Charge, taxes []Tax) {
	for _, c := range charges {
		f.Text(prefix+"charge", c.Code)
		f.Text("description", c.Description)
		f.Int("amount", int64(c.Amount))
	}
	for _, t := range taxes {
		f.Text(prefix+"tax", t.Name)
		if t.Rate != nil {
			f.Text("rate", t.Rate.String())
		}
		f.Int("amount", int64(t.Amount))
	}
}

// PaymentDigest returns the digest of a payment, which never changes.
func PaymentDigest(p *billing.Payment) string {
	var f canon.Facts
	f.Text("id", p.ID)
	f.Text("order_id", p.OrderID)
	f.Text("kind", string(p.Kind))
	f.Text("method", string(p.Method))
	f.Int("amount", int64(p.Amount))
	f.Text("currency", p.Currency)
	f.Text("reference", p.Reference)
	f.Time("paid_at", &p.PaidAt)
	f.Text("notes", p.Notes)
	f.ID("corrects", p.Corrects)
	f.ID("payment_id", p.PaymentID)
	f.Int("turn", int64(p.PriorUses))
	person(&f, "recorded", p.RecordedBy)
	f.Time("recorded_at", &p.RecordedAt)
	return f.Digest()
}

// Seal sets the digest of an event: of the event itself with the row that it is about, and of the document after it. subject is
// the digest of a payment or an e-mail, document that of the document; each is empty if the event is not about it.
func (e *Event) Seal(subject, document string) {
	e.Digest = strings.Join([]string{sealed, e.ownDigest(subject), document}, ":")
}

// Seals returns what Seal has written: whether the event is as it was, with this subject, and the digest of the document after it.
// known is false for an event of another version of the program.
func (e *Event) Seals(subject string) (same bool, document string, known bool) {
	parts := strings.Split(e.Digest, ":")
	if len(parts) != 3 || parts[0] != sealed {
		return false, "", false
	}
	return parts[1] == e.ownDigest(subject), parts[2], true
}

func (e *Event) ownDigest(subject string) string {
	var f canon.Facts
	f.Text("id", e.ID)
	f.Text("order_id", e.OrderID)
	if e.Version != nil {
		f.Int("version", int64(*e.Version))
	}
	f.Text("type", string(e.Type))
	f.Time("at", &e.At)
	f.Text("actor_sub", e.ActorSub)
	f.Text("actor_name", e.ActorName)
	f.Text("request_id", e.RequestID)
	f.ID("batch_id", e.BatchID)
	f.Text("reason", e.Reason)
	if len(e.Changes) > 0 {
		f.Value("changes", e.Changes)
	}
	if len(e.Data) > 0 {
		f.Value("data", e.Data)
	}
	f.Text("subject", subject)
	return f.Digest()
}

package audit

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// digests checks that each event, and the payment or e-mail that it is about, still has the digest that was recorded, and that
// the document still has the digest of its last event (I8). Any other breach changes a digest too, so it runs only on a document
// without another breach.
func (c *check) digests(d *store.Dossier) {
	begun := false
	for i := range d.Events {
		e := &d.Events[i]
		same, written, known := e.Seals(c.subjectDigest(d, e))
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

// subjectDigest returns the digest of the payment or e-mail that an event is about, or an empty string if it is about neither.
func (c *check) subjectDigest(d *store.Dossier, e *order.Event) string {
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

package audit

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// stamps checks the columns that say who placed, confirmed or voided a document, and when, against its events (I8). The
// timeline check compares the other columns.
func (c *check) stamps(d *store.Dossier) {
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

package desk

import (
	"maps"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// change is one document on its way from how it was loaded to how it is saved, with everything that comes of it.
// Each step that the document takes moves its version by one and leaves one event, so versions and events match.
type change struct {
	order.Order
	was      order.Order // as of the last step
	loaded   int         // the version it was read at; 0: it is new
	events   []order.Event
	invoice  *billing.Invoice
	credit   *billing.CreditNote
	emails   []email.Email
	lines    bool // its lines changed
	mailed   bool // an e-mail to the customer was queued
	warnings []Warning
	call     Call
	batch    *string
}

// changing begins a change of a document that was loaded.
func changing(call Call, o order.Order) *change {
	return &change{Order: o, was: o.Clone(), loaded: o.Version, call: call}
}

// placing begins the change that creates a document: its first step is that it was placed.
func placing(call Call, o order.Order, now time.Time) *change {
	c := &change{Order: o, was: o.Clone(), call: call}
	c.note(order.EventPlaced, now, &c.Version, nil, placedData(&o))
	return c
}

// step records what the verb just changed as one event and one version.
func (c *change) step(what order.EventType, now time.Time, data map[string]any) {
	c.Version++
	c.UpdatedAt = now
	version := c.Version
	c.note(what, now, &version, order.Diff(&c.was, &c.Order), data)
	c.was = c.Clone()
}

// stepOut is step for what may check a prebook out by the way, or leave it with billed lines alone: each of these is a step
// of the machine and an event of its own.
func (c *change) stepOut(what order.EventType, now time.Time, data map[string]any) {
	status := c.Status
	out := c.Kind == order.KindPrebook && c.was.Status == order.StatusDraft && status != order.StatusDraft
	if !out {
		c.step(what, now, data)
		return
	}
	c.Status, c.CheckedOutAt = c.was.Status, nil
	c.step(what, now, data)
	c.Status, c.CheckedOutAt = order.StatusCheckedOut, &now
	c.step(order.EventCheckedOut, now, nil)
	if status == order.StatusBilled {
		c.Status = status
		c.step(order.EventBilled, now, c.lastBill())
	}
}

// lastBill is what the timeline says of the newest order that lines of a prebook are billed into.
func (c *change) lastBill() map[string]any {
	bills := map[string]int{}
	for _, l := range c.Lines {
		if l.BilledOrderID != nil {
			bills[*l.BilledOrderID]++
		}
	}
	newest := slices.Max(slices.Collect(maps.Keys(bills)))
	data := map[string]any{"order_id": newest, "lines": bills[newest]}
	for _, l := range c.Links {
		if l.ID == newest {
			data["order_number"] = l.Number
		}
	}
	return data
}

// note records an event. One without a version tells about e-mails and refusals, which do not change the document.
func (c *change) note(what order.EventType, now time.Time, version *int, changes []order.Change, data map[string]any) {
	e := order.Event{
		CompanyID: c.CompanyID, ID: newID(), OrderID: c.ID, Type: what, At: now,
		ActorSub: c.call.Actor.Subject, ActorName: c.call.Actor.Name, RequestID: c.call.RequestID, BatchID: c.batch,
		Changes: changes, Data: data,
	}
	if version != nil {
		v := *version
		e.Version = &v
	}
	if e.Data == nil {
		e.Data = map[string]any{}
	}
	if e.Changes == nil {
		e.Changes = []order.Change{}
	}
	c.events = append(c.events, e)
}

func (c *change) warn(code, message string) {
	c.warnings = append(c.warnings, Warning{OrderID: c.ID, Code: code, Message: message})
}

// save queues what the changes come to: the documents first, then what points at them, each kind as one statement.
func save(tx *store.Tx, changes ...*change) error {
	var created []order.Order
	var events []order.Event
	var emails []email.Email
	for _, c := range changes {
		if c.loaded == 0 {
			created = append(created, c.Order)
		}
		events = append(events, c.events...)
		emails = append(emails, c.emails...)
	}
	if err := tx.CreateOrders(created); err != nil {
		return err
	}
	for _, c := range changes {
		if err := c.update(tx); err != nil {
			return err
		}
	}
	if err := tx.Record(events); err != nil {
		return err
	}
	return tx.CreateEmails(emails)
}

func (c *change) update(tx *store.Tx) error {
	if c.loaded > 0 && c.Version > c.loaded {
		if err := tx.UpdateOrder(&c.Order, c.loaded, c.mailed); err != nil {
			return err
		}
		if c.lines {
			if err := tx.ReplaceLines(&c.Order); err != nil {
				return err
			}
		}
	}
	if c.invoice != nil {
		if err := tx.CreateInvoice(*c.invoice); err != nil {
			return err
		}
	}
	if c.credit != nil {
		return tx.CreateCreditNote(*c.credit)
	}
	return nil
}

// placedData is what the timeline says of a placed document.
func placedData(o *order.Order) map[string]any {
	return map[string]any{"number": o.Number, "total": o.Total.Format(o.Digits()), "currency": o.Currency, "lines": o.LineCount, "status": string(o.Status)}
}

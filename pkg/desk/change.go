package desk

import (
	"maps"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// change is one document between loading and saving, with everything that the change produces. Each step raises the
// version by one and adds one event, so versions and events match.
type change struct {
	unit
	order.Order
	company  company.Company
	customer company.Customer
	was      order.Order // the document as of the last step
	loaded   int         // the version that was loaded; 0 for a new document
	events   []order.Event
	invoice  *billing.Invoice    // that this change issues
	credit   *billing.CreditNote // that this change issues
	emails   []email.Email
	payment  *billing.Payment  // that this change books
	ledger   []billing.Payment // nil if the guard did not need it
	warnings []Warning
	batch    *string // the id of the bulk confirm; nil outside one

	submittedBefore bool // lines were submitted before this change
	linesChanged    bool
	mailed          bool // an e-mail to the customer was queued
}

// guard returns whether the caller may do this with the document now.
func (c *change) guard(a order.Action) order.Verdict {
	return order.Guard(c.call.Actor, a, &c.Order, guardContext(c.company, &c.Order, c.now))
}

// derive sets the values that follow from the document and its customer.
func (c *change) derive() { c.Derive(c.customer.RequireCreditCardPayment) }

// view is the document as the caller sees it.
func (c *change) view() View { return viewOf(c.call.Actor, c.company, c.Order, c.now) }

// step records the last change as one event and one version.
func (c *change) step(eventType order.EventType, data map[string]any) {
	c.Version++
	c.UpdatedAt = c.stamp
	version := c.Version
	c.addEvent(eventType, &version, order.Diff(&c.was, &c.Order), data)
	c.was = c.Clone()
}

// stepAndCheckOut records a step that may also check a prebook out, or leave it with billed lines only. Each of these is
// a step of the state machine, so it has an event of its own.
func (c *change) stepAndCheckOut(eventType order.EventType, data map[string]any) {
	status := c.Status
	leavesDraft := c.Kind == order.KindPrebook && c.was.Status == order.StatusDraft && status != order.StatusDraft
	if !leavesDraft {
		c.step(eventType, data)
		return
	}
	c.Status, c.CheckedOutAt = c.was.Status, nil
	c.step(eventType, data)
	c.Status, c.CheckedOutAt = order.StatusCheckedOut, &c.now
	c.step(order.EventCheckedOut, nil)
	if status == order.StatusBilled {
		c.Status = status
		c.step(order.EventBilled, c.lastBill())
	}
}

// lastBill is the event data about the newest order that lines of the prebook are billed into.
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

// addEvent records an event. An event without a version is about an e-mail or a refusal and does not change the document.
func (c *change) addEvent(eventType order.EventType, version *int, changes []order.Change, data map[string]any) {
	e := order.Event{
		CompanyID: c.CompanyID, ID: newID(), OrderID: c.ID, Type: eventType, At: c.now,
		ActorSub: c.call.Actor.Subject, ActorName: c.call.Actor.Name, RequestID: c.call.RequestID, BatchID: c.batch,
		Changes: changes, Data: data,
	}
	if version != nil {
		v := *version
		e.Version, e.Digest = &v, c.Digest()
	}
	if e.Data == nil {
		e.Data = map[string]any{}
	}
	if e.Changes == nil {
		e.Changes = []order.Change{}
	}
	c.events = append(c.events, e)
}

// seal adds the digests to the events. Call it once the rows that the events are about are complete.
func (c *change) seal() {
	for i := range c.events {
		e := &c.events[i]
		subject := ""
		if c.payment != nil && e.Data["payment_id"] == c.payment.ID {
			subject = order.PaymentDigest(c.payment)
		}
		for j := range c.emails {
			if e.Data["email_id"] == c.emails[j].ID {
				subject = c.emails[j].Digest()
			}
		}
		e.Seal(subject, e.Digest)
	}
}

func (c *change) warn(code WarningCode, message string) {
	c.warnings = append(c.warnings, Warning{OrderID: c.ID, Code: code, Message: message})
}

func (c *change) update() error {
	if c.loaded > 0 && c.Version > c.loaded {
		if err := c.tx.UpdateOrder(&c.Order, c.loaded, c.mailed); err != nil {
			return err
		}
		if c.linesChanged {
			if err := c.tx.ReplaceLines(&c.Order); err != nil {
				return err
			}
		}
	}
	switch {
	case c.invoice != nil:
		if err := c.tx.CreateInvoice(*c.invoice); err != nil {
			return err
		}
	case c.InvoiceID != nil:
		c.tx.UpdateOwed(&c.Order)
	}
	if c.credit != nil {
		return c.tx.CreateCreditNote(*c.credit)
	}
	return nil
}

// placedData is the event data of a placed document.
func placedData(o *order.Order) map[string]any {
	return map[string]any{"number": o.Number, "total": o.Total.Format(o.Digits()), "currency": o.Currency, "lines": o.LineCount, "status": string(o.Status)}
}

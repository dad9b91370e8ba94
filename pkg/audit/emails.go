package audit

import (
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// emails checks what was, or is to be, mailed about a document (I4, I5).
//
// Settings and addresses change, and what they were is not kept. So that an e-mail is missing is proved by the timeline,
// which says that it was queued, or by a setting that has not moved since the invoice was issued. That an address is
// a wrong one is proved by the timeline, which says to whom the e-mail was queued, or by a customer who has not moved
// since.
func (c *check) emails(d *store.Dossier) {
	o := &d.Order
	for _, i := range d.Invoices {
		c.mailed(d, email.KindInvoice, i.Document, func(e *email.Email) *string { return e.InvoiceID })
	}
	for _, n := range d.CreditNotes {
		c.mailed(d, email.KindCreditNote, n.Document, func(e *email.Email) *string { return e.CreditNoteID })
	}
	shown, newest := "", time.Time{}
	for i := range d.Emails {
		e := &d.Emails[i]
		c.about(o, e)
		c.told(d, e)
		c.addressed(d, e)
		if e.Kind != email.KindOrderPlaced && !e.CreatedAt.Before(newest) {
			shown, newest = string(e.ShownStatus()), e.CreatedAt
		}
	}
	for id, event := range queued(d.Events) {
		if !slices.ContainsFunc(d.Emails, func(e email.Email) bool { return e.ID == id }) {
			c.report("I4", o.Number, "the timeline tells of an e-mail (%v) that is not there: %s", event.Data["kind"], id)
		}
	}
	if shown != "" && shown != o.EmailStatus {
		c.report("I4", o.Number, "the e-mail status is %q, but the newest e-mail to the customer is %s", o.EmailStatus, shown)
	}
}

// mailed checks that there is one e-mail for an issued document.
func (c *check) mailed(d *store.Dossier, kind email.Kind, issued billing.Document, names func(*email.Email) *string) {
	n := 0
	for i := range d.Emails {
		if about := names(&d.Emails[i]); about != nil && *about == issued.ID && d.Emails[i].Kind == kind {
			n++
		}
	}
	unmoved := c.company.Version == 1 || c.company.UpdatedAt.Before(issued.IssuedAt.Add(-overlap))
	switch {
	case n > 1:
		c.report("I4", issued.Number, "there are %d e-mails with it", n)
	case n == 0 && c.company.EmailInvoiceOnConfirmation && unmoved && issued.OrderID == d.Order.ID && owned(&d.Order, issued.ID):
		c.report("I4", issued.Number, "there is no e-mail with it, and invoices have been mailed since before it was issued")
	}
}

// owned reports whether the issued document is the order's own; another's e-mail is not to be found here.
func owned(o *order.Order, issued string) bool {
	return o.InvoiceID != nil && *o.InvoiceID == issued || o.CreditNoteID != nil && *o.CreditNoteID == issued
}

// about checks that what an e-mail is about exists: it is the order's own.
func (c *check) about(o *order.Order, e *email.Email) {
	var names, has *string
	switch e.Kind {
	case email.KindInvoice:
		names, has = e.InvoiceID, o.InvoiceID
	case email.KindCreditNote:
		names, has = e.CreditNoteID, o.CreditNoteID
	case email.KindOrderPlaced:
		names, has = e.CheckoutID, &o.CheckoutID
	case email.KindManual:
		return
	}
	if names == nil || has == nil || *names != *has {
		c.report("I5", o.Number, "the e-mail %s (%s) is about something else than the document has", e.ID, e.Kind)
	}
}

// told checks that an e-mail's end is one, and that the timeline has its beginning and each attempt whose outcome was
// unknown: only such a one may be followed by a second copy.
func (c *check) told(d *store.Dossier, e *email.Email) {
	began, unknown := 0, 0
	for _, event := range d.Events {
		if id, _ := event.Data["email_id"].(string); id != e.ID {
			continue
		}
		switch event.Type {
		case order.EventEmailQueued:
			began++
		case order.EventEmailFailed:
			if e.Attempts == 0 && e.ErrorCode == email.CodeRecipientMissing { // failed from birth
				began++
			}
		case order.EventEmailUnknown:
			unknown++
		default:
		}
	}
	if began != 1 {
		c.report("I4", d.Order.Number, "the timeline tells %d times of the beginning of the e-mail %s (%s)", began, e.ID, e.Kind)
	}
	if unknown != e.UnknownAttempts || e.UnknownAttempts > min(e.Attempts, email.UnknownLimit) {
		c.report("I4", d.Order.Number, "the e-mail %s has %d attempts, %d of them with an unknown outcome, and the timeline tells of %d", e.ID, e.Attempts, e.UnknownAttempts, unknown)
	}
	switch {
	case e.State == email.Sent && e.SentAt == nil:
		c.report("I4", d.Order.Number, "the e-mail %s was sent at no time", e.ID)
	case e.State == email.Failed && e.ErrorCode == "":
		c.report("I4", d.Order.Number, "the e-mail %s failed for no reason", e.ID)
	case (e.State == email.Sending) != (e.SendingSince != nil):
		c.report("I4", d.Order.Number, "the e-mail %s is %s, but not since when", e.ID, e.State)
	}
}

// addressed checks to whom an automatic e-mail goes. Staff may write to whom they want.
func (c *check) addressed(d *store.Dossier, e *email.Email) {
	if e.Kind == email.KindManual {
		return
	}
	allowed := d.Customer.Emails
	if e.Kind == email.KindOrderPlaced {
		allowed = []string{d.Customer.SalespersonEmail, d.Order.SalespersonEmail}
	}
	unmoved := d.Customer.Version == 1 || d.Customer.UpdatedAt.Before(e.CreatedAt.Add(-overlap))
	wanted, told := recipients(queued(d.Events)[e.ID])
	for _, to := range slices.Concat(e.Recipients, e.Cc) {
		fits := func(a string) bool { return strings.EqualFold(strings.TrimSpace(a), to) }
		if told && !slices.ContainsFunc(wanted, fits) || unmoved && !slices.ContainsFunc(allowed, fits) {
			c.report("I5", d.Order.Number, "the e-mail %s (%s) goes to an address that is neither its customer's nor its salesperson's", e.ID, e.Kind)
			return
		}
	}
}

// queued is the events that tell how e-mails began, by e-mail.
func queued(events []order.Event) map[string]order.Event {
	began := map[string]order.Event{}
	for _, event := range events {
		id, ok := event.Data["email_id"].(string)
		if _, known := began[id]; ok && !known && (event.Type == order.EventEmailQueued || event.Type == order.EventEmailFailed) {
			began[id] = event
		}
	}
	return began
}

// recipients is to whom an event says that its e-mail was queued, and whether it says so.
func recipients(event order.Event) ([]string, bool) {
	list, told := event.Data["to"].([]any)
	to := make([]string, 0, len(list))
	for _, v := range list {
		if s, ok := v.(string); ok {
			to = append(to, s)
		}
	}
	return to, told
}

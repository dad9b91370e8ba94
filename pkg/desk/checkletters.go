package desk

import (
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/letter"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// letters checks what was, or is to be, mailed about a document (I4, I5).
//
// Settings and addresses change, and what they were is not kept. So that a letter is missing is proved by the timeline,
// which says that it was queued, or by a setting that has not moved since the invoice was issued. That an address is
// a wrong one is proved by the timeline, which says to whom the letter was queued, or by a customer who has not moved
// since.
func (c *check) letters(d *store.Dossier) {
	o := &d.Order
	for _, i := range d.Invoices {
		c.mailed(d, letter.KindInvoice, i.Document, func(l *letter.Letter) *string { return l.InvoiceID })
	}
	for _, n := range d.CreditNotes {
		c.mailed(d, letter.KindCreditNote, n.Document, func(l *letter.Letter) *string { return l.CreditNoteID })
	}
	shown, newest := "", time.Time{}
	for i := range d.Letters {
		l := &d.Letters[i]
		c.about(o, l)
		c.told(d, l)
		c.addressed(d, l)
		if l.Kind != letter.KindOrderPlaced && !l.CreatedAt.Before(newest) {
			shown, newest = string(l.ShownStatus()), l.CreatedAt
		}
	}
	for id, e := range queued(d.Events) {
		if !slices.ContainsFunc(d.Letters, func(l letter.Letter) bool { return l.ID == id }) {
			c.report("I4", o.Number, "the timeline tells of a letter (%v) that is not there: %s", e.Data["kind"], id)
		}
	}
	if shown != "" && shown != o.EmailStatus {
		c.report("I4", o.Number, "the e-mail status is %q, but the newest letter to the customer is %s", o.EmailStatus, shown)
	}
}

// mailed checks that there is one letter for an issued document.
func (c *check) mailed(d *store.Dossier, kind letter.Kind, issued billing.Document, names func(*letter.Letter) *string) {
	n := 0
	for i := range d.Letters {
		if about := names(&d.Letters[i]); about != nil && *about == issued.ID && d.Letters[i].Kind == kind {
			n++
		}
	}
	unmoved := c.company.Version == 1 || c.company.UpdatedAt.Before(issued.IssuedAt.Add(-overlap))
	switch {
	case n > 1:
		c.report("I4", issued.Number, "there are %d letters with it", n)
	case n == 0 && c.company.EmailInvoiceOnConfirmation && unmoved && issued.OrderID == d.Order.ID && owned(&d.Order, issued.ID):
		c.report("I4", issued.Number, "there is no letter with it, and invoices have been mailed since before it was issued")
	}
}

// owned reports whether the issued document is the order's own; another's letter is not to be found here.
func owned(o *order.Order, issued string) bool {
	return o.InvoiceID != nil && *o.InvoiceID == issued || o.CreditNoteID != nil && *o.CreditNoteID == issued
}

// about checks that what a letter is about exists: it is the order's own.
func (c *check) about(o *order.Order, l *letter.Letter) {
	var names, has *string
	switch l.Kind {
	case letter.KindInvoice:
		names, has = l.InvoiceID, o.InvoiceID
	case letter.KindCreditNote:
		names, has = l.CreditNoteID, o.CreditNoteID
	case letter.KindOrderPlaced:
		names, has = l.CheckoutID, &o.CheckoutID
	case letter.KindManual:
		return
	}
	if names == nil || has == nil || *names != *has {
		c.report("I5", o.Number, "the letter %s (%s) is about something else than the document has", l.ID, l.Kind)
	}
}

// told checks that a letter's end is one, and that the timeline has its beginning and each attempt whose outcome was
// unknown: only such a one may be followed by a second copy.
func (c *check) told(d *store.Dossier, l *letter.Letter) {
	began, unknown := 0, 0
	for _, e := range d.Events {
		if id, _ := e.Data["email_id"].(string); id != l.ID {
			continue
		}
		switch e.Type {
		case order.EventEmailQueued:
			began++
		case order.EventEmailFailed:
			if l.Attempts == 0 && l.ErrorCode == letter.CodeRecipientMissing { // failed from birth
				began++
			}
		case order.EventEmailUnknown:
			unknown++
		default:
		}
	}
	if began != 1 {
		c.report("I4", d.Order.Number, "the timeline tells %d times of the beginning of the letter %s (%s)", began, l.ID, l.Kind)
	}
	if unknown != l.UnknownAttempts || l.UnknownAttempts > min(l.Attempts, letter.UnknownLimit) {
		c.report("I4", d.Order.Number, "the letter %s has %d attempts, %d of them with an unknown outcome, and the timeline tells of %d", l.ID, l.Attempts, l.UnknownAttempts, unknown)
	}
	switch {
	case l.State == letter.Sent && l.SentAt == nil:
		c.report("I4", d.Order.Number, "the letter %s was sent at no time", l.ID)
	case l.State == letter.Failed && l.ErrorCode == "":
		c.report("I4", d.Order.Number, "the letter %s failed for no reason", l.ID)
	case (l.State == letter.Sending) != (l.SendingSince != nil):
		c.report("I4", d.Order.Number, "the letter %s is %s, but not since when", l.ID, l.State)
	}
}

// addressed checks to whom an automatic letter goes. Staff may write to whom they want.
func (c *check) addressed(d *store.Dossier, l *letter.Letter) {
	if l.Kind == letter.KindManual {
		return
	}
	allowed := d.Customer.Emails
	if l.Kind == letter.KindOrderPlaced {
		allowed = []string{d.Customer.SalespersonEmail, d.Order.SalespersonEmail}
	}
	unmoved := d.Customer.Version == 1 || d.Customer.UpdatedAt.Before(l.CreatedAt.Add(-overlap))
	wanted, told := recipients(queued(d.Events)[l.ID])
	for _, to := range slices.Concat(l.Recipients, l.Cc) {
		fits := func(a string) bool { return strings.EqualFold(strings.TrimSpace(a), to) }
		if told && !slices.ContainsFunc(wanted, fits) || unmoved && !slices.ContainsFunc(allowed, fits) {
			c.report("I5", d.Order.Number, "the letter %s (%s) goes to an address that is neither its customer's nor its salesperson's", l.ID, l.Kind)
			return
		}
	}
}

// queued is the events that tell how letters began, by letter.
func queued(events []order.Event) map[string]order.Event {
	began := map[string]order.Event{}
	for _, e := range events {
		id, ok := e.Data["email_id"].(string)
		if _, known := began[id]; ok && !known && (e.Type == order.EventEmailQueued || e.Type == order.EventEmailFailed) {
			began[id] = e
		}
	}
	return began
}

// recipients is to whom an event says that its letter was queued, and whether it says so.
func recipients(e order.Event) ([]string, bool) {
	list, told := e.Data["to"].([]any)
	to := make([]string, 0, len(list))
	for _, v := range list {
		if s, ok := v.(string); ok {
			to = append(to, s)
		}
	}
	return to, told
}

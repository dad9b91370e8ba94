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

// emails checks the e-mails that were sent, or must be sent, about a document (I4, I5).
//
// Settings and addresses change, and their earlier values are not kept. A missing e-mail is proved by the timeline,
// which says that it was queued, or by a setting that has not changed since the invoice was issued. A wrong address is
// proved by the timeline, which names the recipients of the queued e-mail, or by a customer who has not changed since.
func (c *check) emails(d *store.Dossier) {
	o := &d.Order
	for _, i := range d.Invoices {
		c.issuedEmail(d, email.KindInvoice, i.Document, func(e *email.Email) *string { return e.InvoiceID })
	}
	for _, n := range d.CreditNotes {
		c.issuedEmail(d, email.KindCreditNote, n.Document, func(e *email.Email) *string { return e.CreditNoteID })
	}
	shown, newest := "", time.Time{}
	for i := range d.Emails {
		e := &d.Emails[i]
		c.emailSubject(o, e)
		c.emailEvents(d, e)
		c.emailRecipients(d, e)
		c.emailNotices(d, e)
		c.emailProgress(d, e)
		if e.ToCustomer() && !e.CreatedAt.Before(newest) {
			shown, newest = string(e.ShownStatus()), e.CreatedAt
		}
	}
	for id, event := range firstEvents(d.Events) {
		if !slices.ContainsFunc(d.Emails, func(e email.Email) bool { return e.ID == id }) {
			c.report("I4", o.Number, "the timeline has an e-mail (%v) that does not exist: %s", event.Data["kind"], id)
		}
	}
	if shown != "" && shown != o.EmailStatus {
		c.report("I4", o.Number, "the e-mail status is %q, but the newest e-mail to the customer is %s", o.EmailStatus, shown)
	}
}

// issuedEmail checks that an issued document has exactly one e-mail to its customer, if the setting asks for one.
func (c *check) issuedEmail(d *store.Dossier, kind email.Kind, issued billing.Document, names func(*email.Email) *string) {
	n := 0
	for i := range d.Emails {
		if about := names(&d.Emails[i]); about != nil && *about == issued.ID && d.Emails[i].Kind == kind {
			n++
		}
	}
	unchanged := c.company.Version == 1 || c.company.UpdatedAt.Before(issued.IssuedAt.Add(-overlap))
	switch {
	case n > 1:
		c.report("I4", issued.Number, "there are %d e-mails with it", n)
	case n == 0 && c.company.EmailInvoiceOnConfirmation && unchanged && issued.OrderID == d.Order.ID && owned(&d.Order, issued.ID):
		c.report("I4", issued.Number, "there is no e-mail with it, and invoices have been mailed since before it was issued")
	}
}

// owned reports whether the issued document belongs to the order. The e-mail of another order's document is not loaded
// here.
func owned(o *order.Order, issued string) bool {
	return o.InvoiceID != nil && *o.InvoiceID == issued || o.CreditNoteID != nil && *o.CreditNoteID == issued
}

// emailSubject checks that the document that an e-mail is about exists and belongs to the order.
func (c *check) emailSubject(o *order.Order, e *email.Email) {
	var names, has *string
	switch e.Kind {
	case email.KindInvoice:
		names, has = e.InvoiceID, o.InvoiceID
	case email.KindCreditNote:
		names, has = e.CreditNoteID, o.CreditNoteID
	case email.KindOrderPlaced, email.KindOrderReceived:
		names, has = e.CheckoutID, &o.CheckoutID
	case email.KindManual, email.KindNotice:
		return
	}
	if names == nil || has == nil || *names != *has {
		c.report("I5", o.Number, "the e-mail %s (%s) is about a document that the order does not have", e.ID, e.Kind)
	}
}

// emailEvents checks that an e-mail has one end, and that the timeline records its beginning and each attempt with an unknown
// outcome. A second copy may follow only such an attempt.
func (c *check) emailEvents(d *store.Dossier, e *email.Email) {
	began, unknown := 0, 0
	for _, event := range d.Events {
		if id, _ := event.Data["email_id"].(string); id != e.ID {
			continue
		}
		switch event.Type {
		case order.EventEmailQueued:
			began++
		case order.EventEmailFailed:
			if e.Attempts == 0 && e.ErrorCode == email.CodeRecipientMissing { // failed when it was queued
				began++
			}
		case order.EventEmailUnknown:
			unknown++
		default:
		}
	}
	if began != 1 {
		c.report("I4", d.Order.Number, "the timeline records the beginning of the e-mail %[2]s (%[3]s) %[1]d times", began, e.ID, e.Kind)
	}
	if unknown != e.UnknownAttempts || e.UnknownAttempts > min(e.Attempts, email.UnknownLimit) {
		c.report("I4", d.Order.Number, "the e-mail %s has %d attempts, %d of them with an unknown outcome, but the timeline records %d", e.ID, e.Attempts, e.UnknownAttempts, unknown)
	}
	switch {
	case e.State == email.Sent && e.SentAt == nil:
		c.report("I4", d.Order.Number, "the e-mail %s was sent, but has no time of sending", e.ID)
	case e.State == email.Failed && e.ErrorCode == "":
		c.report("I4", d.Order.Number, "the e-mail %s failed, but has no reason", e.ID)
	case (e.State == email.Sending) != (e.SendingSince != nil):
		c.report("I4", d.Order.Number, "the e-mail %s is %s, but has no time of its status", e.ID, e.State)
	}
}

// How long an e-mail may take. Afterwards it needs a person.
const (
	longestSending = time.Hour
	longestDue     = 48 * time.Hour
)

// statusOf is the status that an event of an e-mail shows.
var statusOf = map[order.EventType]email.Status{
	order.EventEmailQueued: email.StatusQueued, order.EventEmailUnknown: email.StatusQueued, order.EventEmailSent: email.StatusSent,
	order.EventEmailDelivered: email.StatusDelivered, order.EventEmailBounced: email.StatusBounced, order.EventEmailFailed: email.StatusFailed,
}

// emailProgress checks that the state of an e-mail agrees with its last event, and that it has not waited for days.
func (c *check) emailProgress(d *store.Dossier, e *email.Email) {
	report := func(format string, args ...any) {
		c.report("I4", d.Order.Number, "the e-mail "+e.ID+" ("+string(e.Kind)+") "+format, args...)
	}
	var last *order.Event
	for i := range d.Events {
		if id, _ := d.Events[i].Data["email_id"].(string); id == e.ID && statusOf[d.Events[i].Type] != "" && (last == nil || !d.Events[i].At.Before(last.At)) {
			last = &d.Events[i]
		}
	}
	if last != nil {
		if status := statusOf[last.Type]; status != e.ShownStatus() {
			report("is %s, but its last event says %s", e.ShownStatus(), status)
		}
		ended := e.State == email.Sent || e.State == email.Failed
		if n, known := last.Data["attempts"].(float64); known && ended && int(n) != e.Attempts {
			report("has %d attempts, but its last event says %v", e.Attempts, n)
		}
		if code, known := last.Data["error"].(string); known && last.Type == order.EventEmailFailed && code != e.ErrorCode {
			report("failed with %q, but its last event says %q", e.ErrorCode, code)
		}
	}
	if (e.ErrorCode == "") != (e.LastError == "") {
		report("has the error code %q and the error %q", e.ErrorCode, e.LastError)
	}
	if !e.Consistent() {
		report("is %s, which its recipients are not", e.ShownStatus())
	}
	begin, end := e.CreatedAt.Add(-overlap), c.now.Add(overlap)
	for name, at := range map[string]*time.Time{"sending_since": e.SendingSince, "first_attempt_at": e.FirstAttemptAt, "sent_at": e.SentAt, "updated_at": &e.UpdatedAt} {
		if at != nil && (at.Before(begin) || at.After(end)) {
			report("has the %s %s", name, at.UTC().Format(time.RFC3339))
		}
	}
	waits := e.State == email.Queued || e.State == email.Unknown
	switch {
	case e.State == email.Sending && e.SendingSince != nil && c.now.Sub(*e.SendingSince) > longestSending:
		report("has been sending since %s", e.SendingSince.UTC().Format(time.RFC3339))
	case waits && c.now.Sub(e.NextAttemptAt) > longestDue:
		report("has been due since %s", e.NextAttemptAt.UTC().Format(time.RFC3339))
	case waits && e.NextAttemptAt.Sub(c.now) > email.RetryWindow:
		report("is not due before %s", e.NextAttemptAt.UTC().Format(time.RFC3339))
	}
}

// emailRecipients checks the recipients of an automatic e-mail. Staff may write to anybody.
func (c *check) emailRecipients(d *store.Dossier, e *email.Email) {
	if e.Kind == email.KindManual {
		return
	}
	allowed := d.Customer.Emails
	if !e.ToCustomer() {
		allowed = []string{d.Customer.SalespersonEmail, d.Order.SalespersonEmail}
	}
	unchanged := d.Customer.Version == 1 || d.Customer.UpdatedAt.Before(e.CreatedAt.Add(-overlap))
	wanted, recorded := recordedRecipients(firstEvents(d.Events)[e.ID])
	for _, to := range slices.Concat(e.Recipients, e.Cc) {
		fits := func(a string) bool { return strings.EqualFold(strings.TrimSpace(a), to) }
		if recorded && !slices.ContainsFunc(wanted, fits) || unchanged && !slices.ContainsFunc(allowed, fits) {
			c.report("I5", d.Order.Number, "the e-mail %s (%s) goes to an address that is neither its customer's nor its salesperson's", e.ID, e.Kind)
			return
		}
	}
}

// emailNotices checks the notice to the salesperson about an e-mail that was not delivered: there is at most one, it is
// about an e-mail of the document, and none is about a notice. Two things prove that one is missing: the event of the
// failure, which names the notice, or settings and a customer that have not changed since. Events of earlier versions do
// not mention notices.
func (c *check) emailNotices(d *store.Dossier, e *email.Email) {
	notices := 0
	for i := range d.Emails {
		other := &d.Emails[i]
		if other.AboutEmailID != nil && *other.AboutEmailID == e.ID {
			notices++
		}
		if e.Kind == email.KindNotice && e.AboutEmailID != nil && *e.AboutEmailID == other.ID && other.Kind != email.KindNotice {
			return // the loop over all e-mails checks the other one by itself
		}
	}
	switch {
	case e.Kind == email.KindNotice:
		c.report("I5", d.Order.Number, "the notice %s is not about an e-mail of the order", e.ID)
	case notices > 1:
		c.report("I4", d.Order.Number, "there are %d notices about the e-mail %s", notices, e.ID)
	case notices == 0 && c.noticeMissing(d, e):
		c.report("I4", d.Order.Number, "the e-mail %s (%s) was not delivered, and its salesperson got no notice", e.ID, e.Kind)
	}
}

// noticeMissing reports whether the timeline proves that the salesperson should have got a notice about an e-mail.
func (c *check) noticeMissing(d *store.Dossier, e *email.Email) bool {
	for _, event := range d.Events {
		if id, _ := event.Data["email_id"].(string); id != e.ID {
			continue
		}
		notice, known := event.Data["notice_id"]
		if !known {
			continue
		}
		since := func(version int, at time.Time) bool { return version == 1 || at.Before(event.At.Add(-overlap)) }
		if notice != nil || c.company.EmailSalespersonOnBounce && e.NeedsNotice(d.Customer.SalespersonEmail) &&
			since(c.company.Version, c.company.UpdatedAt) && since(d.Customer.Version, d.Customer.UpdatedAt) {
			return true
		}
	}
	return false
}

// firstEvents returns the event that records the beginning of each e-mail, by the e-mail's id.
func firstEvents(events []order.Event) map[string]order.Event {
	began := map[string]order.Event{}
	for _, event := range events {
		id, ok := event.Data["email_id"].(string)
		if _, known := began[id]; ok && !known && (event.Type == order.EventEmailQueued || event.Type == order.EventEmailFailed) {
			began[id] = event
		}
	}
	return began
}

// recordedRecipients returns the recipients that an event records for its e-mail, and whether it records them.
func recordedRecipients(event order.Event) ([]string, bool) {
	list, recorded := event.Data["to"].([]any)
	to := make([]string, 0, len(list))
	for _, v := range list {
		if s, ok := v.(string); ok {
			to = append(to, s)
		}
	}
	return to, recorded
}

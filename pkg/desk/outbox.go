package desk

import (
	"slices"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// mailCustomer queues an e-mail about the document to its customer. Without an address the e-mail is stored as failed,
// so that staff see it.
func (c *change) mailCustomer(draft email.Email) {
	e := c.queue(draft)
	c.EmailStatus, c.mailed = string(e.ShownStatus()), true
	if e.ErrorCode == email.CodeRecipientMissing {
		c.warn(WarnNoEmail, "Customer "+c.CustomerCode+" has no e-mail address: the e-mail was not sent.")
	}
}

// mailSalesperson queues the e-mail about a checkout to the customer's current salesperson. One e-mail covers all
// documents of the checkout: this one and the others.
func (c *change) mailSalesperson(others ...mail.PlacedDocument) {
	if c.customer.SalespersonEmail == "" {
		return
	}
	placed := mail.OrderPlacedEmail{Customer: c.CustomerName, Documents: c.placedWith(others)}
	c.queue(email.Email{Kind: email.KindOrderPlaced, CheckoutID: &c.CheckoutID, Recipients: []string{c.customer.SalespersonEmail}, Subject: placed.Subject()})
}

// acknowledge queues the e-mail about a checkout to the customer: what was placed, this document and the others. If the order
// confirmed itself and its invoice is mailed, the invoice alone goes out.
func (c *change) acknowledge(others ...mail.PlacedDocument) {
	if slices.ContainsFunc(c.emails, func(e email.Email) bool { return e.Kind == email.KindInvoice }) {
		return
	}
	received := mail.OrderReceivedEmail{Seller: seller(c.company), Documents: c.placedWith(others)}
	c.mailCustomer(email.Email{Kind: email.KindOrderReceived, CheckoutID: &c.CheckoutID, Recipients: c.customer.Emails, Subject: received.Subject()})
}

// placedWith names the documents of a cart for the subject of an e-mail: this one first.
func (c *change) placedWith(others []mail.PlacedDocument) []mail.PlacedDocument {
	return append([]mail.PlacedDocument{{Kind: c.Noun(), Number: c.Number}}, others...)
}

// title sets the subject of an e-mail that was queued before the number in it was known.
func (c *change) title(kind email.Kind, subject string) {
	for i := range c.emails {
		if c.emails[i].Kind == kind {
			c.emails[i].Subject = cutSubject(subject)
		}
	}
}

// cutSubject cuts a subject to the length that the API promises.
func cutSubject(subject string) string {
	if long := []rune(subject); len(long) > email.MaxSubject {
		return string(long[:email.MaxSubject])
	}
	return subject
}

// queue adds an e-mail about the document to the outbox, with its event. If it fails at once, the notice to the salesperson follows.
func (c *change) queue(draft email.Email) *email.Email {
	draft.CompanyID, draft.ID, draft.OrderID = c.CompanyID, newID(), c.ID
	draft.Subject = cutSubject(draft.Subject)
	draft.RequestID, draft.RequestedBy = c.call.RequestID, c.call.Actor.Subject
	e := email.New(draft, c.now)
	c.emails = append(c.emails, *e)
	if e.State != email.Failed {
		c.addEvent(order.EventEmailQueued, nil, nil, queuedData(e))
		return e
	}
	notice := noticeOf(e, c.company, c.customer, &c.Order, c.now)
	data := queuedData(e)
	data["notice_id"] = idOf(notice)
	c.addEvent(order.EventEmailFailed, nil, nil, data)
	if notice != nil {
		c.emails = append(c.emails, *notice)
		c.addEvent(order.EventEmailQueued, nil, nil, queuedData(notice))
	}
	return e
}

// queuedData is the event data about an e-mail that begins.
func queuedData(e *email.Email) map[string]any {
	return map[string]any{"email_id": e.ID, "kind": string(e.Kind), "to": e.Recipients, "error": nullable(e.ErrorCode)}
}

// idOf is the id of a notice, or nil if there is none.
func idOf(notice *email.Email) any {
	if notice == nil {
		return nil
	}
	return notice.ID
}

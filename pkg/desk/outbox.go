package desk

import (
	"github.com/orderdesk/orderdesk/pkg/email"
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
// documents of the checkout.
func (c *change) mailSalesperson() {
	if c.customer.SalespersonEmail != "" {
		c.queue(email.Email{Kind: email.KindOrderPlaced, CheckoutID: &c.CheckoutID, Recipients: []string{c.customer.SalespersonEmail}})
	}
}

// queue adds an e-mail about the document to the outbox, with its event.
func (c *change) queue(draft email.Email) *email.Email {
	draft.CompanyID, draft.ID, draft.OrderID = c.CompanyID, newID(), c.ID
	draft.RequestID, draft.RequestedBy = c.call.RequestID, c.call.Actor.Subject
	e := email.New(draft, c.now)
	c.emails = append(c.emails, *e)
	eventType := order.EventEmailQueued
	if e.State == email.Failed {
		eventType = order.EventEmailFailed
	}
	c.note(eventType, nil, nil, map[string]any{"email_id": e.ID, "kind": string(e.Kind), "to": e.Recipients, "error": nullable(e.ErrorCode)})
	return e
}

package desk

import (
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// mailCustomer queues an e-mail about the document to its customer. Without an address the e-mail is there, failed,
// so that nobody waits for it in vain.
func (c *change) mailCustomer(like email.Email) {
	e := c.queue(like)
	c.EmailStatus, c.mailed = string(e.ShownStatus()), true
	if e.ErrorCode == email.CodeRecipientMissing {
		c.warn(WarnNoEmail, "Customer "+c.CustomerCode+" has no e-mail address: the e-mail was not sent.")
	}
}

// mailSalesperson queues the e-mail about a checkout to the salesperson who is assigned to the customer now: one for all
// its documents.
func (c *change) mailSalesperson() {
	if c.customer.SalespersonEmail != "" {
		c.queue(email.Email{Kind: email.KindOrderPlaced, CheckoutID: &c.CheckoutID, Recipients: []string{c.customer.SalespersonEmail}})
	}
}

// queue puts an e-mail about the document into the outbox, with its event.
func (c *change) queue(like email.Email) *email.Email {
	like.CompanyID, like.ID, like.OrderID = c.CompanyID, newID(), c.ID
	like.RequestID, like.RequestedBy = c.call.RequestID, c.call.Actor.Subject
	e := email.New(like, c.now)
	c.emails = append(c.emails, *e)
	what := order.EventEmailQueued
	if e.State == email.Failed {
		what = order.EventEmailFailed
	}
	c.note(what, nil, nil, map[string]any{"email_id": e.ID, "kind": string(e.Kind), "to": e.Recipients, "error": nullable(e.ErrorCode)})
	return e
}

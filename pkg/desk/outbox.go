package desk

import (
	"context"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// mailCustomer queues an e-mail about the document to its customer. Without an address the e-mail is there, failed,
// so that nobody waits for it in vain.
func (c *change) mailCustomer(like email.Email, now time.Time) {
	e := c.queue(like, now)
	c.EmailStatus, c.mailed = string(e.ShownStatus()), true
	if e.ErrorCode == email.CodeRecipientMissing {
		c.warn(WarnNoEmail, "Customer "+c.CustomerCode+" has no e-mail address: the letter was not sent.")
	}
}

// mailSalesperson queues the e-mail about a checkout to the salesperson who is assigned to the customer now: one for all
// its documents.
func (c *change) mailSalesperson(cu company.Customer, now time.Time) {
	if cu.SalespersonEmail != "" {
		c.queue(email.Email{Kind: email.KindOrderPlaced, CheckoutID: &c.CheckoutID, Recipients: []string{cu.SalespersonEmail}}, now)
	}
}

// queue puts an e-mail about the document into the outbox, with its event.
func (c *change) queue(like email.Email, now time.Time) *email.Email {
	like.CompanyID, like.ID, like.OrderID = c.CompanyID, newID(), c.ID
	like.RequestID, like.RequestedBy = c.call.RequestID, c.call.Actor.Subject
	e := email.New(like, now)
	c.emails = append(c.emails, *e)
	what := order.EventEmailQueued
	if e.State == email.Failed {
		what = order.EventEmailFailed
	}
	c.note(what, now, nil, nil, map[string]any{"email_id": e.ID, "kind": string(e.Kind), "to": e.Recipients, "error": nullable(e.ErrorCode)})
	return e
}

// wake enqueues the job that sends mail if the changes queued an e-mail that can be sent.
func wake(ctx context.Context, tx *store.Tx, changes ...*change) error {
	for _, c := range changes {
		if slices.ContainsFunc(c.emails, func(e email.Email) bool { return e.State == email.Queued }) {
			return tx.WakeMail(ctx, time.Time{})
		}
	}
	return nil
}

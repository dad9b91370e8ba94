package desk

import (
	"context"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/letter"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// mailCustomer queues a letter about the document to its customer. Without an address the letter is there, failed,
// so that nobody waits for it in vain.
func (c *change) mailCustomer(like letter.Letter, now time.Time) {
	l := c.queue(like, now)
	c.EmailStatus, c.mailed = string(l.ShownStatus()), true
	if l.ErrorCode == letter.CodeRecipientMissing {
		c.warn(WarnNoEmail, "Customer "+c.CustomerCode+" has no e-mail address: the letter was not sent.")
	}
}

// tellSalesperson queues the letter about a checkout to the salesperson who is assigned to the customer now: one for all
// its documents.
func (c *change) tellSalesperson(cu company.Customer, now time.Time) {
	if cu.SalespersonEmail != "" {
		c.queue(letter.Letter{Kind: letter.KindOrderPlaced, CheckoutID: &c.CheckoutID, Recipients: []string{cu.SalespersonEmail}}, now)
	}
}

// queue puts a letter about the document into the outbox, with its event.
func (c *change) queue(like letter.Letter, now time.Time) *letter.Letter {
	like.CompanyID, like.ID, like.OrderID = c.CompanyID, newID(), c.ID
	like.RequestID, like.RequestedBy = c.call.RequestID, c.call.Actor.Subject
	l := letter.New(like, now)
	c.letters = append(c.letters, *l)
	what := order.EventEmailQueued
	if l.State == letter.Failed {
		what = order.EventEmailFailed
	}
	c.note(what, now, nil, nil, map[string]any{"email_id": l.ID, "kind": string(l.Kind), "to": l.Recipients, "error": nullable(l.ErrorCode)})
	return l
}

// wake enqueues the job that sends mail if the changes queued a letter that can be sent.
func wake(ctx context.Context, tx *store.Tx, changes ...*change) error {
	for _, c := range changes {
		if slices.ContainsFunc(c.letters, func(l letter.Letter) bool { return l.State == letter.Queued }) {
			return tx.WakeMail(ctx, time.Time{})
		}
	}
	return nil
}

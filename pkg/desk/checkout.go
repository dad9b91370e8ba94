package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// CheckedOut is the result of checking a document out. Invoice is set if the order confirmed itself, now or earlier.
type CheckedOut struct {
	Order    View
	Invoice  *billing.Invoice
	Warnings []Warning
}

// CheckoutRefusals is the codes of Checkout's refusals, except those that every write of an order shares.
var CheckoutRefusals = order.Refusals(order.Checkout)

// Checkout submits a draft order or lines of a prebook: the lines in lineIDs, or all open ones if lineIDs is nil. An
// order confirms itself if the company or the customer has that setting. A document that is checked out already does
// not change, and the answer has its invoice.
//
// Faults: order_not_found, order_changed, role_not_allowed, and [CheckoutRefusals]; body_invalid for unknown lines.
func (s *Service) Checkout(ctx context.Context, call Call, id string, lineIDs []string, encode Encode[CheckedOut]) (Reply, error) {
	var issued bool
	reply, err := onceReading(ctx, s, call, store.First{Order: id}, encode, func(u unit) (CheckedOut, error) {
		c, err := u.load(ctx, id)
		if err != nil {
			return CheckedOut{}, err
		}
		verdict := c.guard(order.Checkout)
		if err := verdict.Err(); err != nil {
			return CheckedOut{}, err
		}
		switch {
		case c.Kind == order.KindPrebook:
			err = c.checkOutLines(lineIDs)
		case lineIDs != nil:
			err = unprocessable("/line_ids", fault.FieldConflict, "An order is checked out whole; only a prebook's lines are checked out one by one. Leave line_ids out.")
		case len(call.Faults) > 0:
		case verdict.Allowed:
			c.CheckOut(u.now)
			c.step(order.EventCheckedOut, nil)
			if c.customer.Autoconfirms(c.company.Settings) && c.BilledFromID == nil {
				err = c.autoconfirm(ctx)
			}
		}
		if err = call.MergeFaults(err); err == nil {
			err = c.submit(ctx)
		}
		if err != nil {
			return CheckedOut{}, err
		}
		issued = c.invoice != nil
		done := CheckedOut{Order: c.view(), Invoice: c.invoice, Warnings: c.warnings}
		if verdict.Already && c.InvoiceID != nil {
			invoice, err := u.tx.Invoice(ctx, *c.InvoiceID)
			done.Invoice = &invoice
			return done, err
		}
		return done, nil
	})
	if err == nil && issued && reply.written() {
		s.countIssued(1)
	}
	return reply, err
}

// checkOutLines checks lines out and records it: one event for the lines, and one for the prebook with its last line.
func (c *change) checkOutLines(ids []string) error {
	changed, err := c.CheckOutLines(ids, c.call.Actor.Person(), c.now)
	if err != nil || len(changed) == 0 {
		return err
	}
	c.linesChanged = true
	c.stepAndCheckOut(order.EventLineCheckedOut, map[string]any{"line_ids": changed})
	return nil
}

// submit saves a checkout and mails the salesperson and the customer about it.
func (c *change) submit(ctx context.Context) error {
	if len(c.events) == 0 {
		return nil
	}
	if err := c.mailSalespersonOnce(ctx); err != nil {
		return err
	}
	if err := c.acknowledgeOnce(ctx); err != nil {
		return err
	}
	if err := c.save(c); err != nil {
		return err
	}
	return c.wake(ctx, c)
}

// mailSalespersonOnce mails the salesperson about submitted lines if these are the first of their cart.
func (c *change) mailSalespersonOnce(ctx context.Context) error {
	if !c.company.EmailSalespersonOnOrder || c.customer.SalespersonEmail == "" {
		return nil
	}
	notified, err := c.tx.SalespersonNotified(ctx, c.CheckoutID)
	if err == nil && !notified {
		c.mailSalesperson(c.linkedBeside()...)
	}
	return err
}

// acknowledgeOnce mails the customer about submitted lines if these are the first of their cart. Two transactions that submit the
// documents of a cart at once may both find theirs the first. The unique index on the e-mails of a checkout refuses the later one,
// which runs again.
func (c *change) acknowledgeOnce(ctx context.Context) error {
	if !c.company.EmailCustomerOnOrder || c.submittedBefore {
		return nil
	}
	before, err := c.tx.SubmittedBefore(ctx, c.CheckoutID, c.ID)
	if err == nil && !before {
		c.acknowledge(c.linkedBeside()...)
	}
	return err
}

// linkedBeside names the other documents of the cart for the e-mails about its checkout.
func (c *change) linkedBeside() []mail.PlacedDocument {
	var others []mail.PlacedDocument
	for _, l := range c.Links {
		if l.Relation == order.SameCheckout {
			others = append(others, mail.PlacedDocument{Kind: (&order.Order{Kind: l.Kind}).Noun(), Number: l.Number})
		}
	}
	return others
}

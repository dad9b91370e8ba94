package desk

import (
	"context"
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Confirmed is the result of confirming an order.
type Confirmed struct {
	Order            View
	Invoice          billing.Invoice
	AlreadyConfirmed bool         // it was confirmed before; this call changed nothing and sent nothing
	Email            *email.Email // the e-mail with the invoice; nil if the company sends none
	Warnings         []Warning
}

// ConfirmRefusals is the codes of Confirm's refusals, except those that every write of an order shares.
var ConfirmRefusals = order.Refusals(order.Confirm)

// Confirm accepts an order. It creates the invoice with its number and queues its e-mail to the customer, all or
// nothing. A confirmed order returns its existing invoice.
//
// Faults: order_not_found, order_changed, role_not_allowed, and [ConfirmRefusals].
func (s *Service) Confirm(ctx context.Context, call Call, id string, encode Encode[Confirmed]) (Reply, error) {
	var issued bool
	reply, err := onceReading(ctx, s, call, store.First{Order: id}, encode, func(u unit) (Confirmed, error) {
		done, err := u.confirm(ctx, id, nil)
		issued = err == nil && !done.AlreadyConfirmed
		return done, err
	})
	if err == nil && issued && reply.written() {
		s.countIssued(1)
	}
	return reply, err
}

// confirm loads one order, confirms it and saves it. It serves a single order and each order of a batch.
func (u unit) confirm(ctx context.Context, id string, batch *string) (Confirmed, error) {
	c, err := u.load(ctx, id)
	if err != nil {
		return Confirmed{}, err
	}
	c.batch = batch
	verdict := c.guard(order.Confirm)
	if err := u.call.MergeFaults(verdict.Err()); err != nil {
		return Confirmed{}, err
	}
	if verdict.Already {
		return c.confirmedBefore(ctx)
	}
	if err := c.issue(ctx); err != nil {
		return Confirmed{}, err
	}
	if err := u.save(c); err != nil {
		return Confirmed{}, err
	}
	return c.confirmed(), nil
}

// issue confirms an order that the guard has passed, and creates its invoice and its e-mail. Every confirmation comes
// through here: of one order, of many, and of those that confirm themselves.
func (c *change) issue(ctx context.Context) error {
	draft := c.Status == order.StatusDraft
	if draft {
		c.CheckOut(c.now)
		c.step(order.EventCheckedOut, nil)
		if err := c.mailSalespersonOnce(ctx); err != nil {
			return err
		}
	}
	if c.PaymentIndicator {
		c.warn(WarnUnpaid, fmt.Sprintf("Order %s must be paid by card and is not: %s %s is open.", c.Number, c.Balance.Format(c.Digits()), c.Currency))
	}
	id := newID()
	if c.company.EmailInvoiceOnConfirmation {
		c.mailCustomer(email.Email{Kind: email.KindInvoice, InvoiceID: &id, Recipients: c.customer.Emails})
	}
	if draft {
		if err := c.acknowledgeOnce(ctx); err != nil {
			return err
		}
	}
	if err := c.wake(ctx, c); err != nil {
		return err
	}
	d := c.describe(document.KindInvoice, nil)
	c.warnUnprintable(d)
	sequence, err := c.tx.Next(ctx, store.InvoiceSeries) // locks the company's counter, so nothing slow may follow
	if err != nil {
		return err
	}
	c.Confirm(c.call.Actor.Person(), c.now)
	invoice, err := c.newInvoice(d, id, sequence)
	if err != nil {
		return err
	}
	c.invoice = &invoice
	c.title(email.KindInvoice, mail.InvoiceEmail{Seller: seller(c.company), Number: invoice.Number}.Subject())
	c.InvoiceID, c.InvoiceNumber, c.InvoicedAt = &invoice.ID, invoice.Number, &invoice.IssuedAt
	c.step(order.EventConfirmed, map[string]any{"invoice_id": invoice.ID, "invoice_number": invoice.Number})
	return nil
}

// autoconfirm confirms an order that was just checked out, with the service as the actor. A refused order stays
// pending, with a warning and an event.
func (c *change) autoconfirm(ctx context.Context) error {
	caller := c.call
	defer func() { c.call = caller }()
	c.call.Actor = auth.System(c.company.ID)
	verdict := c.guard(order.Confirm)
	if !verdict.Allowed {
		c.warn(WarnAutoconfirmFailed, "Not confirmed automatically ("+string(verdict.Code)+"): "+verdict.Message)
		c.addEvent(order.EventAutoconfirm, nil, nil, map[string]any{"code": string(verdict.Code), "message": verdict.Message})
		return nil
	}
	return c.issue(ctx)
}

func (c *change) confirmed() Confirmed {
	done := Confirmed{Order: c.view(), Invoice: *c.invoice, Warnings: c.warnings}
	for i := range c.emails {
		if c.emails[i].Kind == email.KindInvoice {
			done.Email = &c.emails[i]
		}
	}
	return done
}

func (c *change) confirmedBefore(ctx context.Context) (Confirmed, error) {
	invoice, err := c.tx.Invoice(ctx, *c.InvoiceID)
	if err != nil {
		return Confirmed{}, err
	}
	done := Confirmed{Order: c.view(), Invoice: invoice, AlreadyConfirmed: true}
	e, found, err := c.tx.InvoiceEmail(ctx, invoice.ID)
	if found {
		done.Email = &e
	}
	return done, err
}

package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Confirmed is what came of confirming an order.
type Confirmed struct {
	Order            View
	Invoice          billing.Invoice
	AlreadyConfirmed bool         // it was confirmed before: this call changed nothing and sent nothing
	Email            *email.Email // the e-mail that carries the invoice; nil where the company sends none
	Warnings         []Warning
}

// Confirm accepts an order: its invoice exists, has its number and is on its way to the customer by e-mail, all three
// or none. A confirmed order answers the invoice it has.
//
// Faults: order_not_found, order_changed, and what the guard says: role_not_allowed, order_not_confirmable,
// prebook_has_no_invoice, past_cutoff, payment_required.
func (s *Service) Confirm(ctx context.Context, call Call, id string, encode Encode[Confirmed]) (Reply, error) {
	var issued bool
	reply, err := once(ctx, s, call, encode, func(tx *store.Tx, now time.Time) (Confirmed, error) {
		done, err := s.confirmOne(ctx, tx, call, nil, id, now)
		issued = err == nil && !done.AlreadyConfirmed
		return done, err
	})
	if err == nil && issued && reply.written() {
		s.countIssued(1)
	}
	return reply, err
}

// confirmOne loads one order, confirms it and saves it: for one, and for each of many.
func (s *Service) confirmOne(ctx context.Context, tx *store.Tx, call Call, batch *string, id string, now time.Time) (Confirmed, error) {
	c, co, cu, err := s.load(ctx, tx, call, id)
	if err != nil {
		return Confirmed{}, err
	}
	c.batch = batch
	verdict := order.Guard(call.Actor, order.Confirm, &c.Order, situation(co, &c.Order, now))
	if err := call.MergeFaults(verdict.Err()); err != nil {
		return Confirmed{}, err
	}
	if verdict.Already {
		return s.confirmedBefore(ctx, tx, call.Actor, co, c.Order, now)
	}
	if err := s.issue(ctx, tx, c, co, cu, now); err != nil {
		return Confirmed{}, err
	}
	if err := save(tx, c); err != nil {
		return Confirmed{}, err
	}
	return confirmed(call.Actor, co, c, now), nil
}

// issue confirms an order that the guard has let pass, and makes its invoice and its e-mail: the one way there is,
// for one order, for many, and for those that confirm themselves.
func (s *Service) issue(ctx context.Context, tx *store.Tx, c *change, co company.Company, cu company.Customer, now time.Time) error {
	if c.Status == order.StatusDraft {
		c.CheckOut(now)
		c.step(order.EventCheckedOut, now, nil)
		if err := mailSalespersonOnce(ctx, tx, c, co, cu, now); err != nil {
			return err
		}
	}
	if c.PaymentIndicator {
		c.warn(WarnUnpaid, fmt.Sprintf("Order %s must be paid by card and is not: %s %s is open.", c.Number, c.Balance.Format(c.Digits()), c.Currency))
	}
	id := newID()
	if co.EmailInvoiceOnConfirmation {
		c.mailCustomer(email.Email{Kind: email.KindInvoice, InvoiceID: &id, Recipients: cu.Emails}, now)
	}
	if err := wake(ctx, tx, c); err != nil {
		return err
	}
	sequence, err := tx.Next(ctx, store.InvoiceSeries) // locks the company's counter: nothing slow comes after it
	if err != nil {
		return err
	}
	c.Confirm(c.call.Actor.Subject, now)
	invoice, err := invoiceOf(&c.Order, co, cu, id, sequence, now)
	if err != nil {
		return err
	}
	c.invoice = &invoice
	c.InvoiceID, c.InvoiceNumber, c.InvoicedAt = &invoice.ID, invoice.Number, &invoice.IssuedAt
	c.step(order.EventConfirmed, now, map[string]any{"invoice_id": invoice.ID, "invoice_number": invoice.Number})
	return nil
}

// autoconfirm confirms an order that was just checked out, as the service itself. What it refuses stays pending, with a
// warning and a word in the timeline.
func (s *Service) autoconfirm(ctx context.Context, tx *store.Tx, c *change, co company.Company, cu company.Customer, now time.Time) error {
	caller := c.call
	defer func() { c.call = caller }()
	c.call.Actor = auth.System(co.ID)
	verdict := order.Guard(c.call.Actor, order.Confirm, &c.Order, situation(co, &c.Order, now))
	if !verdict.Allowed {
		c.warn(WarnAutoconfirmFailed, "Not confirmed automatically ("+string(verdict.Code)+"): "+verdict.Message)
		c.note(order.EventAutoconfirm, now, nil, nil, map[string]any{"code": string(verdict.Code), "message": verdict.Message})
		return nil
	}
	return s.issue(ctx, tx, c, co, cu, now)
}

// load reads a document that the caller wants to change, with what rules need beside it, and checks that the caller
// may see it and means the version that is there. Its $ is by the customer's flag as it stays until the transaction ends:
// the flag may have moved since the document was read, which moves no version.
func (s *Service) load(ctx context.Context, tx *store.Tx, call Call, id string) (*change, company.Company, company.Customer, error) {
	var co company.Company
	var cu company.Customer
	o, err := tx.Order(ctx, id)
	if err == nil {
		err = visible(call.Actor, &o)
	}
	if err == nil && !call.versionMatches(o.Version) {
		err = stale(ctx, tx, call, &o)
	}
	if err == nil {
		co, err = tx.Company(ctx)
	}
	if err == nil {
		cu, err = tx.CustomerHeld(ctx, o.CustomerID)
		o.Derive(cu.RequireCreditCardPayment)
	}
	return changing(call, o), co, cu, err
}

func confirmed(who auth.Actor, co company.Company, c *change, now time.Time) Confirmed {
	done := Confirmed{Order: viewOf(who, co, c.Order, now), Invoice: *c.invoice, Warnings: c.warnings}
	for i := range c.emails {
		if c.emails[i].Kind == email.KindInvoice {
			done.Email = &c.emails[i]
		}
	}
	return done
}

func (s *Service) confirmedBefore(ctx context.Context, tx *store.Tx, who auth.Actor, co company.Company, o order.Order, now time.Time) (Confirmed, error) {
	invoice, err := tx.Invoice(ctx, *o.InvoiceID)
	if err != nil {
		return Confirmed{}, err
	}
	done := Confirmed{Order: viewOf(who, co, o, now), Invoice: invoice, AlreadyConfirmed: true}
	e, found, err := tx.InvoiceEmail(ctx, invoice.ID)
	if found {
		done.Email = &e
	}
	return done, err
}

package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// CheckedOut is what came of checking a document out. Invoice is set where the order confirmed itself, or was confirmed before.
type CheckedOut struct {
	Order    View
	Invoice  *billing.Invoice
	Warnings []Warning
}

// Checkout submits a draft order, which confirms itself where the company or the customer has it so, or lines of a
// prebook: those of lineIDs, or all open ones where it is nil. What is checked out already changes nothing, and answers with the
// invoice it has.
//
// Faults: order_not_found, order_changed, role_not_allowed, order_not_checkoutable; body_invalid for unknown lines.
func (s *Service) Checkout(ctx context.Context, call Call, id string, lineIDs []string, encode Encode[CheckedOut]) (Reply, error) {
	var issued bool
	reply, err := once(ctx, s, call, encode, func(tx *store.Tx, now time.Time) (CheckedOut, error) {
		c, co, cu, err := s.load(ctx, tx, call, id)
		if err != nil {
			return CheckedOut{}, err
		}
		verdict := order.Guard(call.Actor, order.Checkout, &c.Order, situation(co, &c.Order, now))
		if err := verdict.Err(); err != nil {
			return CheckedOut{}, err
		}
		switch {
		case c.Kind == order.KindPrebook:
			err = c.checkOutLines(lineIDs, now)
		case lineIDs != nil:
			err = unprocessable("/line_ids", fault.FieldConflict, "An order is checked out whole; only a prebook's lines are checked out one by one. Leave line_ids out.")
		case len(call.Faults) > 0:
		case verdict.Allowed:
			c.CheckOut(now)
			c.step(order.EventCheckedOut, now, nil)
			if cu.Autoconfirms(co.Settings) && c.BilledFromID == nil {
				err = s.autoconfirm(ctx, tx, c, co, cu, now)
			}
		}
		if err = call.MergeFaults(err); err == nil {
			err = s.submit(ctx, tx, c, co, cu, now)
		}
		if err != nil {
			return CheckedOut{}, err
		}
		issued = c.invoice != nil
		done := CheckedOut{Order: viewOf(call.Actor, co, c.Order, now), Invoice: c.invoice, Warnings: c.warnings}
		if verdict.Already && c.InvoiceID != nil {
			invoice, err := tx.Invoice(ctx, *c.InvoiceID)
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

// checkOutLines checks lines out and tells of it: of the lines, and once of the whole prebook with its last line.
func (c *change) checkOutLines(ids []string, now time.Time) error {
	changed, err := c.CheckOutLines(ids, c.call.Actor.Subject, now)
	if err != nil || len(changed) == 0 {
		return err
	}
	c.lines = true
	c.stepOut(order.EventLineCheckedOut, now, map[string]any{"line_ids": changed})
	return nil
}

// submit saves a checkout and tells the salesperson of it.
func (s *Service) submit(ctx context.Context, tx *store.Tx, c *change, co company.Company, cu company.Customer, now time.Time) error {
	if len(c.events) == 0 {
		return nil
	}
	if err := mailSalespersonOnce(ctx, tx, c, co, cu, now); err != nil {
		return err
	}
	if err := save(tx, c); err != nil {
		return err
	}
	return wake(ctx, tx, c)
}

// mailSalespersonOnce tells the salesperson that lines were submitted, if they are the first of their cart.
func mailSalespersonOnce(ctx context.Context, tx *store.Tx, c *change, co company.Company, cu company.Customer, now time.Time) error {
	if !co.EmailSalespersonOnOrder || cu.SalespersonEmail == "" {
		return nil
	}
	told, err := tx.SalespersonNotified(ctx, c.CheckoutID)
	if err == nil && !told {
		c.mailSalesperson(cu, now)
	}
	return err
}

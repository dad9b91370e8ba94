package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Bill turns checked-out lines of a prebook, those of lineIDs or all where it is nil, into a new pending order, linked
// both ways.
//
// Faults: order_not_found, order_changed, role_not_allowed, order_not_billable, line_not_checked_out,
// line_already_billed; body_invalid for unknown lines.
func (s *Service) Bill(ctx context.Context, call Call, id string, lineIDs []string, encode Encode[View]) (Reply, error) {
	tenant := s.store.For(call.Actor.CompanyID)
	numbers, err := tenant.TakeNumbers(ctx, 1)
	if err != nil {
		return Reply{}, err
	}
	reply, err := once(ctx, s, call, encode, func(tx *store.Tx, now time.Time) (View, error) {
		c, co, cu, err := s.load(ctx, tx, call, id)
		if err != nil {
			return View{}, err
		}
		verdict := order.Guard(call.Actor, order.Bill, &c.Order, situation(co, &c.Order, now))
		if err := c.billRefusal(verdict, lineIDs); err != nil {
			return View{}, err
		}
		o, err := c.Bill(lineIDs, newID, call.Actor.Subject, now)
		if err = call.MergeFaults(err); err != nil {
			return View{}, err
		}
		o.Sequence, o.Number = numbers[0], order.NumberOf(o.Origin, numbers[0])
		o.Derive(cu.RequireCreditCardPayment)
		c.Derive(false)
		c.lines = true
		bill := placing(call, o, now)
		c.step(order.EventBilled, now, map[string]any{"order_id": o.ID, "order_number": o.Number, "lines": len(o.Lines)})
		if err := save(tx, bill, c); err != nil {
			return View{}, err
		}
		bill.LinkTo(&c.Order)
		return viewOf(call.Actor, co, bill.Order, now), nil
	})
	s.settleNumbers(tenant, numbers, reply, err)
	return reply, err
}

// billRefusal is the guard's refusal, with the orders that have the lines; or, where the caller named lines, what is wrong with
// these.
func (c *change) billRefusal(v order.Verdict, lineIDs []string) error {
	err := v.Err()
	if err == nil || v.Code == fault.RoleNotAllowed || c.Kind != order.KindPrebook {
		return err
	}
	if lineIDs != nil && c.LinesBilled > 0 {
		trial := c.Clone()
		if _, named := trial.Bill(lineIDs, newID, "", time.Time{}); named != nil {
			return named
		}
	}
	if v.Code == fault.LineAlreadyBilled {
		return fault.Of(err).With("orders", c.BilledOrders(nil))
	}
	return err
}

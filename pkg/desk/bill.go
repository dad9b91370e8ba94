package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// BillRefusals is the codes of Bill's refusals, except those that every write of an order shares.
var BillRefusals = order.Refusals(order.Bill)

// Bill turns checked-out lines of a prebook into a new pending order and links the two. It takes the lines in lineIDs,
// or all of them if lineIDs is nil.
//
// Faults: order_not_found, order_changed, role_not_allowed, and [BillRefusals]; body_invalid for unknown lines.
func (s *Service) Bill(ctx context.Context, call Call, id string, lineIDs []string, encode Encode[View]) (Reply, error) {
	reply, _, err := numbered(ctx, s, call, 1, store.First{Order: id}, encode, func(u unit, numbers []int64) (View, error) {
		c, err := u.load(ctx, id)
		if err != nil {
			return View{}, err
		}
		if err := c.billRefusal(c.guard(order.Bill), lineIDs); err != nil {
			return View{}, err
		}
		o, err := c.Bill(lineIDs, newID, call.Actor.Person(), u.now)
		if err = call.MergeFaults(err); err != nil {
			return View{}, err
		}
		o.Sequence, o.Number = numbers[0], order.NumberOf(o.Origin, numbers[0])
		o.Derive(c.customer.RequireCreditCardPayment)
		c.Derive(false)
		c.linesChanged = true
		bill := u.create(o, c.company, c.customer)
		c.step(order.EventBilled, map[string]any{"order_id": o.ID, "order_number": o.Number, "lines": len(o.Lines)})
		if err := u.save(bill, c); err != nil {
			return View{}, err
		}
		bill.LinkTo(&c.Order)
		return bill.view(), nil
	})
	return reply, err
}

// billRefusal is the guard's refusal, with the orders that already have the lines. If the caller named lines, it is
// what is wrong with those.
func (c *change) billRefusal(v order.Verdict, lineIDs []string) error {
	err := v.Err()
	if err == nil || v.Code == fault.RoleNotAllowed || c.Kind != order.KindPrebook {
		return err
	}
	if lineIDs != nil && c.LinesBilled > 0 {
		trial := c.Clone()
		if _, refused := trial.Bill(lineIDs, newID, company.Person{}, time.Time{}); refused != nil {
			return refused
		}
	}
	if v.Code == fault.LineAlreadyBilled {
		return fault.Of(err).With("order_ids", c.BilledOrders(nil))
	}
	return err
}

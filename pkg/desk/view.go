package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// View is a document as one caller sees it.
type View struct {
	order.Order
	Allowed map[order.Action]order.Verdict
	Private bool // the caller may see internal notes
}

// viewOf is what the caller may see of a document, with the guard's verdict on each action.
func viewOf(who auth.Actor, c company.Company, o order.Order, now time.Time) View {
	v := View{Order: o, Allowed: make(map[order.Action]order.Verdict, len(order.GuardedActions)), Private: !who.IsStorefront()}
	in, caller := guardContext(c, &o, now), order.Caller(who) // an interface is made once, because each takes memory
	for _, a := range order.GuardedActions {
		v.Allowed[a] = order.Guard(caller, a, &o, in)
	}
	return v
}

// Details returns one document with its lines.
func (s *Service) Details(ctx context.Context, who auth.Actor, id string) (View, error) {
	tenant := s.store.For(who.CompanyID)
	o, c, err := tenant.OrderInCompany(ctx, id)
	if err != nil {
		return View{}, err
	}
	if err := visible(who, &o); err != nil {
		return View{}, err
	}
	if _, err := readOwnOnline(ctx, who, &o, tenant.Payments); err != nil {
		return View{}, err
	}
	return viewOf(who, c, o, s.now()), nil
}

// visibleOrder returns a document that the caller may see.
func (s *Service) visibleOrder(ctx context.Context, who auth.Actor, id string) (order.Order, error) {
	o, err := s.store.For(who.CompanyID).Order(ctx, id)
	if err == nil {
		err = visible(who, &o)
	}
	return o, err
}

package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// EventFilter and EventPage are the store's types for a timeline.
type (
	EventFilter = store.EventFilter
	EventPage   = store.EventPage
)

// Timeline returns a document and one page of its events, oldest first.
func (s *Service) Timeline(ctx context.Context, who auth.Actor, f EventFilter) (order.Order, EventPage, error) {
	o, err := s.visibleOrder(ctx, who, f.OrderID)
	if err != nil {
		return o, EventPage{}, err
	}
	page, err := s.events(ctx, who, f)
	return o, page, err
}

// events returns the events that the caller may see.
func (s *Service) events(ctx context.Context, who auth.Actor, f EventFilter) (EventPage, error) {
	page, err := s.store.For(who.CompanyID).Events(ctx, f)
	if err != nil || !who.IsStorefront() {
		return page, err
	}
	var seen []order.Event
	for _, e := range page.Events {
		if e, ok := e.Visible(); ok {
			seen = append(seen, e)
		}
	}
	page.Events = seen
	return page, nil
}

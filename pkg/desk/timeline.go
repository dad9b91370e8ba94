package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// EventFilter and EventPage are the store's types for a timeline.
type (
	EventFilter = store.EventFilter
	EventPage   = store.EventPage
)

// Timeline returns one page of a document's events, oldest first.
func (s *Service) Timeline(ctx context.Context, who auth.Actor, f EventFilter) (EventPage, error) {
	if _, err := s.visibleOrder(ctx, who, f.OrderID); err != nil {
		return EventPage{}, err
	}
	return s.store.For(who.CompanyID).Events(ctx, f)
}

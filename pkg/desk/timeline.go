package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// EventFilter and EventPage are what a timeline is asked for and answers, in the store's words.
type (
	EventFilter = store.EventFilter
	EventPage   = store.EventPage
)

// Timeline is a part of a document's timeline, oldest first.
func (s *Service) Timeline(ctx context.Context, who auth.Actor, f EventFilter) (EventPage, error) {
	if _, err := s.visibleOrder(ctx, who, f.OrderID); err != nil {
		return EventPage{}, err
	}
	return s.store.For(who.CompanyID).Events(ctx, f)
}

package desk

import (
	"context"
	"errors"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// expiryBatch is the number of drafts that one run handles.
const expiryBatch = 200

// ExpireDrafts voids draft web orders that were neither checked out nor paid within the company's time. A draft with a
// payment stays, even if everything was refunded. A payment that was taken back as a mistake does not count.
// ExpireDrafts returns how many it voided.
func (s *Service) ExpireDrafts(ctx context.Context) (int, error) {
	now, err := s.databaseNow(ctx)
	if err != nil {
		return 0, err
	}
	due, err := s.store.System().ExpiredDrafts(ctx, now, expiryBatch)
	if err != nil {
		return 0, err
	}
	expired := 0
	var failed []error
	for _, ref := range due {
		voided, err := s.expire(ctx, ref)
		if err != nil {
			failed = append(failed, err) // one failure does not stop the others
		} else if voided {
			expired++
		}
	}
	s.observe(Occurrence{"draft_expired", expired})
	return expired, errors.Join(failed...)
}

func (s *Service) expire(ctx context.Context, ref store.OrderRef) (voided bool, err error) {
	call := Call{Actor: auth.System(ref.CompanyID), Operation: "expireDraft"}
	_, err = once(ctx, s, call, func(struct{}) (Answer, error) { return Answer{}, nil }, func(u unit) (none struct{}, err error) {
		c, err := u.load(ctx, ref.ID)
		if err != nil {
			return none, err
		}
		voided = c.Status == order.StatusDraft && c.Paid == 0 // the order may have changed since it was listed
		if !voided {
			return none, nil
		}
		return none, c.void(ctx, order.VoidedByExpiry, "Not checked out in time.")
	})
	return voided && err == nil, err
}

// PurgeKeys deletes expired answers of idempotency keys and returns how many.
func (s *Service) PurgeKeys(ctx context.Context) (int64, error) {
	now, err := s.databaseNow(ctx)
	if err != nil {
		return 0, err
	}
	return s.store.System().PurgeKeys(ctx, now, 5000)
}

package desk

import (
	"context"
	"errors"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// expiryBatch is how many drafts of a company are looked at in one run.
const expiryBatch = 200

// ExpireDrafts voids draft web orders that the buyer has not checked out, nor paid anything of, within the company's
// time. One that was paid stays, though all was refunded; a payment that was taken back as a mistake is none. It returns how many it voided.
func (s *Service) ExpireDrafts(ctx context.Context) (int, error) {
	due, err := s.store.System().ExpiredDrafts(ctx, s.now(), expiryBatch)
	if err != nil {
		return 0, err
	}
	expired := 0
	var failed []error
	for _, ref := range due {
		voided, err := s.expire(ctx, ref)
		if err != nil {
			failed = append(failed, err) // one that fails does not keep the others
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
		voided = c.Status == order.StatusDraft && c.Paid == 0 // as it is now, not as it was listed
		if !voided {
			return none, nil
		}
		return none, c.void(ctx, order.VoidedByExpiry, "Not checked out in time.")
	})
	return voided && err == nil, err
}

// PurgeKeys forgets kept answers past their time and returns how many.
func (s *Service) PurgeKeys(ctx context.Context) (int64, error) {
	return s.store.System().PurgeKeys(ctx, s.now(), 5000)
}

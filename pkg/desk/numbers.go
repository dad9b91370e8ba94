package desk

import (
	"context"
	"errors"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// numbered is once for a write that creates n documents, which get the numbers. It reports whether they were created. If a failover
// lost the reservation of the numbers, it runs again with others.
func numbered[T any](ctx context.Context, s *Service, call Call, n int, first store.First, encode Encode[T], do func(unit, []int64) (T, error)) (reply Reply, created bool, err error) {
	tenant := s.store.For(call.Actor.CompanyID)
	for try := 1; ; try++ {
		numbers, err := tenant.TakeNumbers(ctx, n)
		if err != nil {
			return Reply{}, false, err
		}
		reply, err := onceReading(ctx, s, call, first, encode, func(u unit) (out T, err error) {
			if err := u.tx.Holds(numbers); err != nil {
				return out, err
			}
			return do(u, numbers.Values)
		})
		switch {
		case errors.Is(err, store.ErrNumbersLost) && try < tries:
			tenant.ForgetNumbers(numbers)
			continue
		case errors.Is(err, store.ErrNumbersLost): // each try met another failover
			err = fault.New(fault.DatabaseUnavailable, "The database is moving to another server. Nothing was written; try again with the same Idempotency-Key.").Because(err)
		}
		return reply, s.settleNumbers(tenant, numbers, reply, err), err
	}
}

// settleNumbers gives back the numbers of documents that were not created, and reports whether they were created. If
// the outcome is unknown, the numbers become a gap, because a number is never used twice.
func (s *Service) settleNumbers(tenant store.Tenant, numbers store.Numbers, reply Reply, err error) bool {
	switch {
	case fault.Is(err, fault.OutcomeUnknown):
		return false
	case err != nil || !reply.written():
		tenant.ReturnNumbers(numbers)
		return false
	}
	s.observe(Occurrence{"order_placed", len(numbers.Values)})
	return true
}

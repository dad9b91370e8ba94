package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// How far this process's clock may be from the database's.
const (
	SkewNoticed = time.Second     // beyond it the log says so
	SkewAllowed = 5 * time.Second // beyond it the process is not ready and refuses writes
)

// at returns the time of a transaction: the database's clock, which all processes share, in whole microseconds.
func (s *Service) at(tx *store.Tx) time.Time {
	if s.clock != nil {
		return s.givenTime()
	}
	return tx.Now()
}

// stamp returns the updated_at of what a transaction changes at a time.
func (s *Service) stamp(tx *store.Tx, now time.Time) time.Time {
	if s.clock != nil {
		return now
	}
	return tx.Stamp(now)
}

// now estimates the database's clock, for what is read and not written.
func (s *Service) now() time.Time {
	if s.clock != nil {
		return s.givenTime()
	}
	return s.store.Now()
}

// databaseNow asks the database for its clock, for work outside a transaction that cannot be undone.
func (s *Service) databaseNow(ctx context.Context) (time.Time, error) {
	if s.clock != nil {
		return s.givenTime(), nil
	}
	return s.store.DatabaseNow(ctx)
}

// givenTime returns the time of the clock that replaces the database's (see Options.Now).
func (s *Service) givenTime() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// MeasureClock compares this process's clock with the database's and logs a difference that a person should know of.
func (s *Service) MeasureClock(ctx context.Context) error {
	if _, err := s.store.DatabaseNow(ctx); err != nil {
		return err
	}
	switch skew := s.store.Skew(); {
	case skew.Abs() > SkewAllowed:
		s.log.ErrorContext(ctx, "the clock of this process is wrong: it is not ready and refuses writes", "skew", skew, "remedy", skewRemedy)
	case skew.Abs() > SkewNoticed:
		s.log.WarnContext(ctx, "the clock of this process differs from the database's", "skew", skew, "remedy", skewRemedy)
	}
	return nil
}

const skewRemedy = "synchronise the clocks of this machine and of the database server (NTP)"

// ClockReady returns an error if this process's clock is too far from the database's.
func (s *Service) ClockReady(ctx context.Context) error {
	if _, err := s.store.DatabaseNow(ctx); err != nil {
		return err
	}
	return refuseSkew(s.store.Skew())
}

// checkClock returns a fault if the transaction found that this process's clock is wrong. Nothing may be written then.
func (s *Service) checkClock(tx *store.Tx) error {
	if s.clock != nil {
		return nil
	}
	return refuseSkew(tx.Skew())
}

// refuseSkew refuses the writes of a process whose clock is wrong. The rows would have the database's time, but the
// process judges tokens by its own clock.
func refuseSkew(skew time.Duration) error {
	if skew.Abs() <= SkewAllowed {
		return nil
	}
	return fault.New(fault.ClockSkewed, "The clock of this server differs from the database's by more than %d seconds. Nothing was written; another server may take the request.",
		SkewAllowed/time.Second).RetryAfter(SkewAllowed)
}

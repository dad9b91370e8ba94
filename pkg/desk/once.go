package desk

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// How a transaction that loses races is repeated.
const (
	tries        = 12 // attempts
	retryPause   = 2 * time.Millisecond
	longestPause = 60 * time.Millisecond
)

// errDryRun rolls a dry run back.
var errDryRun = errors.New("dry run")

// once runs a write in one transaction, once for each key (ADR 2). The key's row goes in first, in one round trip with BEGIN and what
// the use case reads first, and waits for another request that holds it. do makes the effect. encode makes the answer, which is kept in the
// key's row. Everything commits together. A request repeated with its key gets the first answer, byte for byte. A dry run is the
// same transaction, rolled back. A transaction that lost a race runs again on the new state.
func once[T any](ctx context.Context, s *Service, call Call, encode Encode[T], do func(unit) (T, error)) (Reply, error) {
	return onceReading(ctx, s, call, store.First{}, encode, do)
}

// onceReading is once for a write whose first reads are known before its transaction begins.
func onceReading[T any](ctx context.Context, s *Service, call Call, first store.First, encode Encode[T], do func(unit) (T, error)) (Reply, error) {
	if call.DryRun {
		call.Key = ""
	}
	key := store.Key{Subject: call.Actor.Subject, Operation: call.Operation, Key: call.Key}
	release, err := s.enter(ctx, call.Actor.CompanyID, key)
	if err != nil {
		return Reply{}, err
	}
	defer release()

	var reply Reply
	tenant, used := s.store.For(call.Actor.CompanyID), false
	err = retry(ctx, func() error {
		reply = Reply{DryRun: call.DryRun}
		_, err := store.InTxFirst(ctx, tenant, s.first(call, key, first, used), func(tx *store.Tx) (struct{}, error) {
			return struct{}{}, s.answer(ctx, tx, call, key, &used, &reply, func(now time.Time) (Answer, error) {
				out, err := do(unit{tx: tx, call: call, now: now, stamp: s.stamp(tx, now)})
				if err != nil {
					return Answer{}, err
				}
				return encode(out)
			})
		})
		if key.Key != "" && !used && fault.Is(err, fault.OrderLocked) {
			return s.heldUp(ctx, tenant, key, &used, err)
		}
		return err
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return Reply{}, err
	}
	s.countReplay(reply)
	return reply, nil
}

// first adds the claim of the key to what the write reads first. A key that is known to be used is claimed alone.
func (s *Service) first(call Call, key store.Key, first store.First, used bool) store.First {
	if used {
		first = store.First{}
	}
	if key.Key != "" {
		first.Claim = &store.Claim{Key: key, Fingerprint: call.Fingerprint, TTL: s.ttl}
		if s.clock != nil {
			first.Claim.At = s.givenTime()
		}
	}
	return first
}

// enter holds the key until release is called. It counts a conflict if another request does not release it in time.
func (s *Service) enter(ctx context.Context, company string, key store.Key) (release func(), err error) {
	release, err = s.running.enter(ctx, company, key)
	if err != nil {
		s.observe(Occurrence{"key_conflict", 1})
	}
	return release, err
}

// countReplay counts a replayed answer for metrics.
func (s *Service) countReplay(reply Reply) {
	if reply.Replayed {
		s.observe(Occurrence{"key_replayed", 1})
	}
}

// heldUp returns the error of a request that waited for a row for too long. A replay must not wait for the rows of its order, but what
// the use case reads first is sent with the claim of the key. So if an answer is kept under the key, the transaction runs again.
func (s *Service) heldUp(ctx context.Context, tenant store.Tenant, key store.Key, used *bool, held error) error {
	kept, err := tenant.KeyUsed(ctx, key, s.now())
	if err != nil || !kept {
		return held
	}
	*used = true
	return store.ErrStale
}

// answer is the body of the transaction that once runs, which claims the key.
func (s *Service) answer(ctx context.Context, tx *store.Tx, call Call, key store.Key, used *bool, reply *Reply, effect func(now time.Time) (Answer, error)) error {
	if err := s.checkClock(tx); err != nil {
		return err
	}
	now := s.at(tx)
	var made Answer
	var err error
	if !*used {
		made, err = effect(now)
	}
	switch fresh, claim := tx.Claimed(ctx); {
	case fault.Is(claim, fault.OrderLocked): // by a request of another process
		s.observe(Occurrence{"key_conflict", 1})
		return inProgress().Because(claim)
	case claim != nil:
		return claim
	case !fresh:
		*used = true
		return s.replay(ctx, tx, call, key, reply)
	case *used: // it has expired since
		made, err = effect(now)
	}
	if err = call.MergeFaults(err); err != nil { // most use cases merge before they write; merging again changes nothing
		return err
	}
	reply.Answer = made
	if call.DryRun {
		if err := tx.Flush(ctx); err != nil { // the constraints must pass too
			return err
		}
		return errDryRun
	}
	if key.Key != "" {
		return tx.KeepAnswer(key, made)
	}
	return nil
}

func (s *Service) replay(ctx context.Context, tx *store.Tx, call Call, key store.Key, reply *Reply) error {
	kept, err := tx.Replay(ctx, key)
	if err != nil {
		return err
	}
	if !bytes.Equal(kept.Fingerprint, call.Fingerprint) {
		s.observe(Occurrence{"key_mismatch", 1})
		return fault.New(fault.IdempotencyKeyReused, "The Idempotency-Key was used before with another request. Use a fresh key for a new intent.")
	}
	reply.Answer, reply.Replayed = kept.Answer, true
	return nil
}

// retry runs a transaction again while it loses races, up to the limit of tries.
func retry(ctx context.Context, run func() error) error {
	pause := retryPause
	for try := 1; ; try++ {
		err := run()
		if err == nil || !store.Retryable(err) {
			return err
		}
		if try == tries {
			return fault.New(fault.OrderLocked, "Other requests change the same document faster than this one can. Try again in a moment.").Because(err)
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.RequestTimeout, "The request exceeded its time limit; nothing of it was written.").Because(err)
		case <-time.After(rand.N(pause) + time.Millisecond): //nolint:gosec // jitter, no secret
		}
		pause = min(2*pause, longestPause)
	}
}

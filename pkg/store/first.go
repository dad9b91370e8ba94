package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// First is what a transaction does first, as far as it is known before it begins. PostgreSQL does it in the round trip of BEGIN.
// Nothing else changes: the claim is settled by Claimed, and the methods that read return what was read, or its error.
type First struct {
	Claim *Claim       // of a key
	Order string       // the id for OrderToChange
	Buyer *CustomerRef // for CompanyAndCustomerHeld
}

// Claim is the claim of a key; see ClaimKeyFirst.
type Claim struct {
	Key         Key
	Fingerprint []byte
	At          time.Time // zero: the database's clock when the transaction begins
	TTL         time.Duration
}

// claimKeyNow is claimKey by the database's clock, which Go does not know before the transaction begins.
const claimKeyNow = `INSERT INTO idempotency_keys (company_id, subject, operation, key, fingerprint, status, headers, body, replays, created_at, expires_at)
	SELECT ?::uuid, ?, ?, ?, ?::bytea, 0, '{}', ''::bytea, 0, at, at + ?::float8 * interval '1 microsecond' FROM (SELECT greatest(now(), clock_timestamp()) AS at) clock
	` + replaceExpired

// ahead is what is sent with BEGIN.
type ahead struct {
	claim *rowscan.Lead
	reads rowscan.Batch
	order *orderRead // nil: not read, or taken
	buyer *buyerRead // as order
	sent  bool
	err   error // of the claim or of a read; the transaction has failed then
}

// plan prepares what is sent with BEGIN.
func (tx *Tx) plan(ctx context.Context, first First) *ahead {
	a := &ahead{}
	if c := first.Claim; c != nil {
		tx.claim = &claim{sent: true}
		a.claim = &rowscan.Lead{Settle: tx.claim.settle}
		if c.At.IsZero() {
			a.claim.SQL, a.claim.Args = dollars(claimKeyNow), []any{tx.company, c.Key.Subject, c.Key.Operation, c.Key.Key, c.Fingerprint, float64(c.TTL.Microseconds())}
		} else {
			a.claim.SQL, a.claim.Args = dollars(claimKey), tx.claimArgs(c.Key, c.Fingerprint, c.At, c.At.Add(c.TTL))
		}
	}
	if first.Order != "" {
		a.order = &orderRead{id: first.Order}
		tx.queueOrder(ctx, &a.reads, a.order)
	}
	if first.Buyer != nil {
		a.buyer = &buyerRead{who: *first.Buyer}
		tx.queueBuyer(ctx, &a.reads, a.buyer)
	}
	return a
}

// claimUnsent claims the key of First before the next statement if it was not sent with BEGIN.
func (tx *Tx) claimUnsent(first First) {
	if tx.opening.ahead != nil && tx.opening.ahead.sent {
		return
	}
	tx.claim = nil
	if c := first.Claim; c != nil {
		at := c.At
		if at.IsZero() {
			at = tx.opening.now
		}
		tx.ClaimKeyFirst(c.Key, c.Fingerprint, at, at.Add(c.TTL))
	}
}

// takeAhead returns what was read with BEGIN, once, or nil.
func takeAhead[T any](tx *Tx, of func(*ahead) **T) (*T, error) {
	a := tx.opening.ahead
	if a == nil || !a.sent {
		return nil, nil //nolint:nilnil // nothing was read
	}
	slot := of(a)
	read := *slot
	*slot = nil
	return read, a.err
}

func (a *ahead) queueOn(batch *pgx.Batch) {
	if a.claim != nil {
		batch.Queue(a.claim.SQL, a.claim.Args...)
	}
	a.reads.QueueOn(batch)
}

// readFrom takes the results. Their error does not end the transaction here: whoever asks for the claim or the read gets it.
func (a *ahead) readFrom(results pgx.BatchResults, conn *pgx.Conn) {
	a.sent = true
	if a.claim != nil {
		tag, err := results.Exec()
		if a.err = a.claim.Settle(tag.RowsAffected(), err); a.err != nil {
			return
		}
	}
	a.err = a.reads.ReadFrom(results, conn.TypeMap())
}

// notPrepared reports whether a batch was not sent because one of its statements could not be prepared.
func notPrepared(err error) bool {
	var preparing pgx.ErrPreprocessingBatch
	return errors.As(err, &preparing)
}

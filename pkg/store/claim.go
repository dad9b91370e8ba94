package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// errKeyUsed ends a use case whose key was used before. Claimed then returns false.
var errKeyUsed = errors.New("the key was used before")

// claim is the claim of a key in a transaction.
type claim struct {
	args  []any
	sent  bool
	fresh bool
	err   error
}

const claimKey = `INSERT INTO idempotency_keys (company_id, subject, operation, key, fingerprint, status, headers, body, replays, created_at, expires_at)
	VALUES (?, ?, ?, ?, ?, 0, '{}', ?, 0, ?, ?)
	` + replaceExpired

// replaceExpired keeps the row of a key that has not expired.
const replaceExpired = `ON CONFLICT (company_id, subject, operation, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = 0, headers = excluded.headers,
		body = excluded.body, replays = 0, created_at = excluded.created_at, expires_at = excluded.expires_at
	WHERE idempotency_keys.expires_at <= excluded.created_at`

// ClaimKeyFirst is ClaimKey, but the claim waits for the next statement and is sent right before it, so that PostgreSQL answers both
// in one round trip. If the key was used before, that statement fails. Claimed returns the result.
func (tx *Tx) ClaimKeyFirst(k Key, fingerprint []byte, now, expires time.Time) {
	tx.claim = &claim{args: tx.claimArgs(k, fingerprint, now, expires)}
}

func (tx *Tx) claimArgs(k Key, fingerprint []byte, now, expires time.Time) []any {
	return []any{tx.company, k.Subject, k.Operation, k.Key, fingerprint, []byte{}, now, expires}
}

// Claimed returns what ClaimKey returns. It sends the claim if no statement has followed yet. It returns true if the claim did not run
// because a statement that was sent with it failed; the transaction has failed then too.
func (tx *Tx) Claimed(ctx context.Context) (bool, error) {
	c := tx.claim
	if c == nil {
		return true, nil
	}
	_ = tx.sendClaim(ctx)
	tx.claim = nil
	if !c.fresh { // drop what the use case has queued
		tx.queue, tx.recorded, tx.woken = nil, false, false
		clear(tx.counters)
	}
	return c.fresh, c.err
}

// sendClaim sends the claim alone if it has not been sent. It returns an error unless the key is fresh.
func (tx *Tx) sendClaim(ctx context.Context) error {
	c := tx.claim
	if c == nil {
		return nil
	}
	if c.sent {
		return c.outcome()
	}
	c.sent = true
	var inserted int64
	err := tx.store.send(ctx, tx, []statement{{sql: claimKey, args: c.args, count: &inserted}})
	return c.settle(inserted, err)
}

// settle takes the result of the statement.
func (c *claim) settle(rows int64, err error) error {
	c.fresh, c.err = rows == 1, translate(err)
	if violatesConstraint(err) { // the key's row refers to its company
		c.err = unknownCompany()
	}
	return c.outcome()
}

func (c *claim) outcome() error {
	switch {
	case c.err != nil:
		return c.err
	case !c.fresh:
		return errKeyUsed
	}
	return nil
}

// sessionTx is a transaction for GORM and rowscan. It sends the claim before the first statement.
type sessionTx struct {
	*sql.Tx
	tx *Tx
}

// Raw calls f with the driver's connection.
func (t sessionTx) Raw(f func(driverConn any) error) error { return t.tx.conn.Raw(f) }

// TakeLead returns the claim if it has not been sent. Only PostgreSQL takes it.
func (t sessionTx) TakeLead() *rowscan.Lead {
	c := t.tx.claim
	if c == nil || c.sent {
		return nil
	}
	c.sent = true
	return &rowscan.Lead{SQL: dollars(claimKey), Args: c.args, Settle: c.settle, Lost: func() { c.fresh = true }}
}

// QueryContext runs a query.
func (t sessionTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := t.tx.sendClaim(ctx); err != nil {
		return nil, err
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

// ExecContext runs a statement.
func (t sessionTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := t.tx.sendClaim(ctx); err != nil {
		return nil, err
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

// QueryRowContext runs a query for one row. A sql.Row cannot be made from another error, so if the claim failed, the query runs in a
// context that has ended.
func (t sessionTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if err := t.tx.sendClaim(ctx); err != nil {
		ended, end := context.WithCancel(ctx)
		end()
		return t.Tx.QueryRowContext(ended, query, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}

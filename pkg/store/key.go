package store

import (
	"context"
	"time"
)

// Key identifies a write that a client may repeat.
type Key struct {
	Subject   string
	Operation string
	Key       string
}

// Answer is the answer of a write, byte for byte.
type Answer struct {
	Status  int
	Headers map[string]string `gorm:"serializer:json"`
	Body    []byte
}

// Kept is a key's row.
type Kept struct {
	Fingerprint []byte
	Answer      `gorm:"embedded"`
}

// ClaimKey inserts the key's row; KeepAnswer fills it in the same transaction. It waits for another transaction that is
// using the key. It returns false if the key was used before. An expired row is replaced. An unknown company is the
// fault company_not_seller.
func (tx *Tx) ClaimKey(ctx context.Context, k Key, fingerprint []byte, now, expires time.Time) (bool, error) {
	tx.ClaimKeyFirst(k, fingerprint, now, expires)
	return tx.Claimed(ctx)
}

// KeepAnswer queues the answer of a key claimed in this transaction.
func (tx *Tx) KeepAnswer(k Key, a Answer) error {
	headers, err := jsonText(a.Headers)
	if err != nil {
		return err
	}
	tx.later(statement{sql: "UPDATE idempotency_keys SET status = ?, headers = ?, body = ? WHERE company_id = ? AND subject = ? AND operation = ? AND key = ?",
		args: []any{a.Status, headers, a.Body, tx.company, k.Subject, k.Operation, k.Key}})
	return nil
}

// Replay returns the row of a key that was used before. It also writes to it, so that the COMMIT waits for a
// synchronous replica like the first one did: a replay never confirms data that a failover may lose. If a statement that was sent
// with the claim has failed, the error is ErrStale.
func (tx *Tx) Replay(ctx context.Context, k Key) (Kept, error) {
	var kept Kept
	err := tx.in(ctx).Raw(`UPDATE idempotency_keys SET replays = replays + 1 WHERE company_id = ? AND subject = ? AND operation = ? AND key = ?
		RETURNING fingerprint, status, headers, body`, tx.company, k.Subject, k.Operation, k.Key).Scan(&kept).Error
	if inFailedTransaction(err) {
		return kept, ErrStale
	}
	return kept, translate(err)
}

// KeyUsed reports whether an answer is kept under the key.
func (r reader) KeyUsed(ctx context.Context, k Key, now time.Time) (bool, error) {
	var n int
	err := r.in(ctx).Raw(`SELECT count(*) FROM idempotency_keys WHERE company_id = ? AND subject = ? AND operation = ? AND key = ?
		AND status > 0 AND expires_at > ?`, r.company, k.Subject, k.Operation, k.Key, now).Scan(&n).Error
	return n > 0, translate(err)
}

// PurgeKeys deletes at most limit expired answers and returns how many.
func (s System) PurgeKeys(ctx context.Context, now time.Time, limit int) (int64, error) {
	res := s.store.write.WithContext(ctx).Exec(`DELETE FROM idempotency_keys WHERE (company_id, subject, operation, key) IN (
		SELECT company_id, subject, operation, key FROM idempotency_keys WHERE expires_at <= ? LIMIT ?)`, now, limit)
	return res.RowsAffected, translate(res.Error)
}

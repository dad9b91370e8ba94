package store

import (
	"context"
	"time"
)

// ReplayQuery selects events to send again.
type ReplayQuery struct {
	EndpointID string
	ScopeSub   string       // only of documents of this storefront; empty: of all
	After      FeedPosition // exclusive
	Until      FeedPosition // inclusive: how far the endpoint has read
	From, To   time.Time    // of the event, From inclusive and To exclusive; zero: no bound
	Types      []string
	OnlyFailed bool
	Limit      int
}

// condition is the events that the query selects, as the table e.
func (q ReplayQuery) condition(company string, until FeedPosition) (string, []any) {
	text := " e.company_id = ? AND e.pos >= ? AND (e.pos, e.seq) > (?, ?) AND (e.pos, e.seq) <= (?, ?) AND e.type IN ?"
	args := []any{company, q.After.Pos, q.After.Pos, q.After.Seq, until.Pos, until.Seq, q.Types}
	if !q.From.IsZero() {
		text, args = text+" AND e.at >= ?", append(args, q.From.UTC())
	}
	if !q.To.IsZero() {
		text, args = text+" AND e.at < ?", append(args, q.To.UTC())
	}
	if q.ScopeSub != "" {
		text, args = text+" AND EXISTS (SELECT 1 FROM orders o WHERE o.company_id = e.company_id AND o.id = e.order_id AND o.owner_sub = ?)", append(args, q.ScopeSub)
	}
	if q.OnlyFailed {
		text, args = text+" AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.company_id = e.company_id AND d.endpoint_id = ? AND d.id = e.id AND d.state = 'failed')", append(args, q.EndpointID)
	}
	return text, args
}

// ReplayEvents makes the deliveries of at most q.Limit events due, in the order of the feed. It creates those that do not exist. It
// returns how many, and the position of the last event if there are more.
func (tx *Tx) ReplayEvents(ctx context.Context, q ReplayQuery, now time.Time) (n int64, next *FeedPosition, err error) {
	condition, args := q.condition(tx.company, q.Until)
	var last FeedPosition
	res := tx.in(ctx).Raw("SELECT e.pos, e.seq FROM events e WHERE"+condition+" ORDER BY e.pos, e.seq LIMIT 1 OFFSET ?", append(args, q.Limit-1)...).Scan(&last)
	if res.Error != nil {
		return 0, nil, translate(res.Error)
	}
	if res.RowsAffected == 1 {
		next = &last
		condition, args = q.condition(tx.company, last)
	}
	n, err = tx.exec(ctx, `INSERT INTO webhook_deliveries (company_id, endpoint_id, id, event_type, order_id, pos, seq, state, tried, attempts, next_attempt_at, sending_since, created_at, updated_at)
		SELECT e.company_id, ?, e.id, e.type, e.order_id, e.pos, e.seq, 'pending', 0, '[]', ?, NULL, ?, ?
		FROM events e WHERE`+condition+`
		ON CONFLICT (company_id, endpoint_id, id) DO UPDATE SET state = 'pending', tried = 0, next_attempt_at = excluded.next_attempt_at, updated_at = excluded.updated_at
			WHERE webhook_deliveries.state <> 'sending'`,
		append([]any{q.EndpointID, now, now, now}, args...)...)
	return n, next, translate(err)
}

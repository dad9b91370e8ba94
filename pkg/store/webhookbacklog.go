package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/hook"
)

// WebhookBacklog is what all companies have to send.
type WebhookBacklog struct {
	Due    int        // deliveries of enabled endpoints that are due, at most 10,000, and events that they have still to read, at most 10,000
	Oldest *time.Time // since when the oldest of them has been due
}

// WebhookBacklog returns what enabled endpoints have to send. It also counts events that they have not read yet, so that it grows even
// if no process dispatches webhooks.
func (s System) WebhookBacklog(ctx context.Context, now time.Time) (b WebhookBacklog, err error) {
	const due = "d.company_id = e.company_id AND d.endpoint_id = e.id AND d.state = 'pending' AND d.next_attempt_at <= ?"
	unread := "v.company_id = e.company_id AND v.pos >= e.pos AND (v.pos, v.seq) > (e.pos, e.seq) AND v.pos < (SELECT base FROM event_feeds) + " + s.store.feed.until
	err = s.store.read.WithContext(ctx).Raw(`WITH enabled AS (SELECT company_id, id, pos, seq FROM webhook_endpoints WHERE status = 'enabled'),
		firsts AS (
			SELECT (SELECT d.next_attempt_at FROM webhook_deliveries d WHERE `+due+` ORDER BY d.next_attempt_at LIMIT 1) AS at FROM enabled e
			UNION ALL SELECT (SELECT v.at FROM events v WHERE `+unread+` ORDER BY v.pos, v.seq LIMIT 1) FROM enabled e)
		SELECT (SELECT count(*) FROM (SELECT 1 FROM enabled e JOIN webhook_deliveries d ON `+due+` LIMIT 10000) w)
			+ (SELECT count(*) FROM (SELECT 1 FROM enabled e JOIN events v ON `+unread+` LIMIT 10000) w) AS due,
			(SELECT at FROM firsts WHERE at IS NOT NULL ORDER BY at LIMIT 1) AS oldest`, now, now).Scan(&b).Error
	return b, translate(err)
}

// Lag is how far an endpoint is behind, and the results of its deliveries since a given time.
type Lag struct {
	Unread    int // events of the feed that it has not read, at most 10,000
	Untried   int // deliveries without an attempt, at most 10,000
	Delivered int // of the deliveries since the given time, at most 10,000
	Failing   int // of the same, those that were tried and not delivered
}

// Lag returns how far an endpoint is behind, and the results of its deliveries since the time.
func (r reader) Lag(ctx context.Context, e *hook.Endpoint, since time.Time) (lag Lag, err error) {
	err = r.in(ctx).Raw(`SELECT
		(SELECT count(*) FROM (SELECT 1 FROM events WHERE company_id = ? AND pos >= ? AND (pos, seq) > (?, ?) LIMIT 10000) u) AS unread,
		(SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND state = 'pending' AND tried = 0 LIMIT 10000) f) AS untried,
		(SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND state = 'delivered' AND created_at >= ? LIMIT 10000) d) AS delivered,
		(SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND created_at >= ? AND (state = 'failed' OR state = 'pending' AND tried > 0) LIMIT 10000) b) AS failing`,
		r.company, e.Pos, e.Pos, e.Seq, r.company, e.ID, r.company, e.ID, since, r.company, e.ID, since).Scan(&lag).Error
	return lag, translate(err)
}

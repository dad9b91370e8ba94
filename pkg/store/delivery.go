package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// Delivery returns a delivery of an endpoint by the id of its event, and whether it exists.
func (r reader) Delivery(ctx context.Context, endpointID, eventID string) (hook.Delivery, bool, error) {
	var d hook.Delivery
	res := r.in(ctx).Raw("SELECT "+deliveryColumns+" FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND id = ?", r.company, endpointID, eventID).Scan(&d)
	return d, res.RowsAffected == 1, translate(res.Error)
}

// NoDelivery is the fault of a delivery that does not exist.
func NoDelivery() error {
	return fault.Missing(fault.WebhookDeliveryNotFound)
}

// FirstAttempts returns deliveries of an endpoint that were never tried, in the order of the feed.
func (r reader) FirstAttempts(ctx context.Context, endpointID string, limit int) ([]hook.Delivery, error) {
	var due []hook.Delivery
	err := r.in(ctx).Raw("SELECT "+deliveryColumns+" FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND state = 'pending' AND tried = 0 ORDER BY pos, seq LIMIT ?",
		r.company, endpointID, limit).Scan(&due).Error
	return due, translate(err)
}

// DueRetries returns deliveries of an endpoint whose next attempt is due, those first that are due longest.
func (r reader) DueRetries(ctx context.Context, endpointID string, now time.Time, limit int) ([]hook.Delivery, error) {
	var due []hook.Delivery
	err := r.in(ctx).Raw("SELECT "+deliveryColumns+" FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND state = 'pending' AND tried > 0 AND next_attempt_at <= ? ORDER BY next_attempt_at LIMIT ?",
		r.company, endpointID, now, limit).Scan(&due).Error
	return due, translate(err)
}

// Underway returns the documents of the attempts of an endpoint that are going on; empty for an event without a document.
func (r reader) Underway(ctx context.Context, endpointID string) ([]string, error) {
	var orders []string
	err := r.in(ctx).Raw("SELECT coalesce(CAST(order_id AS text), '') FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND state = 'sending'", r.company, endpointID).Scan(&orders).Error
	return orders, translate(err)
}

// CreateDeliveries adds deliveries.
func (tx *Tx) CreateDeliveries(deliveries []hook.Delivery) error {
	return createAll(tx, deliveries, func(error) error { return ErrStale })
}

// UpdateDelivery saves a delivery that this transaction read as was. It returns ErrStale if another transaction changed it first.
func (tx *Tx) UpdateDelivery(d *hook.Delivery, was hook.Delivery) error {
	return tx.update(d, "company_id = ? AND endpoint_id = ? AND id = ? AND state = ? AND tried = ?",
		[]any{tx.company, d.EndpointID, d.ID, string(was.State), was.Tried}, nil, "company_id", "endpoint_id", "id", "created_at")
}

// FeedEvents returns events of the feed by id, in no order.
func (r reader) FeedEvents(ctx context.Context, ids []string) ([]FeedEvent, error) {
	var events []FeedEvent
	err := r.in(ctx).Raw("WITH page AS (SELECT "+eventColumns+" FROM events WHERE company_id = ? AND id IN ?) "+feedRows, r.company, ids).Scan(&events).Error
	return events, translate(err)
}

// DeliveryRef identifies a delivery of any company.
type DeliveryRef struct{ CompanyID, EndpointID, ID string }

// OverdueDeliveries returns the deliveries whose attempt has taken too long.
func (s System) OverdueDeliveries(ctx context.Context, now time.Time) ([]DeliveryRef, error) {
	var refs []DeliveryRef
	err := s.store.read.WithContext(ctx).Raw("SELECT company_id, endpoint_id, id FROM webhook_deliveries WHERE state = 'sending' AND sending_since <= ? LIMIT 1000",
		now.Add(-hook.SendingLimit)).Scan(&refs).Error
	return refs, translate(err)
}

// PurgeDeliveries deletes at most limit deliveries that ended and are older than the time. It returns how many.
func (s System) PurgeDeliveries(ctx context.Context, before time.Time, limit int) (int64, error) {
	res := s.store.write.WithContext(ctx).Exec(`DELETE FROM webhook_deliveries WHERE (company_id, endpoint_id, id) IN (
		SELECT company_id, endpoint_id, id FROM webhook_deliveries WHERE state IN ('delivered', 'failed', 'skipped') AND created_at < ? LIMIT ?)`, before, limit)
	return res.RowsAffected, translate(res.Error)
}

// WebhookBacklog is what all companies have to send.
type WebhookBacklog struct {
	Due    int        // deliveries of enabled endpoints that are due, at most 10,000, and events that they have still to read, at most 10,000
	Oldest *time.Time // since when the oldest of them is
}

// WebhookBacklog returns what enabled endpoints have to send. It counts events that they have not read too, so that it also grows if
// nobody dispatches.
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

// Lag is how far an endpoint is behind, and how it did in the last 24 hours.
type Lag struct {
	Unread    int // events of the feed that it has not read, at most 10,000
	Untried   int // deliveries without an attempt, at most 10,000
	Delivered int // of the deliveries since the given time, at most 10,000
	Failing   int // of the same, those that were tried and not delivered
}

// Lag returns how far an endpoint is behind.
func (r reader) Lag(ctx context.Context, e *hook.Endpoint, since time.Time) (lag Lag, err error) {
	err = r.in(ctx).Raw(`SELECT
		(SELECT count(*) FROM (SELECT 1 FROM events WHERE company_id = ? AND pos >= ? AND (pos, seq) > (?, ?) LIMIT 10000) u) AS unread,
		(SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND state = 'pending' AND tried = 0 LIMIT 10000) f) AS untried,
		(SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND state = 'delivered' AND created_at >= ? LIMIT 10000) d) AS delivered,
		(SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ? AND created_at >= ? AND (state = 'failed' OR state = 'pending' AND tried > 0) LIMIT 10000) b) AS failing`,
		r.company, e.Pos, e.Pos, e.Seq, r.company, e.ID, r.company, e.ID, since, r.company, e.ID, since).Scan(&lag).Error
	return lag, translate(err)
}

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

// ReplayEvents makes deliveries due, new ones or again, in the order of the feed: at most q.Limit. It returns how many, and how far it got
// if there are more.
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

// DeliveryFilter selects deliveries of an endpoint.
type DeliveryFilter struct {
	EndpointID string
	EventID    string
	States     []string // stored ones
	Types      []string
	Window
}

// Deliveries returns one page of the deliveries of an endpoint, newest first.
func (r reader) Deliveries(ctx context.Context, f DeliveryFilter) (Page[hook.Delivery], error) {
	return page(ctx, r, deliveryTable, f, f.request())
}

func (f DeliveryFilter) request() keyset.Request {
	return keyset.Request{Sort: Sort{Key: "created_at", Desc: true}, Window: f.Window}
}

var deliveryTable = &keyset.Table[DeliveryFilter, hook.Delivery]{
	Name: "webhook_deliveries", Scope: scope, Columns: deliveryColumns, ID: func(d *hook.Delivery) string { return d.ID },
	Sorts: map[SortKey]keyset.Column[hook.Delivery]{
		"created_at": keyset.ByTime("created_at", func(d *hook.Delivery) time.Time { return d.CreatedAt }),
	},
	Filters: []keyset.Filter[DeliveryFilter]{
		keyset.EqualID("endpoint", "endpoint_id", func(f *DeliveryFilter) string { return f.EndpointID }).OfKey(),
		keyset.EqualID("event", "id", func(f *DeliveryFilter) string { return f.EventID }),
		keyset.In("state", "state", func(f *DeliveryFilter) *[]string { return &f.States }, nil),
		keyset.In("type", "event_type", func(f *DeliveryFilter) *[]string { return &f.Types }, nil),
	},
	Indexes: []keyset.Index[DeliveryFilter]{
		{Name: "webhook_deliveries_pkey", Handful: true, Filters: []string{"endpoint", "event"}, Branches: func(_ string, f *DeliveryFilter) []keyset.Branch {
			if f.EventID == "" {
				return nil
			}
			return []keyset.Branch{{Where: "endpoint_id = ? AND id = ?", Args: []any{f.EndpointID, f.EventID}}}
		}},
		{Name: "webhook_deliveries_state", Filters: []string{"endpoint", "state"}, Sorted: "created_at", Branches: func(_ string, f *DeliveryFilter) []keyset.Branch {
			return keyset.EachOf("endpoint_id = ? AND state = ?", keyset.Texts(f.States), f.EndpointID)
		}},
		{Name: "webhook_deliveries_list", Filters: []string{"endpoint"}, Sorted: "created_at", Branches: func(_ string, f *DeliveryFilter) []keyset.Branch {
			return keyset.One("endpoint_id = ?", f.EndpointID)
		}},
	},
}

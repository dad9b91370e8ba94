package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
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

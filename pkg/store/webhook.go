package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"gorm.io/gorm/clause"
)

// Endpoints returns the webhook endpoints of the company, oldest first. There are at most hook.MaxEndpoints.
func (r reader) Endpoints(ctx context.Context) ([]hook.Endpoint, error) {
	var all []hook.Endpoint
	err := r.in(ctx).Raw("SELECT "+endpointColumns+" FROM webhook_endpoints WHERE company_id = ? ORDER BY id", r.company).Scan(&all).Error
	return all, translate(err)
}

// Endpoint returns a webhook endpoint of the company by id.
func (r reader) Endpoint(ctx context.Context, id string) (hook.Endpoint, error) {
	return r.endpoint(ctx, id, false)
}

// EndpointHeld returns an endpoint and locks its row until the transaction ends.
func (tx *Tx) EndpointHeld(ctx context.Context, id string) (hook.Endpoint, error) {
	return tx.endpoint(ctx, id, true)
}

func (r reader) endpoint(ctx context.Context, id string, held bool) (hook.Endpoint, error) {
	var e hook.Endpoint
	q := r.in(ctx).Table("webhook_endpoints").Where("company_id = ? AND id = ?", r.company, id).Limit(1)
	if held {
		q = q.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}) // SQLite has one writer
	}
	res := q.Find(&e)
	if res.Error == nil && res.RowsAffected == 0 {
		return e, noEndpoint()
	}
	return e, translate(res.Error)
}

// noEndpoint is the fault of an endpoint that does not exist for the caller.
func noEndpoint() error {
	return fault.Missing(fault.WebhookEndpointNotFound)
}

// CreateEndpoint adds an endpoint.
func (tx *Tx) CreateEndpoint(e hook.Endpoint) error { return tx.create(&e, nil) }

// UpdateEndpoint saves what a person changed of an endpoint, as its next version. It returns ErrStale if another transaction saved
// first.
func (tx *Tx) UpdateEndpoint(e *hook.Endpoint) error {
	was := e.Version
	e.Version++
	return tx.update(e, "company_id = ? AND id = ? AND version = ?", []any{tx.company, e.ID, was}, nil, "company_id", "id", "created_at")
}

// SaveEndpoint saves what the service notes of an endpoint that this transaction holds. Its version stays, unless it was disabled.
func (tx *Tx) SaveEndpoint(e *hook.Endpoint) error {
	return tx.update(e, "company_id = ? AND id = ?", []any{tx.company, e.ID}, nil, "company_id", "id", "created_at")
}

// DeleteEndpoint removes an endpoint and its deliveries.
func (tx *Tx) DeleteEndpoint(id string) {
	tx.later(statement{sql: "DELETE FROM webhook_deliveries WHERE company_id = ? AND endpoint_id = ?", args: []any{tx.company, id}, unbounded: true})
	tx.later(statement{sql: "DELETE FROM webhook_endpoints WHERE company_id = ? AND id = ?", args: []any{tx.company, id}, mustMatch: true})
}

// HoldEndpoints keeps two transactions from adding an endpoint to the company at once.
func (tx *Tx) HoldEndpoints(ctx context.Context) error {
	var id string
	err := tx.in(ctx).Table("companies").Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Select("id").Where("id = ?", tx.company).Scan(&id).Error
	return translate(err)
}

// EndpointRef identifies an endpoint of any company.
type EndpointRef struct{ CompanyID, ID string }

// EndpointsWithWork returns the enabled endpoints that have a due delivery or an event to read. Companies without endpoints cost
// nothing.
func (s System) EndpointsWithWork(ctx context.Context, now time.Time) ([]EndpointRef, error) {
	var refs []EndpointRef
	err := s.store.read.WithContext(ctx).Raw(`SELECT e.company_id, e.id FROM webhook_endpoints e WHERE e.status = 'enabled' AND (
		EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.company_id = e.company_id AND d.endpoint_id = e.id AND d.state = 'pending' AND d.next_attempt_at <= ?)
		OR EXISTS (SELECT 1 FROM events v WHERE v.company_id = e.company_id AND v.pos >= e.pos AND (v.pos, v.seq) > (e.pos, e.seq)
			AND v.pos < (SELECT base FROM event_feeds) + `+s.store.feed.until+`))`, now).Scan(&refs).Error
	return refs, translate(err)
}

// HasEndpoints reports whether a company has an enabled endpoint.
func (s System) HasEndpoints(ctx context.Context) (bool, error) {
	var n int
	err := s.store.read.WithContext(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM webhook_endpoints WHERE status = 'enabled' LIMIT 1) e").Scan(&n).Error
	return n > 0, translate(err)
}

// EndpointsToNotify returns the endpoints whose e-mail that they were disabled is due.
func (s System) EndpointsToNotify(ctx context.Context, now time.Time) ([]EndpointRef, error) {
	var refs []EndpointRef
	err := s.store.read.WithContext(ctx).Raw("SELECT company_id, id FROM webhook_endpoints WHERE notify_at <= ? ORDER BY notify_at LIMIT 100", now).Scan(&refs).Error
	return refs, translate(err)
}

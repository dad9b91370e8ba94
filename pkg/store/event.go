package store

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/order"
)

// ChangesSince is the events that moved a document's version past one, oldest first.
func (r reader) ChangesSince(ctx context.Context, orderID string, version int) ([]order.Event, error) {
	var events []order.Event
	err := r.in(ctx).Raw("SELECT * FROM events WHERE company_id = ? AND order_id = ? AND version > ? ORDER BY version", r.company, orderID, version).Scan(&events).Error
	return events, translate(err)
}

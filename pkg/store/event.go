package store

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// ChangesSince returns the events that raised a document's version beyond the given one, oldest first.
func (r reader) ChangesSince(ctx context.Context, orderID string, version int) ([]order.Event, error) {
	var events []order.Event
	err := rowscan.Scan(r.in(ctx), &events, "SELECT "+eventColumns+" FROM events WHERE company_id = ? AND order_id = ? AND version > ? ORDER BY version", r.company, orderID, version)
	return events, translate(err)
}

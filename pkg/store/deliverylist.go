package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

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

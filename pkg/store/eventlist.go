package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// EventFilter selects the events of a document or of a batch; without either, those of the company.
type EventFilter struct {
	OrderID string
	BatchID string // of a bulk confirm; both fields must match
	Limit   int
	After   *Position
}

// EventPage is one page of a timeline. Next is nil at the end.
type EventPage struct {
	Events []order.Event
	Next   *Position
}

// Events returns one page of a timeline, oldest first. The events of a document are in the order in which they were written, which is
// the order of its versions even if a clock was wrong. Those of a batch and of the company are sorted by id, which grows with time.
func (r reader) Events(ctx context.Context, f EventFilter) (EventPage, error) {
	p, err := page(ctx, r, eventTable, f, f.request())
	return EventPage{p.Rows, p.Next}, err
}

func (f EventFilter) request() keyset.Request {
	request := keyset.Request{Sort: Sort{Key: "id"}, Window: Window{Limit: f.Limit, After: f.After}}
	if f.OrderID != "" {
		request.Sort.Key = "written"
	}
	return request
}

const written = "coalesce(seq, 0)"

var eventTable = &keyset.Table[EventFilter, order.Event]{
	Name: "events", Scope: scope, Columns: eventColumns, ID: func(e *order.Event) string { return e.ID },
	Sorts: map[SortKey]keyset.Column[order.Event]{
		"id": keyset.ByText("id", func(e *order.Event) string { return e.ID }).Unique(),
		// The number is given while the document's row is locked. Events from before the feed have none.
		"written": keyset.ByInt(written, func(e *order.Event) int64 {
			if e.Seq == nil {
				return 0
			}
			return *e.Seq
		}).Then(keyset.ByTime("at", func(e *order.Event) time.Time { return e.At })),
	},
	Filters: []keyset.Filter[EventFilter]{
		keyset.EqualID("order_id", "order_id", func(f *EventFilter) string { return f.OrderID }),
		keyset.EqualID("batch_id", "batch_id", func(f *EventFilter) string { return f.BatchID }),
	},
	Indexes: []keyset.Index[EventFilter]{
		{Name: "events_of_order", Filters: []string{"order_id"}, Sorted: written, Branches: func(_ string, f *EventFilter) []keyset.Branch {
			return keyset.One("order_id = ?", f.OrderID)
		}},
		{Name: "events_batch", Filters: []string{"batch_id"}, Sorted: "id", Branches: func(_ string, f *EventFilter) []keyset.Branch {
			return keyset.One("batch_id = ?", f.BatchID)
		}},
		{Name: "events_pkey", Sorted: "id"},
	},
}

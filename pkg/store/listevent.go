package store

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/order"
)

// EventFilter names a document's timeline or a batch's, or, without either, the whole company's.
type EventFilter struct {
	OrderID string
	BatchID string // of a bulk confirm; joined by and
	Limit   int
	After   *Position
}

// EventPage is one page of a timeline. Next is nil at the end.
type EventPage struct {
	Events []order.Event
	Next   *Position
}

// Events is one page of a timeline, oldest first: a document's by time, a batch's and the company's by id, which is as
// old as the event. Indexes: events_order, events_batch, the primary key.
func (r reader) Events(ctx context.Context, f EventFilter) (EventPage, error) {
	var page EventPage
	s := sorting{column: "id", unique: true, parse: parseText}
	q := (&query{}).add("SELECT * FROM events WHERE company_id = ?", r.company)
	if f.OrderID != "" {
		s = sorting{column: "at", parse: parseTime}
		q.add(" AND order_id = ?", f.OrderID)
	}
	if f.BatchID != "" {
		q.add(" AND batch_id = ?", f.BatchID)
	}
	beyond, err := s.beyond(f.After, false)
	if err != nil {
		return page, err
	}
	for _, id := range []string{f.OrderID, f.BatchID} {
		if id != "" && !validUUID(id) {
			return page, nil
		}
	}
	if beyond != nil {
		q.add(" AND "+beyond.sql, beyond.args...)
	}
	limit := pageLimit(f.Limit)
	q.add(" ORDER BY "+s.by(false)+" LIMIT ?", limit+1)
	if err := r.in(ctx).Raw(q.text.String(), q.args...).Scan(&page.Events).Error; err != nil {
		return EventPage{}, translate(err)
	}
	if len(page.Events) > limit {
		page.Events = page.Events[:limit]
		last := &page.Events[limit-1]
		page.Next = &Position{Value: last.ID, ID: last.ID}
		if f.OrderID != "" {
			page.Next.Value = textOfTime(last.At)
		}
	}
	return page, nil
}

package events

import (
	"slices"

	"github.com/orderdesk/orderdesk/pkg/store"
)

// What the tail of a company may hold, so that its memory is bounded. Readers that are further behind read the database.
const (
	tailEvents  = 256
	tailChanges = 5000 // of all its events together
)

// tail is the newest events of a company, which the poller has read for all readers of the company.
type tail struct {
	readers int
	known   bool               // the poller has filled the other fields
	feed    string             // its id
	from    store.FeedPosition // the tail has all events behind this one
	upto    store.FeedPosition // up to this one
	events  []Event
	changes int           // of all events
	changed chan struct{} // closed when the other fields change
}

// begin empties the tail, which then begins at the end of the feed.
func (t *tail) begin(state store.FeedState) {
	t.known, t.feed, t.from, t.upto, t.events, t.changes = true, state.ID, state.End(), state.End(), nil, 0
	t.news()
}

// extend adds the events up to the end of the feed. It drops the oldest if it has too many.
func (t *tail) extend(events []Event, state store.FeedState) {
	t.upto = state.End()
	if len(events) == 0 {
		return
	}
	t.events = append(t.events, events...)
	for i := range events {
		t.changes += len(events[i].Changes)
	}
	drop := 0
	for ; len(t.events)-drop > tailEvents || t.changes > tailChanges && drop < len(t.events); drop++ {
		t.changes -= len(t.events[drop].Changes)
		t.from = t.events[drop].Position()
	}
	t.events = slices.Delete(t.events, 0, drop)
	t.news()
}

func (t *tail) news() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// behind returns the events behind the cursor. It returns false if the tail does not know them all.
func (t *tail) behind(c Cursor) ([]Event, bool) {
	if !t.known || c.feed != t.feed || c.at.Before(t.from) || t.upto.Before(c.at) {
		return nil, false
	}
	first, _ := slices.BinarySearchFunc(t.events, c.at, func(e Event, at store.FeedPosition) int {
		if at.Before(e.Position()) {
			return 1
		}
		return -1
	})
	return slices.Clone(t.events[first:]), true
}

// awaited reports whether there may be events behind the cursor, so that a reader there should read again.
func (t *tail) awaited(c Cursor) bool {
	if !t.known {
		return false
	}
	return c.feed != t.feed || c.at.Before(t.from) || len(t.events) > 0 && c.at.Before(t.events[len(t.events)-1].Position())
}

package events

import (
	"context"
)

// Reader follows the feed of one company. It is for one goroutine.
type Reader struct {
	feed    *Feed
	company string
	tail    *tail // nil until the first Wait
}

// Follow returns a reader of a company's feed. Close it.
func (f *Feed) Follow(companyID string) *Reader { return &Reader{feed: f, company: companyID} }

// Read is Feed.Read. After Wait it does not ask the database for what the poller has read already.
func (r *Reader) Read(ctx context.Context, q Query) (Page, error) {
	if page, ok := r.fromTail(q); ok {
		return page, nil
	}
	return r.feed.Read(ctx, r.company, q)
}

func (r *Reader) fromTail(q Query) (Page, bool) {
	if r.tail == nil {
		return Page{}, false
	}
	r.feed.mu.Lock()
	events, ok := r.tail.behind(q.After)
	page := Page{Feed: r.tail.feed, Next: Cursor{r.tail.feed, r.tail.upto}}
	r.feed.mu.Unlock()
	if !ok {
		return Page{}, false
	}
	if n, full := page.add(events, q); full && n < len(events) {
		page.Next, page.More = Cursor{page.Feed, events[n-1].Position()}, true
	}
	return page, true
}

// Wait returns when there may be events behind the cursor, which must be the Next of a page without More. Otherwise it returns
// ErrStopped or the context's error.
func (r *Reader) Wait(ctx context.Context, after Cursor) error {
	if r.tail == nil {
		r.tail = r.feed.join(r.company)
	}
	for {
		r.feed.mu.Lock()
		awaited, changed := r.tail.awaited(after), r.tail.changed
		r.feed.mu.Unlock()
		switch {
		case r.feed.life.Err() != nil:
			return ErrStopped
		case awaited:
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-r.feed.life.Done():
			return ErrStopped
		}
	}
}

// Close ends following.
func (r *Reader) Close() {
	if r.tail != nil {
		r.feed.leave(r.company)
		r.tail = nil
	}
}

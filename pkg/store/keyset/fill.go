package keyset

import (
	"context"
	"time"
)

// Fill reads a page. If a bound ends it before it is full, Fill goes on behind it for some time, and joins what it reads. So a page is
// short at the end of the list, or if the time is over. Only then is it short and has a next page.
func Fill[R any](ctx context.Context, w Window, within time.Duration, read func(Window) (Page[R], error)) (Page[R], error) {
	page, err := read(w)
	_, back := w.From()
	limit := w.size()
	if err != nil || page.on(back) == nil || len(page.Rows) >= limit {
		return page, err
	}
	unhurried, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for on := page.on(back); on != nil && len(page.Rows) < limit && unhurried.Err() == nil; on = page.on(back) {
		rest := Window{Limit: limit - len(page.Rows)}
		if rest.After = on; back {
			rest.After, rest.Before = nil, on
		}
		more, err := read(rest)
		if err != nil {
			return Page[R]{}, err
		}
		if back {
			page.Rows, page.Prev = append(more.Rows, page.Rows...), more.Prev
		} else {
			page.Rows, page.Next = append(page.Rows, more.Rows...), more.Next
		}
	}
	return page, nil
}

// on is the position where the page behind this one begins, in the direction in which it was read.
func (p Page[R]) on(back bool) *Position {
	if back {
		return p.Prev
	}
	return p.Next
}

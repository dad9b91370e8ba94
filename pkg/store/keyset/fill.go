package keyset

import (
	"context"
	"time"
)

// Fill reads a page. If a bound ends it before it is full, Fill goes on behind it for some time, and joins what it reads. So a page is
// short at the end of the list, or if the time is over. Only then is it short and has a next page.
//
// The time begins when the first part was read. A part that has begun is read to its end. If the context has a time from FillWithin, that
// counts instead.
func Fill[R any](ctx context.Context, w Window, within time.Duration, read func(Window) (Page[R], error)) (Page[R], error) {
	page, err := read(w)
	_, back := w.From()
	limit := w.size()
	if err != nil || page.ahead(back) == nil || len(page.Rows) >= limit {
		return page, err
	}
	ctx, cancel := FillWithin(ctx, within)
	defer cancel()
	for ahead := page.ahead(back); ahead != nil && len(page.Rows) < limit && hasTimeToFill(ctx); ahead = page.ahead(back) {
		rest := Window{Limit: limit - len(page.Rows)}
		if rest.After = ahead; back {
			rest.After, rest.Before = nil, ahead
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

// ahead is the position where the page behind this one begins, in the direction in which it was read.
func (p Page[R]) ahead(back bool) *Position {
	if back {
		return p.Prev
	}
	return p.Next
}

type fillKey struct{}

// FillWithin returns a context in which all pages together are filled for this time, or for that of an outer FillWithin. A page that is made
// of other pages needs it: otherwise each of them would have the whole time.
func FillWithin(ctx context.Context, within time.Duration) (context.Context, context.CancelFunc) {
	if ctx.Value(fillKey{}) != nil {
		return ctx, func() {}
	}
	timed, cancel := context.WithTimeout(ctx, within)
	return context.WithValue(ctx, fillKey{}, timed.Done()), cancel
}

func hasTimeToFill(ctx context.Context) bool {
	over, _ := ctx.Value(fillKey{}).(<-chan struct{})
	select {
	case <-over:
		return false
	default:
		return true
	}
}

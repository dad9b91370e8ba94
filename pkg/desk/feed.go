package desk

import (
	"context"
	"errors"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/events"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// FeedEvent is an event of the feed.
type FeedEvent = events.Event

// AfterLatest is the place behind the last event, for FeedFilter.After.
const AfterLatest = "latest"

// MaxTypes is the most patterns of a FeedFilter.
const MaxTypes = 50

// FeedFilter selects events of the feed.
type FeedFilter struct {
	After   string               // a cursor, AfterLatest, or empty for the beginning
	Types   []order.EventPattern // empty: all
	OrderID string               // empty: of all documents
	Limit   int
}

// FeedPage is some events in the order of the feed.
type FeedPage struct {
	events.Page
	Private bool // the caller may see private changes
}

// CursorBehind returns the cursor behind one of the events.
func (p FeedPage) CursorBehind(e *FeedEvent) string { return events.CursorBehind(p.Feed, e).String() }

// Follower reads the feed of the caller's company page by page. It is for one goroutine.
type Follower struct {
	reader  *events.Reader
	query   events.Query
	private bool
}

// FollowRefusals is the codes of the refusals of Follow and Next.
var FollowRefusals = []fault.Code{fault.CursorInvalid, fault.CursorGone}

// Follow returns a follower of the events that the caller may see. Close it.
//
// Faults: role_not_allowed, and [FollowRefusals].
func (s *Service) Follow(ctx context.Context, who auth.Actor, f FeedFilter) (*Follower, error) {
	if err := who.Require(auth.Permission(order.View)); err != nil {
		return nil, err
	}
	var after events.Cursor
	var err error
	switch f.After {
	case "":
	case AfterLatest:
		after, err = s.feed.Latest(ctx)
	default:
		after, err = events.ParseCursor(f.After)
	}
	if err != nil {
		return nil, err
	}
	return &Follower{
		reader: s.feed.Follow(who.CompanyID), private: !who.IsStorefront(),
		query: events.Query{After: after, OrderID: f.OrderID, Pick: events.For(who, f.Types, f.OrderID), Limit: f.Limit},
	}, nil
}

// Next returns the next events. If More is false, they were the last; Wait for others.
//
// Faults: cursor_gone.
func (f *Follower) Next(ctx context.Context) (FeedPage, error) {
	page, err := f.reader.Read(ctx, f.query)
	if err != nil {
		return FeedPage{}, err
	}
	f.query.After = page.Next
	return FeedPage{page, f.private}, nil
}

// Wait returns when there may be more events. It returns false if the context ended first, or if the process is stopping.
func (f *Follower) Wait(ctx context.Context) (more bool, err error) {
	err = f.reader.Wait(ctx, f.query.After)
	if ctx.Err() != nil || errors.Is(err, events.ErrStopped) {
		return false, nil
	}
	return err == nil, err
}

// Cursor returns the place behind what was read.
func (f *Follower) Cursor() string { return f.query.After.String() }

// Close ends following.
func (f *Follower) Close() { f.reader.Close() }

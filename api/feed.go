package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// feedQuery is the parameters of the feed.
type feedQuery struct {
	// Only what comes behind this place: a page.next_cursor, the id of an event of the stream, or latest for the end. Without it, a page
	// begins with the first event, and a stream at the end.
	After string `query:"after" maxLength:"1000" example:"latest"`
	// Only events of these types: names, groups such as order.*, or *.
	Types []string `query:"types" maxItems:"50" format:"event-type" example:"order.*"`
	// Only events of this order or prebook.
	OrderID string `query:"order_id" format:"uuid"`
	// The highest number of events on a page. A stream has no pages.
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50" example:"50"`
}

// filter is the parameters as a filter of the desk.
func (q feedQuery) filter() desk.FeedFilter {
	f := desk.FeedFilter{After: q.After, OrderID: strings.ToLower(q.OrderID), Limit: q.Limit}
	for _, t := range q.Types {
		f.Types = append(f.Types, order.EventPattern(t))
	}
	return f
}

// feedPage is a page of the feed.
type feedPage struct {
	// The events, in the order of the feed. A document's versions rise.
	Data []eventBody `json:"data" maxItems:"200"`
	// Where the next page begins.
	Page feedPageBody `json:"page"`
} // @name FeedPage

// feedPageBody is where the next page of the feed begins.
type feedPageBody struct {
	// The value for the next after, also at the end. Keep it once the events are handled.
	NextCursor string `json:"next_cursor" maxLength:"1000"`
	// Whether there may be more events already. A page with a filter can be empty and yet have more.
	HasMore bool `json:"has_more"`
} // @name FeedPosition

func listEventsSpec() web.Spec {
	return web.Spec{
		Query: feedQuery{}, Produces: []string{web.MediaJSON, web.MediaEventStream}, Streamed: eventBody{}, Answers: answersOK(feedPage{}),
		Refuses: slices.Concat(desk.FollowRefusals, refusesWith(fault.StreamLimitReached)),
	}
}

// listEvents godoc
//
//	@Summary		Follow what happens
//	@Description	Answers the events of the company behind a cursor, in an order in which nothing appears behind it later. To begin, take `after=latest`, read the lists, then follow from there. `Prefer: wait=20` waits for events. `Accept: text/event-stream` streams them as server-sent events: the id of each is a cursor, a heartbeat comes every 15 seconds, and the stream ends when the token expires or the instance stops; ask again with Last-Event-ID. Five streams can be open with a token. 410 `cursor_gone` follows a restore of the database: synchronise again.
//	@ID				listEvents
//	@Tags			events
//	@Success		200	"The events behind the cursor, oldest first"
//	@Router			/v1/events [get]
func (s *service) listEvents(c web.Request) error {
	var q feedQuery
	if err := web.DecodeQuery(c, &q); err != nil {
		return err
	}
	media, err := web.Accept(c)
	if err != nil {
		return err
	}
	filter := q.filter()
	if media == web.MediaEventStream {
		filter.After = cmp.Or(c.Request().Header.Get("Last-Event-ID"), q.After, desk.AfterLatest)
		return s.streamEvents(c, filter)
	}
	wait := web.PreferredWait(c)
	ctx, cancel, err := s.live(c, wait > 0)
	if err != nil {
		return err
	}
	defer cancel()
	follower, err := s.follow(ctx, c, filter)
	if err != nil {
		return err
	}
	defer follower.Close()
	page, err := s.pageWithin(ctx, c, follower, wait)
	if err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, feedPage{bodiesOf(page.Events, func(e *desk.FeedEvent) eventBody { return feedEventBodyOf(e, page.Private) }),
		feedPageBody{page.Next.String(), page.More}})
}

// live returns web.Live for a request that may take long, and otherwise the request's own context.
func (s *service) live(c web.Request, long bool) (context.Context, context.CancelFunc, error) {
	if long {
		return web.Live(c, s.Now())
	}
	return c.Request().Context(), func() {}, nil
}

func (s *service) follow(ctx context.Context, c web.Request, f desk.FeedFilter) (*desk.Follower, error) {
	return web.Step(ctx, c, func(ctx context.Context) (*desk.Follower, error) { return s.Desk.Follow(ctx, web.Actor(c), f) })
}

// pageWithin returns the next page. If there are no events yet, it waits at most this long for some.
func (s *service) pageWithin(ctx context.Context, c web.Request, follower *desk.Follower, wait time.Duration) (desk.FeedPage, error) {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		page, err := web.Step(ctx, c, follower.Next)
		if err != nil || len(page.Events) > 0 || page.More || wait == 0 {
			return page, err
		}
		if more, err := follower.Wait(waiting); err != nil || !more {
			return page, err
		}
	}
}

// heartbeat is how often a stream without events sends a sign of life.
const heartbeat = 15 * time.Second

// streamed is the number of events that a stream reads at once.
const streamed = 100

// streamEvents answers events as they come, until the caller leaves, the token expires or the process stops. After an error the
// connection is cut, and the caller resumes from the last id.
func (s *service) streamEvents(c web.Request, f desk.FeedFilter) error {
	f.Limit = streamed
	ctx, cancel, err := web.Live(c, s.Now())
	if err != nil {
		return err
	}
	defer cancel()
	end, err := s.streams.Begin(c)
	if err != nil {
		return err
	}
	defer end()
	follower, err := s.follow(ctx, c, f)
	if err != nil {
		return err
	}
	defer follower.Close()
	page, err := web.Step(ctx, c, follower.Next) // a refusal is a problem
	if err != nil {
		return err
	}
	stream, err := web.OpenEventStream(c)
	for ; err == nil; page, err = web.Step(ctx, c, follower.Next) {
		if err := sendEvents(stream, page); err != nil || c.Request().Method == http.MethodHead {
			return err
		}
		if page.More {
			continue
		}
		if over, err := s.awaitEvents(ctx, stream, follower); err != nil || over {
			return err
		}
	}
	return err
}

// awaitEvents waits for events and sends heartbeats meanwhile. It reports whether the stream is over.
func (s *service) awaitEvents(ctx context.Context, stream *web.EventStream, follower *desk.Follower) (over bool, err error) {
	for {
		waiting, cancel := context.WithTimeout(ctx, heartbeat)
		more, err := follower.Wait(waiting)
		quiet := waiting.Err() != nil
		cancel()
		switch {
		case err != nil || more:
			return false, err
		case ctx.Err() != nil || !quiet:
			return true, nil
		}
		stream.Beat(follower.Cursor())
		if err := stream.Flush(); err != nil {
			return true, err
		}
	}
}

func sendEvents(stream *web.EventStream, page desk.FeedPage) error {
	if len(page.Events) == 0 {
		return nil
	}
	for i := range page.Events {
		data, err := web.EncodeJSON(feedEventBodyOf(&page.Events[i], page.Private))
		if err != nil {
			return err
		}
		stream.Send(page.CursorBehind(&page.Events[i]), data)
	}
	return stream.Flush()
}

// feedEventBodyOf is an event of the feed.
func feedEventBodyOf(e *desk.FeedEvent, private bool) eventBody {
	o := e.Document()
	return eventBodyOf(&e.Event, &o, private)
}

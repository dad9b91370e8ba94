package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// feedAfter reads the feed to its end, which is behind all that was committed. It returns the events and the cursor at the end.
func feedAfter(t *testing.T, s *service, c *client, cursor, filter string) (events []value, next string) {
	t.Helper()
	s.AwaitFeed(t)
	for {
		page := c.Get("/v1/events?limit=3&after=" + cursor + filter).Is(200)
		events = append(events, page.At("data").Items()...)
		cursor = page.At("page/next_cursor").Text()
		if !page.At("page/has_more").Bool() {
			return events, cursor
		}
	}
}

func eventTypes(events []value) []string {
	types := make([]string, len(events))
	for i, e := range events {
		types[i] = e.At("type").Text()
	}
	return types
}

// The feed and the timeline have the same events, each once and in the order of the versions.
func TestFeed(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales, admin := s.As(t, auth.Sales), s.As(t, auth.Admin)
		_, begin := feedAfter(t, s, sales, "latest", "")
		id := placed(sales, cart("BLOOM", line("on_hand", 1), line("on_hand", 1)))
		sales.Patch(at(id), object{"carrier": "UPS", "internal_notes": "Calls back"}, "If-Match", "*").Is(200)
		invoice := confirm(sales, id).At("invoice")
		admin.Post(at(id, "void"), object{"reason": "Ordered twice"}).Is(200)

		events, next := feedAfter(t, s, sales, begin, "")
		var feed []any
		for _, e := range events {
			if e.At("order/id").Text() == id {
				feed = append(feed, e.Any())
			}
		}
		require.ElementsMatch(t, sales.Get(at(id, "events")+"?limit=200").Is(200).At("data").Any(), feed)
		version := 0.
		for _, e := range events {
			if v, ok := e.At("version").Any().(float64); ok {
				require.Equal(t, version+1, v)
				version = v
			}
		}
		require.Equal(t, 4., version)
		confirmed, _ := feedAfter(t, s, sales, begin, "&types=order.confirmed")
		require.Len(t, confirmed, 1)
		e := confirmed[0]
		require.Equal(t, object{"id": id, "kind": "order", "number": details(sales, id).At("number").Text(), "url": "/v1/orders/" + id}, e.At("order").Any())
		require.Equal(t, object{"id": invoice.At("id").Text(), "number": invoice.At("number").Text(), "url": "/v1/invoices/" + invoice.At("id").Text()}, e.At("data/invoice").Any())
		require.Equal(t, servicetest.Company, e.At("company_id").Text())
		require.Equal(t, "v1", e.At("api_version").Text())
		require.Contains(t, e.At("sentence").Text(), "Sales Person confirmed order ")
		require.False(t, e.At("changes_truncated").Bool())
		voided, _ := feedAfter(t, s, sales, begin, "&types=order.voided,order.billed")
		require.Len(t, voided, 1)
		require.Regexp(t, "^/v1/credit-notes/", voided[0].At("data/credit_note/url").Text())

		other := placed(sales, cart("BLOOM", line("k2k", 1)))
		rest, end := feedAfter(t, s, sales, next, "")
		require.Equal(t, []string{"order.placed"}, eventTypes(rest))
		of, _ := feedAfter(t, s, sales, begin, "&order_id="+strings.ToUpper(other))
		require.Equal(t, []string{"order.placed"}, eventTypes(of))
		none, _ := feedAfter(t, s, sales, end, "")
		require.Empty(t, none)
		none, _ = feedAfter(t, s, s.Actor(t, auth.Actor{CompanyID: servicetest.Other, Subject: "x", Roles: []auth.Role{auth.Sales}}), begin, "")
		require.Empty(t, none, "the other company has its own")

		for _, wrong := range []string{"types=order.lost", "types=Order.*", "types=conf*", "order_id=x", "limit=0", "limit=201"} {
			sales.Get("/v1/events?"+wrong).Refused(400, "parameter_invalid")
		}
		sales.Get("/v1/events?after=LATEST").Refused(400, "cursor_invalid")
	})
}

// A storefront follows its own documents, without what only staff may see, and without events that have nothing else.
func TestFeedOfAStorefront(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales, shop := s.As(t, auth.Sales), s.As(t, auth.Storefront)
		placed(sales, cart("BLOOM", line("on_hand", 1)))
		id := placed(shop, but(cart("BLOOM", line("on_hand", 1)), object{"checkout": false}))
		sales.Patch(at(id), object{"internal_notes": "Beware"}, "If-Match", "*").Is(200)
		sales.Patch(at(id), object{"internal_notes": "Beware of both", "carrier": "UPS"}, "If-Match", "*").Is(200)
		all, _ := feedAfter(t, s, sales, "", "")
		require.Equal(t, []string{"order.placed", "order.placed", "order.edited", "order.edited"}, eventTypes(all))
		own, _ := feedAfter(t, s, shop, "", "")
		require.Equal(t, []string{"order.placed", "order.edited"}, eventTypes(own))
		require.NotContains(t, fmt.Sprint(own), "Beware")
		require.NotContains(t, fmt.Sprint(own), "internal_notes")
		require.Equal(t, []string{"order.placed", "order.edited"}, shop.Get(at(id, "events")).Is(200).At("data").Each("type"))
		require.Equal(t, []string{"order.placed", "order.edited", "order.edited"}, sales.Get(at(id, "events")).Is(200).At("data").Each("type"))
		stranger := s.Actor(t, auth.Actor{CompanyID: servicetest.Company, Subject: "another-shop", Roles: []auth.Role{auth.Storefront}})
		none, _ := feedAfter(t, s, stranger, "", "")
		require.Empty(t, none)

		stream := shop.Stream("/v1/events?after=" + sales.Get("/v1/events?limit=1").Is(200).At("page/next_cursor").Text())
		for _, want := range own {
			var sent any
			require.NoError(t, json.Unmarshal([]byte(stream.Next(t).Data), &sent))
			require.Equal(t, want.Any(), sent)
		}
	})
}

// A change of Require Credit Card Payment tells of each order whose $ it changes.
func TestPaymentIndicatorEvents(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		id := customer(t, s, "CARD", func(c *company.Customer) { c.RequireCreditCardPayment = true })
		customer(t, s, "BLOOM")
		shop, sales, admin := s.As(t, auth.Storefront), s.As(t, auth.Sales), s.As(t, auth.Admin)
		owed, paid := placed(shop, cart("CARD", line("on_hand", 1))), placed(shop, cart("CARD", line("on_hand", 1)))
		pay(sales, paid, "23.50")
		placed(sales, cart("CARD", line("on_hand", 1))) // not of the web shop
		placed(shop, cart("BLOOM", line("on_hand", 1)))
		_, from := feedAfter(t, s, sales, "latest", "")
		for _, flag := range []bool{false, false, true} {
			admin.Patch("/v1/customers/"+id, object{"require_credit_card_payment": flag}, "If-Match", "*").Is(200)
		}
		events, _ := feedAfter(t, s, shop, from, "&types=order.*")
		require.Equal(t, []string{"order.payment_indicator_changed", "order.payment_indicator_changed"}, eventTypes(events))
		for i, change := range []object{{"field": "payment_indicator", "before": "$", "after": nil}, {"field": "payment_indicator", "before": nil, "after": "$"}} {
			require.Equal(t, owed, events[i].At("order/id").Text())
			require.True(t, events[i].At("version").Null())
			require.Equal(t, []any{change}, events[i].At("changes").Any())
			require.Equal(t, "Admin Person", events[i].At("actor/name").Text())
			require.Equal(t, id, events[i].At("data/customer_id").Text())
		}
		require.Equal(t, 1., details(sales, owed).At("version").Any())
	})
}

// An event has at most 20 kB, however much it changes.
func TestEventsAreShort(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		var lines []object
		for i := range 500 {
			lines = append(lines, but(line("k2k", 1), object{"notes": fmt.Sprintf("%d \"%s", i, strings.Repeat("é", 150))}))
		}
		o := place(sales, cart("BLOOM", lines...))
		id := o.At("id").Text()
		_, from := feedAfter(t, s, sales, "latest", "")
		sales.Patch(at(id), object{"lines": []object{line("k2k", 1)}}, "If-Match", "*").Is(200)
		sales.Patch(at(id), object{"carrier": "UPS"}, "If-Match", "*").Is(200)
		events, _ := feedAfter(t, s, sales, from, "")
		require.Equal(t, []string{"order.edited", "order.edited"}, eventTypes(events))
		require.True(t, events[0].At("changes_truncated").Bool())
		raw := sales.Get("/v1/events?limit=1&after=" + from).Body
		var page struct{ Data []json.RawMessage }
		require.NoError(t, json.Unmarshal(raw, &page))
		require.LessOrEqual(t, len(page.Data[0]), 20_000)
		require.Greater(t, len(page.Data[0]), 18_000, "no more is left out than must be")
		require.False(t, events[1].At("changes_truncated").Bool())

		whole := place(sales, cart("BLOOM", lines...)).At("id").Text()
		sales.Post(at(whole, "checkout"), nil).Is(200)
		events, _ = feedAfter(t, s, sales, "", "&types=line.checked_out")
		require.True(t, events[0].At("changes_truncated").Bool())
		require.Len(t, events[0].At("data/line_ids").Items(), 100)
		require.LessOrEqual(t, len(events[0].String()), 20_000)
	})
}

// A caller that prefers to wait gets events as soon as there are any, and an empty page after its time.
func TestFeedWaits(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		began := time.Now()
		answer := sales.Get("/v1/events?after=latest", "Prefer", "respond-async, wait=1")
		require.Empty(t, answer.Is(200).At("data").Items())
		require.Equal(t, "wait=1", answer.Header.Get("Preference-Applied"))
		require.GreaterOrEqual(t, time.Since(began), time.Second)
		from := answer.JSON().At("page/next_cursor").Text()
		got := make(chan servicetest.Answer)
		go func() {
			a, err := sales.Try("GET", "/v1/events?types=order.*&after="+from, nil, "Prefer", "wait=600")
			if err != nil {
				t.Error(err)
			}
			got <- a
		}()
		time.Sleep(50 * time.Millisecond)
		placed(sales, cart("BLOOM", line("on_hand", 1)))
		answer = <-got
		require.Equal(t, []string{"order.placed"}, answer.Is(200).At("data").Each("type"))
		require.Equal(t, "wait=60", answer.Header.Get("Preference-Applied"))
		for _, prefer := range []string{"wait=-1", "wait=soon", "return=minimal"} {
			answer := sales.Get("/v1/events?after=latest", "Prefer", prefer)
			answer.Is(200)
			require.Empty(t, answer.Header.Get("Preference-Applied"), prefer)
		}
	})
}

// A stream has the events in order, at once, resumes behind the last id, and ends when the process stops.
func TestStream(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		placed(sales, cart("BLOOM", line("on_hand", 1)))
		s.AwaitFeed(t)
		stream := sales.Stream("/v1/events?types=order.*,line.*", "Accept-Encoding", "gzip")
		require.Equal(t, "text/event-stream", stream.Header.Get("Content-Type"))
		require.Equal(t, "no-store, no-transform", stream.Header.Get("Cache-Control"))
		require.Equal(t, "no", stream.Header.Get("X-Accel-Buffering"))
		require.Empty(t, stream.Header.Get("Content-Encoding"))
		var ids []string
		quickest := time.Minute
		for i := range 5 {
			began := time.Now()
			id := placed(sales, cart("BLOOM", line("on_hand", i+1)))
			e := stream.Next(t)
			quickest = min(quickest, time.Since(began))
			require.Contains(t, e.Data, id)
			require.Contains(t, e.Data, `"type":"order.placed"`)
			ids = append(ids, e.ID)
		}
		require.Less(t, quickest, 700*time.Millisecond, "it does not wait for the next look")
		feed, _ := feedAfter(t, s, sales, ids[1], "")
		require.Len(t, feed, 3, "the id of an event is a cursor of the feed")
		stream.Leave()

		resumed := sales.Stream("/v1/events?after=latest", "Last-Event-ID", ids[2])
		require.Equal(t, ids[3], resumed.Next(t).ID)
		require.Equal(t, ids[4], resumed.Next(t).ID)
		s.Feed.Stop()
		select {
		case _, open := <-resumed.Events:
			require.False(t, open)
		case <-time.After(10 * time.Second):
			t.Fatal("the stream does not end with the process")
		}
		require.Equal(t, 200, sales.Do("HEAD", "/v1/events", nil, "Accept", "text/event-stream").Status)
		require.Empty(t, sales.Get("/v1/events?after=latest", "Prefer", "wait=30").Is(200).At("data").Items(), "nobody waits in a process that stops")
	})
}

// Five streams can be open with a token, and one that has ended does not count.
func TestStreamsOfAToken(t *testing.T) {
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true})
	sales := s.As(t, auth.Sales)
	var streams []*servicetest.Stream
	for range 5 {
		streams = append(streams, sales.Stream("/v1/events"))
	}
	refused := sales.Get("/v1/events", "Accept", "text/event-stream")
	refused.Refused(429, "stream_limit_reached")
	require.NotEmpty(t, refused.Header.Get("Retry-After"))
	sales.Get("/v1/events").Is(200)
	s.As(t, auth.Cashier).Stream("/v1/events")
	streams[0].Leave()
	require.Eventually(t, func() bool {
		again, err := sales.TryStream("/v1/events")
		if err == nil {
			t.Cleanup(again.Leave)
		}
		return err == nil
	}, 10*time.Second, 20*time.Millisecond)
}

// A stream ends when its token expires.
func TestStreamEndsWithItsToken(t *testing.T) {
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true})
	short := s.Claims(t, map[string]any{"exp": s.Clock.Now().Add(2 * time.Second).Unix()})
	stream := short.Stream("/v1/events")
	select {
	case _, open := <-stream.Events:
		require.False(t, open)
	case <-time.After(10 * time.Second):
		t.Fatal("the stream outlives its token")
	}
	require.Equal(t, http.StatusUnauthorized, short.Get("/v1/me").Status)
}

// A stream without events sends a sign of life, and with it a cursor that is behind what the filter left out.
func TestLong_StreamHeartbeat(t *testing.T) {
	testkit.Long(t)
	t.Parallel() // it waits most of the time
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true})
	customer(t, s, "BLOOM")
	sales := s.As(t, auth.Sales)
	stream := sales.Stream("/v1/events?types=order.voided")
	placed(sales, cart("BLOOM", line("on_hand", 1)))
	began := time.Now()
	var beats []servicetest.Streamed
	for len(beats) < 2 {
		select {
		case beat, open := <-stream.Events:
			require.True(t, open)
			require.Empty(t, beat.Data)
			beats = append(beats, beat)
		case <-time.After(40 * time.Second):
			t.Fatal("the stream is silent")
		}
	}
	require.Greater(t, time.Since(began), 28*time.Second, "there is one every 15 seconds")
	rest, _ := feedAfter(t, s, sales, beats[0].ID, "")
	require.Empty(t, rest, "who resumes there need not read the order again")
}

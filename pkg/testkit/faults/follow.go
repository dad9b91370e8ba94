package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
)

// followers keep up with the first company: by the feed of events, and by synchronising the list of orders.
type followers struct {
	w      *world
	ctx    context.Context
	leave  context.CancelFunc
	done   sync.WaitGroup
	mu     sync.Mutex
	events map[string]int // how often each event came
	orders map[string]int // the newest version of each order
}

func follow(w *world) *followers {
	f := &followers{w: w, events: map[string]int{}, orders: map[string]int{}}
	f.ctx, f.leave = context.WithCancel(w.ctx)
	f.done.Go(f.feed)
	f.done.Go(f.synchronise)
	return f
}

func (f *followers) end() {
	f.leave()
	f.done.Wait()
}

func (f *followers) ask(path string, into any) (status int) {
	ctx, cancel := context.WithTimeout(f.ctx, 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.w.balancer.next()+path, nil)
	if err != nil {
		panic(err) // a defect of the path
	}
	req.Header.Set("Authorization", "Bearer "+f.w.tokens[0])
	res, err := f.w.load.http.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err = b.ReadFrom(res.Body); err != nil || res.StatusCode == http.StatusOK && json.Unmarshal(b.Bytes(), into) != nil {
		return 0
	}
	return res.StatusCode
}

func (f *followers) pause() {
	select {
	case <-f.ctx.Done():
	case <-time.After(50 * time.Millisecond):
	}
}

func (f *followers) feed() {
	cursor := ""
	for f.ctx.Err() == nil {
		var page struct {
			Data []struct{ ID string }
			Page struct {
				NextCursor string `json:"next_cursor"`
				HasMore    bool   `json:"has_more"`
			}
		}
		status := f.ask("/v1/events?limit=200&after="+cursor, &page)
		f.mu.Lock()
		if status == http.StatusGone { // after a failover, as documented: from the beginning
			cursor = ""
			clear(f.events)
		}
		f.mu.Unlock()
		if status != http.StatusOK {
			f.pause()
			continue
		}
		f.mu.Lock()
		for _, e := range page.Data {
			f.events[e.ID]++
		}
		f.mu.Unlock()
		if cursor = page.Page.NextCursor; !page.Page.HasMore {
			f.pause()
		}
	}
}

func (f *followers) synchronise() {
	since, cursor, until := "2020-01-01T00:00:00Z", "", ""
	for f.ctx.Err() == nil {
		var page struct {
			Data []struct {
				ID      string
				Version int
			}
			Page struct {
				NextCursor  *string `json:"next_cursor"`
				SyncedUntil string  `json:"synced_until"`
			}
		}
		path := "/v1/orders?limit=200&sort=updated_at&updated_since=" + url.QueryEscape(since)
		if cursor != "" {
			path += "&cursor=" + url.QueryEscape(cursor)
		}
		if f.ask(path, &page) != http.StatusOK {
			f.pause()
			continue
		}
		f.mu.Lock()
		for _, o := range page.Data {
			f.orders[o.ID] = max(f.orders[o.ID], o.Version)
		}
		f.mu.Unlock()
		if cursor == "" {
			until = page.Page.SyncedUntil
		}
		if page.Page.NextCursor != nil && len(page.Data) > 0 {
			cursor = *page.Page.NextCursor
			continue
		}
		if cursor = ""; until != "" {
			since = until
		}
		f.pause()
	}
}

// newsagent posts the provider's events about accepted e-mails, again and again until they are taken, as SendGrid does.
type newsagent struct {
	w     *world
	told  atomic.Int64
	leave context.CancelFunc
	done  chan struct{}
}

func sell(w *world) *newsagent {
	ctx, leave := context.WithCancel(w.ctx)
	n := &newsagent{w: w, leave: leave, done: make(chan struct{})}
	go n.work(ctx)
	return n
}

// end ends it once every event was taken.
func (n *newsagent) end() {
	_ = n.w.wait(30*time.Second, "the events are taken", func() bool { return int(n.told.Load()) == len(n.w.sendgrid.Accepted()) })
	n.leave()
	<-n.done
}

func (n *newsagent) work(ctx context.Context) {
	defer close(n.done)
	for ctx.Err() == nil {
		told := int(n.told.Load())
		accepted := n.w.sendgrid.Accepted()
		var batch []sendgridtest.Event
		upTo := min(len(accepted), told+50)
		for i, m := range accepted[told:upTo] {
			if time.Since(m.At) < n.w.options.newsAfter {
				upTo = told + i
				break
			}
			batch = append(batch, n.w.sendgrid.Events(m, "delivered")...)
		}
		if len(batch) > 0 {
			try, cancel := context.WithTimeout(ctx, 20*time.Second)
			status, err := n.w.sendgrid.Post(try, n.w.balancer.next()+"/v1/hooks/sendgrid", batch...)
			cancel()
			if err == nil && status < 300 { // a process with a wrong clock refuses them; SendGrid repeats them for days
				n.told.Store(int64(upTo))
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

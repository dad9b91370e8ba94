// Package events reads the feed of events: what happened to a company's documents, in an order in which nothing ever appears
// behind a reader (ADR 19). Each process has one poller, which wakes all readers that wait.
//
// To follow a company, keep a Cursor and repeat: Read what is behind it, handle that, and Wait for more.
package events

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store"
)

// Event is an event with what its readers need to know of its document.
type Event = store.FeedEvent

// ErrStopped is the error of Wait once the process is stopping.
var ErrStopped = errors.New("the process is stopping")

// MaxExamined is the most events that one Read looks at. A page of a filter that selects few events may be empty and yet have more
// behind it.
const MaxExamined = 1000

// examinedAtOnce is how many events are read together for a filter.
const examinedAtOnce = 250

// Options configure New.
type Options struct {
	Store    *store.Store
	Log      *slog.Logger
	Interval time.Duration // between two looks for events of other processes; default 1 s
}

// Feed is the feed of events of all companies. It is safe for concurrent use.
type Feed struct {
	store    *store.Store
	log      *slog.Logger
	interval time.Duration

	mu      sync.Mutex
	tails   map[string]*tail // of the companies that somebody waits for
	polling bool
	poke    chan struct{}
	done    sync.WaitGroup
	life    context.Context // until Stop
	end     context.CancelFunc
}

// New returns the feed of a store. It uses nothing until somebody reads or waits.
func New(o Options) *Feed {
	f := &Feed{store: o.Store, log: o.Log, interval: o.Interval, tails: map[string]*tail{}, poke: make(chan struct{}, 1)}
	f.life, f.end = context.WithCancel(context.Background())
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	if f.interval == 0 {
		f.interval = time.Second
	}
	f.store.OnRecord(f.recorded)
	return f
}

// Stop ends every Wait, now and later, and the poller. Reading goes on.
func (f *Feed) Stop() {
	f.mu.Lock()
	f.end()
	f.mu.Unlock()
	f.done.Wait()
}

// Query selects events of a company's feed.
type Query struct {
	After   Cursor
	OrderID string // only of this document; empty: of all
	Pick    Pick   // nil picks every event
	Limit   int
}

// Pick decides whether an event belongs to what a reader reads, and returns it as that reader may see it.
type Pick func(Event) (Event, bool)

// Page is some events, in the order of the feed.
type Page struct {
	Feed   string // its id
	Events []Event
	Next   Cursor // behind everything that was examined
	More   bool   // there may be more events behind Next already
}

// Latest returns the end of the feed.
func (f *Feed) Latest(ctx context.Context) (Cursor, error) {
	state, err := f.store.System().Feed(ctx)
	return Cursor{state.ID, state.End()}, err
}

// Read returns events of a company. A cursor of a feed that no longer exists is the fault cursor_gone.
func (f *Feed) Read(ctx context.Context, companyID string, q Query) (Page, error) {
	state, err := f.store.System().Feed(ctx)
	if err != nil {
		return Page{}, err
	}
	at := q.After.at
	if q.After.feed != "" && (q.After.feed != state.ID || at.Pos >= state.Until) { // readers only get positions below Until
		return Page{}, gone()
	}
	page, atOnce := Page{Feed: state.ID}, q.Limit+1
	if q.Pick != nil {
		atOnce = examinedAtOnce
	}
	for examined := 0; ; {
		rows, err := f.store.For(companyID).Feed(ctx, store.FeedQuery{After: at, Until: state.Until, OrderID: q.OrderID, Limit: atOnce})
		if err != nil {
			return Page{}, err
		}
		n, full := page.add(rows, q)
		if n > 0 {
			at = rows[n-1].Position()
		}
		examined += n
		switch {
		case full && n < len(rows), examined >= MaxExamined:
			page.Next, page.More = Cursor{state.ID, at}, true
			return page, nil
		case len(rows) < atOnce:
			page.Next = Cursor{state.ID, state.End()}
			return page, nil
		}
	}
}

// add appends the picked ones of the events. It returns how many it examined, and whether the page is full.
func (p *Page) add(events []Event, q Query) (examined int, full bool) {
	for i, e := range events {
		if len(p.Events) == q.Limit {
			return i, true
		}
		picked := true
		if q.Pick != nil {
			e, picked = q.Pick(e)
		}
		if picked {
			p.Events = append(p.Events, e)
		}
	}
	return len(events), len(p.Events) == q.Limit
}

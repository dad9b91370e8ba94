package events_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/events"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sqlcount"
	"github.com/stretchr/testify/require"
)

// place adds an order and returns its id.
func place(c *servicetest.Client) string {
	return apitest.Placed(c, apitest.Cart("BLOOM", apitest.Line("on_hand", 1)))
}

func start(t *testing.T, address string, o store.Options) (*servicetest.Service, *servicetest.Client) {
	t.Helper()
	s := servicetest.Start(t, address, servicetest.Options{NoJobs: true, Store: o})
	apitest.Customer(t, s, "BLOOM")
	return s, s.As(t, auth.Sales)
}

func each(t *testing.T, test func(t *testing.T, s *servicetest.Service, c *servicetest.Client)) {
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) {
			s, c := start(t, address(t), store.Options{})
			test(t, s, c)
		})
	}
}

// read returns the ids of the events behind the cursor.
func read(t testing.TB, r *events.Reader, after events.Cursor, pick events.Pick) ([]string, events.Cursor) {
	t.Helper()
	var ids []string
	for {
		page, err := r.Read(t.Context(), events.Query{After: after, Limit: 7, Pick: pick})
		require.NoError(t, err)
		for i := range page.Events {
			ids = append(ids, page.Events[i].ID)
		}
		after = page.Next
		if !page.More {
			return ids, after
		}
	}
}

// A reader who waits gets every event once, from its own process at once and from others at the next look.
func TestWaiting(t *testing.T) {
	each(t, func(t *testing.T, s *servicetest.Service, c *servicetest.Client) {
		elsewhere := events.New(events.Options{Store: storetest.Open(t, s.Address, store.Options{}), Interval: 50 * time.Millisecond})
		t.Cleanup(elsewhere.Stop)
		for name, feed := range map[string]*events.Feed{"own": s.Feed, "another": elsewhere} {
			at, err := feed.Latest(t.Context())
			require.NoError(t, err)
			r := feed.Follow(servicetest.Company)
			none, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			require.ErrorIs(t, wait(none, r, at), context.DeadlineExceeded)
			cancel()
			var got []string
			for range 5 {
				go place(c)
				require.NoError(t, r.Wait(t.Context(), at), name)
				var ids []string
				ids, at = read(t, r, at, nil)
				got = append(got, ids...)
				for len(ids) == 0 {
					require.NoError(t, r.Wait(t.Context(), at))
					ids, at = read(t, r, at, nil)
					got = append(got, ids...)
				}
			}
			require.Len(t, unique(got), len(got), "none comes twice")
			require.Len(t, got, 5)
			r.Close()
		}
	})
}

// wait waits until there are events behind the cursor. Wait may return early, when it does not know.
func wait(ctx context.Context, r *events.Reader, at events.Cursor) error {
	for {
		if err := r.Wait(ctx, at); err != nil {
			return err
		}
		page, err := r.Read(ctx, events.Query{After: at, Limit: 1})
		if err != nil || len(page.Events) > 0 {
			return err
		}
		at = page.Next
	}
}

func unique(ids []string) map[string]bool {
	set := map[string]bool{}
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// Many who follow a company cost the database no more than one.
func TestOnePollerServesAll(t *testing.T) {
	counter, options := sqlcount.New()
	s, c := start(t, storetest.SQLite(t), options)
	feed := events.New(events.Options{Store: s.Store, Interval: time.Hour})
	defer feed.Stop()
	at, err := feed.Latest(t.Context())
	require.NoError(t, err)
	const followers = 100
	var ready, got sync.WaitGroup
	for range followers {
		ready.Add(1)
		got.Go(func() {
			r, at := feed.Follow(servicetest.Company), at
			defer r.Close()
			soon, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			_ = wait(soon, r, at) // until the tail begins
			cancel()
			page, err := r.Read(context.Background(), events.Query{After: at, Limit: 10})
			ready.Done()
			if err != nil {
				t.Error(err)
				return
			}
			if err := wait(context.Background(), r, page.Next); err != nil {
				t.Error(err)
			}
		})
	}
	ready.Wait()
	counter.Statements()
	place(c)
	got.Wait()
	reads := 0
	for _, text := range counter.Statements() {
		if strings.Contains(text, "event_feeds") || strings.Contains(text, "FROM events") {
			reads++
		}
	}
	require.LessOrEqual(t, reads, 9, "each look has three statements")
	require.Positive(t, reads)
}

// A tail that grew beyond its bound, and a reader that is behind it, lose nothing.
func TestFarBehind(t *testing.T) {
	each(t, func(t *testing.T, s *servicetest.Service, c *servicetest.Client) {
		id := place(c)
		at, err := s.Feed.Latest(t.Context())
		require.NoError(t, err)
		r := s.Feed.Follow(servicetest.Company)
		defer r.Close()
		quiet, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_ = wait(quiet, r, at)
		cancel()
		record := func(n int) {
			_, err := store.InTx(t.Context(), s.Store.For(servicetest.Company), func(tx *store.Tx) (none struct{}, err error) {
				list := make([]order.Event, n)
				for i := range list {
					list[i] = order.Event{CompanyID: servicetest.Company, ID: uuid.NewString(), OrderID: id, Type: order.EventEmailSent, At: s.Clock.Now(), ActorSub: "system"}
				}
				return none, tx.Record(list)
			})
			require.NoError(t, err)
		}
		record(700)
		require.NoError(t, wait(t.Context(), r, at))
		ids, end := read(t, r, at, nil)
		require.Len(t, unique(ids), 700)
		for range 4 {
			record(100)
		}
		require.NoError(t, wait(t.Context(), r, end))
		var more []string
		for len(more) < 400 {
			var ids []string
			ids, end = read(t, r, end, nil)
			more = append(more, ids...)
		}
		require.Len(t, unique(append(ids, more...)), 1100)
	})
}

// A filter that selects few events examines a bounded number for a page, and misses none.
func TestExaminedIsBounded(t *testing.T) {
	s, c := start(t, storetest.SQLite(t), store.Options{})
	id := place(c)
	_, err := store.InTx(t.Context(), s.Store.For(servicetest.Company), func(tx *store.Tx) (none struct{}, err error) {
		list := make([]order.Event, 3*events.MaxExamined)
		for i := range list {
			list[i] = order.Event{CompanyID: servicetest.Company, ID: uuid.NewString(), OrderID: id, Type: order.EventEmailSent, At: s.Clock.Now(), ActorSub: "system"}
		}
		return none, tx.Record(list)
	})
	require.NoError(t, err)
	last := place(c)
	query := events.Query{Pick: events.For(auth.Actor{Roles: []auth.Role{auth.Admin}}, []order.EventPattern{"order.*"}, ""), Limit: 1}
	var found []string
	for pages := 0; ; pages++ {
		page, err := s.Feed.Read(t.Context(), servicetest.Company, query)
		require.NoError(t, err)
		for _, e := range page.Events {
			found = append(found, e.OrderID)
		}
		if query.After = page.Next; !page.More {
			require.GreaterOrEqual(t, pages, 3)
			break
		}
	}
	require.Equal(t, []string{id, last}, found)
}

// Whoever waits is told when the process stops, and later ones at once.
func TestStopping(t *testing.T) {
	s, _ := start(t, storetest.SQLite(t), store.Options{})
	feed := events.New(events.Options{Store: s.Store})
	at, err := feed.Latest(t.Context())
	require.NoError(t, err)
	ended := make(chan error)
	go func() {
		r := feed.Follow(servicetest.Company)
		defer r.Close()
		ended <- wait(context.Background(), r, at)
	}()
	time.Sleep(20 * time.Millisecond)
	feed.Stop()
	feed.Stop()
	require.ErrorIs(t, <-ended, events.ErrStopped)
	r := feed.Follow(servicetest.Company)
	defer r.Close()
	require.ErrorIs(t, r.Wait(t.Context(), at), events.ErrStopped)
	_, err = r.Read(t.Context(), events.Query{After: at, Limit: 1})
	require.NoError(t, err)
}

// A cursor of another feed, or beyond the end, is gone; a text that is none is invalid.
func TestCursors(t *testing.T) {
	each(t, func(t *testing.T, s *servicetest.Service, c *servicetest.Client) {
		place(c)
		at, err := s.Feed.Latest(t.Context())
		require.NoError(t, err)
		same, err := events.ParseCursor(at.String())
		require.NoError(t, err)
		require.Equal(t, at, same)
		for _, wrong := range []string{"latest", "", "eyJrIjpbXX0", "MS4x", "YS5iLmM", "YS4tMS4x", at.String() + "="} {
			_, err := events.ParseCursor(wrong)
			require.True(t, fault.Is(err, fault.CursorInvalid), wrong)
		}
		db := s.Database(t)
		gone := func() bool {
			_, err := s.Feed.Read(t.Context(), servicetest.Company, events.Query{After: at, Limit: 1})
			return fault.Is(err, fault.CursorGone)
		}
		require.False(t, gone())
		_, err = db.Exec("UPDATE event_feeds SET base = base - 1000")
		require.NoError(t, err)
		require.True(t, gone(), "it is from a time that the database has lost")
		_, err = db.Exec("UPDATE event_feeds SET base = base + 1000")
		require.NoError(t, err)
		require.False(t, gone())

		r := s.Feed.Follow(servicetest.Company)
		defer r.Close()
		ended := make(chan error)
		go func() {
			err := error(nil)
			for err == nil {
				if err = r.Wait(context.Background(), at); err == nil {
					_, err = r.Read(context.Background(), events.Query{After: at, Limit: 1})
				}
			}
			ended <- err
		}()
		time.Sleep(20 * time.Millisecond)
		_, err = db.Exec("UPDATE event_feeds SET id = 'another'")
		require.NoError(t, err)
		require.True(t, gone())
		require.True(t, fault.Is(<-ended, fault.CursorGone), "those who wait hear of it")
	})
}

// A database that does not answer ends nobody's wait; the news come when it answers again.
func TestPollerSurvivesTheDatabase(t *testing.T) {
	s, c := start(t, storetest.SQLite(t), store.Options{})
	feed := events.New(events.Options{Store: s.Store, Interval: 10 * time.Millisecond})
	defer feed.Stop()
	at, err := feed.Latest(t.Context())
	require.NoError(t, err)
	r := feed.Follow(servicetest.Company)
	defer r.Close()
	quiet, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.Error(t, wait(quiet, r, at))
	db := s.Database(t)
	_, err = db.Exec("ALTER TABLE event_feeds RENAME TO away")
	require.NoError(t, err)
	broken, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err = r.Wait(broken, at)
	require.True(t, err == nil || errors.Is(err, context.DeadlineExceeded), fmt.Sprint(err))
	_, err = db.Exec("ALTER TABLE away RENAME TO event_feeds")
	require.NoError(t, err)
	place(c)
	require.NoError(t, wait(t.Context(), r, at))
}

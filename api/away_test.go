package api_test

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// soonEnough is the maximum time of an answer while the database is not reachable. It is far less than a request's time
// limit.
const soonEnough = 8 * time.Second

// needNoDatabase is the operations with a token that do not use the database.
var needNoDatabase = map[string]bool{"getOrderStates": true, "getRoles": true}

// While the database is not reachable, every operation quickly answers a problem with Retry-After. When the database is
// back, every operation works again.
func TestDatabaseAway(t *testing.T) {
	wired, address := pgtest.NewWire(t, storetest.Postgres(t))
	// Every operation is called at once. The pool is so large that none of them waits for its share.
	s := servicetest.Start(t, address, servicetest.Options{NoJobs: true, Store: store.Options{MaxConns: 250}, API: withReadiness})
	w := apitest.NewWorld(t, s)
	w.Issued["order"] = map[string]string{"": w.Orders["mine pending"]}
	news := sendgridtest.Event{Email: "buyer@bloom.example", Timestamp: time.Now().Unix(), Event: "delivered", EventID: "e", EmailID: uuid.NewString()}
	well := func() {
		t.Helper()
		s.Nobody(t).Get("/readyz").Is(http.StatusOK)
		placed(s.As(t, auth.Sales), cart("BLOOM", line("on_hand", 1)))
		s.As(t, auth.Sales).Get("/v1/orders").Is(http.StatusOK)
	}
	away := func(t *testing.T) {
		t.Helper()
		var all sync.WaitGroup
		defer all.Wait()
		for _, r := range api.Routes() {
			ask, asks := apitest.Requests()[r.Operation]
			if !asks || needNoDatabase[r.Operation] {
				continue
			}
			all.Go(func() {
				id := ""
				for _, any := range w.Issued[ask.Thing] {
					id = any
				}
				began := time.Now()
				a := w.Send(s.As(t, auth.Admin), r, ask, id)
				if took := time.Since(began); took > soonEnough {
					t.Errorf("%s answered after %s", r.Operation, took)
				}
				problem := a.JSON()
				if a.Status != http.StatusServiceUnavailable || problem.At("code").Text() != "database_unavailable" {
					t.Errorf("%s answered %d: %s", r.Operation, a.Status, a.Body)
				}
				if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || seconds < 1 {
					t.Errorf("%s: Retry-After is %q", r.Operation, a.Header.Get("Retry-After"))
				}
			})
		}
		all.Go(func() {
			began := time.Now()
			a := s.Nobody(t).Get("/readyz")
			if a.Status != http.StatusServiceUnavailable || time.Since(began) > soonEnough {
				t.Errorf("readyz answered %d after %s", a.Status, time.Since(began))
			}
		})
		all.Go(func() {
			code, err := s.SendGrid.Post(t.Context(), s.URL+"/v1/hooks/sendgrid", news)
			if err != nil || code != http.StatusServiceUnavailable {
				t.Errorf("SendGrid was answered %d, %v", code, err)
			}
		})
		all.Go(func() {
			if a := s.Nobody(t).Get("/livez"); a.Status != http.StatusOK {
				t.Errorf("livez answered %d", a.Status)
			}
		})
	}
	well()
	wired.Cut()
	t.Run("just cut", away)
	t.Run("refused", away)
	wired.Mend()
	well()
	time.Sleep(1500 * time.Millisecond) // the pool pings a connection that was idle for a second
	wired.Stall()
	t.Run("silent", away)
	wired.Cut()
	wired.Mend()
	well()
	s.Store.Close()
	t.Run("closed", away)
}

// If the database stops answering in the middle of a request, the request ends at its time limit, not when TCP gives
// up.
func TestDatabaseFallsSilent(t *testing.T) {
	wired, address := pgtest.NewWire(t, storetest.Postgres(t))
	s := servicetest.Start(t, address, servicetest.Options{NoJobs: true, Store: store.Options{CommitWait: time.Second}, API: func(o *api.Options) {
		o.RequestTimeout = time.Second
	}})
	customer(t, s, "BLOOM")
	sales := s.As(t, auth.Sales)
	id := placed(sales, cart("BLOOM", line("on_hand", 1)))
	for _, ask := range []func() servicetest.Answer{
		func() servicetest.Answer { return sales.Post(at(id, "confirm"), nil) },
		func() servicetest.Answer { return sales.Get(at(id)) },
	} {
		sales.Get(at(id)).Is(http.StatusOK) // the pool does not ping a connection that was just used
		wired.Stall()
		began := time.Now()
		a := ask()
		require.Less(t, time.Since(began), 4*time.Second)
		require.Equal(t, http.StatusServiceUnavailable, a.Status, "%s", a.Body)
		require.NotEmpty(t, a.Header.Get("Retry-After"))
		wired.Cut()
		wired.Mend()
	}
	confirm(sales, id)
}

// If the database falls silent in the middle of a bulk confirm, the batch ends at the time limit of one order, and not at its own,
// which is far longer.
func TestDatabaseFallsSilentInABatch(t *testing.T) {
	wired, address := pgtest.NewWire(t, storetest.Postgres(t))
	s := servicetest.Start(t, address, servicetest.Options{NoJobs: true, Store: store.Options{CommitWait: time.Second},
		Desk: func(o *desk.Options) { o.RowLimit = time.Second }})
	customer(t, s, "BLOOM")
	sales := s.As(t, auth.Sales)
	ids := []string{placed(sales, cart("BLOOM", line("on_hand", 1))), placed(sales, cart("BLOOM", line("on_hand", 1)))}
	for _, headers := range [][]string{nil, {"Idempotency-Key", uuid.NewString()}} { // with a key, the kept answer is looked for first
		sales.Get(at(ids[0])).Is(http.StatusOK) // the pool does not ping a connection that was just used
		wired.Stall()
		began := time.Now()
		a := sales.Do("POST", "/v1/orders/confirm", object{"ids": ids}, headers...)
		require.Less(t, time.Since(began), 8*time.Second)
		a.Refused(http.StatusServiceUnavailable, "request_timeout")
		if len(headers) == 0 {
			require.Contains(t, string(a.Body), "The batch stopped after 0 of 2 orders")
		}
		wired.Cut()
		wired.Mend()
	}
	results := sales.Post("/v1/orders/confirm", object{"ids": ids}).Is(http.StatusMultiStatus)
	require.Equal(t, "confirmed", results.At("results/0/outcome").Text())
	require.Equal(t, "confirmed", results.At("results/1/outcome").Text())
}

// A closed store acts like a database that is not reachable, on SQLite too.
func TestDatabaseClosed(t *testing.T) {
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := placed(sales, cart("BLOOM", line("on_hand", 1)))
		s.Store.Close()
		sales.Get("/v1/orders").Refused(http.StatusServiceUnavailable, "database_unavailable")
		sales.Get(at(id)).Refused(http.StatusServiceUnavailable, "database_unavailable")
		sales.Post(at(id, "confirm"), nil).Refused(http.StatusServiceUnavailable, "database_unavailable")
	})
}

// If one client holds every connection, the others wait, but only for a short time.
func TestNoFreeConnection(t *testing.T) {
	s := servicetest.Start(t, storetest.Postgres(t), servicetest.Options{NoJobs: true, Store: store.Options{MaxConns: 1, ShareWait: 200 * time.Millisecond}})
	customer(t, s, "BLOOM")
	sales := s.As(t, auth.Sales)
	id := placed(sales, cart("BLOOM", line("on_hand", 1)))
	db := s.Database(t)
	tx, err := db.Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec("SELECT 1 FROM orders FOR UPDATE")
	require.NoError(t, err)
	var waiting sync.WaitGroup
	defer waiting.Wait()
	var refused atomic.Bool
	waiting.Go(func() { // on a busy machine the read may have the connection for longer than the confirm waits for it
		for !refused.Load() && sales.Post(at(id, "confirm"), nil).Status == http.StatusServiceUnavailable {
		}
	})
	soon(t, "another request is refused with Retry-After", func() bool {
		a := sales.Get(at(id))
		return a.Status == http.StatusServiceUnavailable && a.JSON().At("code").Text() == "capacity_reached" && a.Header.Get("Retry-After") != ""
	})
	refused.Store(true)
}

// A write whose connection breaks during COMMIT answers outcome_unknown, committed or not. A retry with its key gets
// the result.
func TestCutInCommit(t *testing.T) {
	for name, committed := range map[string]bool{"before the server heard it": false, "before the answer came back": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wired, address := pgtest.NewWire(t, storetest.Postgres(t))
			s := servicetest.Start(t, address, servicetest.Options{NoJobs: true})
			customer(t, s, "BLOOM")
			sales := s.As(t, auth.Sales)
			before := place(sales, cart("BLOOM", line("on_hand", 1))).At("number").Text()
			key := uuid.NewString()
			wired.CutAtCommit(committed)
			refused := sales.Post("/v1/orders", cart("BLOOM", line("on_hand", 1)), "Idempotency-Key", key)
			refused.Refused(http.StatusServiceUnavailable, "outcome_unknown")
			require.NotEmpty(t, refused.Header.Get("Retry-After"))
			again := sales.Post("/v1/orders", cart("BLOOM", line("on_hand", 1)), "Idempotency-Key", key)
			number := again.Is(http.StatusCreated).At("orders/0/number").Text()
			require.Equal(t, committed, again.Header.Get("Idempotency-Replayed") == "true")
			require.Greater(t, number, before)
			require.Len(t, sales.Get("/v1/orders").Is(http.StatusOK).At("data").Items(), 2)
		})
	}
}

// SendGrid has no key for a retry. It gets outcome_unknown too, and the event that it repeats changes an e-mail only
// once.
func TestHookCutInCommit(t *testing.T) {
	wired, address := pgtest.NewWire(t, storetest.Postgres(t))
	s := servicetest.Start(t, address, servicetest.Options{NoJobs: true})
	customer(t, s, "BLOOM")
	sales := s.As(t, auth.Sales)
	id, mailed := invoiced(sales, "BLOOM")
	wired.CutAtCommit(true)
	refused := delivered(t, s, mailed).Refused(http.StatusServiceUnavailable, "outcome_unknown")
	require.Contains(t, refused.At("detail").Text(), "Send the same events again")
	require.Equal(t, "delivered", emailOf(sales, id, mailed).At("status").Text())
	before := s.Rows(t)
	require.Equal(t, http.StatusNoContent, delivered(t, s, mailed).Status)
	require.Equal(t, before, s.Rows(t))
}

// An edit has no key either. The answer says to read first: the version shows whether the edit was committed.
func TestEditCutInCommit(t *testing.T) {
	wired, address := pgtest.NewWire(t, storetest.Postgres(t))
	s := servicetest.Start(t, address, servicetest.Options{NoJobs: true})
	customer(t, s, "BLOOM")
	sales := s.As(t, auth.Sales)
	id := placed(sales, cart("BLOOM", line("on_hand", 1)))
	edit := func() servicetest.Answer {
		return sales.Patch(at(id), object{"carrier": "Armellini"}, "If-Match", `"v1"`)
	}
	wired.CutAtCommit(true)
	refused := edit().Refused(http.StatusServiceUnavailable, "outcome_unknown")
	require.Contains(t, refused.At("detail").Text(), "Read the current state")
	require.NotContains(t, refused.At("detail").Text(), "Idempotency-Key")
	edit().Refused(http.StatusPreconditionFailed, "order_changed")
}

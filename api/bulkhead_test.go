package api_test

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// quickly is how long an answer may take while others wait: a second, and as much for a busy machine.
const quickly = 2 * time.Second

func withReadiness(o *api.Options) { o.Checks = []api.Check{{Name: "database", Run: o.Desk.Ready}} }

// An outside session holds the rows of one company's counters. 48 clients of that company wait for them. The company's share of
// the connections is used by a few of them, the others are refused within a second, and everybody else goes on.
func TestOneCompanyDoesNotStopTheOthers(t *testing.T) {
	s := servicetest.Start(t, storetest.Postgres(t), servicetest.Options{NoJobs: true, API: withReadiness})
	customer(t, s, "BLOOM")
	sales, other := s.As(t, auth.Sales), s.Actor(t, auth.Actor{CompanyID: servicetest.Other, Subject: "ann", Name: "Ann", Roles: []auth.Role{auth.Admin}})
	other.Post("/v1/customers", object{"code": "BLOOM", "name": "Bloom"}).Is(http.StatusCreated)
	orders := make([]string, 48)
	for i := range orders {
		orders[i] = placed(sales, cart("BLOOM", line("on_hand", 1)))
	}
	tx, err := s.Database(t).Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec("SELECT 1 FROM counters WHERE company_id = $1 FOR UPDATE", servicetest.Company)
	require.NoError(t, err)

	answers := make([]servicetest.Answer, len(orders))
	took := make([]time.Duration, len(orders))
	var clients sync.WaitGroup
	for i, id := range orders {
		clients.Go(func() {
			began := time.Now()
			answers[i] = sales.Post(at(id, "confirm"), nil)
			took[i] = time.Since(began)
		})
	}
	time.Sleep(300 * time.Millisecond) // all of them wait
	for range 5 {
		for _, ask := range []func(){
			func() { placed(other, cart("BLOOM", line("on_hand", 1))) },
			func() { confirm(other, placed(other, cart("BLOOM", line("on_hand", 1)))) },
			func() { sales.Get("/v1/orders").Is(http.StatusOK) },
			func() { s.Nobody(t).Get("/readyz").Is(http.StatusOK) },
		} {
			began := time.Now()
			ask()
			require.Less(t, time.Since(began), quickly)
		}
	}
	clients.Wait()
	counts := map[string]int{}
	for i, a := range answers {
		code := a.JSON().At("code").Text()
		counts[code]++
		if code == "capacity_reached" {
			a.Refused(http.StatusServiceUnavailable, code)
			require.NotEmpty(t, a.Header.Get("Retry-After"))
			require.Less(t, took[i], quickly)
		}
	}
	require.Equal(t, len(orders), counts["capacity_reached"]+counts["order_locked"], "%v", counts)
	require.Greater(t, counts["capacity_reached"], len(orders)/2, "%v", counts)
	require.Equal(t, int64(counts["capacity_reached"]), s.Store.Stats().Shed[store.UseWrites])

	require.NoError(t, tx.Rollback())
	confirm(sales, orders[0])
}

// A synchronous standby is missing, so every COMMIT hangs. Reads and readiness go on, and so do writes when it is no longer
// waited for.
func TestHangingCommitsDoNotStopReads(t *testing.T) {
	pgtest.Need(t)
	ctx := context.Background()
	server, err := pgtest.Start(ctx, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	st := storetest.Open(t, server.URL, store.Options{})
	_, err = st.Migrate(ctx)
	require.NoError(t, err)
	outside, err := pgx.Connect(ctx, server.URL)
	require.NoError(t, err)
	t.Cleanup(func() { _ = outside.Close(ctx) })
	standby := func(name string) {
		t.Helper()
		for _, text := range []string{"ALTER SYSTEM SET synchronous_standby_names = '" + name + "'", "SELECT pg_reload_conf()"} {
			_, err := outside.Exec(ctx, text)
			require.NoError(t, err)
		}
	}
	s := servicetest.Start(t, server.URL+"&synchronous_commit=on", servicetest.Options{NoJobs: true, Store: store.Options{CommitWait: 300 * time.Millisecond}, API: withReadiness})
	customer(t, s, "BLOOM")
	sales := s.As(t, auth.Sales)
	id := placed(sales, cart("BLOOM", line("on_hand", 1)))

	standby("missing")
	defer standby("")
	var clients sync.WaitGroup
	for i := range 48 {
		who := s.As(t, auth.Admin)
		if i%2 == 1 {
			who = s.Actor(t, auth.Actor{CompanyID: servicetest.Other, Subject: "ann", Name: "Ann", Roles: []auth.Role{auth.Admin}})
		}
		clients.Go(func() {
			a, err := who.Try("POST", "/v1/customers", object{"code": "C" + time.Now().Format("150405.000000000"), "name": "Petal"}, "Idempotency-Key", uuid.NewString())
			if err != nil || a.Status != http.StatusServiceUnavailable {
				t.Errorf("a write was answered %d, %v", a.Status, err)
			}
		})
	}
	clients.Wait() // each has an answer, and the commits still hang
	for range 5 {
		for _, ask := range []func(){
			func() { sales.Get("/v1/orders").Is(http.StatusOK) },
			func() { sales.Get(at(id)).Is(http.StatusOK) },
			func() { s.Nobody(t).Get("/readyz").Is(http.StatusOK) },
		} {
			began := time.Now()
			ask()
			require.Less(t, time.Since(began), quickly)
		}
	}
	standby("")
	soon(t, "writes go on", func() bool {
		a, err := sales.Persist("POST", at(id, "confirm"), nil, "Idempotency-Key", uuid.NewString())
		return err == nil && a.Status == http.StatusOK
	})
}

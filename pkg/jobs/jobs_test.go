package jobs_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/jobs"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// A process that is stopped right after its start has not started its jobs.
func TestStopWithoutStart(t *testing.T) {
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true})
	runner, err := jobs.New(jobs.Options{Store: s.Store, Desk: s.Desk, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	require.NoError(t, runner.Stop(t.Context()))
}

// Stopping waits for the e-mails in progress and begins no others. No outcome is lost, and the remaining e-mails go out
// once each after the next start.
func TestStopLetsEmailsEnd(t *testing.T) {
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *servicetest.Service) {
		admin := s.As(t, auth.Admin)
		admin.Post("/v1/customers", map[string]any{"code": "BLOOM", "name": "Bloom", "emails": []string{"buyer@bloom.example"}}).Is(201)
		line := map[string]any{"source": "on_hand", "sku": "ROSE", "boxes": 1, "units_per_box": 100, "unit_price": "0.2350"}
		const many = desk.MailWorkers // twice as many as are sent of one company
		for i := range many {
			id := admin.Post("/v1/orders", map[string]any{"customer_code": "BLOOM", "ship_date": "2030-12-01", "lines": []any{line}},
				"Idempotency-Key", fmt.Sprint("place-", i)).Is(201).At("orders/0/id").Text()
			admin.Post("/v1/orders/"+id+"/confirm", nil, "Idempotency-Key", fmt.Sprint("confirm-", i)).Is(200)
		}
		s.SendGrid.Always(sendgridtest.ReplyAfter(500 * time.Millisecond))
		states := func() map[string]int {
			rows, err := s.Database(t).Query("SELECT state, count(*) FROM emails GROUP BY state")
			require.NoError(t, err)
			defer func() { _ = rows.Close() }()
			counts := map[string]int{}
			for rows.Next() {
				var state string
				var n int
				require.NoError(t, rows.Scan(&state, &n))
				counts[state] = n
			}
			require.NoError(t, rows.Err())
			return counts
		}
		runner, err := jobs.New(jobs.Options{Store: s.Store, Desk: s.Desk, Log: slog.New(slog.DiscardHandler), Every: servicetest.Round})
		require.NoError(t, err)
		require.NoError(t, runner.Start(t.Context()))
		require.Eventually(t, func() bool { return states()["sent"] > 0 && states()["sending"] > 0 }, 20*time.Second, 5*time.Millisecond)
		stopping, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		require.NoError(t, runner.Stop(stopping))
		after := states()
		require.Equal(t, []int{0, 0}, []int{after["sending"], after["unknown"]}, "%v", after)
		require.Positive(t, after["queued"], "it waited for all of them: %v", after)

		s.SendGrid.Heal()
		s.Work(t)
		require.Eventually(t, func() bool { return states()["sent"] == many }, 20*time.Second, 20*time.Millisecond)
		require.Len(t, s.SendGrid.Accepted(), many)
	})
}

// The periodic work says in the log that the clock of the process is wrong: as a warning beyond 1 s, as an error beyond 5 s.
func TestAWrongClockIsLogged(t *testing.T) {
	var ahead atomic.Int64
	clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	servicetest.Each(t, servicetest.Options{NoJobs: true, Store: store.Options{Now: clock}}, func(t *testing.T, s *servicetest.Service) {
		var mu sync.Mutex
		var log bytes.Buffer
		logger := slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			return log.Write(p)
		}), nil))
		d := desk.New(desk.Options{Store: s.Store, Log: logger})
		runner, err := jobs.New(jobs.Options{Store: s.Store, Desk: d, Log: slog.New(slog.DiscardHandler), Every: servicetest.Round})
		require.NoError(t, err)
		require.NoError(t, runner.Start(t.Context()))
		defer func() { require.NoError(t, runner.Stop(context.Background())) }()
		for _, c := range []struct {
			ahead time.Duration
			says  string
		}{{-2 * time.Second, "level=WARN msg=\"the clock of this process differs"}, {24 * time.Hour, "level=ERROR msg=\"the clock of this process is wrong"}} {
			ahead.Store(int64(c.ahead))
			require.Eventually(t, func() bool {
				mu.Lock()
				defer mu.Unlock()
				return bytes.Contains(log.Bytes(), []byte(c.says))
			}, 20*time.Second, 10*time.Millisecond)
		}
	})
}

// writerFunc is a function that writes.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// An e-mail goes out as soon as its transaction has committed, although the queue is polled rarely.
func TestEmailsGoAtOnce(t *testing.T) {
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *servicetest.Service) {
		runner, err := jobs.New(jobs.Options{Store: s.Store, Desk: s.Desk, Log: slog.New(slog.DiscardHandler), Every: time.Hour})
		require.NoError(t, err)
		require.NoError(t, runner.Start(t.Context()))
		t.Cleanup(func() { _ = runner.Stop(context.Background()) })
		admin := s.As(t, auth.Admin)
		admin.Post("/v1/customers", map[string]any{"code": "BLOOM", "name": "Bloom", "emails": []string{"buyer@bloom.example"}}).Is(201)
		line := map[string]any{"source": "on_hand", "sku": "ROSE", "boxes": 1, "units_per_box": 100, "unit_price": "0.2350"}
		var slowest time.Duration
		for i := range 8 {
			id := admin.Post("/v1/orders", map[string]any{"customer_code": "BLOOM", "ship_date": "2030-12-01", "lines": []any{line}}).Is(201).At("orders/0/id").Text()
			admin.Post("/v1/orders/"+id+"/confirm", nil).Is(200)
			began := time.Now()
			require.Eventually(t, func() bool { return len(s.SendGrid.Accepted()) == i+1 }, 20*time.Second, time.Millisecond)
			slowest = max(slowest, time.Since(began))
		}
		require.Less(t, slowest, 3*time.Second, "a poll comes every 5 s")
	})
}

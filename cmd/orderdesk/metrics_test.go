package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7`)

// scraped checks the metrics after one order was placed and confirmed.
func scraped(t *testing.T, url string, secrets ...string) {
	t.Helper()
	var text string
	require.Eventually(t, func() bool { // the e-mail is sent a moment later
		res, err := http.Get(url + "/metrics")
		require.NoError(t, err)
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		text = string(raw)
		return strings.Contains(text, `orderdesk_mail_attempts_total{result="accepted"} 1`)
	}, 10*time.Second, 50*time.Millisecond)
	for _, line := range []string{
		"orderdesk_orders_placed_total 1", "orderdesk_orders_confirmed_total 1", "orderdesk_drafts_expired_total 0",
		`orderdesk_http_requests_total{method="POST",route="/v1/orders/{id}/confirm",status="2xx"} 1`,
		`orderdesk_idempotency_total{result="conflict"} 0`, `orderdesk_idempotency_total{result="mismatch"} 0`, `orderdesk_idempotency_total{result="replayed"} 0`,
		`orderdesk_mail_attempts_total{result="lost"} 0`,
		"orderdesk_mail_backlog 0", "orderdesk_mail_oldest_due_seconds 0", "orderdesk_mail_paused 0", "orderdesk_database_up 1",
		"orderdesk_webhook_backlog 0", "orderdesk_webhook_oldest_due_seconds 0", `orderdesk_webhook_attempts_total{result="failed"} 0`, "orderdesk_webhook_endpoints_disabled_total 0",
		`orderdesk_jobs{state="retryable"} 0`, `orderdesk_jobs{state="discarded"} 0`,
	} {
		require.Contains(t, text, "\n"+line+"\n")
	}
	for _, name := range []string{
		"orderdesk_http_request_duration_seconds_bucket", "orderdesk_invoices_issued_total", "orderdesk_db_connections_open",
		"orderdesk_db_connections_in_use", "orderdesk_db_waits_total", "orderdesk_db_wait_seconds_total", "orderdesk_build_info",
		`orderdesk_jobs{state="available"} `, `orderdesk_jobs{state="running"} `, `orderdesk_jobs{state="scheduled"} `,
		"go_goroutines", "process_resident_memory_bytes",
	} {
		require.Contains(t, text, "\n"+name)
	}
	require.NotRegexp(t, anID, text)
	for _, s := range secrets {
		require.NotContains(t, text, s)
	}
}

// The metrics show that connections are short, on each database.
func TestPoolIsMeasured(t *testing.T) {
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			st := storetest.Open(t, address(t), store.Options{MaxConns: 1})
			c := storetest.Company(t, st, "0197a3c4-0000-7000-8000-000000000001", "Rosefields", "USD")
			metrics := httptest.NewServer(newMetrics(st, &web.Streams{}).handler(slog.New(slog.DiscardHandler)))
			defer metrics.Close()
			reported := func() map[string]float64 {
				res, err := http.Get(metrics.URL + "/metrics")
				require.NoError(t, err)
				defer res.Body.Close()
				raw, err := io.ReadAll(res.Body)
				require.NoError(t, err)
				values := map[string]float64{}
				for line := range strings.Lines(string(raw)) {
					if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(name, "orderdesk_db_") {
						values[strings.TrimPrefix(name, "orderdesk_db_")], err = strconv.ParseFloat(value, 64)
						require.NoError(t, err)
					}
				}
				return values
			}
			before := reported()
			require.EqualValues(t, 1, before["connections_max"])
			require.EqualValues(t, 1, before["connections_open"])
			held, let := make(chan struct{}), make(chan struct{})
			nothing := func(*store.Tx) (struct{}, error) { return struct{}{}, nil }
			free := sync.OnceFunc(func() { close(let) })
			defer free()
			var all sync.WaitGroup
			all.Go(func() {
				_, _ = store.InTx(ctx, st.For(c.ID), func(*store.Tx) (struct{}, error) {
					close(held)
					<-let
					return struct{}{}, nil
				})
			})
			<-held
			all.Go(func() { _, _ = store.InTx(ctx, st.For(c.ID), nothing) })
			time.Sleep(600 * time.Millisecond)
			short := st.Stats() // a scrape also needs a connection and would wait
			require.Equal(t, []int{1, 0}, []int{short.InUse, short.Idle})
			free()
			all.Wait()
			after := reported()
			require.Greater(t, after["waits_total"], before["waits_total"])
			require.Greater(t, after["wait_seconds_total"], before["wait_seconds_total"]+0.2)
			require.Contains(t, after, "connections_in_use")
			require.Contains(t, after, "connections_idle")
		})
	}
}

// Every occurrence of the desk has a counter.
func TestEveryOccurrenceIsCounted(t *testing.T) {
	m := newMetrics(nil, &web.Streams{})
	files, err := filepath.Glob("../../pkg/desk/*.go")
	require.NoError(t, err)
	reported := regexp.MustCompile(`Occurrence\{(?:What: )?"([a-z_]+)"`)
	found := 0
	for _, f := range files {
		source, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, match := range reported.FindAllStringSubmatch(string(source), -1) {
			if name := match[1]; !strings.HasSuffix(name, "_") {
				found++
				require.Contains(t, m.counters, name, f)
			}
		}
	}
	for _, state := range []hook.State{hook.Delivered, hook.Pending, hook.Failed, hook.Skipped} {
		require.Contains(t, m.counters, "webhook_"+string(state))
	}
	require.GreaterOrEqual(t, found, 5)
	for _, cause := range []string{"accepted", "rejected", "retry", "unauthorized", "lost"} {
		require.Contains(t, m.counters, "mail_"+cause)
	}
}

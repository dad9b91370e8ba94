package api_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
)

// What the operations that staff and shops wait for cost this process, without HTTP's transport: µs-cpu/op counts its processor time, and
// not that of PostgreSQL.
func BenchmarkAnswers(b *testing.B) {
	var handler http.Handler
	s := servicetest.Start(b, storetest.Postgres(b), servicetest.Options{NoJobs: true, Handler: func(h http.Handler) http.Handler { handler = h; return h }})
	sales := s.As(b, auth.Sales)
	customer(b, s, "BLOOM", func(c *company.Customer) { c.Emails = []string{"buyer@bloom.example"} })
	lines := make([]object, 10)
	for i := range lines {
		lines[i] = line("on_hand", i+1)
	}
	ask := func(b *testing.B, method, path, body string) []byte {
		b.Helper()
		r := httptest.NewRequestWithContext(b.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+sales.Token)
		if body != "" || method == http.MethodPost {
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Idempotency-Key", uuid.NewString())
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code/100 != 2 {
			b.Fatal(method, path, w.Code, w.Body)
		}
		return w.Body.Bytes()
	}
	raw, err := jsonOf(cart("BLOOM", lines...))
	if err != nil {
		b.Fatal(err)
	}
	var ids []string
	place := func(b *testing.B) {
		b.Helper()
		body := ask(b, http.MethodPost, "/v1/orders", raw)
		_, rest, _ := bytes.Cut(body, []byte(`"orders":[{"id":"`))
		ids = append(ids, string(rest[:36]))
	}
	for range 60 {
		place(b)
	}
	first, next := ids[0], 1
	for _, c := range []struct {
		name string
		do   func(b *testing.B)
	}{
		{"list", func(b *testing.B) { ask(b, http.MethodGet, "/v1/orders?status=pending&limit=50", "") }},
		{"details", func(b *testing.B) { ask(b, http.MethodGet, "/v1/orders/"+first, "") }},
		{"place", place},
		{"confirm", func(b *testing.B) {
			if next == len(ids) {
				b.StopTimer()
				for range 100 {
					place(b)
				}
				b.StartTimer()
			}
			ask(b, http.MethodPost, "/v1/orders/"+ids[next]+"/confirm", "")
			next++
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.do(b)
			b.ReportAllocs()
			began := cpu(b)
			for b.Loop() {
				c.do(b)
			}
			b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(b.N), "µs-cpu/op")
		})
	}
}

// cpu is the processor time of this process.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
)

// What a row of an export costs this process, without HTTP's transport: µs-cpu/row counts its processor time, and not that of PostgreSQL.
func BenchmarkExports(b *testing.B) {
	const rows = 20_000
	var handler http.Handler
	s := servicetest.Start(b, storetest.Postgres(b), servicetest.Options{NoJobs: true, Handler: func(h http.Handler) http.Handler { handler = h; return h }})
	customer(b, s, "BLOOM")
	sales := s.As(b, auth.Sales)
	for range 20 {
		sales.Post("/v1/orders", cart("BLOOM", line("on_hand", 1))).Is(201)
	}
	db := s.Database(b)
	for _, statement := range []string{
		`INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'number', o.number || '-' || g, 'sequence', o.sequence + 1000000 * g))).*
			FROM orders o, generate_series(2, 1000) g`,
		"VACUUM ANALYZE orders",
	} {
		if _, err := db.Exec(statement); err != nil {
			b.Fatal(err)
		}
	}
	for _, format := range []string{"csv", "ndjson"} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			began, start := cpu(b), time.Now()
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/v1/orders/export?format="+format, nil)
				r.Header.Set("Authorization", "Bearer "+sales.Token)
				w := &discarded{header: http.Header{}}
				handler.ServeHTTP(w, r)
				if w.status != http.StatusOK || w.bytes < 200*rows {
					b.Fatal(w.status, w.bytes)
				}
			}
			n := float64(b.N) * rows
			b.ReportMetric(float64((cpu(b)-began).Microseconds())/n, "µs-cpu/row")
			b.ReportMetric(n/time.Since(start).Seconds(), "rows/s")
		})
	}
}

// discarded is an answer that nobody keeps.
type discarded struct {
	header http.Header
	status int
	bytes  int
}

func (d *discarded) Header() http.Header    { return d.header }
func (d *discarded) WriteHeader(status int) { d.status = status }
func (d *discarded) Flush()                 {}
func (d *discarded) Write(p []byte) (int, error) {
	d.bytes += len(p)
	return len(p), nil
}
func (d *discarded) SetWriteDeadline(time.Time) error { return nil }
func (d *discarded) SetReadDeadline(time.Time) error  { return nil }

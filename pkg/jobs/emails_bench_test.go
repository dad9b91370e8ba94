package jobs_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/bench/meter"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/jobs"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
)

// What an e-mail with its invoice costs: µs-cpu/op is the processor time of this process, which includes SendGrid's double, and
// µs-postgres/op that of the server. The e-mails of two companies wait, and one process sends them.
func BenchmarkEmails(b *testing.B) {
	var handler http.Handler
	s := servicetest.Start(b, storetest.Postgres(b), servicetest.Options{NoJobs: true, Handler: func(h http.Handler) http.Handler { handler = h; return h }})
	others := s.Actor(b, auth.Actor{CompanyID: servicetest.Other, Subject: "ann", Name: "Ann", Roles: []auth.Role{auth.Admin}})
	clients := []*servicetest.Client{s.As(b, auth.Admin), others}
	for _, c := range clients {
		c.Post("/v1/customers", apitest.Object{"code": "BLOOM", "name": "Bloom & Co", "emails": []string{"buyer@bloom.example"}}).Is(201)
	}
	lines := make([]apitest.Object, 5)
	for i := range lines {
		lines[i] = apitest.Line("on_hand", i+1)
	}
	cart, err := json.Marshal(apitest.Cart("BLOOM", lines...))
	if err != nil {
		b.Fatal(err)
	}
	ask := func(token, path, body string) string {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", uuid.NewString())
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code/100 != 2 {
			b.Fatal(path, w.Code, w.Body)
		}
		return w.Body.String()
	}
	for i := range b.N {
		token := clients[i%len(clients)].Token
		_, rest, _ := strings.Cut(ask(token, "/v1/orders", string(cart)), `"orders":[{"id":"`)
		ask(token, "/v1/orders/"+rest[:36]+"/confirm", "")
	}
	db := s.Database(b)
	if _, err := db.Exec("DELETE FROM river_job"); err != nil { // a backlog after a pause or a restart has one, of the periodic work
		b.Fatal(err)
	}
	if _, err := db.Exec("VACUUM ANALYZE"); err != nil {
		b.Fatal(err)
	}
	postgres := postmaster(b, db)
	runner, err := jobs.New(jobs.Options{Store: s.Store, Desk: s.Desk, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	before, err := meter.Take(os.Getpid(), postgres)
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	if err := runner.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	for len(s.SendGrid.Accepted()) < b.N {
		time.Sleep(5 * time.Millisecond)
	}
	b.StopTimer()
	after, err := meter.Take(os.Getpid(), postgres)
	if err != nil {
		b.Fatal(err)
	}
	used := after.Since(before)
	b.ReportMetric(float64(used.Trees[0].Microseconds())/float64(b.N), "µs-cpu/op")
	b.ReportMetric(float64(used.Trees[1].Microseconds())/float64(b.N), "µs-postgres/op")
	b.ReportMetric(float64(b.N)/used.Took.Seconds(), "emails/s")
	if err := runner.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// postmaster returns the process that started this connection's.
func postmaster(b *testing.B, db *sql.DB) int {
	b.Helper()
	var pid, parent int
	if err := db.QueryRow("SELECT pg_backend_pid()").Scan(&pid); err != nil {
		b.Fatal(err)
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := fmt.Sscan(strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))[1], &parent); err != nil {
		b.Fatal(err)
	}
	return parent
}

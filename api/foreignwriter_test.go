package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// A program that writes into the SQLite file, and keeps its transaction open, makes writes wait, and no read.
func TestReadsDoNotWaitForAWriter(t *testing.T) {
	t.Parallel()
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true})
	w := apitest.NewWorld(t, s)
	admin := s.As(t, auth.Admin)
	foreign, err := s.Database(t).Begin() // immediate
	require.NoError(t, err)
	defer func() { _ = foreign.Rollback() }()
	_, err = foreign.Exec("UPDATE companies SET name = 'Foreign'")
	require.NoError(t, err)

	reads := map[string]func() servicetest.Answer{}
	for _, r := range api.Routes() {
		if r.Method != http.MethodGet || r.Tokenless() {
			continue
		}
		ask := apitest.Requests()[r.Operation]
		id := w.Issued[ask.Thing]["mine"]
		if ask.Thing == "order" {
			id = w.Orders["mine pending"]
		}
		reads[r.Operation] = func() servicetest.Answer { return w.Send(admin, r, ask, id) }
	}
	for _, path := range []string{"/v1/orders?updated_since=2020-01-01T00:00:00Z&sort=updated_at", "/v1/order-lines?updated_since=2020-01-01T00:00:00Z&sort=updated_at",
		"/v1/customers?updated_since=2020-01-01T00:00:00Z", "/v1/orders?include=count,facets,totals", "/readyz", "/livez"} {
		reads[path] = func() servicetest.Answer { return admin.Get(path) }
	}
	for name, read := range reads {
		began := time.Now()
		a := read()
		require.Equal(t, http.StatusOK, a.Status, "%s: %s", name, a.Body)
		require.Less(t, time.Since(began), 4*time.Second, "%s waited", name) // a write waits for 5 s
	}
	admin.Patch("/v1/settings", object{"tax_id": "NL1"}, "If-Match", "*").Refused(http.StatusServiceUnavailable, "database_unavailable")
}

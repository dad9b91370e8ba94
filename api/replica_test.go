package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// primaryOnly is the operations that only read and still ask the primary, each with the reason.
var primaryOnly = map[string]string{
	"listEvents":            "the order of the feed follows from the transactions that are open on the primary (ADR 19)",
	"listWebhookEndpoints":  "how far an endpoint is behind follows from the feed",
	"getWebhookEndpoint":    "how far an endpoint is behind follows from the feed",
	"listWebhookDeliveries": "staff watch what the workers write",
}

// A replica answers every operation that only reads, except those that are listed. No write asks it, nor does a statement of a
// read fail on it.
func TestReplicaAnswersReads(t *testing.T) {
	t.Parallel()
	primary, standby := storetest.Replicated(t)
	s := servicetest.Start(t, primary.URL, servicetest.Options{Store: store.Options{ReadURL: standby.URL, ReplayWait: 20 * time.Second}})
	w := apitest.NewWorld(t, s)
	admin := s.As(t, auth.Admin)
	require.Eventually(t, func() bool { stats, _ := s.Store.ReadStats(); return stats.Used }, 30*time.Second, 10*time.Millisecond)
	asked := func(send func()) (replica, primary int64) {
		before, _ := s.Store.ReadStats()
		send()
		after, _ := s.Store.ReadStats()
		for _, reason := range store.ReadReasons {
			if reason != store.ReadCurrent {
				primary += after.Reads[reason] - before.Reads[reason]
			}
		}
		return after.Reads[store.ReadCurrent] - before.Reads[store.ReadCurrent], primary
	}
	static := map[string]bool{"getMe": true, "getOrderStates": true, "getRoles": true} // they may read nothing
	for _, r := range api.Routes() {
		if r.Tokenless() {
			continue
		}
		t.Run(r.Operation, func(t *testing.T) {
			ask := apitest.Requests()[r.Operation]
			id := w.Issued[ask.Thing]["mine"]
			if ask.Thing == "order" {
				id = w.Orders["mine pending"]
			}
			replica, primary := asked(func() {
				if a := w.Send(admin, r, ask, id); r.Method == http.MethodGet {
					require.Equal(t, http.StatusOK, a.Status, "%s", a.Body)
				}
			})
			require.Zero(t, primary, "a read had to go to the primary")
			_, kept := primaryOnly[r.Operation]
			require.Equal(t, r.Method == http.MethodGet && !kept, r.ReadsReplica(), "list it in primaryOnly, with the reason")
			switch {
			case !r.ReadsReplica():
				require.Zero(t, replica)
			case !static[r.Operation]:
				require.Positive(t, replica)
			}
		})
	}
	for _, path := range []string{
		"/v1/orders?include=count,facets,totals,lines,allowed_actions&q=bloom", "/v1/orders?ship_date_from=2020-01-01&ship_date_to=2040-01-01",
		"/v1/orders?updated_since=2020-01-01T00:00:00Z", "/v1/invoices?issued_from=2020-01-01", "/v1/customers?q=bloom", "/v1/payments?include=count",
		"/v1/order-lines?include=count", "/v1/orders/" + w.Orders["mine confirmed"] + "?include=payments,emails,events",
		"/v1/orders/" + w.Orders["mine confirmed"] + "/print",
	} {
		t.Run(path, func(t *testing.T) {
			replica, primary := asked(func() {
				a := admin.Get(path)
				require.Equal(t, http.StatusOK, a.Status, "%s", a.Body)
			})
			require.Positive(t, replica)
			require.Zero(t, primary)
		})
	}
}

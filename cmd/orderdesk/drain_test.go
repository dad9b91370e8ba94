package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/stretchr/testify/require"
)

// A process that must stop under load answers every request that it accepted, and everything that it acknowledged is
// stored. One request still sends its body long after the listener closed.
func TestSIGTERMUnderLoad(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		env := serving(t, database)
		companyID := databaseWithCompany(t, database)
		p := begin(t, env, "serve", "--drain", "2500ms")
		api, _ := addresses(t, &p.stderr)
		c := caller{api, ok(t, env, "token", "--company", companyID, "--role", "Admin")}

		var mu sync.Mutex
		var placed, confirmed []string
		var failed []error
		stop := make(chan struct{})
		var workers sync.WaitGroup
		for range 6 {
			workers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					id, err := c.place()
					status := 0
					if err == nil {
						status, _, err = c.ask("POST", "/v1/orders/"+id+"/confirm", nil)
					}
					mu.Lock()
					if err != nil {
						failed = append(failed, err)
					} else {
						placed = append(placed, id)
					}
					if status == http.StatusOK {
						confirmed = append(confirmed, id)
					}
					mu.Unlock()
				}
			})
		}
		require.Eventually(t, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(confirmed) > 10 || len(failed) > 0
		}, 20*time.Second, 10*time.Millisecond, "the load does not begin")
		body, slow := io.Pipe()
		late := make(chan error, 1)
		go func() {
			status, raw, err := c.ask("POST", "/v1/orders", body)
			if err == nil {
				var id string
				id, err = placedID(status, raw)
				mu.Lock()
				placed = append(placed, id)
				mu.Unlock()
			}
			late <- err
		}()
		_, err := io.WriteString(slow, cart[:40])
		require.NoError(t, err)

		p.signal(t)
		began := time.Now()
		require.Eventually(t, func() bool {
			status, raw, err := c.ask("GET", "/readyz", nil)
			return err == nil && status == http.StatusServiceUnavailable && strings.Contains(string(raw), "draining")
		}, 2300*time.Millisecond, 20*time.Millisecond, "readiness ends first")
		close(stop) // a load balancer does this once it notices
		workers.Wait()
		require.Empty(t, failed, "every request is answered while the service drains")
		require.Eventually(t, func() bool { _, _, err := c.ask("GET", "/livez", nil); return err != nil }, 15*time.Second, 20*time.Millisecond)
		_, err = io.WriteString(slow, cart[40:])
		require.NoError(t, err)
		require.NoError(t, slow.Close())
		require.NoError(t, <-late, "a request in progress is answered")
		require.NoError(t, p.Wait(), p.stderr.String())
		require.Less(t, time.Since(began), 30*time.Second)
		inOrder(t, p.stderr.String(), "readiness off", "http", "jobs")

		st := storetest.Open(t, database, store.Options{})
		for _, id := range placed {
			_, err := st.For(companyID).Order(t.Context(), id)
			require.NoError(t, err, "an acknowledged order was lost")
		}
		for _, id := range confirmed {
			o, err := st.For(companyID).Order(t.Context(), id)
			require.NoError(t, err)
			require.NotNil(t, o.InvoiceID, "an acknowledged invoice was lost")
			require.NotContains(t, eventTypes(t, st, companyID, id), order.EventEmailUnknown, "an e-mail was cut off")
		}
		interrupted, err := st.System().OverdueEmails(t.Context(), time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Empty(t, interrupted, "an e-mail was left in the state sending")
	})
}

// A process that must stop waits for the e-mail that it is sending, so that the outcome is known.
func TestSIGTERMWaitsForAnEmail(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		provider, err := sendgridtest.Start("SG.test", time.Now)
		require.NoError(t, err)
		t.Cleanup(provider.Close)
		provider.Always(sendgridtest.ReplyAfter(1500 * time.Millisecond))
		env := serving(t, database).with("MAIL_DIR", "").with("SENDGRID_API_KEY", "SG.test").with("SENDGRID_BASE_URL", provider.URL())
		companyID := databaseWithCompany(t, database)
		p := begin(t, env, "serve", "--drain", "0s")
		api, _ := addresses(t, &p.stderr)
		c := caller{api, ok(t, env, "token", "--company", companyID, "--role", "Admin")}
		id, err := c.place()
		require.NoError(t, err)
		status, raw, err := c.ask("POST", "/v1/orders/"+id+"/confirm", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status, "%s", raw)
		require.Eventually(t, func() bool { return len(provider.Accepted()) == 1 }, 20*time.Second, 5*time.Millisecond, "no e-mail was sent")
		p.signal(t)
		require.NoError(t, p.Wait(), p.stderr.String())
		events := eventTypes(t, storetest.Open(t, database, store.Options{}), companyID, id)
		require.NotContains(t, events, order.EventEmailUnknown, "the e-mail was cut off")
		require.Contains(t, events, order.EventEmailSent)
		require.Equal(t, 1, len(provider.Accepted()), "sent once")
	})
}

// eventTypes returns the types of a document's events.
func eventTypes(t *testing.T, st *store.Store, companyID, orderID string) []order.EventType {
	t.Helper()
	timeline, err := st.For(companyID).Events(t.Context(), store.EventFilter{OrderID: orderID, Limit: 1000})
	require.NoError(t, err)
	types := make([]order.EventType, len(timeline.Events))
	for i, e := range timeline.Events {
		types[i] = e.Type
	}
	return types
}

// inOrder requires that the log has these steps of stopping, in this order.
func inOrder(t *testing.T, log string, steps ...string) {
	t.Helper()
	var found []string
	for line := range strings.Lines(log) {
		var l struct{ Msg, Step string }
		if json.Unmarshal([]byte(line), &l) == nil && l.Msg == "stopping" {
			found = append(found, l.Step)
		}
	}
	require.Equal(t, steps, found)
}

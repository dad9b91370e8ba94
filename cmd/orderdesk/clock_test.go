package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// replica is a service whose process's clock a test moves.
type replica struct {
	caller
	metrics string
	log     *output
	ahead   *atomic.Int64
}

// startReplica serves the database until the test ends.
func startReplica(t *testing.T, database, companyID string) *replica {
	t.Helper()
	r := &replica{log: &output{}, ahead: &atomic.Int64{}}
	env := serving(t, database)
	p := program{env: env.get, stdout: io.Discard, stderr: r.log, now: func() time.Time { return time.Now().Add(time.Duration(r.ahead.Load())) }}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- p.serve(ctx, []string{"--drain", "0s"}) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	r.url, r.metrics = addresses(t, r.log)
	r.authorize(t, env, companyID)
	return r
}

// authorize gives the caller a token that is good by the process's clock.
func (r *replica) authorize(t *testing.T, env environ, companyID string) {
	t.Helper()
	p := program{now: func() time.Time { return time.Now().Add(time.Duration(r.ahead.Load())) }}
	issuer, err := auth.NewIssuer([]byte(env["JWT_SECRET"]), env["JWT_ISSUER"], env["JWT_AUDIENCE"], p.now)
	require.NoError(t, err)
	r.token, err = issuer.Issue(auth.Grant{Actor: auth.Actor{CompanyID: companyID, Subject: "anna", Name: "Anna Keller", Roles: []auth.Role{auth.Admin}}, TTL: time.Hour})
	require.NoError(t, err)
}

// move sets how far the process's clock is ahead, and the caller gets a token of that time.
func (r *replica) move(t *testing.T, companyID string, by time.Duration) {
	t.Helper()
	r.ahead.Store(int64(by))
	r.authorize(t, serving(t, ""), companyID)
}

// changed returns the ids of the orders that changed since, and the next since.
func (r *replica) changed(t *testing.T, since string) (ids []string, until string) {
	t.Helper()
	status, raw, err := r.ask("GET", "/v1/orders?limit=200&sort=updated_at&updated_since="+since, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, "%s", raw)
	var page struct {
		Data []struct{ ID string }
		Page struct {
			SyncedUntil string `json:"synced_until"`
		}
	}
	require.NoError(t, json.Unmarshal(raw, &page))
	require.NotEmpty(t, page.Page.SyncedUntil)
	for _, o := range page.Data {
		ids = append(ids, o.ID)
	}
	return ids, page.Page.SyncedUntil
}

// A client that synchronises misses nothing, although the clock of the process that writes is behind that of the process
// that reads, or is set back between the two.
func TestSynchronisingNeedsNoClock(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		companyID := databaseWithCompany(t, database)
		a, b := startReplica(t, database, companyID), startReplica(t, database, companyID)
		b.move(t, companyID, -2*time.Second)
		for name, pair := range map[string]struct{ writes, reads *replica }{"two processes": {b, a}, "the slow one reads": {a, b}, "one process": {a, a}} {
			since := "2020-01-01T00:00:00Z"
			_, since = pair.reads.changed(t, since)
			missed, repeated := 0, 0
			for range 20 {
				if name == "one process" {
					a.ahead.Add(int64(-100 * time.Millisecond))
				}
				id, err := pair.writes.place()
				require.NoError(t, err, name)
				seen, until := pair.reads.changed(t, since)
				if !slices.Contains(seen, id) {
					missed++
				}
				if len(seen) > 1 {
					repeated++
				}
				since = until
			}
			require.Zero(t, missed, "%s: changes of 20 that were not seen", name)
			// A write of the background that is open holds synced_until back, and the next answer repeats a change.
			require.Less(t, repeated, 10, "%s: answers of 20 with more than the change", name)
		}
		clean(t, database)
	})
}

// A process whose clock is wrong by more than 5 s is not ready and refuses writes. Its metric says why. When the
// clock is right again, an Idempotency-Key that was used before gets its first answer again: it has not expired, and makes no
// second order.
func TestAWrongClockRefusesWrites(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		companyID := databaseWithCompany(t, database)
		r := startReplica(t, database, companyID)
		key := uuid.NewString()
		place := func() (int, string) {
			req, err := http.NewRequest(http.MethodPost, r.url+"/v1/orders", strings.NewReader(cart))
			require.NoError(t, err)
			req.Header = http.Header{"Authorization": {"Bearer " + r.token}, "Idempotency-Key": {key}, "Content-Type": {"application/json"}}
			res, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			defer res.Body.Close()
			raw, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			return res.StatusCode, string(raw)
		}
		ready := func() (int, string) {
			status, raw, err := r.ask("GET", "/readyz", nil)
			require.NoError(t, err)
			return status, string(raw)
		}
		status, first := place()
		require.Equal(t, http.StatusCreated, status, first)
		id, err := placedID(status, []byte(first))
		require.NoError(t, err)

		for _, off := range []time.Duration{-time.Hour, 24 * time.Hour} {
			r.move(t, companyID, off)
			status, refusal := place()
			require.Equal(t, http.StatusServiceUnavailable, status, refusal)
			require.Contains(t, refusal, `"clock_skewed"`)
			status, raw, err := r.ask("POST", "/v1/orders/"+id+"/confirm", nil)
			require.NoError(t, err)
			require.Equal(t, http.StatusServiceUnavailable, status, "%s", raw)
			status, body := ready()
			require.Equal(t, http.StatusServiceUnavailable, status)
			require.Contains(t, body, `{"name":"clock","status":"failed"}`)
			require.InDelta(t, off.Seconds(), skewMetric(t, r.metrics), 1)
			status, raw, err = r.ask("GET", "/v1/orders/"+id, nil)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, status, "reads go on: %s", raw)
		}

		r.move(t, companyID, 2*time.Second)
		status, body := ready()
		require.Equal(t, http.StatusOK, status, body)
		status, again := place()
		require.Equal(t, http.StatusCreated, status)
		require.Equal(t, first, again)
		r.move(t, companyID, -4*time.Second)
		status, raw, err := r.ask("POST", "/v1/orders/"+id+"/confirm", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status, "%s", raw)
		st := storetest.Open(t, database, store.Options{})
		o, err := st.For(companyID).Order(t.Context(), id)
		require.NoError(t, err)
		require.False(t, o.ConfirmedAt.Before(o.PlacedAt), "confirmed at %s, placed at %s", o.ConfirmedAt, o.PlacedAt)
		ids, _ := r.changed(t, "2020-01-01T00:00:00Z")
		require.Equal(t, []string{id}, ids)
		clean(t, database)
	})
}

func skewMetric(t *testing.T, metrics string) float64 {
	t.Helper()
	res, err := http.Get(metrics + "/metrics")
	require.NoError(t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	for line := range strings.Lines(string(raw)) {
		if value, found := strings.CutPrefix(strings.TrimSpace(line), "orderdesk_clock_skew_seconds "); found {
			var skew float64
			require.NoError(t, json.Unmarshal([]byte(value), &skew))
			return skew
		}
	}
	t.Fatalf("no metric of the clock:\n%s", raw)
	return 0
}

// clean fails the test if the check finds a breach.
func clean(t *testing.T, database string) {
	t.Helper()
	breaches, err := audit.Check(t.Context(), storetest.Open(t, database, store.Options{}))
	require.NoError(t, err)
	require.Empty(t, breaches)
}

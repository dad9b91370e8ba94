package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// Behind a load balancer the next request of a client meets another process. Two of them share a primary and a read replica. Each read
// has what the other process has answered just before: while the replica keeps up, while it does not replay, and while it is gone.
func TestTwoProcessesAndAReadReplica(t *testing.T) {
	t.Parallel()
	primary, standby := storetest.Replicated(t)
	companyID := databaseWithCompany(t, primary.URL)
	r := release{env: serving(t, primary.URL).with("DATABASE_READ_URL", standby.URL)}
	token := r.ok(t, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "1h")
	one, two := r.serve(t), r.serve(t)
	metric := func(i instance, name string) (value float64) {
		_, metrics := addresses(t, &i.stderr)
		res, err := http.Get(metrics + "/metrics")
		require.NoError(t, err)
		defer func() { _ = res.Body.Close() }()
		raw, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		for line := range strings.Lines(string(raw)) {
			if rest, ok := strings.CutPrefix(line, name+" "); ok {
				_, err := fmt.Sscan(rest, &value)
				require.NoError(t, err)
				return value
			}
		}
		t.Fatalf("there is no metric %s: %s", name, raw)
		return 0
	}
	const fromReplica = `orderdesk_reads_total{reason="current",target="replica"}`
	n := 0
	writeAndRead := func() {
		t.Helper()
		n++
		to, from := caller{one.url, token}, caller{two.url, token}
		if n%2 == 0 {
			to, from = from, to
		}
		reference := uuid.NewString()
		status, raw, err := to.ask("POST", "/v1/orders", strings.NewReader(strings.Replace(cart, `{`, `{"external_reference":"`+reference+`",`, 1)))
		require.NoError(t, err)
		id, err := placedID(status, raw)
		require.NoError(t, err)
		status, raw, err = from.ask("GET", "/v1/orders?external_reference="+reference, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status, "%s", raw)
		require.Contains(t, string(raw), id)
		carrier := fmt.Sprintf("Truck %d", n)
		status, raw, err = patch(to.url, token, "/v1/orders/"+id, `{"carrier":"`+carrier+`"}`)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status, "%s", raw)
		_, raw, err = from.ask("GET", "/v1/orders/"+id, nil)
		require.NoError(t, err)
		var read struct{ Carrier string }
		require.NoError(t, json.Unmarshal(raw, &read))
		require.Equal(t, carrier, read.Carrier)
		one.ready(t)
		two.ready(t)
	}
	for range 10 {
		writeAndRead()
	}
	for _, i := range []instance{one, two} {
		require.Eventually(t, func() bool { writeAndRead(); return metric(i, fromReplica) > 3 }, time.Minute, 10*time.Millisecond)
	}

	onStandby := func(statement string) {
		conn, err := pgx.Connect(t.Context(), standby.URL)
		require.NoError(t, err)
		defer func() { _ = conn.Close(t.Context()) }()
		_, err = conn.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	onStandby("SELECT pg_wal_replay_pause()")
	for range 10 {
		writeAndRead()
	}
	require.Positive(t, metric(two, `orderdesk_reads_total{reason="behind",target="primary"}`))
	require.Zero(t, metric(two, "orderdesk_replica_used"))
	onStandby("SELECT pg_wal_replay_resume()")
	had := metric(two, fromReplica)
	require.Eventually(t, func() bool { writeAndRead(); return metric(two, fromReplica) > had }, time.Minute, 10*time.Millisecond)

	require.NoError(t, standby.Crash())
	for range 10 {
		writeAndRead()
	}
	require.Positive(t, metric(two, `orderdesk_reads_total{reason="away",target="primary"}`))
	require.NoError(t, standby.Restart(t.Context()))
	had = metric(two, fromReplica)
	require.Eventually(t, func() bool { writeAndRead(); return metric(two, fromReplica) > had }, time.Minute, 10*time.Millisecond)
	require.Contains(t, two.stderr.String(), "the read replica is out of use, and the primary answers its reads")
	require.Contains(t, two.stderr.String(), "the read replica answers reads")
}

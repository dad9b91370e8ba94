package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// A standby that lacks the last writes is promoted. What it lacks is lost, but the processes go on without a restart: no answer is
// 500, no order number is refused for ever or given out twice, and clients that follow the feed learn that it begins anew. If the
// server does not tell its timeline, the feed goes on, and all else holds.
func TestLong_FailoverThatLosesWrites(t *testing.T) {
	testkit.Long(t)
	pgtest.Need(t)
	t.Parallel()
	for name, told := range map[string]bool{"the timeline is told": true, "the timeline is hidden": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failOver(t, told)
		})
	}
}

func failOver(t *testing.T, told bool) {
	t.Helper()
	ctx := context.Background()
	// Without synchronous_commit, an answer may come before the log is written, and the standby would not even know the company.
	primary, err := pgtest.StartIn(ctx, slog.New(slog.DiscardHandler), pgtest.Layout{}, "wal_level=replica", "synchronous_commit=on")
	require.NoError(t, err)
	t.Cleanup(func() { _ = primary.Stop() })
	standby, err := primary.Standby(ctx)
	require.NoError(t, err)
	t.Cleanup(func() { _ = standby.Stop() })

	env := serving(t, fmt.Sprintf("postgres://postgres@/postgres?host=%s,%s&port=5432,5432", primary.SocketDir(), standby.SocketDir()))
	ok(t, env, "migrate", "up")
	company := databaseWithCompany(t, env["DATABASE_URL"])
	if !told {
		conn, err := pgx.Connect(ctx, primary.URL)
		require.NoError(t, err)
		for _, statement := range []string{
			"CREATE ROLE clerk LOGIN", "GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk", "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk",
			"REVOKE EXECUTE ON FUNCTION pg_walfile_name(pg_lsn), pg_current_wal_lsn(), pg_control_system() FROM PUBLIC",
		} {
			_, err := conn.Exec(ctx, statement)
			require.NoError(t, err, statement)
		}
		require.NoError(t, conn.Close(ctx))
		env["DATABASE_URL"] = strings.Replace(env["DATABASE_URL"], "postgres@", "clerk@", 1)
	}
	token := ok(t, env, "token", "--company", company, "--role", "Admin", "--sub", "anna", "--ttl", "10h")
	callers := make([]caller, 2)
	for i := range callers {
		p := begin(t, env, "serve", "--drain", "0s")
		url, _ := addresses(t, &p.stderr)
		callers[i] = caller{url, token}
	}
	place := func(n int, at ...caller) { // by the processes in turn
		for i := range n {
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
				status, raw, err := at[i%len(at)].ask("POST", "/v1/orders", strings.NewReader(cart))
				require.NoError(t, err)
				if status == http.StatusCreated {
					break
				}
				require.Equal(t, http.StatusServiceUnavailable, status, string(raw))
				require.True(t, time.Now().Before(deadline), string(raw))
			}
		}
	}
	place(4, callers...) // each process has reserved numbers
	var page struct {
		Page struct {
			NextCursor string `json:"next_cursor"`
		}
	}
	read := func(after string) int {
		status, raw, err := callers[0].ask("GET", "/v1/events?after="+after, nil)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(raw, &page), string(raw))
		return status
	}
	require.Equal(t, http.StatusOK, read(""))
	before := page.Page.NextCursor

	awaitReplay(t, primary, standby)
	require.NoError(t, standby.Shut())
	place(50, callers...) // the standby does not hear of these, nor of the reservation of their numbers
	require.NoError(t, primary.Crash())
	require.NoError(t, standby.Restart(ctx))
	require.NoError(t, standby.Promote(ctx))

	place(30, callers[0]) // it reserves numbers that the other one still holds
	place(30, callers[1])
	place(10, callers...)
	require.Equal(t, "all invariants hold", ok(t, env, "check"))
	if told {
		require.Eventually(t, func() bool { return read(before) == http.StatusGone }, 20*time.Second, 50*time.Millisecond, "the feed begins anew")
	}
}

// awaitReplay waits until the standby has everything that the primary has written.
func awaitReplay(t *testing.T, primary, standby *pgtest.Server) {
	t.Helper()
	one := func(server *pgtest.Server, sql string, args ...any) (answer string) {
		conn, err := pgx.Connect(t.Context(), "postgres://postgres@/postgres?port=5432&host="+server.SocketDir())
		require.NoError(t, err)
		defer conn.Close(t.Context())
		require.NoError(t, conn.QueryRow(t.Context(), sql, args...).Scan(&answer))
		return answer
	}
	written := one(primary, "SELECT pg_current_wal_flush_lsn()::text")
	require.Eventually(t, func() bool {
		return one(standby, "SELECT (pg_last_wal_replay_lsn() >= $1::pg_lsn)::text", written) == "true"
	}, time.Minute, 20*time.Millisecond)
}

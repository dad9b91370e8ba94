package store_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"path"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// A session cannot see when transactions of other roles began. While another role of ours is connected there is no
// synced_until, rather than a wrong one.
func TestSyncedUntilSeesOtherRoles(t *testing.T) {
	ctx := context.Background()
	address := storetest.Postgres(t)
	at, err := url.Parse(address)
	require.NoError(t, err)
	owner, err := pgx.Connect(ctx, address)
	require.NoError(t, err)
	defer func() { _ = owner.Close(ctx) }()
	run := func(statements ...string) {
		t.Helper()
		for _, s := range statements {
			_, err := owner.Exec(ctx, s)
			require.NoError(t, err, s)
		}
	}
	as := func(role string) string { // roles belong to the server, so their names contain the database's
		name := role + "_" + path.Base(at.Path)
		run("CREATE ROLE "+name+" LOGIN PASSWORD 'secret'", "GRANT ALL ON ALL TABLES IN SCHEMA public TO "+name)
		t.Cleanup(func() { // before the database is dropped
			again, err := pgx.Connect(ctx, address)
			require.NoError(t, err)
			defer func() { _ = again.Close(ctx) }()
			for _, s := range []string{"DROP OWNED BY " + name, "DROP ROLE " + name} {
				_, err := again.Exec(ctx, s)
				require.NoError(t, err)
			}
		})
		u := *at
		u.User = url.UserPassword(name, "secret")
		return u.String()
	}
	blue, green := as("blue"), as("green")

	var log bytes.Buffer
	s := storetest.Open(t, blue, store.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	said := func() time.Time {
		t.Helper()
		until, err := s.For("0197a3c4-0000-7000-8000-000000000001").SyncedUntil(ctx)
		require.NoError(t, err)
		return until
	}
	require.False(t, said().IsZero(), "a superuser's session that is not ours does not matter")

	other, err := store.Open(ctx, green, store.Options{})
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, other.Ping(ctx))
	require.True(t, said().IsZero())
	require.True(t, said().IsZero())
	require.Contains(t, log.String(), "pg_read_all_stats")
	require.Equal(t, 1, bytes.Count(log.Bytes(), []byte("pg_read_all_stats")), "the warning is logged once")

	run("GRANT pg_read_all_stats TO blue_" + path.Base(at.Path))
	require.False(t, said().IsZero(), "a role that may see all statistics can tell")
	run("REVOKE pg_read_all_stats FROM blue_" + path.Base(at.Path))
	require.True(t, said().IsZero())
	other.Close()
	require.Eventually(t, func() bool { return !said().IsZero() }, 10*time.Second, 20*time.Millisecond)
}

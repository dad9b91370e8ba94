package storetest

import (
	"log/slog"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// Replicated starts a PostgreSQL server with a migrated database, and a standby that follows it. Both end with the test. The
// settings are the standby's.
func Replicated(t testing.TB, settings ...string) (primary, standby *pgtest.Server) {
	t.Helper()
	pgtest.Need(t)
	primary, err := pgtest.Start(t.Context(), slog.New(slog.DiscardHandler), "synchronous_commit=on")
	require.NoError(t, err)
	t.Cleanup(func() { _ = primary.Stop() })
	require.NoError(t, Migrate(primary.URL))
	standby, err = primary.Standby(t.Context(), settings...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = standby.Stop() })
	return primary, standby
}

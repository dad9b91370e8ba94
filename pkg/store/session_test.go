package store_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// Settings of the server under which an acknowledged write can be lost are found, also if only the session has them.
func TestServersThatLoseWrites(t *testing.T) {
	pgtest.Need(t)
	address := storetest.Postgres(t)
	found := func(address string) []string {
		t.Helper()
		session, err := storetest.Open(t, address, store.Options{}).Session(t.Context())
		require.NoError(t, err)
		require.False(t, session.Pooled)
		return session.Loses
	}
	require.Equal(t, []string{"synchronous_commit=off", "fsync=off", "full_page_writes=off"}, found(address), "the server of the tests")
	require.Equal(t, []string{"fsync=off", "full_page_writes=off"}, found(address+"&synchronous_commit=on"))
}

// A session with the server itself needs no second one to compare it with.
func TestDirectSession(t *testing.T) {
	pgtest.Need(t)
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	require.NoError(t, s.Ping(t.Context()))
	_, err := s.Session(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, s.Stats().Open)
}

// An address may set what the sessions otherwise get, and is obeyed.
func TestSettingsOfTheAddress(t *testing.T) {
	pgtest.Need(t)
	s := storetest.Open(t, storetest.Postgres(t)+"&lock_timeout=3s&jit=on", store.Options{})
	_, err := s.Session(t.Context())
	require.NoError(t, err)
	for name, want := range map[string]string{"lock_timeout": "3s", "jit": "on", "idle_in_transaction_session_timeout": "1min", "TimeZone": "UTC", "application_name": "orderdesk"} {
		var is string
		require.NoError(t, s.DB(t).QueryRow("SELECT current_setting($1)", name).Scan(&is))
		require.Equal(t, want, is, name)
	}
	_, err = store.Open(t.Context(), "postgres://x/y?default_query_exec_mode=simple_protocol", store.Options{})
	require.ErrorContains(t, err, "default_query_exec_mode=cache_describe")
}

// SQLite writes each transaction to the disk before it is acknowledged.
func TestSQLiteIsDurable(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	session, err := s.Session(t.Context())
	require.NoError(t, err)
	require.Empty(t, session.Loses)
	var synchronous, journal string
	require.NoError(t, s.DB(t).QueryRow("PRAGMA synchronous").Scan(&synchronous))
	require.NoError(t, s.DB(t).QueryRow("PRAGMA journal_mode").Scan(&journal))
	require.Equal(t, []string{"2", "wal"}, []string{synchronous, journal}, "FULL")
}

package main

import (
	"database/sql"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the test's own connection
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// pauseMail pauses sending for an hour, as a refused key does for minutes.
func pauseMail(t *testing.T, database string) {
	t.Helper()
	driver, dsn := "pgx", database
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+path
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	until := time.Now().Add(time.Hour).UTC().Format("2006-01-02 15:04:05.999999-07:00")
	_, err = db.Exec("INSERT INTO mail_pauses (id, until, reason) VALUES (1, '" + until + "', 'refused') ON CONFLICT (id) DO UPDATE SET until = excluded.until")
	require.NoError(t, err)
}

func sendingPaused(t *testing.T, database string) bool {
	t.Helper()
	p, err := storetest.Open(t, database, store.Options{}).System().MailPause(t.Context())
	require.NoError(t, err)
	return !p.Over(time.Now())
}

// An operator ends a pause after the key was corrected. So does a process that starts.
func TestMailResumes(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		require.Equal(t, "Sending is not paused.", ok(t, environ{"DATABASE_URL": database}, "mail", "resume"))
		pauseMail(t, database)
		require.True(t, sendingPaused(t, database))
		require.Contains(t, ok(t, environ{"DATABASE_URL": database}, "mail", "resume"), "Sending goes on.")
		require.False(t, sendingPaused(t, database))

		pauseMail(t, database)
		p := begin(t, serving(t, database), "serve", "--drain", "0s")
		addresses(t, &p.stderr)
		require.False(t, sendingPaused(t, database))
		p.signal(t)
		require.NoError(t, p.Wait())
	})
}

// SIGHUP, which the end of a terminal session sends, stops the service in order.
func TestSIGHUPDrains(t *testing.T) {
	p := begin(t, serving(t, storetest.SQLite(t)), "serve", "--drain", "0s")
	addresses(t, &p.stderr)
	require.NoError(t, p.Process.Signal(syscall.SIGHUP))
	require.NoError(t, p.Wait())
	inOrder(t, p.stderr.String(), "readiness off", "http", "jobs")
}

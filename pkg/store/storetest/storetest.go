// Package storetest gives a test its own empty, migrated store on each database.
package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// Each runs the test on a store on SQLite and on PostgreSQL, as EachAddress does.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachAddress(t, func(t *testing.T, address string) { test(t, Open(t, address, store.Options{})) })
}

// EachAddress runs the test with the address of an empty database on SQLite and on PostgreSQL. Without PostgreSQL it runs in
// parallel with other tests, because many of them only wait for a worker or a deadline. On PostgreSQL the open transactions of
// one test would hide the events of another: the feed's horizon spans all databases of a server.
func EachAddress(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	if pgtest.Excluded() {
		t.Parallel()
	}
	for name, address := range Addresses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, address(t))
		})
	}
}

// Addresses returns, by database, a function that creates a migrated database for the test and returns its address.
func Addresses() map[string]func(testing.TB) string {
	return map[string]func(testing.TB) string{"sqlite": SQLite, "postgres": Postgres}
}

// Postgres creates a migrated PostgreSQL database and returns its address.
func Postgres(t testing.TB) string { return pgtest.Database(t, Migrate) }

// SQLite creates a migrated SQLite file and returns its address. It copies a file that is migrated once per process.
func SQLite(t testing.TB) string {
	t.Helper()
	raw, err := template()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "orderdesk.db")
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	return "sqlite:" + path
}

var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "storetest")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	if err := Migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // our own file
})

// MigrateDownTo undoes steps until the given one is the last.
func MigrateDownTo(t testing.TB, s *store.Store, version int64) {
	t.Helper()
	for {
		steps, err := s.Migrations(t.Context())
		require.NoError(t, err)
		last := int64(0)
		for _, step := range steps {
			if step.Applied {
				last = step.Version
			}
		}
		if last <= version {
			return
		}
		require.NoError(t, s.MigrateDown(t.Context()))
	}
}

// Migrate brings a database's schema up to date and closes its connections.
func Migrate(address string) error {
	s, err := store.Open(context.Background(), address, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.Migrate(context.Background())
	return err
}

// Open opens a store that is closed after the test.
func Open(t testing.TB, address string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), address, o)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// Company adds a company with default settings.
func Company(t testing.TB, s *store.Store, id, name, currency string) company.Company {
	t.Helper()
	c := company.Company{ID: id, Name: name, Currency: currency, CreatedAt: Noon, UpdatedAt: Noon, Version: 1, Settings: company.Defaults()}
	require.NoError(t, s.System().AddCompany(context.Background(), c))
	return c
}

// Hold begins n transactions of the company, which use their connections until release is called or the test ends.
func Hold(t testing.TB, s *store.Store, company string, n int) (release func()) {
	t.Helper()
	begun, released := make(chan struct{}), make(chan struct{})
	var held sync.WaitGroup
	for range n {
		held.Go(func() {
			_, err := store.InTx(context.Background(), s.For(company), func(*store.Tx) (struct{}, error) {
				begun <- struct{}{}
				<-released
				return struct{}{}, nil
			})
			if err != nil {
				t.Errorf("hold a connection: %v", err)
			}
		})
	}
	for range n {
		<-begun
	}
	release = sync.OnceFunc(func() {
		close(released)
		held.Wait()
	})
	t.Cleanup(release)
	return release
}

// Noon is a start time for tests.
var Noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

package store_test

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// A program works on a schema that a newer one has extended, until a step says that it must be gone.
func TestAnOlderProgramOnANewerSchema(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		at, known, err := s.Versions(ctx)
		require.NoError(t, err)
		require.Equal(t, known, at)
		s.Write(t, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, true)")
		require.NoError(t, s.Current(ctx))
		n, err := s.Migrate(ctx)
		require.NoError(t, err)
		require.Zero(t, n, "it does not touch the steps of others")
		require.ErrorContains(t, s.MigrateDown(ctx), "step 9000 is of a newer program")
		steps, err := s.Migrations(ctx)
		require.NoError(t, err)
		require.Equal(t, store.Migration{Version: 9000, Source: "a step of a newer program", Applied: true, Unknown: true}, steps[len(steps)-1])

		s.Write(t, "UPDATE schema_support SET oldest_program = 8999")
		require.ErrorContains(t, s.Current(ctx), "start a newer version of orderdesk")
		s.Write(t, "UPDATE schema_support SET oldest_program = 1")
		require.NoError(t, s.Current(ctx))
	})
}

// planFailures counts the statements that failed because of an outdated plan.
type planFailures struct{ n atomic.Int64 }

func (p *planFailures) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (p *planFailures) TraceQueryEnd(_ context.Context, _ *pgx.Conn, d pgx.TraceQueryEndData) {
	var pg *pgconn.PgError
	if errors.As(d.Err, &pg) && (pg.Code == "0A000" || pg.Code == "26000") {
		p.n.Add(1)
	}
}

// everyConnection runs the work on many connections at the same time.
func everyConnection(t *testing.T, work func() error) {
	t.Helper()
	var all sync.WaitGroup
	errs := make(chan error, 100)
	for range 10 {
		all.Go(func() {
			for range 10 {
				errs <- work()
			}
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
}

// A statement outside a transaction that was prepared for another form of its table, or that the server has forgotten, is run again.
// In a transaction the whole can be repeated.
func TestOutdatedPlans(t *testing.T) {
	ctx := context.Background()
	failures := &planFailures{}
	s := storetest.Open(t, storetest.Postgres(t), store.Options{Tracer: failures, MaxConns: 8})
	id := storetest.Company(t, s, "0197a3c4-0000-7000-8000-000000000001", "Rosefields", "USD").ID
	read := func() error {
		_, err := s.For(id).Company(ctx)
		return err
	}
	transaction := func() error {
		for {
			_, err := store.InTx(ctx, s.For(id), func(tx *store.Tx) (struct{}, error) {
				_, err := tx.Company(ctx)
				return struct{}{}, err
			})
			if !store.Retryable(err) {
				return err
			}
		}
	}
	everyConnection(t, read)
	everyConnection(t, transaction)
	require.Zero(t, failures.n.Load())

	s.Write(t, "ALTER TABLE companies ADD COLUMN later text NOT NULL DEFAULT 'x'")
	everyConnection(t, read)
	everyConnection(t, transaction)
	require.Zero(t, failures.n.Load(), "columns are named, so a new one changes nothing")

	for i, change := range []string{"varchar(500)", "text"} {
		s.Write(t, "ALTER TABLE companies ALTER COLUMN name TYPE "+change)
		if i == 0 {
			everyConnection(t, read)
		} else {
			everyConnection(t, transaction)
		}
		require.Positive(t, failures.n.Swap(0), "the prepared statements are outdated")
	}
	s.Forget(t)
	everyConnection(t, read)
	require.Positive(t, failures.n.Swap(0), "the server knows no statement")
}

// A step that needs a lock waits for it in short turns, so that requests go on meanwhile.
func TestMigratingWaitsForLocks(t *testing.T) {
	ctx := context.Background()
	address := storetest.Postgres(t)
	s := storetest.Open(t, address, store.Options{})
	id := storetest.Company(t, s, "0197a3c4-0000-7000-8000-000000000001", "Rosefields", "USD").ID
	hold := func() *sql.Tx {
		reading, err := s.DB(t).BeginTx(ctx, nil)
		require.NoError(t, err)
		t.Cleanup(func() { _ = reading.Rollback() }) // closing the store waits for it
		_, err = reading.Exec("SELECT id FROM companies")
		require.NoError(t, err)
		return reading
	}
	storetest.MigrateDownTo(t, s, 30) // step 31 alters companies
	up := func() error {
		_, err := s.Migrate(ctx)
		return err
	}
	for _, migrate := range []func() error{up, func() error { storetest.MigrateDownTo(t, s, 31); return s.MigrateDown(ctx) }, up} {
		reading := hold()
		migrated := make(chan error, 1)
		go func() { migrated <- migrate() }()
		for began := time.Now(); time.Since(began) < 3*time.Second; { // a step that waited for longer would run into the requests' own limit
			require.NoError(t, s.TryForTest("SELECT name FROM companies WHERE id = '"+id+"'"), "requests wait for a turn at most")
		}
		require.Empty(t, migrated, "the lock is held")
		require.NoError(t, reading.Rollback())
		select {
		case err := <-migrated:
			require.NoError(t, err)
		case <-time.After(time.Minute):
			t.Fatal("the lock is free, and the step still waits")
		}
	}
	require.NoError(t, s.Current(ctx))

	storetest.MigrateDownTo(t, s, 30)
	reading := hold()
	hasty := storetest.Open(t, address, store.Options{LockPatience: 500 * time.Millisecond})
	began := time.Now()
	bounded, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	_, err := hasty.Migrate(bounded)
	require.ErrorContains(t, err, "a table is in use for too long")
	require.Less(t, time.Since(began), 30*time.Second, "its patience ends")
	require.NoError(t, reading.Rollback())
	require.NoError(t, up(), "it goes on where it gave up")
	require.NoError(t, s.Current(ctx))
}

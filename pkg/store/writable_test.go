package store_test

import (
	"context"
	"database/sql"
	"net/url"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

func becomes(t *testing.T, what string, is func() bool) {
	t.Helper()
	require.Eventually(t, is, 20*time.Second, 20*time.Millisecond, what)
}

// A database whose writes fail, as on a full disk, is noticed, and so is the end of it.
func TestWritable(t *testing.T) {
	refuse := map[string][2]string{
		"sqlite": {"CREATE TRIGGER full BEFORE UPDATE ON write_probes BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END", "DROP TRIGGER full"},
		"postgres": {`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$;
			CREATE TRIGGER full_disk BEFORE UPDATE ON write_probes FOR EACH ROW EXECUTE FUNCTION full_disk()`, "DROP TRIGGER full_disk ON write_probes"},
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		require.NoError(t, s.Writable(ctx))
		s.Write(t, refuse[s.Name()][0])
		require.NoError(t, s.Writable(ctx), "what is known counts for some seconds")
		s.ForgetWritable()
		err := s.Writable(ctx)
		require.Error(t, err)
		require.NotErrorIs(t, err, store.ErrReadOnly)
		s.Write(t, refuse[s.Name()][1])
		becomes(t, "writable again", func() bool { return s.Writable(ctx) == nil })
	})
}

// A write that hangs is reported soon, and is not written a second time meanwhile.
func TestWritableHangs(t *testing.T) {
	ctx := context.Background()
	address := storetest.Postgres(t)
	s := storetest.Open(t, address, store.Options{})
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	tx, err := db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec("LOCK TABLE write_probes IN EXCLUSIVE MODE")
	require.NoError(t, err)
	for range 3 {
		go func() { _ = s.Writable(ctx) }()
	}
	began := time.Now()
	require.Error(t, s.Writable(ctx))
	require.Less(t, time.Since(began), 3*time.Second)
	require.LessOrEqual(t, s.Stats().InUse, 1)
	require.NoError(t, tx.Rollback())
	becomes(t, "writable again", func() bool { return s.Writable(ctx) == nil })
}

// The server is switched to read-only and back, as in a failover behind one name. Sessions that were opened meanwhile are
// read-only for ever, so none of them may stay in the pool.
func TestSessionsThatTurnReadOnly(t *testing.T) {
	ctx := context.Background()
	address := storetest.Postgres(t)
	u, err := url.Parse(address)
	require.NoError(t, err)
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	name := u.Path[1:]
	server := func(readOnly string) {
		t.Helper()
		_, err := db.Exec("ALTER DATABASE " + name + " SET default_transaction_read_only = " + readOnly)
		require.NoError(t, err)
	}
	c := func() string {
		s := storetest.Open(t, address, store.Options{})
		return storetest.Company(t, s, "0197a3c4-0000-7000-8000-000000000001", "Rosefields", "USD").ID
	}()
	write := func(s *store.Store) error {
		_, err := store.InTx(ctx, s.For(c), func(tx *store.Tx) (struct{}, error) {
			tx.PauseMail(storetest.Noon, "a row")
			return struct{}{}, nil
		})
		return err
	}
	require.NoError(t, db.Ping()) // its session stays read-write
	query := u.Query()
	query.Set("target_session_attrs", "any")
	u.RawQuery = query.Encode()

	server("on")
	usual, any := storetest.Open(t, address, store.Options{}), storetest.Open(t, u.String(), store.Options{})
	require.True(t, fault.Is(usual.Ping(ctx), fault.DatabaseUnavailable), "such a session is not taken at all")
	require.ErrorIs(t, usual.Writable(ctx), store.ErrReadOnly)
	require.NoError(t, any.Ping(ctx), "unless the address says so")
	for range 3 {
		require.True(t, fault.Is(write(any), fault.DatabaseUnavailable))
	}
	require.ErrorIs(t, any.Writable(ctx), store.ErrReadOnly)

	server("off")
	require.NoError(t, write(usual))
	require.NoError(t, write(any), "the read-only session was closed")
	require.NoError(t, usual.Writable(ctx))
	require.NoError(t, any.Writable(ctx))
}

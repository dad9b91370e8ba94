package store_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// The last writes of a transaction go to PostgreSQL together with COMMIT. If one of them must not be, nothing of the transaction is
// written, and its error is the one that it has before COMMIT.
func TestLastWritesAndCommitAreOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 7, 2)
		o := sh.add(t, s, 1)[0]
		written := func() []string {
			return texts(t, s.DB(t), "SELECT carrier || version FROM orders UNION ALL SELECT type FROM events UNION ALL SELECT code FROM customers ORDER BY 1")
		}
		before := written()
		refused := func(what string, fn func(*store.Tx) error) error {
			t.Helper()
			_, err := store.InTx(context.Background(), s.For(sh.id), func(tx *store.Tx) (struct{}, error) { return struct{}{}, fn(tx) })
			require.Error(t, err, what)
			require.False(t, fault.Is(err, fault.OutcomeUnknown), "%s: %v", what, err)
			require.Equal(t, before, written(), what)
			return err
		}
		carrier := func(tx *store.Tx, version int) error {
			changed := o
			changed.Carrier, changed.Version = "Armellini", version+1
			return tx.UpdateOrder(&changed, version, false)
		}
		err := refused("another version, and what follows", func(tx *store.Tx) error {
			if err := carrier(tx, o.Version+1); err != nil {
				return err
			}
			return tx.CreateCustomer(bloom(sh.id))
		})
		require.ErrorIs(t, err, store.ErrStale)
		err = refused("another version, and what is before", func(tx *store.Tx) error {
			if err := tx.CreateCustomer(bloom(sh.id)); err != nil {
				return err
			}
			return carrier(tx, o.Version+1)
		})
		require.ErrorIs(t, err, store.ErrStale)
		err = refused("a code that exists", func(tx *store.Tx) error {
			if err := carrier(tx, o.Version); err != nil {
				return err
			}
			same := sh.customers[0]
			same.ID = sh.uuid()
			return tx.CreateCustomer(same)
		})
		require.True(t, fault.Is(err, fault.CustomerCodeTaken), "%v", err)
		sh.write(t, s, func(tx *store.Tx) error { return carrier(tx, o.Version) })
		require.NotEqual(t, before, written())
	})
}

// A pooler that loses the server tells its client so in place of the answer to the first write, although the server may have committed.
func TestPoolerLosesTheServerInCommit(t *testing.T) {
	wire, through := pgtest.NewWire(t, storetest.Postgres(t))
	s := storetest.Open(t, through, store.Options{})
	sh := newShop(t, s, 10, 1)
	wire.CrashAtCommit()
	_, err := store.InTx(t.Context(), s.For(sh.id), func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.CreateCustomer(bloom(sh.id)) })
	require.True(t, fault.Is(err, fault.OutcomeUnknown), "%v", err)
	_, err = s.For(sh.id).CustomerByCode(t.Context(), "bloom")
	require.NoError(t, err, "it is written")
}

// A refused write does not cost its connection.
func TestRefusedLastWriteKeepsItsConnection(t *testing.T) {
	address := storetest.Postgres(t)
	s := storetest.Open(t, address, store.Options{MaxConns: 1})
	sh := newShop(t, s, 8, 1)
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	sessions := func() []string {
		return texts(t, db, "SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'orderdesk' ORDER BY 1")
	}
	before := sessions()
	require.NotEmpty(t, before)
	_, err = store.InTx(t.Context(), s.For(sh.id), func(tx *store.Tx) (struct{}, error) {
		same := sh.customers[0]
		same.ID = sh.uuid()
		return struct{}{}, tx.CreateCustomer(same)
	})
	require.True(t, fault.Is(err, fault.CustomerCodeTaken), "%v", err)
	_, err = s.For(sh.id).Company(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, sessions())
}

// A panic while the last writes are sent is an error of this request. It neither ends the process nor costs a connection of the pool.
func TestPanicInLastWritesIsAnError(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{MaxConns: 1})
	sh := newShop(t, s, 9, 1)
	for range 3 {
		_, err := store.InTx(t.Context(), s.For(sh.id), func(tx *store.Tx) (struct{}, error) {
			tx.LaterPanicking()
			return struct{}{}, nil
		})
		require.True(t, fault.Is(err, fault.OutcomeUnknown), "%v", err)
		require.ErrorContains(t, err, "a defect")
	}
	_, err := s.For(sh.id).Company(t.Context())
	require.NoError(t, err)
}

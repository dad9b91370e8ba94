package desk_test

import (
	"database/sql"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// impatient is another process on the fixture's database, which waits for locks for a short time. Its connections have prepared no
// statement yet.
func (w *fixture) impatient(t *testing.T) *desk.Service {
	t.Helper()
	return w.DeskOn(t, storetest.Open(t, w.Address+"&lock_timeout=100ms", store.Options{}))
}

// lock runs a statement that locks something until unlock is called.
func (w *fixture) lock(t *testing.T, statement string) (unlock func()) {
	t.Helper()
	tx, err := w.DB.BeginTx(t.Context(), &sql.TxOptions{})
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), statement)
	require.NoError(t, err)
	return func() { require.NoError(t, tx.Rollback()) }
}

// The claim of a key and what a use case reads first are sent together. If another client has locked a table, the refusal says which of
// them waited for it, also where a connection first prepares the statements.
func TestALockedTableIsNoKeyInUse(t *testing.T) {
	t.Parallel()
	w := newFixture(t, storetest.Postgres(t), store.Options{})
	for table, code := range map[string]fault.Code{"customers": fault.OrderLocked, "orders": fault.OrderLocked, "idempotency_keys": fault.IdempotencyInProgress} {
		d := w.impatient(t)
		confirm := func() error {
			id := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
			unlock := w.lock(t, "LOCK TABLE "+table+" IN EXCLUSIVE MODE")
			defer unlock()
			_, err := d.Confirm(t.Context(), desktest.Keyed(desktest.Manager), id, desktest.Encode)
			return err
		}
		err := confirm()
		require.True(t, fault.Is(err, code), "%s, first use of the connection: %v", table, err)
		_, err = d.Confirm(t.Context(), desktest.Keyed(desktest.Manager), w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID, desktest.Encode)
		require.NoError(t, err)
		err = confirm()
		require.True(t, fault.Is(err, code), "%s, statements prepared: %v", table, err)
	}
	w.RequireClean(t)
}

// A replay does not need the rows of its order, so it does not wait for who holds them.
func TestAReplayWaitsForNoOrder(t *testing.T) {
	t.Parallel()
	w := newFixture(t, storetest.Postgres(t), store.Options{})
	id := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
	c := desktest.Keyed(desktest.Manager)
	first, err := w.Confirm(t.Context(), c, id, desktest.Encode)
	require.NoError(t, err)
	d := w.impatient(t)
	for _, use := range []string{"first use of the connection", "statements prepared"} {
		for _, held := range []string{"LOCK TABLE customers IN EXCLUSIVE MODE", "UPDATE customers SET version = version"} {
			unlock := w.lock(t, held)
			again, err := d.Confirm(t.Context(), c, id, desktest.Encode)
			unlock()
			require.NoError(t, err, "%s, %s", use, held)
			require.True(t, again.Replayed)
			require.Equal(t, first.Answer, again.Answer)
		}
	}
	w.RequireClean(t)
}

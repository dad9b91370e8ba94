package desk_test

import (
	"context"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// watched is another desk on the fixture's database that counts its occurrences.
func (w *fixture) watched(also func(desk.Occurrence)) (*desk.Service, map[string]int) {
	counts := map[string]int{}
	return desk.New(desk.Options{Store: w.Store, Now: w.Clock.Now, BatchGroup: 2, Observe: func(o desk.Occurrence) {
		counts[o.What] += o.Count
		also(o)
	}}), counts
}

// Metrics count what was written. They count nothing for a dry run or a replay, and they count the use of a key in both
// modes.
func TestBatchesCountWhatWasWritten(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		for _, mode := range []desk.Mode{desk.AllOrNothing, desk.BestEffort} {
			d, counts := w.watched(func(desk.Occurrence) {})
			orders := w.wanted(t, 2)
			c := desktest.Keyed(desktest.Manager)
			c.DryRun = true
			_, err := d.ConfirmMany(t.Context(), c, mode, orders, desktest.Encode)
			require.NoError(t, err)
			require.Empty(t, counts, mode)

			c.DryRun = false
			over, cancel := context.WithCancel(t.Context())
			cancel()
			_, err = d.ConfirmMany(t.Context(), c, mode, orders, func(b desk.Batch) (desk.Answer, error) {
				_, err := d.ConfirmMany(over, c, mode, orders, desktest.Encode) // the first request holds the key
				require.True(t, fault.Is(err, fault.IdempotencyInProgress), err)
				return desktest.Encode(b)
			})
			require.NoError(t, err)
			require.Equal(t, map[string]int{"order_confirmed": 2, "invoice_issued": 2, "key_conflict": 1}, counts, mode)

			reply, err := d.ConfirmMany(t.Context(), c, mode, orders, desktest.Encode)
			require.NoError(t, err)
			require.True(t, reply.Replayed)
			require.Equal(t, map[string]int{"order_confirmed": 2, "invoice_issued": 2, "key_conflict": 1, "key_replayed": 1}, counts, mode)

			c.Fingerprint = []byte("another request")
			reply, err = d.ConfirmMany(t.Context(), c, mode, orders, desktest.Encode)
			require.True(t, fault.Is(err, fault.IdempotencyKeyReused), err)
			require.False(t, reply.Replayed)
			require.Equal(t, 1, counts["key_replayed"], mode)
		}
	})
}

// A key that another process holds counts like one that this process holds. SQLite has one writer, so a request there
// waits for the database and not for the key.
func TestAConflictBetweenProcessesCounts(t *testing.T) {
	t.Parallel()
	w := newFixture(t, storetest.Postgres(t), store.Options{})
	id := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
	d, counts := w.watched(func(desk.Occurrence) {})
	c := desktest.Keyed(desktest.Manager)
	_, err := w.Confirm(t.Context(), c, id, func(done desk.Confirmed) (desk.Answer, error) {
		_, err := d.Confirm(t.Context(), c, id, desktest.Encode) // the first request holds the key
		require.True(t, fault.Is(err, fault.IdempotencyInProgress), err)
		return desktest.Encode(done)
	})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"key_conflict": 1}, counts)
}

// A batch that stops early has counted the orders that it confirmed.
func TestAStoppedBatchCountsItsStart(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		orders := w.wanted(t, 5)
		d, counts := w.watched(func(o desk.Occurrence) {
			if o.What == "invoice_issued" {
				cancel()
			}
		})
		_, err := d.ConfirmMany(ctx, desktest.Keyed(desktest.Manager), desk.BestEffort, orders, desktest.Encode)
		require.True(t, fault.Is(err, fault.RequestTimeout), err)
		require.Contains(t, fault.Of(err).Detail, "after 2 of 5 orders, which stay confirmed")
		require.Equal(t, map[string]int{"order_confirmed": 2, "invoice_issued": 2}, counts)
		require.Equal(t, 2, w.CountRows(t, "invoices", "1 = 1"))
	})
}

// wanted returns n new orders to confirm.
func (w *fixture) wanted(t *testing.T, n int) []desk.BatchOrder {
	t.Helper()
	orders := make([]desk.BatchOrder, n)
	for i := range orders {
		orders[i].ID = w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
	}
	return orders
}

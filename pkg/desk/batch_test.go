package desk_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// Batches of 60 overlap, forwards and backwards, in both modes, at once and from two processes. No deadlock occurs, and
// each order is confirmed once.
func TestOverlappingBatches(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		var forwards []desk.BatchOrder
		for range 60 {
			forwards = append(forwards, desk.BatchOrder{ID: w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID})
		}
		backwards := slices.Clone(forwards)
		slices.Reverse(backwards)
		batches := make([]desk.Batch, 8)
		_, errs := w.atOnce(t, len(batches), func(d *desk.Service, i int) (desk.Reply, error) {
			orders, mode := forwards, desk.AllOrNothing
			if i/2%2 == 1 {
				orders = backwards
			}
			if i >= 4 {
				mode = desk.BestEffort
			}
			return d.ConfirmMany(context.Background(), desktest.Keyed(desktest.Manager), mode, orders, desktest.Into(&batches[i]))
		})
		confirmed := 0
		for i, b := range batches {
			require.NoError(t, errs[i])
			require.Len(t, b.Rows, 60)
			confirmed += b.Count(desk.OutcomeConfirmed)
			for n, row := range b.Rows { // on a slow machine a row may be locked for longer than a request waits; the order is then tried again
				if row.Problem == nil || row.Problem.Code != fault.OrderLocked {
					continue
				}
				var again desk.Batch
				_, err := w.ConfirmMany(t.Context(), desktest.Keyed(desktest.Manager), desk.BestEffort, []desk.BatchOrder{{ID: row.ID}}, desktest.Into(&again))
				require.NoError(t, err)
				b.Rows[n] = again.Rows[0]
				confirmed += again.Count(desk.OutcomeConfirmed)
			}
			require.Equal(t, 60, b.Count(desk.OutcomeConfirmed)+b.Count(desk.OutcomeAlready), "%v", b.Rows)
		}
		require.Equal(t, 60, confirmed)
		require.Equal(t, 60, w.CountRows(t, "invoices", "1 = 1"))
		require.Equal(t, 60, w.CountRows(t, "emails", "kind = 'invoice'"))
		require.Equal(t, 60, w.CountRows(t, "events", "batch_id IS NOT NULL AND type = 'order.confirmed'"))
		w.RequireClean(t)
	})
}

// One refusal stops an all-or-nothing batch. A best-effort batch confirms the other orders.
func TestBatchesWithARefusal(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		good, prebook := w.MustPlace(t, w.Cart(w.Plain, 1))[0], w.MustPlace(t, w.Prebook(w.Plain, 1, 1))[0]
		already, moved := w.MustPlace(t, w.Cart(w.Plain, 1))[0], w.MustPlace(t, w.Cart(w.Plain, 1))[0]
		w.MustConfirm(t, already.ID)
		orders := []desk.BatchOrder{{ID: good.ID}, {ID: prebook.ID}, {ID: already.ID}, {ID: moved.ID, Version: 7}, {ID: w.Foreign.ID}, {ID: uuid.NewString()}}
		codes := []fault.Code{"", fault.PrebookHasNoInvoice, "", fault.OrderChanged, fault.OrderNotFound, fault.OrderNotFound}
		for _, mode := range []desk.Mode{desk.AllOrNothing, desk.BestEffort} {
			var b desk.Batch
			before := w.Digest(t)
			c := desktest.Keyed(desktest.Manager)
			_, err := w.ConfirmMany(t.Context(), c, mode, orders, desktest.Into(&b))
			require.NoError(t, err)
			outcome := desk.OutcomeConfirmed
			if mode == desk.AllOrNothing {
				outcome = desk.OutcomeNotAttempted
				require.Equal(t, before, w.Digest(t), "nothing of it is kept, not even the answer")
			}
			require.Equal(t, outcome, b.Rows[0].Outcome)
			require.Equal(t, desk.OutcomeAlready, b.Rows[2].Outcome)
			require.Equal(t, "INV-000001", b.Rows[2].InvoiceNumber)
			for i, code := range codes {
				if code != "" {
					require.Equal(t, desk.OutcomeRefused, b.Rows[i].Outcome)
					require.Equal(t, code, b.Rows[i].Problem.Code)
				}
				require.Equal(t, orders[i].ID, b.Rows[i].ID)
			}
		}
		w.RequireClean(t)
	})
}

// Groups of a best-effort batch are confirmed in one transaction. A dry run numbers the invoices of all groups.
func TestABatchOfManyGroups(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		orders := w.wanted(t, 7)
		orders[3].Version = 7
		d, counts := w.watched(func(desk.Occurrence) {}) // groups of two
		c := desktest.Keyed(desktest.Manager)
		for _, c.DryRun = range []bool{true, false} {
			var b desk.Batch
			_, err := d.ConfirmMany(t.Context(), c, desk.BestEffort, orders, desktest.Into(&b))
			require.NoError(t, err)
			require.Equal(t, 6, b.Count(desk.OutcomeConfirmed))
			require.Equal(t, fault.OrderChanged, b.Rows[3].Problem.Code)
			var numbers []string
			for _, r := range b.Rows {
				numbers = append(numbers, r.InvoiceNumber)
			}
			require.Equal(t, []string{"INV-000001", "INV-000002", "INV-000003", "", "INV-000004", "INV-000005", "INV-000006"}, numbers)
		}
		require.Equal(t, map[string]int{"order_confirmed": 6, "invoice_issued": 6}, counts)
		w.RequireClean(t)
	})
}

// A customer that another transaction holds refuses its own orders, not the others of their group.
func TestAGroupWithALockedOrder(t *testing.T) {
	w := newFixture(t, storetest.Postgres(t), store.Options{})
	free := w.wanted(t, 2)
	held := desk.BatchOrder{ID: w.MustPlace(t, w.Cart(w.Card, 1))[0].ID}
	tx, err := desktest.Database(t, w.Address).Begin()
	require.NoError(t, err)
	_, err = tx.Exec("SELECT 1 FROM customers WHERE id = $1 FOR UPDATE", w.Card.ID)
	require.NoError(t, err)
	var b desk.Batch
	_, err = w.ConfirmMany(t.Context(), desktest.Keyed(desktest.Manager), desk.BestEffort, []desk.BatchOrder{free[0], held, free[1]}, desktest.Into(&b))
	require.NoError(t, err)
	require.NoError(t, tx.Rollback())
	require.Equal(t, 2, b.Count(desk.OutcomeConfirmed))
	require.Equal(t, desk.OutcomeRefused, b.Rows[1].Outcome)
	require.Equal(t, fault.OrderLocked, b.Rows[1].Problem.Code)
	w.RequireClean(t)
}

// A batch that stopped early is repeated with its key. It confirms the rest and reports the earlier ones.
func TestABrokenBatchIsRepeated(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		var orders []desk.BatchOrder
		for range 5 {
			orders = append(orders, desk.BatchOrder{ID: w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID})
		}
		w.MustConfirm(t, orders[0].ID)
		w.MustConfirm(t, orders[1].ID)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c := desktest.Keyed(desktest.Manager)
		_, err := w.ConfirmMany(ctx, c, desk.BestEffort, orders, desktest.Encode)
		require.Error(t, err)
		var b desk.Batch
		first, err := w.ConfirmMany(t.Context(), c, desk.BestEffort, orders, desktest.Into(&b))
		require.NoError(t, err)
		require.Equal(t, 2, b.Count(desk.OutcomeAlready))
		require.Equal(t, 3, b.Count(desk.OutcomeConfirmed))
		again, err := w.ConfirmMany(t.Context(), c, desk.BestEffort, orders, desktest.Encode)
		require.NoError(t, err)
		require.True(t, again.Replayed)
		require.Equal(t, first.Answer, again.Answer)
		w.RequireClean(t)
	})
}

// An error that the caller cannot act on does not refuse an order. It ends the batch, which is then repeated.
func TestABatchCutShortRefusesNoOrder(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		broken, options := newBreaker()
		breaking := w.DeskOn(t, storetest.Open(t, w.Address, options))
		moved := []desk.BatchOrder{{ID: w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID, Version: 7}}
		for _, mode := range []desk.Mode{desk.AllOrNothing, desk.BestEffort} {
			for at, more := 0, true; more; at++ {
				ctx, cancel := context.WithCancel(t.Context())
				broken.breakAt(at, cancel)
				var b desk.Batch
				_, err := breaking.ConfirmMany(ctx, desktest.Call(desktest.Manager), mode, moved, desktest.Into(&b))
				cancel()
				broke := broken.stop()
				more = broke != ""
				if err == nil {
					require.Equal(t, fault.OrderChanged, b.Rows[0].Problem.Code, "%s, cancelled before %q", mode, broke)
				}
			}
		}
	})
}

// An all-or-nothing batch enqueues one mail job, for any number of e-mails.
func TestAWholeBatchWakesMailOnce(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		orders := w.wanted(t, 3)
		before := w.CountRows(t, "river_job", "kind = 'mail'")
		_, err := w.ConfirmMany(t.Context(), desktest.Keyed(desktest.Manager), desk.AllOrNothing, orders, desktest.Encode)
		require.NoError(t, err)
		require.Equal(t, 3, w.CountRows(t, "emails", "kind = 'invoice'"))
		require.Equal(t, before+1, w.CountRows(t, "river_job", "kind = 'mail'"))
	})
}

package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

func empty() map[string]func(*testing.T) string {
	return map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "new.db") },
		"postgres": func(t *testing.T) string { return pgtest.Database(t, nil) },
	}
}

// Four replicas that start together apply each migration once, and all of them find the schema up to date.
func TestReplicasMigrateOnce(t *testing.T) {
	for name, create := range empty() {
		t.Run(name, func(t *testing.T) {
			address := create(t)
			var wg sync.WaitGroup
			applied := make([]int, 4)
			errs := make([]error, 4)
			for i := range applied {
				s := storetest.Open(t, address, store.Options{})
				wg.Go(func() {
					if applied[i], errs[i] = s.Migrate(context.Background()); errs[i] == nil {
						errs[i] = s.Current(context.Background())
					}
				})
			}
			wg.Wait()
			total := 0
			for i := range applied {
				require.NoError(t, errs[i])
				total += applied[i]
			}
			require.Equal(t, store.MigrationsForTest(t, name), total)
		})
	}
}

func TestMigrateDownAndUpAgain(t *testing.T) {
	for name, create := range empty() {
		t.Run(name, func(t *testing.T) {
			address, all := create(t), store.MigrationsForTest(t, name)
			ctx := context.Background()
			s := storetest.Open(t, address, store.Options{})
			require.ErrorContains(t, s.Current(ctx), "orderdesk migrate up")
			for range 2 {
				n, err := s.Migrate(ctx)
				require.NoError(t, err)
				require.Equal(t, all, n)
				require.NoError(t, s.Current(ctx))
				for range all {
					require.NoError(t, s.MigrateDown(ctx))
				}
				require.ErrorContains(t, s.Current(ctx), fmt.Sprint("needs ", all))
			}
		})
	}
}

// A prebook owed its total in earlier versions. Both directions of the migration rewrite what it owes, so that no sum counts goods twice, and
// show it to a client that synchronizes. Orders keep what they owe.
func TestMigratingClearsWhatPrebooksOwe(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 77, 5)
		sh.add(t, s, 60)
		owed := func(kind order.Kind) map[string][]any {
			// The store's own statements read all columns, which are not the same before and after.
			found, err := s.DB(t).QueryContext(ctx, "SELECT id, payment_status, balance FROM orders WHERE kind = '"+string(kind)+"'")
			require.NoError(t, err)
			defer found.Close()
			rows := map[string][]any{}
			for found.Next() {
				var o order.Order
				require.NoError(t, found.Scan(&o.ID, &o.PaymentStatus, &o.Balance))
				rows[o.ID] = []any{o.PaymentStatus, o.Balance}
			}
			require.NoError(t, found.Err())
			require.NotEmpty(t, rows)
			return rows
		}
		orders := owed(order.KindOrder)
		storetest.MigrateDownTo(t, s, 15)
		for _, d := range sh.docs {
			want := []any{billing.Unpaid, d.Total}
			if d.Total == 0 {
				want[0] = billing.Paid
			}
			if d.Status == order.StatusVoided {
				want[1] = money.Amount(0)
			}
			if d.Kind == order.KindPrebook {
				require.Equal(t, want, owed(order.KindPrebook)[d.ID])
			}
		}
		require.Error(t, s.TryForTest("UPDATE orders SET payment_status = ''"), "the earlier constraint is back")
		since := time.Now().Add(-time.Minute)
		_, err := s.Migrate(ctx)
		require.NoError(t, err)
		for id, is := range owed(order.KindPrebook) {
			require.Equal(t, []any{billing.Status(""), money.Amount(0)}, is, id)
		}
		require.Equal(t, orders, owed(order.KindOrder))
		require.Error(t, s.TryForTest("UPDATE orders SET payment_status = 'pending'"))

		again, err := s.For(sh.id).Orders(ctx, store.OrderFilter{UpdatedSince: since, Sort: store.Sort{Key: store.ByUpdatedAt}, Window: store.Window{Limit: 200}})
		require.NoError(t, err)
		require.Len(t, again.Rows, len(owed(order.KindPrebook)))
		for _, o := range again.Rows {
			require.Equal(t, order.KindPrebook, o.Kind)
		}
	})
}

// Existing invoices get the sums of their orders, and what these owe.
func TestMigratingFillsWhatIsOwedOnInvoices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 78, 5)
		sh.add(t, s, 60)
		require.NoError(t, s.TryForTest("UPDATE orders SET balance = total - 50, subtotal = total - 3, charges_total = 1, taxes_total = 2 WHERE kind = 'order'"))
		storetest.MigrateDownTo(t, s, 21)
		_, err := s.Migrate(ctx)
		require.NoError(t, err)
		invoices, err := s.For(sh.id).Invoices(ctx, store.InvoiceFilter{IssuedFilter: store.IssuedFilter{Window: store.Window{Limit: 200}}})
		require.NoError(t, err)
		require.Len(t, invoices.Rows, len(sh.invoices))
		require.NotEmpty(t, sh.invoices)
		for _, i := range invoices.Rows {
			orders, err := s.For(sh.id).Headers(ctx, []string{i.OrderID})
			require.NoError(t, err)
			o := orders[0]
			require.Equal(t, []any{o.Total - 3, money.Amount(1), money.Amount(2), o.Total - 50, o.PaymentStatus},
				[]any{i.Subtotal, i.ChargesTotal, i.TaxesTotal, i.Balance, i.PaymentStatus})
		}
		require.Error(t, s.TryForTest("UPDATE invoices SET payment_status = ''"))
	})
}

// SQLite has no session lock, so a step that another process has just applied must fail, or it would be recorded twice.
func TestNoStepOfSQLiteIsAppliedTwice(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	files, err := filepath.Glob("migrations/sqlite/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range slices.Backward(files) {
		version, err := strconv.ParseInt(filepath.Base(file)[:5], 10, 64)
		require.NoError(t, err)
		storetest.MigrateDownTo(t, s, version) // the schema as that step left it
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		s.Write(t, "BEGIN") // the writer is one connection
		require.Error(t, s.TryForTest(up), file)
		s.Write(t, "ROLLBACK")
	}
}

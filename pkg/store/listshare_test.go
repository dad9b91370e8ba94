package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// Lists, counts, facets and totals that hang take the connections of their company's share alone. Another company still reads.
func TestListsStayInTheShareOfTheirCompany(t *testing.T) {
	t.Parallel()
	pgtest.Need(t)
	s := storetest.Open(t, storetest.Postgres(t), store.Options{MaxConns: 8})
	one := storetest.Company(t, s, "0197a3c4-0000-7000-8000-000000000001", "One", "USD").ID
	two := storetest.Company(t, s, "0197a3c4-0000-7000-8000-000000000002", "Two", "USD").ID
	tx, err := s.DB(t).Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec("LOCK TABLE orders, order_lines, payments, invoices, credit_notes, customers IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	hanging := s.For(one)
	for name, read := range map[string]func(context.Context) error{
		"orders": func(ctx context.Context) error { _, err := hanging.Orders(ctx, store.OrderFilter{}); return err },
		"with lines": func(ctx context.Context) error {
			_, err := hanging.OrdersWithLines(ctx, store.OrderFilter{})
			return err
		},
		"count":       func(ctx context.Context) error { _, _, err := hanging.Count(ctx, store.OrderFilter{}); return err },
		"facets":      func(ctx context.Context) error { _, err := hanging.Facets(ctx, store.OrderFilter{}); return err },
		"totals":      func(ctx context.Context) error { _, err := hanging.Totals(ctx, store.OrderFilter{}); return err },
		"lines":       func(ctx context.Context) error { _, err := hanging.Lines(ctx, store.OrderFilter{}); return err },
		"count lines": func(ctx context.Context) error { _, _, err := hanging.CountLines(ctx, store.OrderFilter{}); return err },
		"payments":    func(ctx context.Context) error { _, err := hanging.AllPayments(ctx, store.PaymentFilter{}); return err },
		"all payments": func(ctx context.Context) error {
			_, _, err := hanging.CountPayments(ctx, store.PaymentFilter{})
			return err
		},
		"invoices":     func(ctx context.Context) error { _, err := hanging.Invoices(ctx, store.InvoiceFilter{}); return err },
		"credit notes": func(ctx context.Context) error { _, err := hanging.CreditNotes(ctx, store.IssuedFilter{}); return err },
		"customers":    func(ctx context.Context) error { _, err := hanging.Customers(ctx, store.CustomerFilter{}); return err },
	} {
		t.Run(name, func(t *testing.T) {
			require.Eventually(t, func() bool { return s.Stats().InUse == 1 }, 10*time.Second, time.Millisecond) // the lock's
			ctx, cancel := context.WithCancel(t.Context())
			var readers sync.WaitGroup
			for range 8 {
				readers.Go(func() {
					if read(ctx) == nil {
						t.Error("the list did not wait for the lock")
					}
				})
			}
			require.Eventually(t, func() bool { return s.Stats().InUse > 2 }, 10*time.Second, time.Millisecond)
			time.Sleep(50 * time.Millisecond) // all of them have asked
			_, err := s.For(two).Company(t.Context())
			cancel()
			readers.Wait()
			require.NoError(t, err)
		})
	}
}

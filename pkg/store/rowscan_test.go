package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// readsAlike asserts that rowscan reads what GORM reads.
func readsAlike[T any](t *testing.T, db *gorm.DB, text string, args ...any) []T {
	t.Helper()
	var want, got []T
	require.NoError(t, db.Raw(text, args...).Scan(&want).Error)
	require.NoError(t, rowscan.Scan(db, &got, text, args...))
	require.NotEmpty(t, got, text)
	require.Equal(t, want, got, text)
	return got
}

// Rows are the same whoever reads them: this project on PostgreSQL, or GORM.
func TestRowsAreReadAsByGORM(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 11, 20)
		sh.add(t, s, 400)
		sh.pay(t, s, 50)
		sh.issue(t, s)
		db := s.Readers().WithContext(t.Context())
		readsAlike[order.Order](t, db, "SELECT * FROM orders WHERE company_id = ? ORDER BY id", sh.id)
		readsAlike[order.Order](t, db, "SELECT id, total AS nowhere, total, 1 AS version FROM orders WHERE company_id = ? AND id IN ? ORDER BY id", sh.id, []string{sh.docs[0].ID, sh.docs[1].ID})
		readsAlike[order.Line](t, db, "SELECT * FROM order_lines WHERE company_id = ? ORDER BY order_id, position", sh.id)
		readsAlike[billing.Payment](t, db, "SELECT * FROM payments WHERE company_id = ? ORDER BY id", sh.id)
		readsAlike[billing.Invoice](t, db, "SELECT * FROM invoices WHERE company_id = ? ORDER BY id", sh.id)
		readsAlike[billing.CreditNote](t, db, "SELECT * FROM credit_notes WHERE company_id = ? ORDER BY id", sh.id)
		readsAlike[company.Customer](t, db, "SELECT * FROM customers WHERE company_id = ? ORDER BY id", sh.id)
		readsAlike[company.Company](t, db, "SELECT * FROM companies WHERE id = ?", sh.id)

		sh.write(t, s, func(tx *store.Tx) error {
			if err := tx.Record([]order.Event{{
				CompanyID: sh.id, ID: sh.uuid(), OrderID: sh.docs[0].ID, Type: order.EventPlaced, At: storetest.Noon.Add(time.Microsecond),
				Data: map[string]any{"note": "Zèbre \"日本\""}, Changes: []order.Change{{Field: "carrier", After: "UPS"}},
			}}); err != nil {
				return err
			}
			return tx.CreateEmails([]email.Email{{
				CompanyID: sh.id, ID: sh.uuid(), OrderID: sh.docs[0].ID, Kind: email.KindManual, Recipients: []string{"a@x.example"}, State: email.Queued,
				NextAttemptAt: storetest.Noon, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon,
			}})
		})
		readsAlike[order.Event](t, db, "SELECT * FROM events WHERE company_id = ? ORDER BY id", sh.id)
		readsAlike[email.Email](t, db, "SELECT * FROM emails WHERE company_id = ? ORDER BY id", sh.id)
		sh.hooked(t, s, 1000)
		readsAlike[hook.Endpoint](t, db, "SELECT * FROM webhook_endpoints WHERE company_id = ? ORDER BY id", sh.id)
		readsAlike[hook.Delivery](t, db, "SELECT * FROM webhook_deliveries WHERE company_id = ? ORDER BY endpoint_id, id", sh.id)

		// The same in a transaction, which sees its own writes.
		_, err := store.InTx(t.Context(), s.For(sh.id), func(tx *store.Tx) (struct{}, error) {
			inside := tx.SessionForTest(t.Context())
			readsAlike[order.Order](t, inside, "SELECT * FROM orders WHERE company_id = ? ORDER BY id LIMIT 10", sh.id)
			require.NoError(t, inside.Exec("UPDATE orders SET carrier = 'Seen' WHERE company_id = ? AND id = ?", sh.id, sh.docs[0].ID).Error)
			seen := readsAlike[order.Order](t, inside, "SELECT * FROM orders WHERE company_id = ? AND id = ?", sh.id, sh.docs[0].ID)
			require.Equal(t, "Seen", seen[0].Carrier)
			return struct{}{}, nil
		})
		require.NoError(t, err)

		// NULL is the zero value, and a sum of a whole column is a number.
		type odd struct {
			Text  string
			Count int
			When  time.Time
			Flag  bool
			Sum   money.Amount
			Some  *int64
			None  *time.Time
		}
		readsAlike[odd](t, db, "SELECT NULL AS text, NULL AS count, NULL AS flag, sum(total) AS sum, count(*) AS some, NULL AS none FROM orders WHERE company_id = ?", sh.id)

		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		var none []order.Order
		require.ErrorIs(t, rowscan.Scan(s.Readers().WithContext(canceled), &none, "SELECT * FROM orders"), context.Canceled)
		require.Error(t, rowscan.Scan(db, &none, "SELECT nothing FROM nowhere"))
		require.NoError(t, rowscan.Scan(db, &none, "SELECT * FROM orders WHERE company_id = ? AND 1 = 0", sh.id))
		require.Empty(t, none)
	})
}

// The server's infinity is a time that Go does not have.
func TestInfinityIsRefused(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	type row struct{ At time.Time }
	for _, text := range []string{"'infinity'::timestamptz", "'-infinity'::timestamptz", "'infinity'::date"} {
		var rows []row
		require.ErrorContains(t, rowscan.Scan(s.Readers().WithContext(t.Context()), &rows, "SELECT "+text+" AS at"), "infinity")
	}
}

func BenchmarkRows(b *testing.B) {
	s := storetest.Open(b, storetest.Postgres(b), store.Options{})
	sh := newShop(b, s, 11, 20)
	sh.add(b, s, 400)
	const text = "SELECT * FROM orders WHERE company_id = ? ORDER BY id LIMIT 50"
	b.Run("rowscan", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var rows []order.Order
			require.NoError(b, rowscan.Scan(s.Readers().WithContext(b.Context()), &rows, text, sh.id))
		}
	})
	b.Run("gorm", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var rows []order.Order
			require.NoError(b, s.Readers().WithContext(b.Context()).Raw(text, sh.id).Scan(&rows).Error)
		}
	})
}

// A page of orders takes 128 KB. Statements that wait for a connection hold none of it.
func TestRowsTakeNoMemoryWhileTheyWait(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{ConnectionWait: 100 * time.Millisecond, ShareWait: 100 * time.Millisecond})
	asked := 0
	memory := func() []order.Order {
		asked++
		return make([]order.Order, 0, 64)
	}
	var rows []order.Order
	db := s.Readers().WithContext(t.Context())
	require.NoError(t, rowscan.ScanWith(db, &rows, memory, "SELECT * FROM orders"))
	require.Equal(t, 1, asked)
	require.Equal(t, 64, cap(rows))

	pool, err := db.DB()
	require.NoError(t, err)
	for {
		c, err := pool.Conn(t.Context())
		if err != nil {
			break
		}
		defer func() { _ = c.Close() }()
	}
	require.Error(t, rowscan.ScanWith(db, &rows, memory, "SELECT * FROM orders"))
	require.Equal(t, 1, asked)
}

package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// A connection that planned its statements while tables were empty plans them again as the tables grow, even if nobody
// updates their statistics.
func TestPlansFollowGrowth(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	const age = time.Second
	s := storetest.Open(t, storetest.Postgres(t), store.Options{MaxConns: 1, PlanAge: age})
	for _, table := range []string{"orders", "order_lines", "checkouts", "events"} {
		s.Write(t, "ALTER TABLE "+table+" SET (autovacuum_enabled = false)")
	}
	sh := newShop(t, s, 41, 5)
	read := func() {
		for range 8 { // PostgreSQL chooses a generic plan at the sixth execution
			_, err := s.For(sh.id).Order(ctx, sh.uuid())
			require.True(t, fault.Is(err, fault.OrderNotFound), err)
			_, err = s.For(sh.id).Order(ctx, sh.docs[0].ID)
			require.NoError(t, err)
			_, err = s.For(sh.id).OrdersByID(ctx, []string{sh.docs[0].ID, sh.uuid()})
			require.NoError(t, err)
		}
	}
	sh.add(t, s, 1)
	read()
	sh.add(t, s, 4_000) // so many that PostgreSQL expects more than one order of the company in a table without statistics
	time.Sleep(age)
	read()

	conn, err := s.DB(t).Conn(ctx) // the only connection
	require.NoError(t, err)
	defer conn.Close()
	for text, indexes := range map[string][]string{
		"%checkout_id = (SELECT checkout_id": {"orders_pkey", "orders_checkout"},
		"%(SELECT version FROM orders":       {"orders_pkey", "order_lines_pkey"},
		"WITH wanted":                        {"orders_pkey", "orders_checkout"},
		"WITH head":                          {"orders_pkey", "order_lines_pkey"},
	} {
		prepared := texts(t, conn, `SELECT name || '(' || array_to_string(array_fill('NULL'::text, ARRAY[cardinality(parameter_types)]), ', ') || ')'
			FROM pg_prepared_statements WHERE generic_plans > 0 AND statement LIKE '`+text+"%' AND statement NOT LIKE '%pg_prepared_statements%'")
		require.Len(t, prepared, 1, text)
		plan := explain(t, conn, "EXPLAIN EXECUTE "+prepared[0])
		for _, index := range indexes {
			require.Contains(t, plan, index)
		}
		require.NotRegexp(t, `(?m)Index Cond: \(company_id = \S+\)$`, plan, "an index scanned over the whole company")
	}
}

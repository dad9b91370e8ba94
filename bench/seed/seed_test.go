package seed_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/seed"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// The copies skip the checks of references, so they are checked here.
func TestFillCopiesWholeDocuments(t *testing.T) {
	address := storetest.Postgres(t)
	share := 0.0
	last := ""
	plan := seed.Plan{
		Template: 100,
		Groups:   []seed.Group{{Name: "Big", Companies: 1, Orders: 300}, {Name: "Small", Companies: 3, Orders: 50}, {Name: "Odd", Companies: 2, Orders: 33}},
		Progress: func(done float64, what string) {
			share = max(share, done)
			if strings.HasSuffix(what, "documents") {
				last = what
			}
		},
	}
	ids, err := seed.Fill(t.Context(), address, plan)
	require.NoError(t, err)
	require.InDelta(t, 1, share, 0.001)
	require.Equal(t, "518 of 518 documents", last, "300 + 3 × 50 + 2 × 34")
	require.Len(t, ids[0], 1)
	require.Len(t, ids[1], 3)

	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	count := func(sql string, args ...any) (n int) {
		require.NoError(t, conn.QueryRow(t.Context(), sql, args...).Scan(&n), sql)
		return n
	}
	counts, template := plan.Counts()
	require.Equal(t, []int{300, 50, 34}, counts)
	for group, want := range counts {
		for _, id := range ids[group] {
			require.Equal(t, want, count("SELECT count(*) FROM orders WHERE company_id = $1", id))
		}
	}
	require.Equal(t, 300+3*50+2*34+template, count("SELECT count(*) FROM orders"))
	for what, sql := range map[string]string{
		"customer": "SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.company_id = o.company_id AND c.id = o.customer_id AND c.code = o.customer_code)",
		"checkout": "SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM checkouts c WHERE c.company_id = o.company_id AND c.id = o.checkout_id)",
		"invoice":  "SELECT count(*) FROM orders o WHERE invoice_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoices i WHERE i.company_id = o.company_id AND i.id = o.invoice_id AND i.order_id = o.id)",
		"lines":    "SELECT count(*) FROM orders o WHERE line_count <> (SELECT count(*) FROM order_lines l WHERE l.company_id = o.company_id AND l.order_id = o.id)",
		"words":    `SELECT count(*) FROM orders o WHERE words <> (SELECT ' ' || string_agg(word, ' ' ORDER BY word COLLATE "C") FROM order_words w WHERE w.company_id = o.company_id AND w.order_id = o.id)`,
		"events":   "SELECT count(*) FROM orders o WHERE version <> (SELECT count(*) FROM events e WHERE e.company_id = o.company_id AND e.order_id = o.id AND version IS NOT NULL)",
		"future":   "SELECT count(*) FROM orders WHERE placed_at > now() OR updated_at > now() + interval '10 seconds'",
		"counter":  "SELECT count(*) FROM orders o JOIN counters c ON c.company_id = o.company_id AND series = 'order' WHERE sequence > value",
	} {
		require.Zero(t, count(sql), "%s: %s", what, sql)
	}
	require.Zero(t, count("SELECT count(*) FROM pg_class WHERE relname LIKE 'template%'"))

	// The pages of every index are as full as those of a new one.
	for _, index := range []string{"orders_pkey", "order_lines_pkey", "checkouts_pkey", "orders_placed"} {
		size := "SELECT pg_relation_size('" + index + "')"
		seeded := count(size)
		_, err := conn.Exec(t.Context(), "REINDEX INDEX "+index)
		require.NoError(t, err)
		require.Equal(t, count(size), seeded, index)
	}

	// An order whose words are not those that the service computes gets them with its next change, which would count as that change.
	st := storetest.Open(t, address, store.Options{})
	rows, err := conn.Query(t.Context(), "SELECT id::text FROM orders WHERE company_id = $1", ids[0][0])
	require.NoError(t, err)
	orders, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	for _, id := range orders {
		var words string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT words FROM orders WHERE company_id = $1 AND id = $2", ids[0][0], id).Scan(&words))
		o, err := st.For(ids[0][0]).Order(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, o.SearchWords(), words)
	}

	page, err := st.For(ids[1][0]).Orders(t.Context(), store.OrderFilter{Window: store.Window{Limit: 50}})
	require.NoError(t, err)
	require.Len(t, page.Rows, 50)
}

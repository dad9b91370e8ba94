package shards_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// grow makes copies of a company's rows. They keep their values except the keys.
var grow = []string{
	`INSERT INTO customers SELECT n.* FROM customers c, generate_series(1, 2000) g, LATERAL jsonb_populate_record(c, jsonb_build_object(
		'id', md5(c.id::text || g)::uuid, 'code', c.code || g, 'code_key', c.code_key || g)) n WHERE c.company_id = $1`,
	`INSERT INTO orders SELECT n.* FROM orders o, generate_series(1, 2000) g, LATERAL jsonb_populate_record(o, jsonb_build_object(
		'id', md5(o.id::text || g)::uuid, 'sequence', o.sequence + 1000 * g, 'placed_at', o.placed_at - g * interval '1 minute', 'ship_date', o.ship_date - g % 400)) n WHERE o.company_id = $1`,
	`INSERT INTO order_lines SELECT n.* FROM order_lines l, generate_series(1, 2000) g, LATERAL jsonb_populate_record(l, jsonb_build_object(
		'id', md5(l.id::text || g)::uuid, 'order_id', md5(l.order_id::text || g)::uuid)) n WHERE l.company_id = $1`,
	`INSERT INTO order_words SELECT w.company_id, w.word, md5(w.order_id::text || g)::uuid FROM order_words w, generate_series(1, 2000) g WHERE w.company_id = $1`,
}

// spread makes 1,000 companies with one order each, like one of another company. PostgreSQL then expects few rows of any company, where
// it plans once for all.
var spread = []string{
	`INSERT INTO companies SELECT n.* FROM companies c, generate_series(1, 1000) g, LATERAL jsonb_populate_record(c, jsonb_build_object('id', md5(g::text)::uuid)) n WHERE c.id = $1`,
	ofEach("customers", "t.id = (SELECT customer_id FROM orders WHERE id = $2)"),
	ofEach("checkouts", "t.id = (SELECT checkout_id FROM orders WHERE id = $2)"),
	ofEach("orders", "t.id = $2"),
	ofEach("order_lines", "t.order_id = $2"),
	ofEach("order_words", "t.order_id = $2"),
}

func ofEach(table, which string) string {
	return fmt.Sprintf(`INSERT INTO %s SELECT n.* FROM %[1]s t, generate_series(1, 1000) g,
		LATERAL jsonb_populate_record(t, jsonb_build_object('company_id', md5(g::text)::uuid)) n WHERE t.company_id = $1 AND %s`, table, which)
}

// most is how many blocks of 8 KB a statement of a company with some 50 orders may read.
const most = 800

// mostOfAList is how many blocks of 8 KB a page of a list may read, and each part that is asked for beside its rows. Totals of 10,000 rows
// that lie apart read a block for each, and those of their index.
const mostOfAList = 10_500

// A company with few rows beside one with nearly all of them: each of its statements reads few blocks, whether the server plans it for
// this company or once for all of them, and scans no large table. The lists of the big one have a bound in each way that they are offered.
func TestLong_SmallCompanyBesideABigOne(t *testing.T) {
	testkit.Long(t)
	pgtest.Need(t)
	address := storetest.Postgres(t)
	r := &recorder{seen: map[string][]any{}}
	s := servicetest.Start(t, address, servicetest.Options{Store: store.Options{Tracer: r}, NoJobs: true})
	small, big := s.As(t, auth.Admin), s.Claims(t, map[string]any{"company_id": servicetest.Other, "sub": "admin@tulips.example", "email": "admin@tulips.example"})
	apitest.Customer(t, s, "BLOOM")
	apitest.ForeignCustomer(t, s)
	var order string
	for range 50 {
		order = apitest.Placed(small, apitest.Cart("BLOOM", apitest.Line("on_hand", 1), apitest.Line("on_hand", 2)))
		apitest.Placed(big, apitest.Cart("FOREIGN", apitest.Line("on_hand", 1), apitest.Line("on_hand", 2)))
	}
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	for _, text := range grow {
		_, err := conn.Exec(t.Context(), text, servicetest.Other)
		require.NoError(t, err, text)
	}
	for i, text := range spread {
		_, err := conn.Exec(t.Context(), text, []any{servicetest.Company, order}[:min(1+i, 2)]...)
		require.NoError(t, err, text)
	}
	_, err = conn.Exec(t.Context(), "VACUUM (ANALYZE)") // a count reads an index alone where all see its rows
	require.NoError(t, err)
	require.Equal(t, []int{100_050}, query[int](t, conn, "SELECT count(*)::int FROM orders WHERE company_id = $1", servicetest.Other))

	r.seen = map[string][]any{}
	for _, path := range append(slices.Concat(offered(t), lists), "/v1/orders/"+order+"?include=payments,emails,events", "/v1/orders?limit=50", "/v1/orders?status=pending") {
		require.Equal(t, http.StatusOK, small.Get(path).Status, path)
	}
	apitest.Confirm(small, order)
	pending := apitest.Placed(small, apitest.Cart("BLOOM", apitest.Line("on_hand", 1)))
	small.Patch(apitest.At(pending), apitest.Object{"carrier": "Armellini"}, "If-Match", "*").Is(200)
	small.Do("POST", apitest.At(pending, "lines"), apitest.Line("on_hand", 2), "If-Match", "*").Is(201)
	small.Post(apitest.At(pending, "void"), apitest.Object{"reason": "Ordered twice"}).Is(200)
	large, worst := set([]string{"orders", "order_lines", "order_words"}), 0
	for text, args := range r.seen {
		if writes.MatchString(text) { // planned, but not run again
			for _, table := range plannedFor(t, conn, text, args).scanned() {
				require.False(t, large[table], "a scan of %s\n%s", table, text)
			}
			continue
		}
		for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
			plan := ran(t, conn, mode, text, args)
			for _, table := range plan.scanned() {
				require.False(t, large[table], "%s: a scan of %s\n%s", mode, table, text)
			}
			require.LessOrEqual(t, plan.Hit+plan.Read, most, "%s: blocks\n%s", mode, text)
			worst = max(worst, plan.Hit+plan.Read)
		}
	}
	t.Logf("%d statements, at most %d blocks each", len(r.seen), worst)

	// The big company has many customers. What it does to an order, or to several, reads no more of them than a small one.
	var ids []string
	for i := range 25 {
		ids = append(ids, apitest.Placed(big, apitest.Cart(fmt.Sprintf("FOREIGN%d", 1+i), apitest.Line("on_hand", 1))))
	}
	worst = 0
	for _, one := range r.during(func() {
		big.Post("/v1/orders/confirm", apitest.Object{"ids": ids[:20]}).Is(http.StatusMultiStatus)
		apitest.Confirm(big, ids[20])
		big.Post(apitest.At(ids[21], "void"), apitest.Object{"reason": "Ordered twice"}).Is(http.StatusOK)
		big.Patch(apitest.At(ids[22]), apitest.Object{"carrier": "Armellini"}, "If-Match", "*").Is(http.StatusOK)
		big.Post("/v1/orders/confirm", apitest.Object{"ids": ids[22:], "mode": "all_or_nothing"}).Is(http.StatusMultiStatus)
	}) {
		if !writes.MatchString(one.text) {
			plan := ran(t, conn, "auto", one.text, one.args)
			require.LessOrEqual(t, plan.Hit+plan.Read, most, "blocks\n%s", one.text)
			worst = max(worst, plan.Hit+plan.Read)
		}
	}
	t.Logf("a change in the big company: at most %d blocks a statement", worst)

	// The big company reads more, but no list of it reads more than the bound.
	// Values that are rare there are read too: nearly all orders have one buyer, one customer and no salesperson.
	buyer := s.Claims(t, map[string]any{"company_id": servicetest.Other, "sub": "shop@tulips.example", "roles": []string{"Storefront"}})
	type reading struct {
		by   *servicetest.Client
		path string
	}
	var readings []reading
	for _, path := range slices.Concat(beside(t), lists, []string{"/v1/orders?customer_code=FOREIGN5", "/v1/orders?salesperson=nobody@tulips.example", "/v1/invoices?customer_id=" + servicetest.Other}) {
		readings = append(readings, reading{big, path})
	}
	for _, path := range []string{"/v1/orders", "/v1/orders?status=pending", "/v1/order-lines", "/v1/invoices"} {
		readings = append(readings, reading{buyer, path})
	}
	worst = 0
	for _, of := range readings {
		path, blocks := of.path, 0
		for _, one := range r.during(func() { require.Equal(t, http.StatusOK, of.by.Get(path).Status, path) }) {
			if !writes.MatchString(one.text) {
				plan := ran(t, conn, "auto", one.text, one.args)
				blocks += plan.Hit + plan.Read
			}
		}
		whole, err := url.Parse(path)
		require.NoError(t, err)
		query := whole.Query()
		bound := mostOfAList
		if parts := query.Get("include"); parts != "" {
			bound *= 2 + strings.Count(parts, ",") // the rows and each part
		}
		require.LessOrEqual(t, blocks, bound, "%s: blocks", path)
		worst = max(worst, blocks)
	}
	t.Logf("a list of the big company: at most %d blocks", worst)
}

// beside is each way to read a list, and each filter with each part that counts or adds up its rows.
func beside(t *testing.T) (paths []string) {
	t.Helper()
	all := everyValue(t)
	for _, a := range all {
		if a.exports() {
			continue // it reads all rows
		}
		paths = append(paths, a.path())
		if slices.Contains([]string{"include", "sort", "limit"}, a.name) {
			continue
		}
		for _, part := range all {
			if part.route.Path == a.route.Path && part.name == "include" && slices.Contains([]string{"count", "facets", "totals"}, part.value) {
				paths = append(paths, a.path("include", part.value))
			}
		}
	}
	return paths
}

// writes finds the statements that change rows, and those of transactions.
var writes = regexp.MustCompile(`\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b|^(?i:begin|commit|rollback)`)

// measured is a plan that was run.
type measured struct {
	node
	Hit  int `json:"Shared Hit Blocks"`
	Read int `json:"Shared Read Blocks"`
}

// scanned returns the tables that the plan reads in full.
func (n node) scanned() (tables []string) {
	if n.Type == "Seq Scan" {
		tables = append(tables, n.Relation)
	}
	for _, child := range n.Plans {
		tables = append(tables, child.scanned()...)
	}
	return tables
}

// plannedFor is the plan that the server makes for these arguments.
func plannedFor(t *testing.T, conn *pgx.Conn, text string, args []any) node {
	t.Helper()
	var tree []struct{ Plan node }
	require.NoError(t, json.Unmarshal([]byte(query[string](t, conn, "EXPLAIN (FORMAT JSON) "+text, args...)[0]), &tree))
	return tree[0].Plan
}

// planned is how many executions PostgreSQL plans for their values before it may keep one plan for all values.
const planned = 5

// ran runs a prepared statement in a mode of planning, and returns what it did. In the mode auto, PostgreSQL has chosen its plan.
func ran(t *testing.T, conn *pgx.Conn, mode, text string, args []any) measured {
	t.Helper()
	const name = "one_of_the_service"
	_, err := conn.Exec(t.Context(), "SET plan_cache_mode = "+mode)
	require.NoError(t, err)
	_, err = conn.Prepare(t.Context(), name, text)
	require.NoError(t, err, text)
	defer func() { require.NoError(t, conn.Deallocate(t.Context(), name)) }()
	values := make([]string, len(args))
	for i, a := range args {
		values[i] = literal(a)
	}
	call := name
	if len(values) > 0 {
		call += "(" + strings.Join(values, ", ") + ")"
	}
	if mode == "auto" {
		for range planned {
			_, err = conn.Exec(t.Context(), "EXECUTE "+call)
			require.NoError(t, err)
		}
	}
	rows := query[string](t, conn, "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE "+call)
	var tree []struct{ Plan measured }
	require.NoError(t, json.Unmarshal([]byte(rows[0]), &tree))
	return tree[0].Plan
}

func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case time.Time:
		return "'" + v.Format(time.RFC3339Nano) + "'"
	case []byte:
		return fmt.Sprintf(`'\x%x'`, v)
	default:
		return "'" + strings.ReplaceAll(fmt.Sprint(v), "'", "''") + "'"
	}
}

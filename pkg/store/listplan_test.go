package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

// shapes has a filter for each row of the index table that the row helps.
func shapes(sh *shop) map[string]store.OrderFilter {
	yes, low := true, sh.docs[0].Total
	like := sh.docs[0]
	for _, o := range sh.docs {
		if o.ExternalReference != "" && len(strings.Fields(o.Words)) >= 5 {
			like = o
		}
	}
	rare := ""
	for i := range sh.docs {
		if rare == "" && strings.HasPrefix(sh.docs[i].Lines[0].SKU, "SKU-") {
			rare = sh.docs[i].Lines[0].SKU
		}
	}
	placed := store.Sort{Key: store.ByPlacedAt, Desc: true}
	table := map[string]store.OrderFilter{
		"orders_sequence []":                                     {Numbers: []order.NumberFilter{{Sequence: like.Sequence}, {Origin: order.Web, Sequence: 7}}, Sort: placed},
		"orders_reference [external_reference]":                  {ExternalReference: []string{like.ExternalReference}, Sort: placed},
		"orders_sequence [number]":                               {Numbers: []order.NumberFilter{{Origin: like.Origin, Sequence: 1200, Through: 1299}, {Sequence: like.Sequence}}, Sort: placed},
		"order_lines_sku [sku]":                                  {SKUs: []string{rare, "rose-red-50"}, Sort: placed},
		"order_lines_source [source]":                            {Sources: []order.Source{order.K2K, order.FutureSales}, LineStatuses: []order.LineStatus{order.LineOpen}, Sort: placed},
		"orders_checkout [checkout_id]":                          {CheckoutIDs: []string{like.CheckoutID, sh.docs[5].CheckoutID}, Sort: placed},
		"orders_customer [customer_id] placed_at":                {CustomerIDs: []string{sh.customers[0].ID, sh.customers[1].ID}, Sort: placed},
		"orders_customer [customer_code] placed_at":              {CustomerCodes: []string{sh.customers[0].Code, sh.customers[1].Code}, Sort: placed},
		"orders_unpaid [payment_indicator] placed_at":            {PaymentIndicator: &yes, Sort: placed},
		"orders_ship [ship_date] placed_at":                      {ShipFrom: like.ShipDate.AddDate(0, 0, -3), ShipTo: like.ShipDate, Sort: placed},
		"orders_email [email_status] placed_at":                  {EmailStatuses: []string{"sent", "failed"}, Sort: placed},
		"orders_salesperson [salesperson] placed_at":             {Salespeople: []string{"ann@x.example", "BOB@x.example"}, Sort: placed},
		"orders_owner [owner status] placed_at":                  {OwnerSub: "shop", Statuses: []order.Status{order.StatusDraft, order.StatusPending}, Sort: placed},
		"orders_origin_status [origin status] placed_at":         {Origins: []order.Origin{order.Web}, Sort: placed},
		"orders_prebooks [kind status] placed_at":                {Kinds: []order.Kind{order.KindPrebook}, Sort: placed},
		"orders_payment [payment_status] placed_at":              {PaymentStatuses: []billing.Status{billing.Paid, billing.PartiallyPaid}, Sort: placed},
		"orders_placed [] placed_at":                             {PlacedFrom: like.PlacedAt, Sort: placed},
		"orders_updated [] updated_at":                           {UpdatedSince: like.UpdatedAt, Sort: store.Sort{Key: store.ByUpdatedAt}},
		"orders_ship [each ship_date] placed_at":                 {ShipFrom: storetest.Noon.AddDate(0, 0, -90), ShipTo: like.ShipDate, Sort: placed},
		"orders_placed_day [each placed_day] sequence":           {PlacedFrom: like.PlacedAt.AddDate(0, 0, -9), PlacedBefore: like.PlacedAt.AddDate(0, 0, 3), Sort: store.Sort{Key: store.ByNumber}},
		"orders_placed_day_updated [each placed_day] updated_at": {PlacedFrom: like.PlacedAt.AddDate(0, 0, -9), PlacedBefore: like.PlacedAt.AddDate(0, 0, 3), Sort: store.Sort{Key: store.ByUpdatedAt}},
		"orders_ship [] ship_date":                               {ShipFrom: like.ShipDate, Sort: store.Sort{Key: store.ByShipDate}},
		"orders_total [] total":                                  {TotalMin: &low, Sort: store.Sort{Key: store.ByTotal, Desc: true}},
		"orders_status [] status":                                {Statuses: []order.Status{order.StatusPending, order.StatusVoided}, Sort: store.Sort{Key: store.ByStatus}},
		"orders_name [] name_key":                                {Sort: store.Sort{Key: store.ByCustomer}},
		"orders_sequence [] sequence":                            {Sort: store.Sort{Key: store.ByNumber, Desc: true}},
	}
	for i := range 5 { // each word of q can lead to the rows
		table[fmt.Sprintf("order_words_word [word %d]", i+1)] = store.OrderFilter{Query: like.Words, Sort: placed}
	}
	return table
}

// variants returns the filter for the first page, for a later one, for an earlier one, and with a condition to examine.
func variants(t *testing.T, s *store.Store, sh *shop, f store.OrderFilter) map[string]store.OrderFilter {
	f.Limit = 1
	page, err := s.For(sh.id).Orders(context.Background(), f)
	require.NoError(t, err)
	for empty := f; len(page.Rows) == 0 && page.Next != nil; { // many rows may be examined to the first that matches
		empty.After = page.Next
		page, err = s.For(sh.id).Orders(context.Background(), empty)
		require.NoError(t, err)
	}
	require.NotEmpty(t, page.Rows)
	f.Limit = 50
	all := map[string]store.OrderFilter{"first": f}
	examined := f
	examined.Kinds = order.Kinds
	if len(f.Kinds) > 0 {
		examined.Kinds, examined.Origins = f.Kinds, order.Origins
	}
	all["examined"] = examined
	if page.Next != nil {
		next, before := f, f
		next.After, before.Before = page.Next, page.Next
		all["next"], all["before"] = next, before
		examined.After = page.Next
		all["examined next"] = examined
	}
	return all
}

func eachStatement(t *testing.T, s *store.Store, sh *shop, check func(name string, st store.Statement)) {
	table := shapes(sh)
	for _, row := range store.IndexTable() {
		f, ok := table[row]
		require.True(t, ok, "no example for %q of the index table", row)
		for name, v := range variants(t, s, sh, f) {
			statements := store.StatementsOf(t, s, sh.id, v, row)
			require.NotEmpty(t, statements, row)
			for _, st := range statements {
				if slices.Contains([]string{"tally", "group", "sum"}, st.Kind) && name != "first" {
					continue // it is the same for every page
				}
				check(fmt.Sprintf("%s, %s, %s", row, name, st.Kind), st)
			}
		}
	}
}

// invoiceShapes has a filter for each row of the index table of invoices that the row helps.
func invoiceShapes(sh *shop) map[string]store.InvoiceFilter {
	like, yes := sh.invoices[len(sh.invoices)/2], true
	open := like.Balance > 0
	numbers := store.IssuedFilter{Numbers: []string{like.Number}, Desc: true}
	return map[string]store.InvoiceFilter{
		"invoices_number [number]":                      {IssuedFilter: numbers, Open: &open},
		"invoices_order [order_id]":                     {IssuedFilter: store.IssuedFilter{OrderIDs: []string{like.OrderID}}},
		"invoices_customer [customer_id] sequence":      {IssuedFilter: store.IssuedFilter{CustomerIDs: []string{sh.customers[0].ID, sh.customers[1].ID}, Desc: true}},
		"invoices_issue_day [] issue_date":              {IssuedFilter: store.IssuedFilter{IssuedFrom: like.IssuedAt, IssuedBefore: like.IssuedAt.Add(time.Minute)}},
		"invoices_issue_day [each issue_date] sequence": {IssuedFilter: store.IssuedFilter{IssuedFrom: like.IssuedAt, Desc: true}},
		"invoices_due_day [each due_date] sequence":     {DueTo: like.DueDate},
		"invoices_number [q]":                           {IssuedFilter: store.IssuedFilter{Query: like.CustomerCode}},
		"invoices_sequence [] sequence":                 {IssuedFilter: store.IssuedFilter{Desc: true}},
		"invoices_open [open] sequence":                 {IssuedFilter: store.IssuedFilter{Desc: true}, Open: &yes},
		"invoices_open_due_day [open] due_date":         {Open: &yes, DueTo: like.DueDate, ByDue: true},
		"invoices_due_day [] due_date":                  {DueFrom: like.DueDate, ByDue: true},
		"invoices_payment [payment_status] sequence":    {PaymentStatuses: []billing.Status{billing.PartiallyPaid, billing.Unpaid}},
	}
}

// eachInvoiceStatement is eachStatement for the list of invoices.
func eachInvoiceStatement(t *testing.T, s *store.Store, sh *shop, check func(name string, st store.Statement)) {
	read := func(f store.InvoiceFilter) (*store.Position, int, error) {
		page, err := s.For(sh.id).Invoices(context.Background(), f)
		return page.Next, len(page.Rows), err
	}
	eachIssuedStatement(t, store.InvoiceIndexTable(), invoiceShapes(sh), func(f *store.InvoiceFilter) *store.IssuedFilter { return &f.IssuedFilter }, read,
		func(f store.InvoiceFilter, row string) []store.Statement {
			return store.InvoiceStatementsOf(t, s, sh.id, f, row)
		}, check)
}

// eachIssuedStatement is eachStatement for a list of issued documents: for its first page, the one that follows it, the one before that, and
// one whose rows are examined.
func eachIssuedStatement[F any](t *testing.T, rows []string, shapes map[string]F, issued func(*F) *store.IssuedFilter, read func(F) (next *store.Position, n int, err error),
	statements func(F, string) []store.Statement, check func(name string, st store.Statement)) {
	t.Helper()
	for _, row := range rows {
		f, ok := shapes[row]
		require.True(t, ok, "no example for %q of the index table", row)
		issued(&f).Limit = 1
		end, n, err := read(f)
		require.NoError(t, err)
		require.NotZero(t, n, row)
		issued(&f).Limit = 50
		next, before, examined := f, f, f
		issued(&next).After, issued(&before).Before = end, end
		issued(&examined).OwnerSub = "other"
		for name, v := range map[string]F{"first": f, "next": next, "before": before, "examined": examined} {
			for _, st := range statements(v, row) {
				if st.Kind != "tally" && st.Kind != "sum" { // nobody counts issued documents or adds them up
					check(fmt.Sprintf("%s, %s, %s", row, name, st.Kind), st)
				}
			}
		}
	}
}

// creditNoteShapes has a filter for each row of the index table of credit notes that the row helps. Each invoice has a credit note with
// the same number, order, customer and times.
func creditNoteShapes(sh *shop) map[string]store.IssuedFilter {
	like := sh.invoices[len(sh.invoices)/2]
	return map[string]store.IssuedFilter{
		"credit_notes_number [number]":                      {Numbers: []string{like.Number}, Desc: true},
		"credit_notes_order [order_id]":                     {OrderIDs: []string{like.OrderID}},
		"credit_notes_customer [customer_id] sequence":      {CustomerIDs: []string{sh.customers[0].ID, sh.customers[1].ID}, Desc: true},
		"credit_notes_issue_day [each issue_date] sequence": {IssuedFrom: like.IssuedAt, Desc: true},
		"credit_notes_issue_day [] issue_date":              {IssuedFrom: like.IssuedAt, IssuedBefore: like.IssuedAt.Add(time.Minute)},
		"credit_notes_number [q]":                           {Query: like.CustomerCode},
		"credit_notes_sequence [] sequence":                 {Desc: true},
	}
}

// eachCreditNoteStatement is eachStatement for the list of credit notes.
func eachCreditNoteStatement(t *testing.T, s *store.Store, sh *shop, check func(name string, st store.Statement)) {
	read := func(f store.IssuedFilter) (*store.Position, int, error) {
		page, err := s.For(sh.id).CreditNotes(context.Background(), f)
		return page.Next, len(page.Rows), err
	}
	eachIssuedStatement(t, store.CreditNoteIndexTable(), creditNoteShapes(sh), func(f *store.IssuedFilter) *store.IssuedFilter { return f }, read,
		func(f store.IssuedFilter, row string) []store.Statement {
			return store.CreditNoteStatementsOf(t, s, sh.id, f, row)
		}, check)
}

func indexesOf(row string) []string {
	return strings.Split(strings.TrimSpace(strings.SplitN(row, "[", 2)[0]), ", ")
}

// planShop is a company in a database with another one. Half of its documents have an invoice.
func planShop(t *testing.T, s *store.Store, documents int) *shop {
	sh := newShop(t, s, 31, 400)
	sh.add(t, s, documents)
	sh.issue(t, s)
	sh.pay(t, s, documents/2)
	newShop(t, s, 32, 20).add(t, s, documents/21)
	return sh
}

func TestLong_PlansOnPostgres(t *testing.T) {
	testkit.Long(t)
	t.Parallel()
	ctx := context.Background()
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	sh := planShop(t, s, 21_000)
	conn, err := s.DB(t).Conn(ctx)
	require.NoError(t, err)
	defer conn.Close()
	execute := func(text string) {
		_, err := conn.ExecContext(ctx, text)
		require.NoError(t, err, text)
	}
	execute("VACUUM ANALYZE")
	n := 0
	check := func(name string, st store.Statement) {
		n++
		requireIndexes(t, st.Row, name, explain(t, conn, "EXPLAIN "+store.Dollars(st.SQL), st.Args...))
		// A generic plan, which PostgreSQL makes after a few executions, also uses the index.
		prepared := fmt.Sprintf("s%d", n)
		execute("PREPARE " + prepared + " AS " + store.Dollars(st.SQL))
		execute("SET plan_cache_mode = force_generic_plan")
		nulls := strings.TrimSuffix(strings.Repeat("NULL, ", len(st.Args)), ", ")
		requireIndexes(t, st.Row, "generic: "+name, explain(t, conn, "EXPLAIN EXECUTE "+prepared+"("+nulls+")"))
		execute("RESET plan_cache_mode")
	}
	eachInvoiceStatement(t, s, sh, check)
	eachCreditNoteStatement(t, s, sh, check)
	for _, text := range timesFive {
		execute(text)
	}
	execute("VACUUM ANALYZE")
	var orders, customers int
	require.NoError(t, conn.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM customers)").Scan(&orders, &customers))
	require.Greater(t, orders, 100_000)
	require.Greater(t, customers, 20_000)
	eachStatement(t, s, sh, check)
	for row, statements := range store.CustomerStatements(t, s, sh.id) {
		for _, st := range statements {
			requireIndexes(t, row, row+", "+st.Kind, explain(t, conn, "EXPLAIN "+store.Dollars(st.SQL), st.Args...))
		}
	}
	requireSameCostAtAnyDepth(t, s, sh, conn)
	eachQuestion(t, s, sh, func(name string, st store.Statement) {
		requireIndexes(t, st.Row, name, explain(t, conn, "EXPLAIN "+store.Dollars(st.SQL), st.Args...))
	})
	eachPaymentStatement(t, s, sh, func(name string, st store.Statement) {
		requireIndexes(t, st.Row, name, explain(t, conn, "EXPLAIN "+store.Dollars(st.SQL), st.Args...))
	})
}

// eachQuestion runs a check for each statement that answers two questions of the trade by lines. Which orders have this rose, of
// which a grower has none? What must be packed for a day?
func eachQuestion(t *testing.T, s *store.Store, sh *shop, check func(name string, st store.Statement)) {
	t.Helper()
	day := sh.docs[0].ShipDate
	for name, f := range map[string]store.OrderFilter{
		"the rose": {SKUs: []string{"rose-red-50"}, Statuses: []order.Status{order.StatusDraft, order.StatusPending, order.StatusCheckedOut}, ShipFrom: day, Sort: store.Sort{Key: store.ByShipDate}},
		"the day":  {Statuses: []order.Status{order.StatusConfirmed}, ShipFrom: day, ShipTo: day, Sort: store.Sort{Key: store.ByShipDate}},
	} {
		walks := 0
		for _, row := range store.IndexTable() {
			for _, st := range store.StatementsOf(t, s, sh.id, f, row) {
				if st.Kind == "walk" {
					walks++
					require.Contains(t, row, "orders_ship")
				}
				if !slices.Contains([]string{"tally", "group", "sum"}, st.Kind) { // they may read a fifth of the table, so a full scan is best
					check(name+", "+row+", "+st.Kind, st)
				}
			}
		}
		require.NotZero(t, walks)
		ids := make([]string, 50)
		for i := range ids {
			ids[i] = sh.docs[i].ID
		}
		check(name+", lines", store.LinesStatement(sh.id, ids, f))
	}
}

// eachPaymentStatement runs a check for each statement of the ledger's list, along each row of its index table.
func eachPaymentStatement(t *testing.T, s *store.Store, sh *shop, check func(name string, st store.Statement)) {
	t.Helper()
	like, recorded := sh.payments[len(sh.payments)/2], store.Sort{Key: "recorded_at", Desc: true}
	table := map[string]store.PaymentFilter{
		"payments_referenced [reference]":                    {References: []string{like.Reference, "check 7"}, Sort: recorded},
		"payments_of_order [order_id]":                       {OrderIDs: []string{like.OrderID}, Sort: recorded},
		"orders_sequence, payments_of_order [number]":        {Numbers: []order.NumberFilter{{Sequence: sh.docs[3].Sequence}, {Origin: order.Web, Sequence: 10, Through: 19}}, Sort: recorded},
		"orders_customer, payments_of_order [customer_id]":   {CustomerIDs: []string{sh.customers[1].ID, sh.customers[2].ID}, Sort: recorded},
		"orders_customer, payments_of_order [customer_code]": {CustomerCodes: []string{sh.customers[1].Code, sh.customers[2].Code}, Sort: recorded},
		"payments_refunds [kind] recorded_at":                {Kinds: []billing.PaymentKind{billing.KindRefund}, RecordedFrom: like.RecordedAt, Sort: recorded},
		"payments_refunds_paid [kind] paid_at":               {Kinds: []billing.PaymentKind{billing.KindRefund}, Sort: store.Sort{Key: "paid_at"}},
		"payments_method [method] recorded_at":               {Methods: []billing.Method{billing.Wire, billing.Card}, Sort: recorded},
		"payments_recorded [] recorded_at":                   {Kinds: []billing.PaymentKind{billing.KindPayment}, RecordedFrom: like.RecordedAt, Sort: recorded},
		"payments_paid_day [each paid_day] recorded_at":      {PaidFrom: like.PaidAt, PaidBefore: like.PaidAt.AddDate(0, 0, 2), Sort: recorded},
		"payments_paid [] paid_at":                           {PaidFrom: like.PaidAt, Sort: store.Sort{Key: "paid_at"}},
	}
	for _, row := range store.PaymentIndexTable() {
		f, ok := table[row]
		require.True(t, ok, "no example for %q of the index table", row)
		for name, after := range map[string]*store.Position{"first": nil, "next": {Value: "2026-03-02T12:10:00Z", ID: like.ID}} {
			f.After = after
			statements := store.PaymentStatementsOf(t, s, sh.id, f, row)
			require.NotEmpty(t, statements, row)
			for _, st := range statements {
				if st.Kind != "tally" && st.Kind != "sum" { // nobody adds up payments
					check(fmt.Sprintf("%s, %s, %s", row, name, st.Kind), st)
				}
			}
		}
	}
}

// timesFive adds four copies of every order, and many of every customer, in a second or two.
var timesFive = []string{
	`CREATE TEMP TABLE copies AS SELECT o.*, g FROM orders o, generate_series(1, 4) g`,
	`UPDATE copies SET id = md5(id::text || g)::uuid, sequence = sequence + 100000 * g, placed_at = placed_at + g * interval '1 hour', ship_date = ship_date + 40 * g`,
	`ALTER TABLE copies DROP COLUMN g`,
	`INSERT INTO orders SELECT * FROM copies`,
	`INSERT INTO order_words SELECT company_id, word, md5(order_id::text || g)::uuid FROM order_words, generate_series(1, 4) g`,
	`DROP TABLE copies`,
	`CREATE TEMP TABLE copies AS SELECT c.*, g FROM customers c, generate_series(1, 50) g`,
	`UPDATE copies SET id = md5(id::text || g)::uuid, code_key = code_key || '-' || g, code_search = code_search || '-' || g, updated_at = updated_at + g * interval '1 day'`,
	`ALTER TABLE copies DROP COLUMN g`,
	`INSERT INTO customers SELECT * FROM copies`,
}

func explain(t *testing.T, conn *sql.Conn, text string, args ...any) string {
	t.Helper()
	rows, err := conn.QueryContext(context.Background(), text, args...)
	require.NoError(t, err, text)
	defer rows.Close()
	var plan strings.Builder
	columns, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		line := make([]any, len(columns))
		var last sql.NullString
		for i := range line {
			line[i] = new(any)
		}
		line[len(line)-1] = &last
		require.NoError(t, rows.Scan(line...))
		fmt.Fprintln(&plan, last.String)
	}
	require.NoError(t, rows.Err())
	return plan.String()
}

var seqScan = regexp.MustCompile(`(?m)Seq Scan on (orders|invoices|credit_notes|customers|order_lines|payments)|SCAN (orders|invoices|credit_notes|customers|order_lines|payments|[clopd])( |$)`)

// requireIndexes checks that a plan uses the row's indexes and no other index of orders, invoices and credit notes, and scans no table.
func requireIndexes(t *testing.T, row, name, plan string) {
	t.Helper()
	for _, index := range indexesOf(row) {
		if !strings.Contains(plan, index) {
			t.Errorf("%s: without %s\n%s", name, index, plan)
		}
	}
	if found := seqScan.FindString(plan); found != "" {
		t.Errorf("%s: %s\n%s", name, found, plan)
	}
	for _, used := range regexp.MustCompile(`(orders|invoices|credit_notes)_[a-z_]+`).FindAllString(plan, -1) {
		byID := strings.HasSuffix(used, "_pkey") // words and lines lead to rows, and places to the rows of a page
		table, found := strings.CutSuffix(used, "_customer")
		fromCustomers := found && row == table+"_number [q]" // q also finds customers, who lead to what was issued to them
		const days = "orders_placed_day"                     // either index of them finds a day
		sibling := strings.HasPrefix(used, days) && strings.HasPrefix(row, days)
		if !strings.Contains(row, used) && !byID && !fromCustomers && !sibling {
			t.Errorf("%s: with %s\n%s", name, used, plan)
		}
	}
}

func TestLong_PlansOnSQLite(t *testing.T) {
	testkit.Long(t)
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	sh := planShop(t, s, testkit.Sized(1_500, 500)) // its plans ignore the number of rows
	conn, err := s.DB(t).Conn(context.Background())
	require.NoError(t, err)
	defer conn.Close()
	check := func(name string, st store.Statement) {
		plan := explain(t, conn, "EXPLAIN QUERY PLAN "+st.SQL, st.Args...)
		requireIndexes(t, st.Row, name, plan)
		if st.Kind == "walk" && strings.Contains(plan, "MERGE (UNION ALL)") {
			require.NotRegexp(t, `(LEFT|RIGHT)\n(.*\n)?.*(CO-ROUTINE b|USE TEMP B-TREE)`, plan, "%s: branches are merged as they are read", name)
		}
		if st.Kind == "days" {
			require.Regexp(t, `RECURSIVE STEP(?s:.*)company_id=\? AND [^ ]+<\?\)`, plan, "%s: each day is looked up behind the one before", name)
		}
	}
	eachStatement(t, s, sh, check)
	eachInvoiceStatement(t, s, sh, check)
	eachCreditNoteStatement(t, s, sh, check)
	eachQuestion(t, s, sh, check)
	eachPaymentStatement(t, s, sh, check)
	for row, statements := range store.CustomerStatements(t, s, sh.id) {
		for _, st := range statements {
			requireIndexes(t, row, row+", "+st.Kind, explain(t, conn, "EXPLAIN QUERY PLAN "+st.SQL, st.Args...))
		}
	}
}

// A page deep in the list reads as many buffers as the first.
func requireSameCostAtAnyDepth(t *testing.T, s *store.Store, sh *shop, conn *sql.Conn) {
	t.Helper()
	hit := regexp.MustCompile(`Buffers: shared hit=(\d+)`)
	for row, f := range map[string]store.OrderFilter{
		"orders_placed [] placed_at":                     {Sort: store.Sort{Desc: true}},
		"orders_origin_status [origin status] placed_at": {Origins: []order.Origin{order.Web, order.Phone}, Sort: store.Sort{Desc: true}},
		"orders_total [] total":                          {Sort: store.Sort{Key: store.ByTotal}},
	} {
		f.Limit = 50
		buffers := func() float64 {
			st := store.StatementsOf(t, s, sh.id, f, row)[0]
			require.Equal(t, "walk", st.Kind)
			text := "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + store.Dollars(st.SQL)
			explain(t, conn, text, st.Args...) // into the cache
			n, err := strconv.ParseFloat(hit.FindStringSubmatch(explain(t, conn, text, st.Args...))[1], 64)
			require.NoError(t, err)
			return n
		}
		first := buffers()
		for range 199 {
			page, err := s.For(sh.id).Orders(context.Background(), f)
			require.NoError(t, err)
			f.After = page.Next
			require.NotNil(t, f.After)
		}
		deep := buffers()
		t.Logf("%s: page 1 %v buffers, page 200 %v", row, first, deep)
		require.LessOrEqual(t, deep/first, 1.3, row)
		require.Less(t, first, 400.0, row)
	}
}

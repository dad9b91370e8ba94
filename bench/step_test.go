package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/floor"
	"github.com/orderdesk/orderdesk/bench/limit"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// The floor writes the rows that the service writes for the same requests, and answers the same bytes. If this test fails because the
// service has a new column, table or member, add it to the floor: the bench compares the two, and a floor that does less is no measure.
func TestFloorKeepsStep(t *testing.T) {
	service, lower := open(t), open(t)
	pool, err := floor.Open(t.Context(), lower.Service.Address)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	server := httptest.NewServer(floor.New(pool, 1_000_000))
	t.Cleanup(server.Close)
	lower.url = server.URL

	compare := func(method, path, key, body string) (rows []string) {
		t.Helper()
		ours, theirs := service.call(t, method, path, key, body), lower.call(t, method, path, key, body)
		same(t, strings.Split(normal(ours), ","), strings.Split(normal(theirs), ","), "the answer to %s %s", method, path)
		rows = service.written(t)
		same(t, rows, lower.written(t), "the rows of %s %s", method, path)
		return rows
	}
	rows := map[string][]string{"list": nil, "details": nil}
	service.written(t)
	lower.written(t)
	for i := range 52 {
		rows["place"] = compare("POST", "/v1/orders", fmt.Sprintf("place-key-%d", i), `{"customer_id":"{customer}","ship_date":"2026-12-10","carrier":"Armellini","lines":[`+
			`{"source":"on_hand","sku":"ROSE-FREEDOM-60","description":"Rose Freedom 60 cm","box_type":"HB","boxes":3,"units_per_box":200,"unit_type":"stem","unit_price":"0.2350"},`+
			`{"source":"on_hand","sku":"LILY-9","description":"Lily & Co","box_type":"HB","boxes":2,"units_per_box":100,"unit_type":"stem","unit_price":"1.1000"}]}`)
	}
	compare("GET", "/v1/orders/{order}", "", "")
	compare("GET", "/v1/orders?origin=P&status=pending{after}", "", "")
	rows["confirm"] = compare("POST", "/v1/orders/{order}/confirm", "confirm-key", "")
	compare("GET", "/v1/orders/{order}", "", "")

	// The limit's texts are constants, so its rows are compared by the columns that have a value.
	for _, statement := range []string{
		"CREATE TABLE " + limit.Cursors + " AS SELECT 1 AS k, now() AS at, gen_random_uuid() AS id",
		"CREATE TABLE " + limit.Orders + " AS SELECT 1 AS k, id FROM orders LIMIT 1",
		"CREATE TABLE " + limit.Buyers + " AS SELECT 1 AS k, company_id AS company, id AS customer FROM customers",
		"CREATE TABLE " + limit.Pendings + "confirm AS SELECT row_number() OVER () AS k, company_id AS company, id FROM orders WHERE status = 'pending'",
	} {
		_, err := lower.conn.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	require.NoError(t, limit.Prepare(t.Context(), lower.conn))
	for operation, ours := range rows {
		lower.written(t)
		r := limit.Run{Operation: operation, Company: servicetest.Company, Rows: 1, From: 1, Conns: 1, Requests: 1}
		result, err := r.Do(t.Context(), lower.Service.Address)
		require.NoError(t, err)
		require.EqualValues(t, 1, result.Requests)
		same(t, shapes(t, ours), shapes(t, lower.written(t)), "the rows of the limit's %s", operation)
	}
}

// shapes are the distinct lists of columns of rows that have a value.
func shapes(t *testing.T, rows []string) []string {
	var all []string
	for _, row := range rows {
		table, text, _ := strings.Cut(row, " ")
		var columns map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(serialNumber.ReplaceAllString(text, "1")), &columns), text)
		var filled []string
		for name, value := range columns {
			if !slices.Contains([]string{`""`, "0", "null", "[]", "{}", "false"}, string(value)) {
				filled = append(filled, name)
			}
		}
		slices.Sort(filled)
		all = append(all, table+": "+strings.Join(filled, " "))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// same shows the first text that only one of them has.
func same(t *testing.T, ours, theirs []string, what string, about ...any) {
	t.Helper()
	for i := range max(len(ours), len(theirs)) {
		if i >= len(ours) || i >= len(theirs) || ours[i] != theirs[i] {
			a, b := at(ours, i), at(theirs, i)
			from := 0 // show no more than what is before and after the first difference
			for from < min(len(a), len(b)) && a[from] == b[from] {
				from++
			}
			from = max(0, from-40)
			table, _, _ := strings.Cut(a, " ")
			t.Fatalf(what+" differ in %s:\nservice: …%.160s\nfloor:   …%.160s", append(about, table, a[min(from, len(a)):], b[min(from, len(b)):])...)
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "nothing"
}

// side is the service, or the floor on a database of the same kind.
type side struct {
	*servicetest.Client
	url      string // of the floor; empty for the service
	customer string
	order    string // the last one
	known    map[string]bool
	conn     *pgx.Conn
}

func open(t *testing.T) *side {
	s := servicetest.Start(t, storetest.Postgres(t), servicetest.Options{NoJobs: true})
	c := s.Claims(t, map[string]any{"sub": floor.Actor, "name": floor.Actor})
	made := c.Do(http.MethodPost, "/v1/customers", map[string]any{
		"code": "S1-12", "name": "Bloom & Petal Market", "emails": []string{"orders@bloom.example"}, "terms": map[string]any{"label": "Net 14", "days": 14},
		"salesperson": map[string]any{"name": "Joy Tanaka"},
		"address":     map[string]any{"line1": "12 Main Street", "city": "Albany", "region": "NY", "postal_code": "12207", "country": "US"},
	}).Is(http.StatusCreated)
	conn, err := pgx.Connect(t.Context(), s.Address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return &side{Client: c, customer: made.At("id").Text(), known: map[string]bool{}, conn: conn}
}

// call sends a request about this side's customer and order, and returns the answer's body.
func (s *side) call(t *testing.T, method, path, key, body string) string {
	t.Helper()
	after, base := "", s.Service.URL
	if s.url != "" {
		after, base = "&v=2999-01-01T00:00:00Z&i=ffffffff-ffff-ffff-ffff-ffffffffffff", s.url
	}
	fill := strings.NewReplacer("{customer}", s.customer, "{order}", s.order, "{after}", after)
	request, err := http.NewRequestWithContext(t.Context(), method, base+fill.Replace(path), strings.NewReader(fill.Replace(body)))
	require.NoError(t, err)
	for name, value := range map[string]string{
		"Authorization": "Bearer " + s.Token, floor.Header: servicetest.Company, "Content-Type": "application/json", "Idempotency-Key": key,
	} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Less(t, answer.StatusCode, 300, "%s", raw)
	if at := answer.Header.Get("Location"); at != "" {
		s.order = strings.TrimPrefix(at, "/v1/orders/")
	}
	return string(raw)
}

// written returns the rows of all tables that are new or changed since the last call, without what differs from one run to the next.
func (s *side) written(t *testing.T) []string {
	t.Helper()
	rows, err := s.conn.Query(t.Context(), `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
		AND (relname NOT LIKE 'river%' OR relname = 'river_job') AND relname <> 'goose_db_version'`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Contains(t, tables, "orders")
	var fresh []string
	for _, table := range tables {
		rows, err := s.conn.Query(t.Context(), "SELECT to_jsonb(t)::text FROM "+table+" t")
		require.NoError(t, err)
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		for _, text := range texts {
			if s.known[table+text] {
				continue
			}
			s.known[table+text] = true
			if row := normalRow(t, text); table != "counters" || !strings.Contains(row, `"series": "order"`) { // the service reserves blocks of numbers
				fresh = append(fresh, table+" "+row)
			}
		}
	}
	slices.Sort(fresh)
	return fresh
}

var (
	bytea        = regexp.MustCompile(`"\\\\x([0-9a-f]*)"`)
	columnSerial = regexp.MustCompile(`"(seq|pos|sequence)": \d+`)
	serialNumber = regexp.MustCompile(`<serial>`)
	jobID        = regexp.MustCompile(`"id": \d+`)
	variable     = []struct {
		pattern *regexp.Regexp
		name    string
	}{
		{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "<id>"},
		{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)`), "<time>"},
		{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "<hash>"},
		{regexp.MustCompile(`\b[0-9a-f]{32}\b`), "<digest>"},
		{regexp.MustCompile(`\b([Pp])\d{6,7}\b`), "<number>"},
		{regexp.MustCompile(`"next_cursor":"[A-Za-z0-9_-]+"`), `"next_cursor":"<cursor>"`},
		{regexp.MustCompile(`"prev_cursor":(null|"[A-Za-z0-9_-]+")`), `"prev_cursor":"<cursor>"`}, // the floor never answers the first page
	}
)

// normal replaces ids, times, numbers and hashes.
func normal(text string) string {
	for _, v := range variable {
		text = v.pattern.ReplaceAllString(text, v.name)
	}
	return text
}

// normalRow is normal for a row. Bytes that are JSON are shown as such.
func normalRow(t *testing.T, text string) string {
	text = bytea.ReplaceAllStringFunc(text, func(found string) string {
		raw, err := hex.DecodeString(bytea.FindStringSubmatch(found)[1])
		require.NoError(t, err)
		if json.Valid(raw) {
			return string(bytes.TrimSpace(raw))
		}
		return fmt.Sprintf(`"<%d bytes>"`, len(raw))
	})
	return jobID.ReplaceAllString(columnSerial.ReplaceAllString(normal(text), `"$1": <serial>`), `"id": <serial>`)
}

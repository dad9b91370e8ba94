package api_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// A reader that repeatedly requests the changes since the last synced_until gets the final state of every document,
// even if some writers take a second between their timestamp and their commit.
func TestSyncLosesNothing(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		slow := customer(t, s, "SLOW")
		customer(t, s, "QUICK")
		sales := s.As(t, auth.Sales)
		var slows []string
		for range 3 {
			slows = append(slows, placed(sales, cart("SLOW", line("on_hand", 1))))
		}
		db := s.Database(t)
		var writers sync.WaitGroup
		writers.Go(func() { // it holds the row of the customer, so that writes about the customer take long
			for i, id := range slows {
				tx, err := db.Begin()
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := tx.Exec("UPDATE customers SET name = name WHERE id = '" + slow + "'"); err != nil {
					t.Error("the lock", err, tx.Rollback())
					return
				}
				written := make(chan struct{})
				go func() {
					defer close(written)
					if a, err := sales.Try("PATCH", at(id), object{"carrier": fmt.Sprint("slow ", i)}, "If-Match", "*"); err != nil || a.Status != 200 {
						t.Error("the slow writer", err, string(a.Body))
					}
				}()
				time.Sleep(600 * time.Millisecond)
				if err := tx.Commit(); err != nil {
					t.Error("the lock", err)
				}
				<-written
			}
		})
		for w := range 2 {
			writers.Go(func() {
				for n := range 25 {
					a, err := sales.Try("POST", "/v1/orders", cart("QUICK", line("on_hand", n+1), line("on_hand", 1), line("on_hand", 2)), "Idempotency-Key", fmt.Sprintf("%d-%d", w, n))
					if err != nil || a.Status != 201 {
						t.Error("the quick writer", err, string(a.Body))
						continue
					}
					_, _ = sales.Try("POST", at(a.JSON().At("orders/0/id").Text(), "confirm"), nil)
					time.Sleep(20 * time.Millisecond)
				}
			})
		}
		defer writers.Wait() // they report to t, also if the test has failed
		done := make(chan struct{})
		go func() { writers.Wait(); close(done) }()

		began, seen, since := s.Clock.Now(), map[string]int{}, "2020-01-01T00:00:00Z"
		moment := func(text string) time.Time {
			m, err := time.Parse(time.RFC3339Nano, text)
			require.NoError(t, err)
			return m
		}
		// Lines are read in the same way. The lines of a document are those of its highest version.
		lines, linesSince := map[string]map[int]map[string]bool{}, since
		pollLines := func() {
			var until string
			for first, next := "", "/v1/order-lines?sort=updated_at&limit=7&updated_since="+url.QueryEscape(linesSince); next != ""; {
				if first == "" {
					first = next
				}
				page := sales.Get(next).Is(200)
				if until == "" {
					until = page.At("page/synced_until").Text()
				}
				for _, l := range page.At("data").Items() {
					id, version := l.At("order/id").Text(), l.At("order/version").Int()
					if lines[id] == nil {
						lines[id] = map[int]map[string]bool{}
					}
					if lines[id][version] == nil {
						lines[id][version] = map[string]bool{}
					}
					lines[id][version][l.At("id").Text()] = true
				}
				if next = ""; !page.At("page/next_cursor").Null() {
					next = first + "&cursor=" + page.At("page/next_cursor").Text()
				}
			}
			linesSince = until
		}
		poll := func() {
			pollLines()
			var until string
			next := "/v1/orders?sort=updated_at&limit=7&updated_since=" + url.QueryEscape(since)
			for first := next; next != ""; {
				page := sales.Get(next).Is(200)
				if until == "" { // the first page of a walk has the value that counts
					until = page.At("page/synced_until").Text()
				}
				for _, o := range page.At("data").Items() {
					seen[o.At("id").Text()] = max(seen[o.At("id").Text()], o.At("version").Int())
				}
				if next = ""; !page.At("page/next_cursor").Null() {
					next = first + "&cursor=" + page.At("page/next_cursor").Text()
				}
			}
			require.GreaterOrEqual(t, moment(until), moment(since).Add(-time.Second), "it goes back")
			since = until
		}
		for running := true; running; {
			select {
			case <-done:
				running = false
			case <-time.After(15 * time.Millisecond):
			}
			poll()
		}
		poll()
		require.Greater(t, moment(since), began, "it stands still")
		list := sales.Get("/v1/orders?limit=200").Is(200).At("data").Items()
		require.Len(t, list, 53)
		for _, o := range list {
			require.Equal(t, o.At("version").Int(), seen[o.At("id").Text()], "%s", o)
			require.Len(t, lines[o.At("id").Text()][o.At("version").Int()], o.At("progress/lines").Int(), "%s", o)
		}
	})
}

// E-mails and the $ change updated_at too, so that a reader gets them.
func TestSyncReportsEmailsAndIndicator(t *testing.T) {
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *service) {
		cu := customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := placed(s.As(t, auth.Storefront), cart("BLOOM", line("on_hand", 1)))
		changed := func(o value, do func()) value {
			t.Helper()
			do()
			list := sales.Get("/v1/orders?updated_since=" + url.QueryEscape(o.At("updated_at").Text())).Is(200).At("data").Items()
			require.Len(t, list, 1, "inclusive, and the one there is")
			require.Greater(t, list[0].At("updated_at").Text(), o.At("updated_at").Text())
			return list[0]
		}
		o := changed(details(sales, id), func() { recustomer(t, s, cu, object{"require_credit_card_payment": true}) })
		require.Equal(t, "$", o.At("payment_indicator").Text())
		o = changed(o, func() { confirm(sales, id) })
		changed(o, func() {
			posted, err := s.Desk.Post(t.Context())
			require.NoError(t, err)
			require.True(t, posted.Sent)
			require.Equal(t, "sent", details(sales, id).At("email_status").Text())
		})
	})
}

// NDJSON and CSV contain the whole result of the filter: one row for each document, as in a list, without spreadsheet
// formulas.
func TestExports(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		s.Clock.Move(time.Until(time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC))) // still the day before in New York
		customer(t, s, "EVIL", func(c *company.Customer) {
			c.Name = `=HYPERLINK("http://x","y")`
			c.SalespersonEmail = "anna@rosefields.example"
		})
		customer(t, s, "BLOOM", func(c *company.Customer) { c.Name = "Bloom, \"Best\"\nin Miami" })
		admin := s.As(t, auth.Admin)
		evil := placed(admin, but(cart("EVIL", line("on_hand", 2)), object{"po_number": "@SUM(A1)", "carrier": "-1+1", "external_reference": "+49", "origin": "W", "internal_notes": "=secret"}))
		placed(admin, cart("BLOOM", line("k2k", 1)))
		confirm(admin, evil)
		list := admin.Get("/v1/orders").Is(200).At("data").Items()

		admin.Patch("/v1/settings", object{"time_zone": "America/New_York"}, "If-Match", "*").Is(200)
		lines := admin.Get("/v1/orders/export?format=ndjson")
		require.Equal(t, "application/x-ndjson", lines.Header.Get("Content-Type"))
		require.Equal(t, `attachment; filename="orders-2026-11-24.ndjson"`, lines.Header.Get("Content-Disposition"))
		rows := strings.Split(strings.TrimSuffix(string(lines.Body), "\n"), "\n")
		require.Len(t, rows, 2)
		for i, row := range rows {
			var got any
			require.NoError(t, json.Unmarshal([]byte(row), &got))
			require.Equal(t, list[i].Any(), got)
		}

		answer := admin.Get("/v1/orders/export")
		require.Equal(t, "text/csv; charset=utf-8; header=present", answer.Header.Get("Content-Type"))
		require.Equal(t, `attachment; filename="orders-2026-11-24.csv"`, answer.Header.Get("Content-Disposition"))
		marked := admin.Get("/v1/orders/export?format=csv&bom=true")
		require.Equal(t, "\uFEFF"+string(answer.Body), string(marked.Body))
		table, err := csv.NewReader(strings.NewReader(string(answer.Body))).ReadAll()
		require.NoError(t, err)
		require.Len(t, table, 3)
		cell := func(row int, column string) string {
			for i, name := range table[0] {
				if name == column {
					return table[row][i]
				}
			}
			t.Fatalf("no column %s in %v", column, table[0])
			return ""
		}
		for column, want := range map[string]string{"id": evil, "customer_name": `'=HYPERLINK("http://x","y")`, "po_number": "'@SUM(A1)", "carrier": "'-1+1", "external_reference": "'+49",
			"total": "47.00", "origin": "W", "status": "confirmed", "invoice_number": "INV-000001", "payment_indicator": "", "salesperson_email": "anna@rosefields.example"} {
			require.Equal(t, want, cell(2, column), column)
		}
		require.Equal(t, "Bloom, \"Best\"\nin Miami", cell(1, "customer_name"))
		require.NotContains(t, string(answer.Body), "secret")
		one, err := csv.NewReader(strings.NewReader(string(admin.Get("/v1/orders/export?number=W&sort=total").Body))).ReadAll()
		require.NoError(t, err)
		require.Len(t, one, 2)
		head := admin.Do("HEAD", "/v1/orders/export", nil)
		require.Equal(t, answer.Header.Get("Content-Type"), head.Header.Get("Content-Type"))
		require.Equal(t, answer.Header.Get("Content-Disposition"), head.Header.Get("Content-Disposition"))

		admin.Post(at(evil, "void"), object{"reason": "=1+1"}).Is(200)
		for list, want := range map[string]string{"invoices": "INV-000001", "credit-notes": "'=1+1", "customers": "inherit"} {
			path := "/v1/" + list
			exported := admin.Get(path + "/export?q=evil")
			require.Equal(t, `attachment; filename="`+list+`-2026-11-24.csv"`, exported.Header.Get("Content-Disposition"))
			table, err := csv.NewReader(strings.NewReader(string(exported.Body))).ReadAll()
			require.NoError(t, err)
			require.Len(t, table, 2)
			require.Contains(t, table[1], want)
			require.Contains(t, table[1], `'=HYPERLINK("http://x","y")`)
			rows := admin.Get(path).Is(200).At("data").Items()
			lines := strings.Split(strings.TrimSuffix(string(admin.Get(path+"/export", "Accept", "application/x-ndjson").Body), "\n"), "\n")
			require.Len(t, lines, len(rows))
			for i, line := range lines {
				var got any
				require.NoError(t, json.Unmarshal([]byte(line), &got))
				require.Equal(t, rows[i].Any(), got, "the rows of the list, in its order")
			}
		}
	})
}

// An export of customers has a row for each, with its e-mail addresses in one cell and its address in several.
func TestExportOfCustomers(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		admin.Post("/v1/customers", object{
			"code": "ROSA", "name": "Rosa", "emails": []string{"a@rosa.example", "b@rosa.example"}, "terms": object{"label": "Net 30", "days": 30},
			"require_credit_card_payment": true, "address": object{"line1": "1 Market St", "city": "Miami", "region": "FL", "postal_code": "33122", "country": "US"},
		}).Is(201)
		admin.Post("/v1/customers", object{"code": "ALBA", "name": "Alba"}).Is(201)
		table, err := csv.NewReader(strings.NewReader(string(admin.Get("/v1/customers/export").Body))).ReadAll()
		require.NoError(t, err)
		require.Len(t, table, 3)
		cells := []map[string]string{{}, {}}
		for i, row := range table[1:] {
			for j, cell := range row {
				cells[i][table[0][j]] = cell
			}
		}
		require.Equal(t, []string{"ALBA", "ROSA"}, []string{cells[0]["code"], cells[1]["code"]}, "by name")
		for column, want := range map[string][]string{"emails": {"", "a@rosa.example, b@rosa.example"}, "terms_days": {"0", "30"}, "require_credit_card_payment": {"false", "true"},
			"address_line1": {"", "1 Market St"}, "address_postal_code": {"", "33122"}, "salesperson_email": {"", ""}} {
			require.Equal(t, want, []string{cells[0][column], cells[1][column]}, column)
		}
		require.Equal(t, 2, strings.Count(string(admin.Get("/v1/customers/export?code=ROSA").Body), "\r\n"))
	})
}

// A list is JSON alone and an export is not. Each refusal of the other's media types and parameters names the other.
func TestListsAndExportsNameEachOther(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		for _, list := range []string{"/v1/orders", "/v1/invoices", "/v1/credit-notes", "/v1/customers"} {
			export := list + "/export"
			for _, media := range []string{"text/csv", "application/x-ndjson", "text/csv, application/x-ndjson;q=0.5"} {
				require.Equal(t, "The operation answers application/json. For text/csv or application/x-ndjson call GET "+export+".",
					admin.Get(list, "Accept", media).Refused(406, "not_acceptable").At("detail").Text())
			}
			require.Equal(t, "The operation answers text/csv or application/x-ndjson. For application/json call GET "+list+".",
				admin.Get(export, "Accept", "application/json").Refused(406, "not_acceptable").At("detail").Text())
			for query, parameter := range map[string]string{"format=csv": "format", "bom=true": "bom", "format=csv&verbose=1": "format"} {
				refused := admin.Get(list+"?"+query).Refused(400, "parameter_unknown")
				require.Equal(t, "The parameter "+parameter+" is one of GET "+export+", which answers text/csv or application/x-ndjson.", refused.At("detail").Text())
				require.Nil(t, refused.At("nearest").Any())
			}
			for _, query := range []string{"limit=1", "cursor=x"} {
				refused := admin.Get(export+"?"+query).Refused(400, "parameter_unknown")
				require.Contains(t, refused.At("detail").Text(), "is one of GET "+list+", which answers application/json.")
			}
			require.Equal(t, "The parameter \"qq\" does not exist. Did you mean q?", admin.Get(list+"?qq=x").Refused(400, "parameter_unknown").At("detail").Text())

			for _, ok := range []struct{ query, accept, media string }{
				{"", "", "text/csv; charset=utf-8; header=present"}, {"", "*/*", "text/csv; charset=utf-8; header=present"}, {"", "text/csv", "text/csv; charset=utf-8; header=present"},
				{"", "text/*", "text/csv; charset=utf-8; header=present"}, {"", "application/x-ndjson", "application/x-ndjson"}, {"", "text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"},
				{"?format=ndjson", "*/*", "application/x-ndjson"}, {"?format=ndjson", "text/html, */*;q=0.1", "application/x-ndjson"}, {"?format=csv", "text/csv;q=0.1, application/x-ndjson", "text/csv; charset=utf-8; header=present"},
				{"?format=ndjson&bom=false", "", "application/x-ndjson"},
			} {
				answer := admin.Get(export+ok.query, "Accept", ok.accept)
				require.Equal(t, 200, answer.Status, "%+v: %s", ok, answer.Body)
				require.Equal(t, ok.media, answer.Header.Get("Content-Type"), "%+v", ok)
				require.Contains(t, answer.Header.Values("Vary"), "Accept")
			}
			require.Equal(t, "format=csv is text/csv, which Accept does not allow. Leave one of them out.",
				admin.Get(export+"?format=csv", "Accept", "application/x-ndjson").Refused(406, "not_acceptable").At("detail").Text())
			admin.Get(export+"?format=ndjson", "Accept", "text/csv, */*;q=0").Refused(406, "not_acceptable")
			refused := admin.Get(export+"?format=ndjson&bom=true").Refused(400, "parameter_invalid")
			require.Equal(t, []any{"bom", "field_conflict"}, []any{refused.At("errors/0/pointer").Any(), refused.At("errors/0/code").Any()})
			admin.Get(export+"?format=xlsx").Refused(400, "parameter_invalid")
			require.Empty(t, admin.Get(export+"?format=xlsx").Header.Get("Content-Disposition"))
		}
		require.Contains(t, admin.Get("/v1/orders/export?limit=2").Refused(400, "parameter_unknown").At("detail").Text(), "GET /v1/orders,")
		admin.Get("/v1/orders/export?include=count").Refused(400, "parameter_invalid")
	})
}

// An export has many thousand documents, each once, with little memory. The count stops at ten thousand.
func TestLong_ExportOfMany(t *testing.T) {
	testkit.Long(t)
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) { // not in parallel, because memory is measured
			s := servicetest.Start(t, address(t), servicetest.Options{NoJobs: true})
			customer(t, s, "BLOOM")
			sales := s.As(t, auth.Sales)
			many := testkit.Sized(24_000, 18_000) // more than are counted, and many times what is read at once
			multiply(t, s, placed(sales, cart("BLOOM", line("on_hand", 1))), many-1)

			defer debug.SetGCPercent(debug.SetGCPercent(20))
			var most atomic.Uint64
			live := func() uint64 { // the memory in use after the last collection; garbage does not count
				sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
				metrics.Read(sample)
				return sample[0].Value.Uint64()
			}
			runtime.GC()
			base := live()
			req, err := http.NewRequest("GET", s.URL+"/v1/orders/export?format=ndjson", nil)
			require.NoError(t, err)
			req.Header.Set("Authorization", "Bearer "+sales.Token)
			res, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			defer func() { _ = res.Body.Close() }()
			ids, bytes := map[string]bool{}, 0
			in := bufio.NewScanner(res.Body)
			for in.Scan() {
				var o struct{ ID string }
				require.NoError(t, json.Unmarshal(in.Bytes(), &o))
				ids[o.ID] = true
				if bytes += len(in.Bytes()); len(ids)%1000 == 0 {
					most.Store(max(most.Load(), live()))
				}
			}
			require.NoError(t, in.Err())
			require.Len(t, ids, many)
			require.Greater(t, bytes, many<<10)
			t.Logf("%d bytes of %d in use at most", int64(most.Load())-int64(base), bytes)
			require.Less(t, int64(most.Load())-int64(base), int64(bytes)*3/4, "of %d bytes", bytes)

			page := sales.Get("/v1/orders?limit=1&include=count,facets").Is(200).At("page")
			require.Equal(t, 10_000, page.At("total").Int())
			require.False(t, page.At("total_exact").Bool())
			require.Equal(t, 3_000, page.At("facets/status/pending").Int()) // of more than 5,000 orders, the latest 3,000 are read
			require.False(t, page.At("facets/exact").Bool())
			few := sales.Get("/v1/orders?limit=1&include=count,facets&number=1").Is(200).At("page")
			require.Equal(t, []any{1.0, true, 1.0}, []any{few.At("total").Any(), few.At("total_exact").Any(), few.At("facets/origin/P").Any()})
			require.False(t, sales.Get("/v1/orders").Is(200).At("page").Has("total"))

			_, err = s.Database(t).Exec(fmt.Sprintf("UPDATE orders SET origin = 'X' WHERE id IN (SELECT id FROM orders ORDER BY id LIMIT %d)", many-10_000))
			require.NoError(t, err)
			page = sales.Get("/v1/orders?limit=1&include=count,totals&origin=P").Is(200).At("page")
			require.Equal(t, []any{10_000.0, true, 10_000.0, true}, []any{page.At("total").Any(), page.At("total_exact").Any(), page.At("totals/rows").Any(), page.At("totals/exact").Any()})
			page = sales.Get("/v1/orders?limit=1&include=totals&origin=P,X").Is(200).At("page")
			require.False(t, page.At("totals/exact").Bool())
		})
	}
}

// multiply copies the row of an order n times. Each copy has its own id and number.
func multiply(t *testing.T, s *service, id string, n int) {
	t.Helper()
	db := s.Database(t)
	rows, err := db.Query("SELECT * FROM orders WHERE id = '" + id + "'")
	require.NoError(t, err)
	columns, err := rows.Columns()
	require.NoError(t, err)
	require.NoError(t, rows.Close())
	newID, series := "gen_random_uuid()", fmt.Sprintf("generate_series(1, %d) AS g(n)", n)
	if strings.HasPrefix(s.Address, "sqlite:") {
		newID = "printf('%08x-0000-4000-8000-%012x', g.n, g.n)"
		series = fmt.Sprintf("(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s) AS g", n)
	}
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = map[string]string{"id": newID, "sequence": "1000 + g.n", "number": "'P' || (1000 + g.n)"}[c]
		if list[i] == "" {
			list[i] = "o." + c
		}
	}
	_, err = db.Exec("INSERT INTO orders (" + strings.Join(columns, ", ") + ") SELECT " + strings.Join(list, ", ") + " FROM orders o, " + series + " WHERE o.id = '" + id + "'")
	require.NoError(t, err)
}

// Each facet counts under all filters except its own.
func TestCountAndFacets(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "CARD", payByCard)
		customer(t, s, "TERMS")
		shop, sales := s.As(t, auth.Storefront), s.As(t, auth.Sales)
		placed(shop, cart("CARD", line("on_hand", 1)))
		pay(sales, placed(shop, cart("CARD", line("on_hand", 1))), "23.50")
		confirm(sales, placed(shop, cart("TERMS", line("on_hand", 1))))
		placed(sales, cart("TERMS", line("on_hand", 1)))
		placed(sales, cart("TERMS", line("k2k", 1)))
		page := sales.Get("/v1/orders?origin=W&status=pending&include=count,facets&limit=1").Is(200).At("page")
		require.Equal(t, 2, page.At("total").Int())
		require.True(t, page.At("total_exact").Bool())
		require.Equal(t, 2, page.At("facets/origin/W").Int())
		require.Equal(t, 1, page.At("facets/origin/P").Int(), "pending ones of any origin")
		require.Equal(t, 2, page.At("facets/status/pending").Int())
		require.Equal(t, 1, page.At("facets/status/confirmed").Int(), "web ones in any status")
		require.Equal(t, 1, page.At("facets/payment_status/paid").Int())
		require.Equal(t, 1, page.At("facets/payment_indicator/$").Int())
		page = sales.Get("/v1/orders?origin=W&email_status=failed&include=facets&limit=1").Is(200).At("page")
		require.Equal(t, 1, page.At("facets/email_status/queued").Int(), "web ones with any e-mail")
		require.Equal(t, 0, page.At("facets/email_status/failed").Int())
		require.Equal(t, 0, page.At("facets/status/confirmed").Int(), "none failed")
	})
}

package api_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"mime"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// northwind is where 830 real-shaped orders lie, beside the checkout: they are not ours to publish.
const northwind = "../../shared/data/northwind"

// Real input, the whole way: a storefront posts every Northwind order over HTTP, staff list them under W page by page
// while others are being placed, and confirm them all. The totals are those that the data's README names, the invoices
// are 1..830 without a gap, and each one is mailed once, as a PDF.
func TestNorthwind(t *testing.T) {
	if testing.Short() {
		t.Skip("long: make test runs it")
	}
	if _, err := os.Stat(northwind); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the Northwind data are not at %s; CI lays them beside the checkout", northwind)
		}
		t.Skipf("the Northwind data are not at %s", northwind)
	}
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
		admin, shop := s.As(t, auth.Admin), s.As(t, auth.Storefront)
		for _, c := range read(t, "customers.csv") {
			admin.Post("/v1/customers", northwindCustomer(c)).Is(201)
		}
		carts := northwindCarts(t)
		require.Len(t, carts, 830)
		var lines, freight, total money.Amount
		count := 0
		answers, errs := make([]servicetest.Answer, len(carts)), make([]error, len(carts))
		each(carts, 4, func(i int) {
			answers[i], errs[i] = shop.Try("POST", "/v1/orders", carts[i], "Idempotency-Key", fmt.Sprintf("northwind-%d", i))
		})
		for i, a := range answers {
			require.NoError(t, errs[i])
			a.Is(201)
		}

		// Others come into the list, among ours, while it is walked: each of ours is there exactly once.
		stop := make(chan struct{})
		var busy sync.WaitGroup
		end := sync.OnceFunc(func() { close(stop); busy.Wait() })
		defer end()
		joined := 0
		busy.Go(func() {
			for i := range 200 { // not without end, or the walk would have none
				select {
				case <-stop:
					return
				default:
					other := maps.Clone(carts[len(carts)-1-i%len(carts)]) // the latest to be shipped: the walk has them before it
					other["external_reference"] = fmt.Sprintf("LATE-%d", i)
					if a, err := shop.Try("POST", "/v1/orders", other, "Idempotency-Key", fmt.Sprintf("late-%d", i)); err == nil && a.Status == 201 {
						joined++
					}
				}
			}
		})
		ids, late := map[string]bool{}, map[string]bool{}
		next := "/v1/orders?origin=W&sort=ship_date&limit=47"
		for next != "" {
			page := admin.Get(next).Is(200)
			for _, o := range page.At("data").Items() {
				id := o.At("id").Text()
				require.False(t, ids[id], "listed twice")
				if ids[id] = true; strings.HasPrefix(o.At("external_reference").Text(), "LATE-") {
					late[id] = true
					continue
				}
				lines += amount(t, o.At("subtotal"))
				freight += amount(t, o.At("charges_total"))
				total += amount(t, o.At("total"))
				count += o.At("progress/lines").Int()
			}
			if next = ""; !page.At("page/next_cursor").Null() {
				next = "/v1/orders?origin=W&sort=ship_date&limit=47&cursor=" + page.At("page/next_cursor").Text()
			}
		}
		end()
		require.Positive(t, joined, "nobody was placing")
		require.NotEmpty(t, late, "none came into the part that was still to be walked")
		maps.DeleteFunc(ids, func(id string, _ bool) bool { return late[id] })
		require.Len(t, ids, 830)
		require.Equal(t, 2155, count)
		require.Equal(t, "1265793.29", lines.Format(2))
		require.Equal(t, "64942.69", freight.Format(2))
		require.Equal(t, "1330735.98", total.Format(2))

		var all []string
		for id := range ids {
			all = append(all, id)
		}
		sort.Strings(all)
		sequences := map[int]bool{}
		for from := 0; from < len(all); from += 200 {
			batch := admin.Post("/v1/orders/confirm", object{"ids": all[from:min(from+200, len(all))]}).Is(207)
			require.Zero(t, batch.At("summary/refused").Int(), "%s", batch)
			for _, row := range batch.At("results").Items() {
				n, err := strconv.Atoi(strings.TrimPrefix(row.At("invoice_number").Text(), "INV-"))
				require.NoError(t, err)
				sequences[n] = true
			}
		}
		for n := 1; n <= 830; n++ {
			require.True(t, sequences[n], "invoice %d is missing", n)
		}
		require.Len(t, sequences, 830)
		require.Eventually(t, func() bool { return len(s.SendGrid.Accepted()) >= 830 }, 3*time.Minute, 200*time.Millisecond)
		letters := map[string]bool{}
		for _, m := range s.SendGrid.Accepted() {
			require.Len(t, m.Attachments, 1)
			media, _, err := mime.ParseMediaType(m.Attachments[0].Type)
			require.NoError(t, err)
			require.Equal(t, "application/pdf", media)
			require.True(t, bytes.HasPrefix(m.Attachments[0].Data, []byte("%PDF-")))
			require.False(t, letters[m.Attachments[0].Name], "%s was mailed twice", m.Attachments[0].Name)
			letters[m.Attachments[0].Name] = true
		}
		require.Len(t, letters, 830)
	})
}

// each runs do for every index, by so many at once. do must not end the test: its goroutine is not the test's.
func each[T any](items []T, workers int, do func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range workers {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range items {
		next <- i
	}
	close(next)
	wg.Wait()
}

func amount(t *testing.T, v servicetest.Value) money.Amount {
	t.Helper()
	a, err := money.ParseAmount(v.Text(), 2)
	require.NoError(t, err)
	return a
}

type record map[string]string

// read is a CSV file of the data by its header. Some of its rows quote nothing, so that a comma inside an address makes
// a column too many: those are joined again around the columns that are sure.
func read(t *testing.T, file string) []record {
	t.Helper()
	f, err := os.Open(filepath.Join(northwind, file))
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	header, err := r.Read()
	require.NoError(t, err)
	var records []record
	for {
		row, err := r.Read()
		if err == io.EOF {
			return records
		}
		require.NoError(t, err)
		if extra := len(row) - len(header); extra > 0 {
			at := 4 // customers.csv: address
			if file == "orders.csv" {
				at = 9 // shipAddress
			}
			joined := append([]string{}, row[:at]...)
			joined = append(joined, strings.Join(row[at:at+extra+1], ","))
			row = append(joined, row[at+extra+1:]...)
		}
		require.Len(t, row, len(header), "%s: %v", file, row)
		m := record{}
		for i, name := range header {
			if row[i] != "NULL" {
				m[name] = row[i]
			}
		}
		records = append(records, m)
	}
}

func northwindCustomer(c record) object {
	return object{
		"code": c["customerID"], "name": c["companyName"], "emails": []string{strings.ToLower(c["customerID"]) + "@northwind.example"},
		"terms": object{"label": "Net 30", "days": 30}, "phone": c["phone"],
		"address": object{"line1": c["address"], "city": c["city"], "region": c["region"], "postal_code": c["postalCode"], "country": c["country"]},
	}
}

// northwindCarts is every order as a storefront posts it: unit prices net of discount, freight as a charge.
func northwindCarts(t *testing.T) []object {
	t.Helper()
	names := map[string]string{}
	for _, p := range read(t, "products.csv") {
		names[p["productID"]] = p["productName"]
	}
	shippers := map[string]string{}
	for _, p := range read(t, "shippers.csv") {
		shippers[p["shipperID"]] = p["companyName"]
	}
	lines := map[string][]object{}
	for _, d := range read(t, "order-details.csv") {
		units, err := strconv.Atoi(d["quantity"])
		require.NoError(t, err)
		lines[d["orderID"]] = append(lines[d["orderID"]], object{
			"source": "on_hand", "sku": "P" + d["productID"], "description": names[d["productID"]], "units": units, "unit_type": "each",
			"unit_price": netPrice(t, d["unitPrice"], d["discount"]),
		})
	}
	var carts []object
	for _, o := range read(t, "orders.csv") {
		carts = append(carts, object{
			"customer_code": o["customerID"], "ship_date": o["requiredDate"][:10], "carrier": shippers[o["shipVia"]], "external_reference": "NW-" + o["orderID"],
			"ship_to": object{"name": o["shipName"], "line1": o["shipAddress"], "city": o["shipCity"], "region": o["shipRegion"], "postal_code": o["shipPostalCode"], "country": o["shipCountry"]},
			"lines":   lines[o["orderID"]], "charges": []object{{"code": "FREIGHT", "description": "Freight", "amount": o["freight"]}},
		})
	}
	return carts
}

// netPrice is price × (1 − discount), rounded half away from zero to four decimals, in whole numbers.
func netPrice(t *testing.T, price, discount string) string {
	t.Helper()
	unit, err := money.ParsePrice(price)
	require.NoError(t, err)
	off, err := money.ParsePrice(discount)
	require.NoError(t, err)
	return money.Price((int64(unit)*(10_000-int64(off)) + 5_000) / 10_000).String()
}

package api_test

import (
	"bytes"
	"fmt"
	"maps"
	"mime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/tradedata"
	"github.com/stretchr/testify/require"
)

// A storefront posts the orders of two years over HTTP. Staff list them under W, page by page, while other orders are placed,
// and confirm all of them. The totals are those of the data. The invoices are numbered without a gap, and each one is
// e-mailed once, as a PDF.
func TestLong_TwoYearsOfOrders(t *testing.T) {
	testkit.Long(t)
	t.Parallel()
	each := testkit.Sized(tradedata.Each, tradedata.FirstMonths)
	each(t, func(t *testing.T, data tradedata.Data, want tradedata.Totals) {
		servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) { trade(t, s, data, want) })
	})
}

func trade(t *testing.T, s *service, data tradedata.Data, want tradedata.Totals) {
	admin, shop := s.As(t, auth.Admin), s.As(t, auth.Storefront)
	require.Len(t, data.Customers, want.Customers)
	for _, c := range data.Customers {
		admin.Post("/v1/customers", customerOf(c)).Is(201)
	}
	carts := make([]object, len(data.Orders))
	for i, o := range data.Orders {
		carts[i] = cartOf(o)
	}
	require.Len(t, carts, want.Orders)
	var lines, freight, total money.Amount
	count, largest := 0, 0
	answers, errs := make([]servicetest.Answer, len(carts)), make([]error, len(carts))
	each(carts, 4, func(i int) {
		answers[i], errs[i] = shop.Try("POST", "/v1/orders", carts[i], "Idempotency-Key", fmt.Sprintf("order-%d", i))
	})
	for i, a := range answers {
		require.NoError(t, errs[i])
		a.Is(201)
	}

	// Other orders are added to the list while it is read. Each of our orders appears exactly once.
	stop := make(chan struct{})
	var busy sync.WaitGroup
	end := sync.OnceFunc(func() { close(stop); busy.Wait() })
	defer end()
	joined := 0
	busy.Go(func() {
		for i := range 200 { // a limited number, because the reading must end
			select {
			case <-stop:
				return
			default:
				other := maps.Clone(carts[len(carts)-1-i%len(carts)]) // they are shipped last, so the reader has not reached their place
				other["external_reference"] = fmt.Sprintf("LATE-%d", i)
				if a, err := shop.Try("POST", "/v1/orders", other, "Idempotency-Key", fmt.Sprintf("late-%d", i)); err == nil && a.Status == 201 {
					joined++
				}
			}
		}
	})
	ids, late := map[string]bool{}, map[string]bool{}
	list := fmt.Sprintf("/v1/orders?origin=W&sort=ship_date&limit=%d", want.Orders/17)
	for next := list; next != ""; {
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
			largest = max(largest, o.At("progress/lines").Int())
		}
		if next = ""; !page.At("page/next_cursor").Null() {
			next = list + "&cursor=" + page.At("page/next_cursor").Text()
		}
	}
	end()
	require.Positive(t, joined, "no order was placed during the reading")
	require.NotEmpty(t, late, "none came into the part that was still to be walked")
	maps.DeleteFunc(ids, func(id string, _ bool) bool { return late[id] })
	require.Len(t, ids, want.Orders)
	require.Equal(t, want.Lines, count)
	require.Equal(t, want.LargestOrder, largest)
	require.Equal(t, want.LineAmounts, lines.Format(2))
	require.Equal(t, want.Freight, freight.Format(2))
	require.Equal(t, want.Total, total.Format(2))

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
	for n := 1; n <= want.Orders; n++ {
		require.True(t, sequences[n], "invoice %d is missing", n)
	}
	require.Len(t, sequences, want.Orders)
	require.Eventually(t, func() bool { return len(s.SendGrid.Accepted()) >= want.Orders }, 3*time.Minute, 200*time.Millisecond)
	emails := map[string]bool{}
	for _, m := range s.SendGrid.Accepted() {
		require.Len(t, m.Attachments, 1)
		media, _, err := mime.ParseMediaType(m.Attachments[0].Type)
		require.NoError(t, err)
		require.Equal(t, "application/pdf", media)
		require.True(t, bytes.HasPrefix(m.Attachments[0].Data, []byte("%PDF-")))
		require.False(t, emails[m.Attachments[0].Name], "%s was mailed twice", m.Attachments[0].Name)
		emails[m.Attachments[0].Name] = true
	}
	require.Len(t, emails, want.Orders)
}

// each runs do for every index in that number of goroutines. do must not end the test, because it does not run in the
// goroutine of the test.
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

func customerOf(c tradedata.Customer) object {
	return object{
		"code": c.Code, "name": c.Name, "emails": []string{strings.ToLower(c.Code) + "@customer.example"},
		"terms": object{"label": "Net 30", "days": 30}, "phone": c.Phone, "address": addressOf(c.Address),
	}
}

// cartOf returns an order as a storefront posts it. Unit prices are net of discount, and freight is a charge.
func cartOf(o tradedata.Order) object {
	lines := make([]object, len(o.Lines))
	for i, l := range o.Lines {
		lines[i] = object{
			"source": "on_hand", "sku": l.SKU, "description": l.Description, "units": l.Units, "unit_type": "each", "unit_price": l.NetPrice(),
		}
	}
	return object{
		"customer_code": o.CustomerCode, "ship_date": o.RequiredOn.Format(time.DateOnly), "carrier": o.Carrier, "external_reference": "TY-" + o.Number,
		"ship_to": but(addressOf(o.ShipTo), object{"name": o.Recipient}), "notes": "Sold by " + o.SoldBy, "lines": lines,
		"charges": []object{{"code": "FREIGHT", "description": "Freight", "amount": o.Freight}},
	}
}

func addressOf(a tradedata.Address) object {
	return object{"line1": a.Line1, "city": a.City, "region": a.Region, "postal_code": a.PostalCode, "country": a.Country}
}

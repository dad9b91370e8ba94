package api_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/stretchr/testify/require"
)

// The list of lines answers two questions of the trade in one call each: which open documents have goods that a grower cannot
// deliver, and what must be packed for a day.
func TestOrderLines(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		customer(t, s, "PETAL")
		sales := s.As(t, auth.Sales)
		rose := func(source string, boxes int) object { return but(line(source, boxes), object{"sku": "Rose-50"}) }
		first := placed(sales, but(cart("BLOOM", line("on_hand", 1), rose("on_hand", 2), rose("on_hand", 3)), object{"ship_date": "2030-12-02"}))
		second := placed(sales, but(cart("PETAL", rose("on_hand", 4)), object{"ship_date": "2030-12-03"}))
		prebook := placed(sales, but(cart("PETAL", rose("k2k", 5), but(rose("k2k", 6), object{"checked_out": true})), object{"ship_date": "2030-12-03"}))
		confirm(sales, second)
		boxes := func(query string) []string {
			var all []string
			for _, l := range sales.Get("/v1/order-lines?" + query).Is(200).At("data").Items() {
				all = append(all, fmt.Sprintf("%d of %s", l.At("boxes").Int(), l.At("order/customer/code").Text()))
			}
			return all
		}
		require.ElementsMatch(t, []string{"2 of BLOOM", "3 of BLOOM", "5 of PETAL", "6 of PETAL"}, boxes("sku=ROSE-50&status=draft,pending,checked_out"))
		require.Equal(t, []string{"4 of PETAL"}, boxes("ship_date_from=2030-12-03&ship_date_to=2030-12-03&status=confirmed"))
		require.Equal(t, []string{"5 of PETAL"}, boxes("line_status=open"))
		require.Equal(t, []string{"6 of PETAL"}, boxes("line_status=checked_out&sku=rose-50&source=k2k"))
		require.Empty(t, boxes("line_status=checked_out&sku=rose-50&source=on_hand"), "one line must match all")
		require.Equal(t, []string{"1 of BLOOM", "2 of BLOOM", "3 of BLOOM", "4 of PETAL"}, boxes("source=on_hand&sort=ship_date"))
		require.Equal(t, []string{"1 of BLOOM"}, boxes("sku=rose&customer_code=bloom"), "the whole SKU")

		page := sales.Get("/v1/order-lines?sort=ship_date&limit=1&include=count").Is(200)
		require.Equal(t, 6, page.At("page/total").Int())
		require.True(t, page.At("page/total_exact").Bool())
		line := page.At("data/0")
		require.Equal(t, details(sales, first).At("lines/0").String(), mapWithout(line, "order"), "the line as in its document")
		for member, want := range map[string]string{"id": first, "kind": "order", "status": "pending", "ship_date": "2030-12-02", "customer/code": "BLOOM", "currency": "USD"} {
			require.Equal(t, want, line.At("order/"+member).Text(), member)
		}
		require.Equal(t, details(sales, first).At("number").Text(), line.At("order/number").Text())
		var walked []string
		for next := "/v1/order-lines?sort=ship_date&limit=1"; ; {
			page := sales.Get(next).Is(200)
			walked = append(walked, page.At("data").Each("id")...)
			if page.At("page/next_cursor").Null() {
				break
			}
			next = "/v1/order-lines?sort=ship_date&limit=1&cursor=" + page.At("page/next_cursor").Text()
		}
		require.Equal(t, sales.Get("/v1/order-lines?sort=ship_date").Is(200).At("data").Each("id"), walked)
		sales.Get("/v1/order-lines?cursor="+page.At("page/next_cursor").Text()).Refused(400, "cursor_invalid")
		sales.Get("/v1/order-lines?source=moon").Refused(400, "parameter_invalid")

		require.ElementsMatch(t, []string{first, second, prebook}, sales.Get("/v1/orders?sku=ROSE-50,none").Is(200).At("data").Each("id"))
		require.Equal(t, []string{first}, sales.Get("/v1/orders?sku=rose").Is(200).At("data").Each("id"))
		for _, o := range sales.Get("/v1/orders?include=lines").Is(200).At("data").Items() {
			require.Equal(t, details(sales, o.At("id").Text()).At("lines").String(), o.At("lines").String())
		}
		require.False(t, sales.Get("/v1/orders").Is(200).At("data/0").Has("lines"))

		sheet, err := csv.NewReader(strings.NewReader(string(sales.Get("/v1/order-lines/export?sku=rose-50&sort=ship_date").Body))).ReadAll()
		require.NoError(t, err)
		require.Len(t, sheet, 6)
		require.Equal(t, []string{"order_id", "order_number", "order_kind"}, sheet[0][:3])
		require.Equal(t, first, sheet[1][0])
		require.Len(t, strings.Split(strings.TrimSpace(string(sales.Get("/v1/order-lines/export?format=ndjson").Body)), "\n"), 6)
		documents := strings.Split(strings.TrimSpace(string(sales.Get("/v1/orders/export?format=ndjson&include=lines&sku=rose-50").Body)), "\n")
		require.Len(t, documents, 3)
		for _, d := range documents {
			require.Contains(t, d, `"lines":[{`)
		}
		require.Equal(t, []string{"include field_conflict"}, problemsOf(sales, "/v1/orders/export?include=lines"))
		require.NotContains(t, string(sales.Get("/v1/orders/export?format=ndjson").Body), `"lines":[{`)
	})
}

// mapWithout returns an object without a member, as text.
func mapWithout(v value, member string) string {
	m, _ := v.Any().(map[string]any)
	m = maps.Clone(m)
	delete(m, member)
	return fmt.Sprint(m)
}

func problemsOf(c *client, path string) []string {
	answer := c.Get(path)
	answer.Refused(400, "parameter_invalid")
	return answer.Faults()
}

// The ledger across orders has payments and refunds as rows, with their orders and customers.
func TestPaymentsAcrossOrders(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		petal := customer(t, s, "PETAL")
		admin := s.As(t, auth.Admin)
		first, second := placed(admin, cart("BLOOM", line("on_hand", 1))), placed(admin, cart("PETAL", line("on_hand", 1)))
		book := func(id, what string, body object) { admin.Post(at(id, what), body).Is(201) }
		book(first, "payments", object{"method": "cash", "amount": "5.00", "paid_at": "2026-01-02T10:00:00Z"})
		book(second, "payments", object{"method": "card", "amount": "7.00", "reference": "ch_1", "paid_at": "2026-01-03T10:00:00Z"})
		book(second, "refunds", object{"method": "card", "amount": "2.00", "reference": "re_1", "paid_at": "2026-01-04T10:00:00Z"})
		book(first, "payments", object{"method": "wire", "amount": "1.00", "reference": "one wire, two orders", "paid_at": "2026-01-01T10:00:00Z"})
		book(second, "payments", object{"method": "wire", "amount": "3.00", "reference": "one wire, two orders", "paid_at": "2026-01-01T10:00:00Z"})
		number := details(admin, second).At("number").Text()
		for query, want := range map[string][]string{
			"":                           {"3.00", "1.00", "2.00", "7.00", "5.00"},
			"sort=paid_at&limit=200":     {"1.00", "3.00", "5.00", "7.00", "2.00"},
			"kind=refund":                {"2.00"},
			"method=cash,card":           {"2.00", "7.00", "5.00"},
			"reference=ch_1,re_1":        {"2.00", "7.00"},
			"order_id=" + first:          {"1.00", "5.00"},
			"number=" + number:           {"3.00", "2.00", "7.00"},
			"number=W":                   nil,
			"customer_id=" + petal:       {"3.00", "2.00", "7.00"},
			"customer_code=bloom,nobody": {"1.00", "5.00"},
			"paid_from=2026-01-03&paid_to=2026-01-03":                    {"7.00"},
			"paid_from=2026-01-02T10:00:00Z&sort=-paid_at":               {"2.00", "7.00", "5.00"},
			"recorded_from=2000-01-01&method=cash":                       {"5.00"},
			"recorded_to=2000-01-01":                                     nil,
			"reference=" + url.QueryEscape(`one wire\, two orders`):      {"3.00", "1.00"},
			"customer_code=PETAL&method=wire&reference=ch_1&kind=refund": nil,
		} {
			got := admin.Get("/v1/payments?" + query).Is(200).At("data").Each("amount")
			switch {
			case len(want) == 0:
				require.Empty(t, got, query)
			case strings.Contains(query, "sort=paid_at"):
				require.ElementsMatch(t, want[:2], got[:2])
				require.Equal(t, want[2:], got[2:], query)
			default:
				require.Equal(t, want, got, query)
			}
		}
		page := admin.Get("/v1/payments?kind=refund&include=count&recorded_from=2000-01-01").Is(200)
		require.Equal(t, 1, page.At("page/total").Int())
		require.NotEmpty(t, page.At("page/synced_until").Text())
		row := page.At("data/0")
		for member, want := range map[string]string{"kind": "refund", "reference": "re_1", "order/id": second, "order/number": number, "customer/code": "PETAL", "customer/id": petal} {
			require.Equal(t, want, row.At(member).Text(), member)
		}
		require.Equal(t, admin.Get(at(second, "payment-status")).Is(200).At("payments/1/recorded_at").Text(), row.At("recorded_at").Text())
		next := admin.Get("/v1/payments?limit=2").Is(200).At("page/next_cursor").Text()
		require.Equal(t, []string{"2.00", "7.00"}, admin.Get("/v1/payments?limit=2&cursor="+next).Is(200).At("data").Each("amount"))
		require.False(t, admin.Get("/v1/payments").Is(200).At("page").Has("synced_until"))

		sheet, err := csv.NewReader(strings.NewReader(string(admin.Get("/v1/payments/export?method=card").Body))).ReadAll()
		require.NoError(t, err)
		require.Len(t, sheet, 3)
		require.Len(t, strings.Split(strings.TrimSpace(string(admin.Get("/v1/payments/export?format=ndjson").Body)), "\n"), 5)
		for _, role := range staff() {
			require.Len(t, s.As(t, role).Get("/v1/payments").Is(200).At("data").Items(), 5, role)
		}
		s.As(t, auth.Storefront).Get("/v1/payments").Refused(403, "role_not_allowed")
	})
}

package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/stretchr/testify/require"
)

// The facets of salesperson, customer and ship date have the values that rows have, as the filter takes them.
func TestFacetsWithManyValues(t *testing.T) {
	text := textOf(t)
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "ROSA", func(c *company.Customer) {
			c.Name, c.SalespersonName, c.SalespersonEmail = "Rosa's Flowers", "Anna Rose", "Anna@rosefields.example"
		})
		customer(t, s, "A,B", func(c *company.Customer) { c.Name = "A & B" })
		sales := s.As(t, auth.Sales)
		on := func(code, day string) object { return but(cart(code, line("on_hand", 1)), object{"ship_date": day}) }
		placed(sales, on("ROSA", "2026-12-01"))
		placed(sales, on("ROSA", "2026-12-02"))
		placed(sales, on("A,B", "2026-12-01"))
		placed(sales, but(cart("ROSA", line("k2k", 1)), object{"ship_date": "2026-12-03"}))

		facets := sales.Get("/v1/orders?include=facets&customer_code=rosa&kind=order").Is(200).At("page/facets")
		require.JSONEq(t, `{"values": [{"value": "ROSA", "label": "Rosa's Flowers", "count": 2, "exact": true}, {"value": "A,B", "label": "A & B", "count": 1, "exact": true}], "has_more": false}`, text(facets.At("customer_code")), "as if no customer were asked for")
		require.JSONEq(t, `{"values": [{"value": "anna@rosefields.example", "label": "Anna Rose", "count": 2, "exact": true}], "has_more": false}`, text(facets.At("salesperson")))
		require.JSONEq(t, `{"values": [{"value": "2026-12-01", "label": null, "count": 1, "exact": true}, {"value": "2026-12-02", "label": null, "count": 1, "exact": true}], "has_more": false}`, text(facets.At("ship_date")))
		require.JSONEq(t, `{"order": 2, "prebook": 1}`, text(facets.At("kind")), "as if no kind were asked for")
		require.True(t, facets.At("exact").Bool())

		for filter, n := range map[string]int{"salesperson=anna@rosefields.example": 3, "customer_code=ROSA": 3, `customer_code=ROSA,A%5C,B`: 4, "ship_date_from=2026-12-01&ship_date_to=2026-12-01": 2} {
			page := sales.Get("/v1/orders?include=facets,count&" + filter).Is(200).At("page")
			require.Equal(t, n, page.At("total").Int(), filter)
			for _, counted := range page.At("facets/ship_date/values").Items() {
				day := "ship_date_from=" + counted.At("value").Text() + "&ship_date_to=" + counted.At("value").Text()
				only := sales.Get("/v1/orders?include=count&" + strings.TrimPrefix(filter, "ship_date_from=2026-12-01&ship_date_to=2026-12-01") + "&" + day)
				require.Equal(t, counted.At("count").Int(), only.Is(200).At("page/total").Int(), day)
			}
		}
		for i := range 21 {
			placed(sales, on("ROSA", fmt.Sprintf("2027-01-%02d", i+1)))
		}
		days := sales.Get("/v1/orders?include=facets&limit=1").Is(200).At("page/facets/ship_date")
		require.Len(t, days.At("values").Each("value"), 20)
		require.Equal(t, "2026-12-01", days.At("values/0/value").Text())
		require.True(t, days.At("has_more").Bool())
	})
}

// The totals add up the filter. Voided documents count by what is to be given back.
func TestTotals(t *testing.T) {
	text := textOf(t)
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "ROSA")
		sales := s.As(t, auth.Sales)
		open := placed(sales, cart("ROSA", line("on_hand", 1)))
		require.Equal(t, "23.50", details(sales, open).At("total").Text())
		paid := placed(sales, cart("ROSA", line("on_hand", 1)))
		pay(sales, paid, "20.00")
		voided := placed(sales, cart("ROSA", line("on_hand", 1)))
		pay(sales, voided, "23.50")
		s.As(t, auth.Admin).Post("/v1/orders/"+voided+"/void", object{"reason": "Frost"}).Is(200)
		totals := sales.Get("/v1/orders?include=totals&limit=1").Is(200).At("page/totals")
		require.JSONEq(t, `{"currency": "USD", "total": "47.00", "voided": "23.50", "balance": "3.50", "rows": 3, "exact": true}`, text(totals))
		totals = sales.Get("/v1/orders?include=totals&status=pending&payment_status=partially_paid").Is(200).At("page/totals")
		require.JSONEq(t, `{"currency": "USD", "total": "23.50", "voided": "0.00", "balance": "3.50", "rows": 1, "exact": true}`, text(totals))
		totals = sales.Get("/v1/orders?include=totals&number=999999").Is(200).At("page/totals")
		require.JSONEq(t, `{"currency": "USD", "total": "0.00", "voided": "0.00", "balance": "0.00", "rows": 0, "exact": true}`, text(totals))
		require.False(t, sales.Get("/v1/orders?include=count").Is(200).At("page").Has("totals"))
	})
}

// A prebook is a document with a total, and so is each order billed from it. Totals add up documents, so both count; the orders
// alone are what was sold, and the balance counts nothing twice.
func TestTotalsOfPrebooks(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "ROSA")
		sales := s.As(t, auth.Sales)
		prebook := placed(sales, cart("ROSA", line("k2k", 1)))
		worth := details(sales, prebook).At("total").Text()
		totals := func(filter string) []any {
			p := sales.Get("/v1/orders?include=totals" + filter).Is(200).At("page/totals")
			return []any{p.At("total").Text(), p.At("balance").Text()}
		}
		require.Equal(t, []any{worth, "0.00"}, totals(""))
		sales.Post(at(prebook, "checkout"), nil).Is(200)
		bill := s.As(t, auth.SalesManager).Post(at(prebook, "bill"), nil).Is(201)
		require.Equal(t, worth, bill.At("total").Text())
		require.Equal(t, []any{worth, worth}, totals("&kind=order"))
		require.Equal(t, []any{worth, "0.00"}, totals("&kind=prebook"))
		both := totals("")
		require.Equal(t, worth, both[1])
		require.NotEqual(t, worth, both[0])
	})
}

// textOf returns a function that writes a value as JSON.
func textOf(t *testing.T) func(value) string {
	return func(v value) string {
		text, err := jsonOf(v.Any())
		require.NoError(t, err)
		return text
	}
}

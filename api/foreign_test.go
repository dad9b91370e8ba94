package api_test

import (
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/stretchr/testify/require"
)

// No list, count, facet or export of one company contains data of another, with any index.
func TestListsAreOneCompanys(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		w := apitest.NewWorld(t, s)
		mine, theirs := s.As(t, auth.Admin), other(t, s)
		const counted = "/v1/orders?limit=200&include=count,facets&"
		lists := []string{
			"/v1/invoices", "/v1/invoices?order_id=" + w.Foreign["order"], "/v1/credit-notes", "/v1/customers", "/v1/customers?q=FOREIGN", "/v1/customers?code=FOREIGN",
		}
		filters := []string{
			"", "origin=W", "number=W", "number=W000001", "kind=order", "status=voided", "status=confirmed,voided", "payment_status=unpaid", "customer_code=FOREIGN",
			"customer_id=" + w.Foreign["customer"], "q=FOREIGN", "q=W", "total_min=0", "placed_from=2000-01-01", "ship_date_from=2000-01-01", "updated_since=2000-01-01T00:00:00Z",
			"email_status=queued", "sort=number", "sort=customer", "sort=total", "sort=-ship_date", "sort=updated_at",
		}
		pay(theirs, w.Foreign["order"], "5.00")
		for _, filter := range append(filters, "sku=ROSE", "sku=ROSE,NONE&sort=ship_date") {
			lists = append(lists, counted+filter, "/v1/order-lines?"+filter)
		}
		for _, filter := range []string{"", "customer_code=FOREIGN", "customer_id=" + w.Foreign["customer"], "order_id=" + w.Foreign["order"], "number=W", "number=W000001", "method=cash", "reference=x", "kind=payment", "recorded_from=2000-01-01", "sort=paid_at"} {
			lists = append(lists, "/v1/payments?"+filter)
		}
		asked := map[string]int{}
		for _, list := range lists {
			for _, accept := range []string{"application/json", "text/csv", "application/x-ndjson"} {
				path := list
				if accept != "application/json" {
					path = strings.Replace(list, counted, "/v1/orders?", 1)
					before, filter, _ := strings.Cut(path, "?")
					path = before + "/export?" + filter
				}
				asked[accept]++
				answer := mine.Get(path, "Accept", accept)
				require.Equal(t, 200, answer.Status, "%s as %s: %s", path, accept, answer.Body)
				for what, id := range w.Foreign {
					require.NotContains(t, string(answer.Body), `"id":"`+id, "%s of another company in %s as %s", what, path, accept)
				}
				require.NotContains(t, string(answer.Body), "Foreign Flowers", "%s as %s", path, accept)
			}
		}
		require.Equal(t, map[string]int{"application/json": len(lists), "text/csv": len(lists), "application/x-ndjson": len(lists)}, asked)
		require.Equal(t, 1, theirs.Get("/v1/orders?include=count").Is(200).At("page/total").Int())
		require.Len(t, theirs.Get("/v1/orders").Is(200).At("data").Items(), 1)
		require.Equal(t, 1, theirs.Get("/v1/order-lines?include=count").Is(200).At("page/total").Int())
		require.Equal(t, 1, theirs.Get("/v1/payments?include=count").Is(200).At("page/total").Int())
		require.Len(t, theirs.Get("/v1/invoices").Is(200).At("data").Items(), 1)
		require.Len(t, theirs.Get("/v1/credit-notes").Is(200).At("data").Items(), 1)
		require.Len(t, theirs.Get("/v1/customers").Is(200).At("data").Items(), 1)
	})
}

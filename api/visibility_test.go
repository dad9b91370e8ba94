package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// A storefront sees only the documents that its sub placed and the orders billed from them, in every operation.
func TestStorefrontSeesItsOwn(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin, mine, theirs := s.As(t, auth.Admin), s.As(t, auth.Storefront), s.Claims(t, map[string]any{"sub": "another-shop", "roles": []string{"Storefront"}})
		var own, ownInvoices, ownCredits []string
		for _, who := range []*client{mine, theirs, admin} {
			both := who.Post("/v1/orders", cart("BLOOM", line("on_hand", 1), but(line("k2k", 1), object{"checked_out": true}))).Is(201).At("orders").Each("id")
			bill := admin.Post(at(both[1], "bill"), nil).Is(201).At("id").Text()
			voided := placed(who, cart("BLOOM", line("on_hand", 2)))
			invoices := []string{confirm(admin, both[0]).At("invoice/id").Text(), confirm(admin, bill).At("invoice/id").Text(), confirm(admin, voided).At("invoice/id").Text()}
			credit := admin.Post(at(voided, "void"), object{"reason": "Ordered twice"}).Is(200).At("credit_note/id").Text()
			if who == mine {
				own, ownInvoices, ownCredits = slices.Concat(both, []string{bill, voided}), invoices, []string{credit}
			}
		}
		ids := func(text, before, after string) []string {
			var found []string
			for _, row := range strings.Split(strings.TrimSpace(text), "\n") {
				if _, rest, ok := strings.Cut(row, before); ok {
					id, _, _ := strings.Cut(rest, after)
					found = append(found, id)
				}
			}
			return found
		}
		require.ElementsMatch(t, own, mine.Get("/v1/orders?include=allowed_actions").Is(200).At("data").Each("id"))
		require.ElementsMatch(t, own, ids(string(mine.Get("/v1/orders/export?format=ndjson").Body), `"id":"`, `"`))
		require.ElementsMatch(t, own, ids(string(mine.Get("/v1/orders/export").Body), "", ",")[1:])
		for _, filter := range []string{"q=bloom", "status=confirmed,voided,billed", "customer_code=BLOOM&sort=total", "number=W", "updated_since=2020-01-01T00:00:00Z", "payment_status=unpaid&kind=order"} {
			require.Subset(t, own, mine.Get("/v1/orders?limit=200&"+filter).Is(200).At("data").Each("id"), filter)
		}
		rows := mine.Get("/v1/order-lines?limit=200&include=count").Is(200)
		require.Subset(t, own, rows.At("data").Each("order/id"))
		require.Equal(t, len(rows.At("data").Items()), rows.At("page/total").Int())
		require.ElementsMatch(t, rows.At("data").Each("order/id"), ids(string(mine.Get("/v1/order-lines/export").Body), "", ",")[1:])
		require.ElementsMatch(t, rows.At("data").Each("order/id"), ids(string(mine.Get("/v1/order-lines/export?format=ndjson").Body), `"order":{"id":"`, `"`))
		require.ElementsMatch(t, own, mine.Get("/v1/orders?include=lines&sku=rose").Is(200).At("data").Each("id"))
		for _, filter := range []string{"sku=rose", "source=on_hand", "line_status=billed", "customer_code=BLOOM&sort=ship_date"} {
			require.Subset(t, own, mine.Get("/v1/order-lines?limit=200&"+filter).Is(200).At("data").Each("order/id"), filter)
		}
		mine.Get("/v1/payments").Refused(403, "role_not_allowed")
		mine.Get("/v1/payments/export").Refused(403, "role_not_allowed")
		counted := mine.Get("/v1/orders?include=count,facets").Is(200)
		require.Equal(t, 4, counted.At("page/total").Int())
		require.Equal(t, 4, counted.At("page/facets/origin/W").Int())
		require.ElementsMatch(t, ownInvoices, mine.Get("/v1/invoices").Is(200).At("data").Each("id"))
		require.ElementsMatch(t, ownInvoices, ids(string(mine.Get("/v1/invoices/export").Body), "", ",")[1:])
		require.ElementsMatch(t, ownCredits, mine.Get("/v1/credit-notes").Is(200).At("data").Each("id"))
		require.ElementsMatch(t, ownCredits, ids(string(mine.Get("/v1/credit-notes/export").Body), "", ",")[1:])
		require.Len(t, admin.Get("/v1/orders").Is(200).At("data").Items(), 12)

		for _, id := range own {
			for _, path := range []string{at(id), at(id, "print"), at(id, "events"), at(id, "emails"), at(id, "payment-status")} {
				require.Equal(t, 200, mine.Get(path).Status, path)
				theirs.Get(path).Refused(404, "order_not_found")
			}
		}
		for _, id := range ownInvoices {
			require.Equal(t, 200, mine.Get("/v1/invoices/"+id+"/pdf").Status)
			for _, path := range []string{"/v1/invoices/" + id, "/v1/invoices/" + id + "/pdf"} {
				theirs.Get(path).Refused(404, "invoice_not_found")
			}
		}
		theirs.Get("/v1/credit-notes/"+ownCredits[0]+"/pdf").Refused(404, "credit_note_not_found")
	})
}

// Internal notes are for the seller's staff. A storefront never gets them, and it can neither set nor clear them.
func TestInternalNotesStayInside(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		shop, sales := s.As(t, auth.Storefront), s.As(t, auth.Sales)
		id := placed(shop, but(cart("BLOOM", line("on_hand", 1)), object{"checkout": false, "notes": "printed"}))
		const canary = "CANARY-never-to-be-seen"
		sales.Patch(at(id), object{"internal_notes": canary}, "If-Match", "*").Is(200)
		require.Equal(t, canary, details(sales, id).At("internal_notes").Text())

		shop.Patch(at(id), object{"internal_notes": "mine"}, "If-Match", "*").Refused(422, "body_invalid")
		read := shop.Get(at(id))
		back := shop.Patch(at(id), read.Body, "If-Match", read.Header.Get("ETag"))
		back.Is(200)
		shop.Patch(at(id), object{"internal_notes": nil, "carrier": "Armellini"}, "If-Match", "*").Is(200)
		require.Equal(t, canary, details(sales, id).At("internal_notes").Text())

		staff := sales.Patch(at(id), object{"carrier": "Armellini"}, "If-Match", `"v1"`).Refused(412, "order_changed")
		require.Contains(t, fmt.Sprint(staff.At("changes").Any()), "internal_notes")
		late := shop.Patch(at(id), object{"carrier": "Armellini"}, "If-Match", `"v1"`).Refused(412, "order_changed")
		require.NotEmpty(t, late.At("changes").Items())
		require.NotContains(t, fmt.Sprint(late.At("changes").Any()), "internal_notes", "not even that they changed")

		answers := [][]byte{read.Body, back.Body}
		for _, path := range []string{at(id), "/v1/orders", at(id, "events"), at(id, "emails"), at(id, "print") + "?format=html"} {
			answers = append(answers, shop.Get(path).Body)
		}
		answers = append(answers, shop.Get("/v1/orders/export").Body, shop.Get("/v1/orders/export?format=ndjson").Body,
			shop.Patch(at(id), object{}, "If-Match", `"v1"`).Body, []byte(servicetest.PDFText(t, sales.Get(at(id, "print")).Body)))
		confirm(sales, id)
		answers = append(answers, shop.Get(at(id)).Body, []byte(servicetest.PDFText(t, shop.Get(at(id, "print")).Body)), shop.Get("/v1/invoices").Body)
		for _, body := range answers {
			require.NotContains(t, string(body), canary)
		}
		require.True(t, slices.ContainsFunc(sales.Get(at(id, "events")).Is(200).At("data").Items(), func(e value) bool { return strings.Contains(e.String(), canary) }))
	})
}

package api_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// notForPeople finds ids, paths and JSON pointers, which mean nothing to a salesperson.
const notForPeople = `[0-9a-f]{8}-[0-9a-f]{4}-|/v1|/\w+/`

// A 412 says what somebody else changed, as a salesperson would say it. The changes name the line by position and SKU.
func TestStaleSaysWhatChanged(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales, cashier := s.As(t, auth.Sales), s.As(t, auth.Cashier)
		o := place(sales, cart("BLOOM", line("on_hand", 1), but(line("on_hand", 2), object{"sku": "ROSA-RED-60"})))
		id, second := o.At("id").Text(), o.At("lines/1/id").Text()
		edit := object{"carrier": "UPS", "lines": []object{{"id": o.At("lines/0/id").Text()}, {"id": second, "boxes": 3}}}
		cashier.Patch(at(id), edit, "If-Match", `"v1"`).Is(200)
		late := sales.Patch(at(id), object{"carrier": "FedEx"}, "If-Match", `"v1"`).Refused(412, "order_changed")
		detail := late.At("detail").Text()
		require.Regexp(t, `^Cashier Person set the carrier to UPS and changed line 2, ROSA-RED-60: boxes from 2 to 3 at \d\d:\d\d\. `+
			`Look at order `+o.At("number").Text()+` again, and repeat your change\.$`, detail)
		require.Contains(t, detail, late.At("changes/0/sentence").Text())
		said := "Cashier Person set the carrier to UPS and changed line 2, ROSA-RED-60: boxes from 2 to 3."
		require.Equal(t, said, sales.Get(at(id, "events")).Is(200).At("data/1/sentence").Text())
		require.Equal(t, said, sales.Get(at(id)+"?include=events").Is(200).At("events/data/1/sentence").Text())
		require.NotRegexp(t, notForPeople, detail)

		boxes := object{"field": "lines/" + second + "/boxes", "before": 2., "after": 3., "line_id": second, "position": 2., "sku": "ROSA-RED-60"}
		require.Contains(t, late.At("changes/0/changes").Any(), boxes)
		require.Contains(t, sales.Get(at(id, "events")).Is(200).At("data/1/changes").Any(), boxes)

		sales.Patch(at(id), object{"lines": []object{{"id": second}}}, "If-Match", "*").Is(200)
		for range 3 {
			cashier.Post(at(id, "payments"), object{"method": "cash", "amount": "1.00"}).Is(201)
		}
		detail = sales.Patch(at(id), object{"carrier": "FedEx"}, "If-Match", `"v2"`).Refused(412, "order_changed").At("detail").Text()
		require.Regexp(t, `^(Cashier Person recorded a payment of 1\.00 USD at \d\d:\d\d\. ){3}There is 1 earlier change\. Look at`, detail)
		first := object{"field": "lines/" + o.At("lines/0/id").Text(), "line_id": o.At("lines/0/id").Text(), "position": 1., "sku": o.At("lines/0/sku").Any()}
		gone := false
		for _, c := range sales.Get(at(id, "events")).Is(200).At("data/2/changes").Items() {
			if c.At("field").Text() == "lines/"+o.At("lines/0/id").Text() {
				gone = true
				is, ok := c.Any().(object)
				require.True(t, ok)
				require.NotNil(t, is["before"])
				require.Nil(t, is["after"])
				delete(is, "before")
				delete(is, "after")
				require.Equal(t, first, is, "as the line was")
			}
		}
		require.True(t, gone)
	})
}

// Each row of a batch says its outcome and the reason with the number of its order.
func TestRowsOfABatchSpeak(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		customer(t, s, "CARD", func(c *company.Customer) { c.RequireCreditCardPayment = true })
		settings(t, s, object{"unpaid_card_orders": "block"})
		sales, shop := s.As(t, auth.Sales), s.As(t, auth.Storefront)
		one, changed := place(shop, cart("BLOOM", line("on_hand", 1))), place(shop, cart("BLOOM", line("on_hand", 1)))
		unpaid, prebook := place(shop, cart("CARD", line("on_hand", 1))), place(shop, cart("BLOOM", line("k2k", 1)))
		sales.Patch(at(changed.At("id").Text()), object{"carrier": "UPS"}, "If-Match", "*").Is(200)
		placed := []servicetest.Value{one, changed, unpaid, prebook}
		orders := []object{{"id": one.At("id").Text(), "version": 1}, {"id": changed.At("id").Text(), "version": 1},
			{"id": unpaid.At("id").Text(), "version": 1}, {"id": prebook.At("id").Text(), "version": 1}, {"id": uuid.NewString(), "version": 1}}
		messages := func(mode string) []string {
			rows := sales.Post("/v1/orders/confirm", object{"mode": mode, "orders": orders}).Is(207).At("results").Each("message")
			for i, message := range rows {
				require.NotRegexp(t, notForPeople, message)
				if i < len(placed) {
					require.Contains(t, message, placed[i].At("number").Text())
				}
			}
			return rows
		}
		rows := messages("all_or_nothing")
		require.Equal(t, "Order "+one.At("number").Text()+" is not confirmed, because another order was refused.", rows[0])
		preview := sales.Post("/v1/orders/confirm?dry_run=true", object{"ids": []string{one.At("id").Text()}}).Is(207).At("results/0")
		require.Equal(t, []string{"confirmed", "Order " + one.At("number").Text() + " can be confirmed."}, []string{preview.At("outcome").Text(), preview.At("message").Text()})
		rows = messages("best_effort")
		require.Equal(t, "Order "+one.At("number").Text()+" is confirmed. Its invoice is INV-000001.", rows[0])
		require.Regexp(t, `^Sales Person set the carrier to UPS at \d\d:\d\d\. Look at order`, rows[1])
		require.Contains(t, rows[2], "must be paid by card before it can be confirmed")
		require.Contains(t, rows[3], "a prebook has no invoice of its own")
		require.Equal(t, "One of the orders does not exist, or you may not see it.", rows[4])
		require.Contains(t, messages("best_effort")[0], "was confirmed before")
	})
}

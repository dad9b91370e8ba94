package api_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// The truth table of payments: the status of the ledger, whether a balance is open, and whether $ is shown.
func TestPaymentTruthTable(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "CARD", payByCard)
		cashier, shop := s.As(t, auth.Cashier), s.As(t, auth.Storefront)
		const total = "23.50"
		rows := map[string][]string{} // ids by status
		var marked []string
		for name, c := range map[string]struct {
			free           bool
			pay            []string
			refund         []string
			correct        bool // the last payment is corrected
			void           bool
			status         string
			paid, refunded string
			balance        string
			dollar         bool
		}{
			"nothing":                     {status: "unpaid", paid: "0.00", refunded: "0.00", balance: "23.50", dollar: true},
			"a part":                      {pay: []string{"10.00"}, status: "partially_paid", paid: "10.00", refunded: "0.00", balance: "13.50", dollar: true},
			"all":                         {pay: []string{total}, status: "paid", paid: "23.50", refunded: "0.00", balance: "0.00"},
			"all in two":                  {pay: []string{"10.00", "13.50"}, status: "paid", paid: "23.50", refunded: "0.00", balance: "0.00"},
			"too much":                    {pay: []string{"30.00"}, status: "overpaid", paid: "30.00", refunded: "0.00", balance: "-6.50"},
			"too much, the rest back":     {pay: []string{"30.00"}, refund: []string{"6.50"}, status: "paid", paid: "30.00", refunded: "6.50", balance: "0.00"},
			"all, a part back":            {pay: []string{total}, refund: []string{"3.50"}, status: "partially_paid", paid: "23.50", refunded: "3.50", balance: "3.50", dollar: true},
			"all, all back":               {pay: []string{total}, refund: []string{"20.00", "3.50"}, status: "refunded", paid: "23.50", refunded: "23.50", balance: "23.50", dollar: true},
			"mistyped":                    {pay: []string{"2350.00"}, correct: true, status: "unpaid", paid: "0.00", refunded: "0.00", balance: "23.50", dollar: true},
			"a part, then mistyped":       {pay: []string{"10.00", "1350.00"}, correct: true, status: "partially_paid", paid: "10.00", refunded: "0.00", balance: "13.50", dollar: true},
			"voided":                      {void: true, status: "unpaid", paid: "0.00", refunded: "0.00", balance: "0.00"},
			"voided, paid":                {void: true, pay: []string{total}, status: "overpaid", paid: "23.50", refunded: "0.00", balance: "-23.50"},
			"voided, paid and all back":   {void: true, pay: []string{total}, refund: []string{total}, status: "refunded", paid: "23.50", refunded: "23.50", balance: "0.00"},
			"free":                        {free: true, status: "paid", paid: "0.00", refunded: "0.00", balance: "0.00"},
			"free, paid":                  {free: true, pay: []string{"1.00"}, status: "overpaid", paid: "1.00", refunded: "0.00", balance: "-1.00"},
			"free, paid and back":         {free: true, pay: []string{"1.00"}, refund: []string{"1.00"}, status: "paid", paid: "1.00", refunded: "1.00", balance: "0.00"},
			"refunded and paid once more": {pay: []string{total, "5.00"}, refund: []string{total}, status: "partially_paid", paid: "28.50", refunded: "23.50", balance: "18.50", dollar: true},
		} {
			cart := cart("CARD", line("on_hand", 1))
			if c.free {
				cart["lines"] = []object{but(line("on_hand", 1), object{"unit_price": "0"})}
			}
			id := placed(shop, cart)
			if c.void { // a payment can be recorded in every status
				s.As(t, auth.Sales).Post(at(id, "void"), object{"reason": "x"}).Is(200)
			}
			var last value
			for _, amount := range c.pay {
				last = pay(cashier, id, amount)
			}
			for _, amount := range c.refund {
				last = cashier.Post(at(id, "refunds"), object{"method": "cash", "amount": amount}).Is(201)
			}
			if c.correct {
				row := last.At("payments").Items()[len(c.pay)-1]
				last = cashier.Post(at(id, "refunds"), object{"method": "cash", "amount": row.At("amount").Text(), "corrects": row.At("id").Text()}).Is(201)
			}
			o, status := details(cashier, id), cashier.Get(at(id, "payment-status")).Is(200)
			for _, v := range []value{o, status} {
				require.Equal(t, []any{c.status, c.paid, c.refunded, c.balance, c.dollar},
					[]any{v.At("payment_status").Any(), v.At("paid").Any(), v.At("refunded").Any(), v.At("balance").Any(), !v.At("payment_indicator").Null()}, name)
			}
			if len(c.pay) > 0 {
				require.Equal(t, status.Any(), last.Any(), "%s: what a booking answers is the payment status", name)
			}
			rows[c.status] = append(rows[c.status], id)
			if c.dollar {
				marked = append(marked, id)
			}
		}
		for status, ids := range rows {
			require.ElementsMatch(t, ids, cashier.Get("/v1/orders?limit=200&payment_status="+status).Is(200).At("data").Each("id"), status)
		}
		require.ElementsMatch(t, append(append([]string{}, rows["paid"]...), rows["refunded"]...), cashier.Get("/v1/orders?limit=200&payment_status=paid,refunded").Is(200).At("data").Each("id"))
		require.ElementsMatch(t, marked, cashier.Get("/v1/orders?limit=200&payment_indicator=%24").Is(200).At("data").Each("id"))
		require.Equal(t, len(marked), cashier.Get("/v1/orders?include=facets").Is(200).At("page/facets/payment_indicator/$").Int())
	})
}

// Paying never confirms, and confirming never pays. A ledger row changes the version and adds an event.
func TestPayingAndConfirmingAreIndependent(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "CARD", payByCard)
		shop, sales := s.As(t, auth.Storefront), s.As(t, auth.Sales)
		id := placed(shop, cart("CARD", line("on_hand", 1)))
		paid := shop.Post(at(id, "payments"), object{"method": "card", "amount": "23.50", "reference": "ch_1", "currency": "USD", "paid_at": "2026-05-31T12:00:00+02:00", "notes": "Visa"})
		require.Equal(t, `"v2"`, paid.Header.Get("ETag"))
		row := paid.Is(201).At("payments/0")
		require.Equal(t, "2026-05-31T10:00:00Z", row.At("paid_at").Text())
		require.Equal(t, "storefront@rosefields.example", row.At("recorded_by/sub").Text())
		require.Equal(t, "pending", details(shop, id).At("status").Text())
		done := confirm(sales, id)
		require.Empty(t, done.At("warnings").Items())
		require.Equal(t, "paid", done.At("order/payment_status").Text())
		require.Equal(t, []string{"order.placed", "payment.recorded"}, timeline(sales, id)[:2])
		event := sales.Get(at(id, "events")).Is(200).At("data/1")
		require.Equal(t, object{"payment_id": row.At("id").Text(), "method": "card", "amount": "23.50", "reference": "ch_1", "corrects": nil}, event.At("data").Any())
		require.Contains(t, event.At("changes").Any(), object{"field": "payment_indicator", "before": "$", "after": nil}, "as the order shows it")

		unpaid := placed(shop, cart("CARD", line("on_hand", 1)))
		done = confirm(sales, unpaid)
		require.Equal(t, []string{"order_unpaid"}, done.At("warnings").Each("code"))
		require.Equal(t, "unpaid", done.At("order/payment_status").Text())
		require.Equal(t, "$", done.At("order/payment_indicator").Text())
		pay(sales, unpaid, "23.50")

		settings(t, s, object{"unpaid_card_orders": "block"})
		blocked := placed(shop, cart("CARD", line("on_hand", 1)))
		require.NotEmpty(t, sales.Post(at(blocked, "confirm"), nil).Refused(409, "payment_required").At("remedy").Text())
		require.Equal(t, "payment_required", details(sales, blocked).At("allowed_actions/confirm/code").Text())
		pay(sales, blocked, "23.50")
		confirm(sales, blocked)
	})
}

// A gateway repeats a request: the payment is recorded once. The same reference with other data is refused.
func TestGatewayReplays(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		a, b := placed(admin, cart("BLOOM", line("on_hand", 1))), placed(admin, cart("BLOOM", line("on_hand", 1)))
		charge := object{"method": "card", "amount": "20.00", "reference": "ch_1"}
		first := admin.Post(at(a, "payments"), charge).Is(201)
		rows := s.Rows(t)
		again := admin.Post(at(a, "payments"), but(charge, object{"notes": "callback"})).Is(200)
		require.Equal(t, first.Any(), again.Any())
		rows["idempotency_keys"]++
		require.Equal(t, rows, s.Rows(t))
		for _, other := range []struct {
			id   string
			body object
		}{{b, charge}, {a, but(charge, object{"amount": "20.01"})}, {b, but(charge, object{"method": "ach"})}} {
			require.Equal(t, a, admin.Post(at(other.id, "payments"), other.body).Refused(409, "payment_reference_taken").At("order_id").Text())
		}
		admin.Post(at(a, "refunds"), charge).Is(201) // a refund has references of its own
		admin.Post(at(a, "refunds"), charge).Is(200) // also if nothing is left to refund
		admin.Post(at(a, "refunds"), but(charge, object{"reference": "re_2"})).Refused(409, "refund_exceeds_paid")
		for _, method := range []string{"check", "wire"} {
			admin.Post(at(a, "payments"), object{"method": method, "amount": "1.00", "reference": "4711"}).Is(201)
			admin.Post(at(b, "payments"), object{"method": method, "amount": "1.00", "reference": "4711"}).Is(201)
		}
		// Another company's references are its own.
		foreignCustomer(t, s)
		theirs := other(t, s)
		theirs.Post(at(placed(theirs, cart("FOREIGN", line("on_hand", 1))), "payments"), charge).Is(201)

		// Twenty callbacks run at the same time, each with its own key.
		statuses := make([]int, 20)
		each(statuses, 8, func(i int) {
			answer, err := admin.Try("POST", at(b, "payments"), object{"method": "ach", "amount": "5.00", "reference": "ach_1"}, "Idempotency-Key", uuid.NewString())
			if err == nil {
				statuses[i] = answer.Status
			}
		})
		created := 0
		for _, status := range statuses {
			require.Contains(t, []int{200, 201}, status)
			created += status - 200
		}
		require.Equal(t, 1, created)
		require.Equal(t, "7.00", details(admin, b).At("paid").Text())
	})
}

// All concurrent payments are recorded. Each is added to the result of the previous one, because the version check makes
// the others read again.
func TestPaymentsAtOnce(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		cashier := s.As(t, auth.Cashier)
		id := placed(cashier, cart("BLOOM", line("on_hand", 1)))
		statuses := make([]int, 40)
		each(statuses, 8, func(i int) {
			if a, err := cashier.Persist("POST", at(id, "payments"), object{"method": "cash", "amount": "1.00"}, "Idempotency-Key", uuid.NewString()); err == nil {
				statuses[i] = a.Status
			}
		})
		require.Equal(t, slices.Repeat([]int{201}, 40), statuses)
		o := details(cashier, id)
		require.Equal(t, []any{"40.00", 41.0}, []any{o.At("paid").Any(), o.At("version").Any()})
	})
}

// asTheButton compares a refusal with the entry of the action in allowed_actions: code, sentence and remedy.
func asTheButton(t *testing.T, who *client, id, action string, problem value) {
	t.Helper()
	said := details(who, id).At("allowed_actions/" + action)
	require.Equal(t, []any{false, problem.At("code").Any(), problem.At("detail").Any(), problem.At("remedy").Any()},
		[]any{said.At("allowed").Any(), said.At("code").Any(), said.At("message").Any(), said.At("remedy").Any()})
}

// A refund is at most the net amount. A mistyped payment is corrected in full, and only once.
func TestRefunds(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		cashier := s.As(t, auth.Cashier)
		id := placed(cashier, cart("BLOOM", line("on_hand", 1)))
		refund := func(body object) object { return but(object{"method": "cash", "amount": "1.00"}, body) }
		nothing := cashier.Post(at(id, "refunds"), refund(nil)).Refused(409, "refund_exceeds_paid")
		require.Equal(t, "0.00", nothing.At("net").Text())
		asTheButton(t, cashier, id, "refund", nothing)
		first := pay(cashier, id, "10.00").At("payments/0/id").Text()
		require.Equal(t, "10.00", cashier.Post(at(id, "refunds"), refund(object{"amount": "10.01"})).Refused(409, "refund_exceeds_paid").At("net").Text())
		cashier.Post(at(id, "refunds"), refund(object{"amount": "4.00"})).Is(201)
		cashier.Post(at(id, "refunds"), refund(object{"amount": "10.00", "corrects": first})).Refused(409, "refund_exceeds_paid")
		pay(cashier, id, "4.00")
		taken := cashier.Post(at(id, "refunds"), refund(object{"amount": "10.00", "corrects": first})).Is(201)
		require.Equal(t, []any{"4.00", "4.00", "refunded"}, []any{taken.At("paid").Any(), taken.At("refunded").Any(), taken.At("payment_status").Any()})
		require.Equal(t, first, taken.At("payments/3/corrects").Text())
		events := cashier.Get(at(id, "events") + "?limit=200").Is(200).At("data").Items()
		require.Equal(t, first, events[len(events)-1].At("data/corrects").Text(), "the timeline distinguishes it from a refund")
		require.True(t, events[len(events)-1].At("data/reference").Null())
		twice := cashier.Post(at(id, "refunds"), refund(object{"amount": "10.00", "corrects": first}))
		require.Equal(t, taken.At("payments").String(), twice.Is(200).At("payments").String(), "it is so already")
		for _, role := range []auth.Role{auth.Sales, auth.SalesAllocation} {
			s.As(t, role).Post(at(id, "refunds"), refund(nil)).Refused(403, "role_not_allowed")
		}

		// Concurrent refunds never exceed what was paid.
		id = placed(cashier, cart("BLOOM", line("on_hand", 1)))
		pay(cashier, id, "10.00")
		statuses := make([]int, 12)
		each(statuses, 6, func(i int) {
			if a, err := cashier.Try("POST", at(id, "refunds"), refund(object{"amount": "3.00"}), "Idempotency-Key", uuid.NewString()); err == nil {
				statuses[i] = a.Status
			}
		})
		slices.Sort(statuses)
		require.Equal(t, []int{201, 201, 201, 409, 409, 409, 409, 409, 409, 409, 409, 409}, statuses)
		require.Equal(t, []any{"10.00", "9.00"}, []any{details(cashier, id).At("paid").Any(), details(cashier, id).At("refunded").Any()})
	})
}

// What a prebook is worth is owed on the orders billed from it. The prebook itself owes nothing, in any status and wherever it is
// shown, so that a sum of balances counts the goods once.
func TestPrebooksOweNothing(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "CARD", payByCard)
		shop, sales, manager := s.As(t, auth.Storefront), s.As(t, auth.Sales), s.As(t, auth.SalesManager)
		open, free := placed(shop, cart("CARD", line("k2k", 1))), line("k2k", 1)
		free["unit_price"] = "0"
		voided, billed := placed(shop, cart("CARD", free)), placed(shop, cart("CARD", line("k2k", 1), line("k2k", 2)))
		sales.Patch(at(open), object{"lines": []object{line("k2k", 3)}}, "If-Match", "*").Is(200)
		sales.Post(at(voided, "void"), object{"reason": "Ordered twice"}).Is(200)
		sales.Post(at(billed, "checkout"), nil).Is(200)
		first := details(sales, billed).At("lines/0/id").Text()
		order := manager.Post(at(billed, "bill"), object{"line_ids": []string{first}}).Is(201)
		require.Equal(t, []any{"unpaid", "23.50", "$"}, []any{order.At("payment_status").Any(), order.At("balance").Any(), order.At("payment_indicator").Any()})

		prebooks := []string{open, voided, billed}
		for _, id := range prebooks {
			for _, v := range []value{details(sales, id), sales.Get(at(id, "payment-status")).Is(200), details(shop, id)} {
				require.Equal(t, []any{nil, "0.00", "0.00", nil}, []any{v.At("payment_status").Any(), v.At("balance").Any(), v.At("paid").Any(), v.At("payment_indicator").Any()}, id)
			}
			sales.Post(at(id, "payments"), object{"method": "cash", "amount": "1.00"}).Refused(409, "prebook_takes_no_payment")
			for _, e := range sales.Get(at(id, "events")).Is(200).At("data").Items() {
				for _, c := range e.At("changes").Items() {
					require.NotContains(t, []string{"payment_status", "balance"}, c.At("field").Text(), e.At("type").Text())
				}
			}
		}
		require.Equal(t, "70.50", details(sales, open).At("total").Text())
		all := "payment_status=unpaid,partially_paid,paid,overpaid,refunded&limit=200&include=facets,count"
		found := sales.Get("/v1/orders?" + all).Is(200)
		require.Equal(t, []string{order.At("id").Text()}, found.At("data").Each("id"), "no prebook has a payment status")
		require.Equal(t, 1, found.At("page/facets/payment_status/unpaid").Int())
		require.Empty(t, sales.Get("/v1/orders?kind=prebook&"+all).Is(200).At("data").Items())
		list := sales.Get("/v1/orders?kind=prebook&include=facets").Is(200)
		require.ElementsMatch(t, prebooks, list.At("data").Each("id"))
		for _, o := range list.At("data").Items() {
			require.Equal(t, []any{nil, "0.00"}, []any{o.At("payment_status").Any(), o.At("balance").Any()})
		}
		for _, status := range []string{"unpaid", "paid"} {
			require.Zero(t, list.At("page/facets/payment_status/"+status).Int())
		}
		rows, err := csv.NewReader(bytes.NewReader(sales.Get("/v1/orders/export?kind=prebook").Body)).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 4)
		for _, row := range rows[1:] {
			require.Equal(t, []string{"", "0.00"}, []string{row[slices.Index(rows[0], "payment_status")], row[slices.Index(rows[0], "balance")]})
		}
	})
}

// A storefront refunds the card and ach payments that it recorded, up to what is left of each. It does not refund what others recorded.
func TestStorefrontRefundsItsOwn(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		shop, cashier := s.As(t, auth.Storefront), s.As(t, auth.Cashier)
		id := placed(shop, cart("BLOOM", line("on_hand", 1)))
		refund := func(who *client, body object) servicetest.Answer {
			return who.Post(at(id, "refunds"), but(object{"method": "card", "amount": "1.00", "reference": uuid.NewString()}, body))
		}
		record := func(who *client, method, amount string) string {
			rows := who.Post(at(id, "payments"), object{"method": method, "amount": amount, "reference": uuid.NewString()}).Is(201).At("payments").Each("id")
			return rows[len(rows)-1]
		}
		nothing := refund(shop, nil).Refused(409, "refund_exceeds_paid")
		require.Equal(t, "0.00", nothing.At("net").Text())
		asTheButton(t, shop, id, "refund", nothing)

		theirs := record(cashier, "card", "50.00")
		record(cashier, "cash", "50.00")
		none := refund(shop, nil).Refused(409, "refund_exceeds_paid")
		require.Equal(t, "0.00", none.At("net").Text(), "none of it is the storefront's")
		asTheButton(t, shop, id, "refund", none)
		require.Equal(t, []string{"/payment_id field_not_allowed"}, refund(shop, object{"payment_id": theirs}).Faults())
		list := shop.Get("/v1/orders?include=allowed_actions").Is(200).At("data/0/allowed_actions/refund")
		require.Equal(t, []any{false, "refund_exceeds_paid"}, []any{list.At("allowed").Any(), list.At("code").Any()})

		card := record(shop, "card", "10.00")
		require.True(t, allowed(details(shop, id), order.Refund))
		require.True(t, shop.Get("/v1/orders?include=allowed_actions").Is(200).At("data/0/allowed_actions/refund/allowed").Bool())
		for _, c := range []struct {
			body object
			want string
		}{
			{object{"method": "cash", "reference": nil}, "/method field_not_allowed"},
			{object{"corrects": card, "amount": "10.00"}, "/corrects field_not_allowed"},
			{object{"payment_id": card, "method": "ach"}, "/method field_conflict"},
			{object{"payment_id": uuid.NewString()}, "/payment_id payment_unknown"},
		} {
			require.Equal(t, []string{c.want}, refund(shop, c.body).Faults(), "%v", c.body)
		}
		require.Equal(t, "0.00", refund(shop, object{"method": "ach"}).Refused(409, "refund_exceeds_paid").At("net").Text(), "it has no ach payment")
		require.Equal(t, "10.00", refund(shop, object{"amount": "10.01"}).Refused(409, "refund_exceeds_paid").At("net").Text())
		first := refund(shop, object{"amount": "4.00", "reference": "re_1"}).Is(201)
		require.Equal(t, card, first.At("payments/3/payment_id").Text(), "its only payment by card is meant")
		require.True(t, first.At("payments/0/payment_id").Null())
		require.Equal(t, first.At("payments").String(), refund(shop, object{"amount": "4.00", "reference": "re_1"}).Is(200).At("payments").String(), "a callback books once")
		events := shop.Get(at(id, "events") + "?limit=200").Is(200).At("data").Items()
		require.Equal(t, card, events[len(events)-1].At("data/refunded_payment_id").Text())
		require.Equal(t, "6.00", refund(shop, object{"amount": "6.01"}).Refused(409, "refund_exceeds_paid").At("net").Text())

		second := record(shop, "card", "3.00")
		require.Equal(t, []string{"/payment_id field_required"}, refund(shop, nil).Faults())
		require.Equal(t, "3.00", refund(shop, object{"payment_id": strings.ToUpper(second), "amount": "3.01"}).Refused(409, "refund_exceeds_paid").At("net").Text())
		refund(shop, object{"payment_id": strings.ToUpper(second), "amount": "3.00"}).Is(201)
		require.Equal(t, "0.00", refund(shop, object{"payment_id": second}).Refused(409, "refund_exceeds_paid").At("net").Text())
		refund(shop, object{"amount": "3.00", "payment_id": card, "reference": "re_1"}).Refused(409, "payment_reference_taken")
		shop.Post(at(id, "refunds"), object{"method": "card", "amount": "4.00", "reference": "re_1", "payment_id": second}).Refused(409, "payment_reference_taken")

		// Staff name a payment too, and may give it back another way. A refund by card that names none is of the oldest.
		require.Equal(t, "6.00", cashier.Post(at(id, "refunds"), object{"method": "cash", "amount": "6.01", "payment_id": card}).Refused(409, "refund_exceeds_paid").At("net").Text())
		cashier.Post(at(id, "refunds"), object{"method": "check", "amount": "1.00", "payment_id": card}).Is(201)
		refund(cashier, object{"amount": "52.00"}).Is(201)
		require.Equal(t, "3.00", refund(shop, object{"payment_id": card, "amount": "3.01"}).Refused(409, "refund_exceeds_paid").At("net").Text())
		require.Equal(t, []string{"/payment_id field_conflict"}, refund(cashier, object{"payment_id": card, "corrects": card, "amount": "10.00"}).Faults())

		// The order is voided, and the storefront still gives back the rest of its payment.
		shop.Post(at(id, "void"), object{"reason": "Changed our mind"}).Is(200)
		refund(shop, object{"payment_id": card, "amount": "3.00"}).Is(201)
		last := refund(shop, object{"payment_id": card}).Refused(409, "refund_exceeds_paid")
		asTheButton(t, shop, id, "refund", last)

		// Another storefront does not see the order, and refunds nothing of it.
		s.Claims(t, map[string]any{"sub": "another-shop", "roles": []string{"Storefront"}}).Post(at(id, "refunds"), object{"method": "card", "amount": "1.00", "reference": "re_9"}).Refused(404, "order_not_found")
	})
}

// Concurrent refunds never exceed what is left of the payment, although more is left of the order.
func TestRefundsOfOnePaymentAtOnce(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		shop := s.As(t, auth.Storefront)
		id := placed(shop, cart("BLOOM", line("on_hand", 1)))
		pay(s.As(t, auth.Cashier), id, "100.00")
		shop.Post(at(id, "payments"), object{"method": "card", "amount": "10.00", "reference": "ch_1"}).Is(201)
		statuses := make([]int, 12)
		each(statuses, 6, func(i int) {
			body := object{"method": "card", "amount": "3.00", "reference": fmt.Sprint("re_", i)}
			if a, err := shop.Persist("POST", at(id, "refunds"), body, "Idempotency-Key", uuid.NewString()); err == nil {
				statuses[i] = a.Status
			}
		})
		slices.Sort(statuses)
		require.Equal(t, []int{201, 201, 201, 409, 409, 409, 409, 409, 409, 409, 409, 409}, statuses)
		require.Equal(t, "9.00", details(shop, id).At("refunded").Text())
	})
}

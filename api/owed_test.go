package api_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/stretchr/testify/require"
)

// An invoice shows what is owed on it: the balance and the payment status of its order. They move with each payment, refund and
// void, and so does the entity tag. The frozen document and its hash stay.
func TestAnInvoiceShowsWhatIsOwed(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		cashier, manager := s.As(t, auth.Cashier), s.As(t, auth.SalesManager)
		charged := but(cart("BLOOM", line("on_hand", 1)), object{"charges": []object{{"code": "FREIGHT", "amount": "1.50"}}, "taxes": []object{{"name": "Sales tax", "amount": "2.00"}}})
		id := placed(manager, charged)
		pay(cashier, id, "7.00")
		done := confirm(manager, id)
		path := "/v1/invoices/" + done.At("invoice/id").Text()
		require.Equal(t, []any{"20.00", "partially_paid"}, []any{done.At("invoice/balance").Any(), done.At("invoice/payment_status").Any()}, "paid before it was confirmed")
		first := manager.Get(path)
		hash, pdf := first.Is(200).At("hash").Text(), string(manager.Get(path+"/pdf").Body)
		tags := []string{first.Header.Get("ETag")}
		owes := func(status, balance string) {
			t.Helper()
			last := tags[len(tags)-1]
			moved := manager.Get(path, "If-None-Match", last)
			require.NotEqual(t, last, moved.Header.Get("ETag"), "the tag moves with what is owed")
			v := moved.Is(200)
			o := details(manager, id)
			require.Equal(t, []any{status, balance}, []any{v.At("payment_status").Any(), v.At("balance").Any()})
			require.Equal(t, []any{status, balance}, []any{o.At("payment_status").Any(), o.At("balance").Any()}, "as the order")
			row := manager.Get("/v1/invoices?order_id=" + id).Is(200).At("data/0")
			require.Equal(t, []any{status, balance, "23.50", "1.50", "2.00", "27.00"}, []any{row.At("payment_status").Any(), row.At("balance").Any(),
				row.At("subtotal").Any(), row.At("charges_total").Any(), row.At("taxes_total").Any(), row.At("total").Any()})
			require.Equal(t, []any{"23.50", "1.50", "2.00"}, []any{v.At("subtotal").Any(), v.At("charges_total").Any(), v.At("taxes_total").Any()})
			require.Equal(t, hash, v.At("hash").Text(), "the frozen document stays")
			tags = append(tags, moved.Header.Get("ETag"))
			require.Equal(t, 304, manager.Get(path, "If-None-Match", tags[len(tags)-1]).Status)
		}
		pay(cashier, id, "20.00")
		owes("paid", "0.00")
		pay(cashier, id, "3.00")
		owes("overpaid", "-3.00")
		cashier.Post(at(id, "refunds"), object{"method": "cash", "amount": "30.00"}).Is(201)
		owes("refunded", "27.00")
		again := confirm(manager, id)
		require.Equal(t, "refunded", again.At("invoice/payment_status").Text(), "an answer that confirms nothing shows it too")
		pay(cashier, id, "27.00")
		owes("paid", "0.00")
		manager.Post(at(id, "void"), object{"reason": "Frost"}).Is(200)
		owes("overpaid", "-27.00")
		cashier.Post(at(id, "refunds"), object{"method": "cash", "amount": "27.00"}).Is(201)
		owes("refunded", "0.00")
		require.Equal(t, pdf, string(manager.Get(path+"/pdf").Body))
		breaches, err := audit.Check(t.Context(), s.Store)
		require.NoError(t, err)
		require.Empty(t, breaches)
	})
}

// The books find open invoices, those due by a day, and those of a payment status, in lists and exports.
func TestOpenInvoices(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		cashier, manager := s.As(t, auth.Cashier), s.As(t, auth.SalesManager)
		invoices := map[string]string{}
		for name, days := range map[string]int{"open": 30, "part": 10, "paid": 20, "over": 40, "reversed": 5} {
			code := "C" + name
			manager.Post("/v1/customers", object{"code": code, "name": code, "terms": object{"label": "Terms", "days": days}}).Is(201)
			id := placed(manager, cart(code, line("on_hand", 1)))
			invoices[name] = confirm(manager, id).At("invoice/id").Text()
			switch name {
			case "part":
				pay(cashier, id, "1.00")
			case "paid":
				pay(cashier, id, "23.50")
			case "over":
				pay(cashier, id, "24.00")
			case "reversed":
				manager.Post(at(id, "void"), object{"reason": "Frost"}).Is(200)
			}
		}
		due := func(name string) string {
			return manager.Get("/v1/invoices/" + invoices[name]).Is(200).At("due_date").Text()
		}
		for query, names := range map[string][]string{
			"open=true&sort=due_date":                            {"part", "open"},
			"open=true&sort=-due_date":                           {"open", "part"},
			"open=false&sort=due_date":                           {"reversed", "paid", "over"},
			"sort=due_date":                                      {"reversed", "part", "paid", "open", "over"},
			"sort=due_date&due_to=" + due("paid"):                {"reversed", "part", "paid"},
			"sort=due_date&due_from=" + due("paid"):              {"paid", "open", "over"},
			"open=true&sort=due_date&due_to=" + due("paid"):      {"part"},
			"due_from=" + due("open") + "&due_to=" + due("open"): {"open"},
			"payment_status=paid,overpaid&sort=due_date":         {"paid", "over"},
			"payment_status=unpaid&open=true":                    {"open"},
			"payment_status=unpaid&open=false":                   {"reversed"},
			"payment_status=refunded":                            nil,
		} {
			want := make([]string, len(names))
			for i, name := range names {
				want[i] = invoices[name]
			}
			require.Equal(t, want, manager.Get("/v1/invoices?"+query).Is(200).At("data").Each("id"), query)
			rows, err := csv.NewReader(bytes.NewReader(manager.Get("/v1/invoices/export?" + query).Body)).ReadAll()
			require.NoError(t, err)
			exported := make([]string, len(rows)-1)
			for i, row := range rows[1:] {
				exported[i] = row[slices.Index(rows[0], "id")]
				require.NotEmpty(t, row[slices.Index(rows[0], "balance")])
			}
			require.Equal(t, want, exported, query)
		}
		page := manager.Get("/v1/invoices?sort=due_date&limit=2").Is(200)
		next := manager.Get("/v1/invoices?sort=due_date&limit=2&cursor=" + page.At("page/next_cursor").Text()).Is(200)
		require.Equal(t, []string{invoices["paid"], invoices["open"]}, next.At("data").Each("id"))
		manager.Get("/v1/invoices?due_from=2026-12-02&due_to=2026-12-01").Refused(400, "parameter_invalid")
		manager.Get("/v1/invoices?open=maybe").Refused(400, "parameter_invalid")
		manager.Get("/v1/credit-notes?open=true").Refused(400, "parameter_unknown")
		manager.Get("/v1/credit-notes?sort=due_date").Refused(400, "parameter_invalid")
	})
}

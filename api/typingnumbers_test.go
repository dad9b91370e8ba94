package api_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/stretchr/testify/require"
)

// Zeros at the end of a decimal number are accepted everywhere, because they do not change the value.
func TestZerosAtTheEndOfANumber(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		o := place(admin, but(cart("BLOOM", but(line("on_hand", 1), object{"unit_price": "1.500000"})), object{
			"charges": []object{{"amount": "7.0000"}, {"amount": "-2.500000000"}}, "taxes": []object{{"name": "VAT", "rate": "8.875000"}, {"name": "Deposit", "amount": "3.00000"}}}))
		id := o.At("id").Text()
		for path, want := range map[string]string{"lines/0/unit_price": "1.5000", "charges_total": "4.50", "taxes/0/rate": "8.875", "taxes/1/amount": "3.00"} {
			require.Equal(t, want, o.At(path).Text(), path)
		}
		edited := admin.Patch(at(id), object{"lines": []object{{"id": o.At("lines/0/id").Text(), "unit_price": "0.123400"}}, "charges": []object{{"amount": "5.000"}}}, "If-Match", "*").Is(200)
		require.Equal(t, []string{"0.1234", "5.00"}, []string{edited.At("lines/0/unit_price").Text(), edited.At("charges_total").Text()})
		require.Equal(t, "4.00", admin.Post(at(id, "payments"), object{"method": "cash", "amount": "4.00000"}).Is(201).At("paid").Text())
		admin.Post(at(id, "refunds"), object{"method": "cash", "amount": "1.0000"}).Is(201)
		require.Len(t, numbersOf(t, admin, "total_min=1.0000000&total_max=99.50000"), 1)
		long := place(admin, cart("BLOOM", but(line("on_hand", 1), object{"unit_price": "1.50000000000000000000", "boxes": json.RawMessage("3.0"), "units_per_box": json.RawMessage("20.000")})))
		require.Equal(t, []string{"1.5000", "90.00"}, []string{long.At("lines/0/unit_price").Text(), long.At("total").Text()})
		customer := admin.Post("/v1/customers", object{"code": "PETAL", "name": "Petal", "terms": object{"label": "Net 30", "days": json.RawMessage("30.0")}}).Is(201)
		require.Equal(t, 30, customer.At("terms/days").Int())
		settings(t, s, object{"draft_expiry_hours": json.RawMessage("48.00")})
		for _, bad := range []string{"1e3", "1.", ".5", "1,50", "0x10", "1_000", "١", "+1", "01.00", "--1", "1.0.0", " 1", "∞"} {
			for member, body := range map[string]object{
				"/lines/0/unit_price": {"lines": []object{but(line("on_hand", 1), object{"unit_price": bad})}},
				"/charges/0/amount":   {"charges": []object{{"amount": bad}}}, "/taxes/0/rate": {"taxes": []object{{"name": "x", "rate": bad}}}, "/taxes/0/amount": {"taxes": []object{{"name": "x", "amount": bad}}},
			} {
				a := admin.Post("/v1/orders", but(cart("BLOOM", line("on_hand", 1)), body))
				a.Refused(422, "body_invalid")
				require.Equal(t, []string{member + " field_invalid"}, a.Faults(), bad)
			}
			admin.Get("/v1/orders?total_min="+url.QueryEscape(bad)).Refused(400, "parameter_invalid")
			admin.Post(at(id, "payments"), object{"method": "cash", "amount": bad}).Refused(422, "body_invalid")
		}
		for member, body := range map[string]object{
			"/lines/0/unit_price": {"lines": []object{but(line("on_hand", 1), object{"unit_price": "1.500001"})}}, "/charges/0/amount": {"charges": []object{{"amount": "1.0010"}}},
			"/taxes/0/rate": {"taxes": []object{{"name": "x", "rate": "8.87501"}}}, "/taxes/0/amount": {"taxes": []object{{"name": "x", "amount": "0.005"}}},
		} {
			a := admin.Post("/v1/orders", but(cart("BLOOM", line("on_hand", 1)), body))
			require.Equal(t, []string{member + " decimals_too_many"}, a.Faults())
		}
	})
}

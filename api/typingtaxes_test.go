package api_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/stretchr/testify/require"
)

// No tax is below zero. The rule also holds for taxes that the service computes.
func TestComputedTaxIsNeverNegative(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		taxed := func(charge string) object {
			return but(cart("BLOOM", line("on_hand", 1)), object{"charges": []object{{"code": "VOUCHER", "amount": charge}}, // goods: 23.50
				"taxes": []object{{"name": "Deposit", "amount": "30.00"}, {"name": "VAT", "rate": "8.875"}}})
		}
		a := admin.Post("/v1/orders", taxed("-30.00"))
		a.Refused(422, "body_invalid")
		require.Equal(t, []string{"/charges tax_negative"}, a.Faults())
		a = admin.Post("/v1/orders", taxed("-100.00"))
		require.Equal(t, []string{"/charges total_negative"}, a.Faults(), "one fault, not two")
		o := place(admin, taxed("-23.50"))
		require.Equal(t, "0.00", o.At("taxes/1/amount").Text())
		id := o.At("id").Text()
		for _, patch := range []object{
			{"charges": []object{{"amount": "-25.00"}}},
			{"lines": []object{{"id": o.At("lines/0/id").Text(), "unit_price": "0.2300"}}},
		} {
			a := admin.Patch(at(id), patch, "If-Match", "*")
			a.Refused(422, "body_invalid")
			require.Equal(t, []string{"/charges tax_negative"}, a.Faults())
		}
		// Half a cent below zero rounds to zero, so the tax is not below zero.
		place(admin, but(taxed("-23.54"), object{"taxes": []object{{"name": "Deposit", "amount": "1.00"}, {"name": "VAT", "rate": "8.875"}}}))
		// A bill would take the discount, so it is refused.
		pre := place(admin, but(cart("BLOOM", line("k2k", 1), line("k2k", 9)), object{"charges": []object{{"amount": "-50.00"}}, "taxes": []object{{"name": "VAT", "rate": "10"}, {"name": "Deposit", "amount": "40.00"}}}))
		admin.Post(at(pre.At("id").Text(), "checkout"), nil).Is(200)
		admin.Post(at(pre.At("id").Text(), "bill"), object{"line_ids": []string{pre.At("lines/0/id").Text()}}).Refused(409, "order_not_billable")
		admin.Post(at(pre.At("id").Text(), "bill"), nil).Is(201)
	})
}

package api_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// A prebook is checked out when an edit removes its last open line.
func TestEditMayCheckAPrebookOut(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		pre := place(sales, cart("BLOOM", but(line("k2k", 1), object{"checked_out": true}), line("k2k", 2)))
		id := pre.At("id").Text()
		after := sales.Patch(at(id), object{"lines": []object{{"id": pre.At("lines/0/id").Text()}}}, "If-Match", "*").Is(200)
		require.Equal(t, "checked_out", after.At("status").Text())
		require.False(t, after.At("checked_out_at").Null())
		types := timeline(sales, id)
		require.Equal(t, []string{"order.edited", "order.checked_out"}, types[len(types)-2:])
	})
}

// A discount that is larger than the lines prevents a bill, and also a void that would return the discount. The remedy
// says what to do first.
func TestDiscountsOfPrebooks(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		manager := s.As(t, auth.SalesManager)
		out := but(line("k2k", 1), object{"checked_out": true}) // 23.50
		pre := place(manager, but(cart("BLOOM", out, out, line("k2k", 1)), object{"charges": []object{{"amount": "-30.00"}}}))
		id := pre.At("id").Text()
		one := object{"line_ids": []string{pre.At("lines/0/id").Text()}}
		refused := manager.Post(at(id, "bill"), one, "Idempotency-Key", uuid.NewString()).Refused(409, "order_not_billable")
		require.Contains(t, refused.At("remedy").Text(), "Bill more lines")
		bill := manager.Post(at(id, "bill"), nil, "Idempotency-Key", uuid.NewString()).Is(201).At("id").Text()

		manager.Patch(at(id), object{"charges": []object{{"amount": "-60.00"}}}, "If-Match", "*").Is(200)
		refused = manager.Post(at(bill, "void"), object{"reason": "Truck lost"}, "Idempotency-Key", uuid.NewString()).Refused(409, "order_not_voidable")
		require.Contains(t, refused.At("remedy").Text(), "Lower the discount")
		manager.Patch(at(id), object{"charges": []object{{"amount": "-40.00"}}}, "If-Match", "*").Is(200)
		manager.Post(at(bill, "void"), object{"reason": "Truck lost"}, "Idempotency-Key", uuid.NewString()).Is(200)
		require.Equal(t, "0.50", details(manager, id).At("total").Text())
	})
}

// A void never gives a prebook more charges or taxes than an edit allows, so that a caller can send back what it read.
func TestVoidKeepsThePrebookWithinItsContract(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		manager := s.As(t, auth.SalesManager)
		for member, most := range map[string]int{"taxes": 20, "charges": 50} {
			several := func(n int) []object {
				list := make([]object, n)
				for i := range list {
					list[i] = object{"amount": "0.01"}
					if member == "taxes" {
						list[i]["name"] = fmt.Sprintf("Fee %d", i)
					}
				}
				return list
			}
			out := but(line("k2k", 1), object{"checked_out": true})
			pre := place(manager, but(cart("BLOOM", out, line("k2k", 1)), object{member: several(most)})).At("id").Text()
			bill := manager.Post(at(pre, "bill"), nil, "Idempotency-Key", uuid.NewString()).Is(201).At("id").Text()
			edit := func(n int) servicetest.Answer {
				return manager.Patch(at(pre), object{member: several(n)}, "If-Match", "*")
			}
			require.Equal(t, []string{"/" + member + " field_too_long"}, edit(most+1).Faults())
			edit(1).Is(200)
			void := func() servicetest.Answer {
				return manager.Post(at(bill, "void"), object{"reason": "Truck lost"}, "Idempotency-Key", uuid.NewString())
			}
			void().Refused(409, "order_not_voidable")
			edit(0).Is(200)
			void().Is(200)
			read := manager.Get(at(pre))
			require.Len(t, read.JSON().At(member).Any(), most)
			manager.Patch(at(pre), read.Body, "If-Match", read.Header.Get("ETag")).Is(200)
		}
	})
}

// A storefront records online payments; staff record other payments. Large sums come back exactly.
func TestWhoRecordsWhichPayment(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		shop, cashier := s.As(t, auth.Storefront), s.As(t, auth.Cashier)
		id := placed(shop, cart("BLOOM", line("on_hand", 1)))
		book := func(c *client, what, method, amount string) int {
			a := c.Post(at(id, what), object{"method": method, "amount": amount, "reference": uuid.NewString()}, "Idempotency-Key", uuid.NewString())
			if a.Status == 422 {
				require.Equal(t, []string{"/method field_not_allowed"}, a.Faults())
			}
			return a.Status
		}
		for method, online := range map[string]bool{"card": true, "ach": true, "cash": false, "check": false, "wire": false, "credit": false} {
			require.Equal(t, map[bool]int{true: 201, false: 422}[online], book(shop, "payments", method, "1.00"), method)
			require.Equal(t, 201, book(cashier, "payments", method, "1.00"), method)
		}
		require.Equal(t, 201, book(cashier, "payments", "wire", "6000000000000.00"))
		require.Equal(t, 201, book(s.As(t, auth.Admin), "refunds", "wire", "6000000000000.00"))
	})
}

// A caller who may not confirm is refused before the body is checked.
func TestRoleIsCheckedBeforeTheBody(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		s.As(t, auth.Storefront).Post("/v1/orders/confirm", object{"colour": 1}, "Idempotency-Key", uuid.NewString()).Refused(403, "role_not_allowed")
		s.As(t, auth.Sales).Post("/v1/orders/confirm", object{"colour": 1}, "Idempotency-Key", uuid.NewString()).Refused(422, "body_invalid")
	})
}

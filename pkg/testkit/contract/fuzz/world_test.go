package fuzz_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract/fuzz"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
)

type object = map[string]any

// fill creates orders of every status, an invoice and a credit note of a customer.
func fill(t *testing.T, s *servicetest.Service) fuzz.World {
	t.Helper()
	admin, shop := s.As(t, auth.Admin), s.As(t, auth.Storefront)
	customer := admin.Post("/v1/customers", object{"code": "BLOOM", "name": "Bloom Flowers", "emails": []string{"buyer@bloom.example"}}).Is(201).At("id").Text()
	place := func(c *servicetest.Client, source string, checkout bool) string {
		line := object{"source": source, "sku": "ROSE", "units": 100, "unit_price": "0.2350"}
		return c.Post("/v1/orders", object{"customer_code": "BLOOM", "ship_date": "2030-12-01", "checkout": checkout, "lines": []object{line, line}}).Is(201).At("orders/0/id").Text()
	}
	w := fuzz.World{CustomerCode: "BLOOM", IDs: map[string][]string{"customers": {customer}}}
	add := func(kind, id string) { w.IDs[kind] = append(w.IDs[kind], id) }
	for _, c := range []*servicetest.Client{admin, shop} {
		draft, pending, confirmed, voided := place(c, "on_hand", false), place(c, "on_hand", true), place(c, "on_hand", true), place(c, "on_hand", true)
		for _, id := range []string{draft, pending, confirmed, place(c, "k2k", true)} {
			add("orders", id)
		}
		add("invoices", admin.Post("/v1/orders/"+confirmed+"/confirm", nil).Is(200).At("invoice/id").Text())
		admin.Post("/v1/orders/"+voided+"/confirm", nil).Is(200)
		add("credit-notes", admin.Post("/v1/orders/"+voided+"/void", object{"reason": "Ordered twice"}).Is(200).At("credit_note/id").Text())
		for _, id := range []string{draft, pending, confirmed} {
			admin.Post("/v1/orders/"+id+"/payments", object{"method": "cash", "amount": "5.00"}).Is(201)
		}
	}
	return w
}

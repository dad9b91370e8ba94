package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sqlcount"
	"github.com/stretchr/testify/require"
)

// The number of SQL statements of each operation, for any number of lines or rows.
func TestStatementsPerOperation(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string) {
		counter, options := sqlcount.New()
		s := servicetest.Start(t, address, servicetest.Options{Store: options, NoJobs: true})
		sales := s.As(t, auth.Sales)
		bloom := customer(t, s, "BLOOM", func(c *company.Customer) {
			c.SalespersonName, c.SalespersonEmail = "Anna Rose", "anna@rosefields.example"
		})
		s.As(t, auth.Admin).Post("/v1/webhook-endpoints", object{"url": "https://erp.example/orderdesk"}).Is(201) // it adds no statement to any write
		customer(t, s, "TRUST", func(c *company.Customer) {
			c.SalespersonEmail, c.Autoconfirm = "anna@rosefields.example", company.On
		})
		costs := func(limit int, do func() servicetest.Value) servicetest.Value {
			t.Helper()
			counter.Statements()
			answer := do()
			if seen := counter.Statements(); len(seen) > limit {
				t.Errorf("%d statements, at most %d:\n%s", len(seen), limit, strings.Join(seen, "\n"))
			}
			return answer
		}
		place := func(limit int, code string, lines ...object) servicetest.Value {
			t.Helper()
			return costs(limit, func() servicetest.Value { return sales.Post("/v1/orders", cart(code, lines...)).Is(201) })
		}
		place(20, "BLOOM", line("on_hand", 1)) // reserves a block of numbers
		for _, n := range []int{1, 50} {
			var mixed []object
			for range n {
				mixed = append(mixed, line("on_hand", 1), line("k2k", 1))
			}
			placed := place(11, "BLOOM", mixed...)
			auto := place(14, "TRUST", mixed...)
			costs(12, func() servicetest.Value {
				return s.As(t, auth.Storefront).Post("/v1/orders?dry_run=true", cart("BLOOM", mixed...)).Is(201)
			}) // with its own customer
			require.Equal(t, "confirmed", auto.At("orders/0/status").Text())
			id := placed.At("orders/0/id").Text()
			costs(4, func() servicetest.Value { return sales.Get("/v1/orders/" + id).Is(200) })
			costs(6, func() servicetest.Value { // one for each part
				return sales.Get("/v1/orders/" + id + "?include=payments,emails,events").Is(200)
			})
			one := placed.At("orders/0/lines/0/id").Text()
			costs(9, func() servicetest.Value { // without a key; it writes the search words of the carrier
				return sales.Patch("/v1/orders/"+id, object{"lines": placed.At("orders/0/lines").Any(), "carrier": fmt.Sprint("Truck ", n)}, "If-Match", "*").Is(200)
			})
			costs(8, func() servicetest.Value {
				return sales.Patch("/v1/orders/"+id, object{"lines": []object{{"id": one, "boxes": 7}, line("on_hand", 1)}}, "If-Match", "*").Is(200)
			})
			costs(8, func() servicetest.Value {
				return sales.Patch(lineAt(id, one), object{"boxes": 8}, "If-Match", "*").Is(200)
			})
			added := costs(8, func() servicetest.Value {
				return sales.Do("POST", at(id, "lines"), line("on_hand", 2), "If-Match", "*").Is(201)
			})
			costs(8, func() servicetest.Value {
				return sales.Delete(lineAt(id, added.At("lines/2/id").Text()), "If-Match", "*").Is(200)
			})
			admin := s.As(t, auth.Admin)
			costs(3, func() servicetest.Value {
				return admin.Patch("/v1/customers/"+bloom, object{"phone": fmt.Sprint(n)}, "If-Match", "*").Is(200)
			})
			costs(2, func() servicetest.Value {
				return admin.Patch("/v1/settings", object{"tax_id": fmt.Sprint(n)}, "If-Match", "*").Is(200)
			})
			costs(13, func() servicetest.Value { return sales.Post("/v1/orders/"+id+"/confirm", nil).Is(200) }) // it writes the search words of the invoice number
			repeated := auto.At("orders/0/id").Text()
			costs(7, func() servicetest.Value { return sales.Post("/v1/orders/"+repeated+"/checkout", nil).Is(200) }) // it issues the invoice
			charged := but(cart("BLOOM", but(line("k2k", 1), object{"checked_out": true})), object{"charges": []object{{"code": "FREIGHT", "amount": "1.00"}}})
			taken := costs(11, func() servicetest.Value { return sales.Post("/v1/orders", charged).Is(201) })
			s.As(t, auth.Admin).Post("/v1/orders/"+taken.At("orders/0/id").Text()+"/bill", nil).Is(201)
			costs(4, func() servicetest.Value { // it reads the company and the prebooks of billed orders
				return sales.Get("/v1/orders?include=allowed_actions&limit=200").Is(200)
			})
			costs(2, func() servicetest.Value {
				return sales.Get("/v1/orders?origin=W,P&status=pending,draft&limit=200").Is(200)
			})
			costs(3, func() servicetest.Value { // with the company
				require.Equal(t, 200, sales.Get("/v1/orders/export?origin=W,P&status=pending,draft").Status)
				return servicetest.Value{}
			})
			costs(2, func() servicetest.Value { return sales.Get("/v1/orders?include=lines&limit=200").Is(200) }) // one more
			costs(1, func() servicetest.Value { return sales.Get("/v1/orders?limit=200").Is(200) })
			costs(2, func() servicetest.Value { return sales.Get("/v1/order-lines?limit=200").Is(200) })
			costs(3, func() servicetest.Value {
				return sales.Get("/v1/order-lines?sku=ROSE&status=pending&limit=200").Is(200)
			})
			pay(sales, id, "1.00")
			costs(2, func() servicetest.Value { return sales.Get("/v1/events?limit=200").Is(200) }) // how far it goes, and the events
			costs(2, func() servicetest.Value { return sales.Get("/v1/events?types=order.placed&order_id=" + id).Is(200) })
			costs(3, func() servicetest.Value { return sales.Get("/v1/events?after=latest").Is(200) })
			counter.Statements()
			costs(2, func() servicetest.Value { return sales.Get("/v1/payments").Is(200) })
			costs(3, func() servicetest.Value { return sales.Get("/v1/payments?customer_code=BLOOM").Is(200) })
			costs(2, func() servicetest.Value { return sales.Get("/v1/orders?q=ros&customer_code=BLOOM&sort=-total").Is(200) })
			costs(2, func() servicetest.Value {
				return sales.Get("/v1/orders?updated_since=2026-01-01T00:00:00Z&sort=updated_at").Is(200)
			})
		}

		// An acknowledgement goes in with the other e-mails. Only a later checkout first asks whether it is the first of its cart.
		taken := func(do func()) int {
			counter.Statements()
			do()
			return len(counter.Statements())
		}
		both := []object{line("on_hand", 1), line("k2k", 1)}
		placing := func() int {
			return taken(func() { sales.Post("/v1/orders", cart("BLOOM", both...)).Is(201) })
		}
		checkingOut := func() int {
			id := sales.Post("/v1/orders", but(cart("BLOOM", both...), object{"checkout": false})).Is(201).At("orders/0/id").Text()
			return taken(func() { sales.Post("/v1/orders/"+id+"/checkout", nil).Is(200) })
		}
		place0, checkout0 := placing(), checkingOut()
		settings(t, s, object{"email_customer_on_order": true})
		place1, checkout1 := placing(), checkingOut()
		require.Equal(t, []int{place0, checkout0 + 1}, []int{place1, checkout1})
	})
}

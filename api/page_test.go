package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// "You will learn how to review your customer's web orders and confirm them". The test takes the steps of that page.
func TestReviewAndConfirmWebOrders(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		web := place(s.As(t, auth.Storefront), but(cart("BLOOM", line("on_hand", 4)), object{"po_number": "PO-77"}))
		prebook := placed(s.As(t, auth.Storefront), cart("BLOOM", line("k2k", 1)))
		phoned := placed(s.As(t, auth.Sales), cart("BLOOM", line("on_hand", 2)))
		id, number := web.At("id").Text(), web.At("number").Text()

		t.Run("Go to Order Entry > Order Summary tab", func(t *testing.T) {
			all := s.As(t, auth.Sales).Get("/v1/orders").Is(200).At("data").Each("id")
			require.Equal(t, []string{phoned, prebook, id}, all, "newest first")
		})
		t.Run("Enter W in Order filter field to check the web orders", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			for _, filter := range []string{"number=W", "number=w", "origin=W", "origin=web", "origin=WEB"} {
				list := sales.Get("/v1/orders?" + filter).Is(200)
				require.Equal(t, []string{prebook, id}, list.At("data").Each("id"), filter)
			}
			for _, filter := range []string{"number=" + number, "number=" + strings.ToLower(number), "number=W" + strings.TrimLeft(number[1:], "0"), "number=" + strings.TrimLeft(number[1:], "0")} {
				require.Equal(t, []string{id}, sales.Get("/v1/orders?"+filter).Is(200).At("data").Each("id"), filter)
			}
			require.Equal(t, []string{phoned}, sales.Get("/v1/orders?number=P").Is(200).At("data").Each("id"))
		})
		t.Run("Go to Actions to view the order details", func(t *testing.T) {
			o := details(s.As(t, auth.Sales), id)
			require.Equal(t, "web", o.At("origin/name").Text())
			require.Equal(t, "Pending", o.At("status_label").Text())
			require.Equal(t, "94.00", o.At("total").Text())
			require.Equal(t, "0.2350", o.At("lines/0/unit_price").Text())
			for _, a := range []order.Action{order.Print, order.Email, order.Edit, order.Confirm} {
				require.True(t, allowed(o, a), a)
			}
		})
		t.Run("you can also print", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			pdf := sales.Get(at(id, "print"))
			require.Equal(t, 200, pdf.Status)
			require.Equal(t, "application/pdf", pdf.Header.Get("Content-Type"))
			text := servicetest.PDFText(t, pdf.Body)
			for _, part := range []string{number, "BLOOM Flowers", "94.00", "PO-77"} {
				require.Contains(t, text, part)
			}
			require.NotContains(t, text, "VOID")
			page := sales.Get(at(id, "print"), "Accept", "text/html")
			require.Equal(t, "text/html; charset=utf-8", page.Header.Get("Content-Type"))
			require.Contains(t, string(page.Body), number)
			require.Equal(t, page.Body, sales.Get(at(id, "print")+"?format=html", "Accept", "application/pdf").Body, "format beats Accept")
			require.NotEqual(t, pdf.Body, sales.Get(at(id, "print")+"?size=letter").Body)
		})
		t.Run("email", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			email := sales.Post(at(id, "email"), object{"message": "Please check the ship date."}).Is(202)
			require.Equal(t, []string{"buyer@BLOOM.example"}, email.At("to").Texts())
			soon(t, "the e-mail goes out", func() bool { return len(s.SendGrid.ByEmailID(email.At("id").Text())) == 1 })
			mail := s.SendGrid.ByEmailID(email.At("id").Text())[0]
			require.Contains(t, mail.Text, "Please check the ship date.")
			require.Contains(t, servicetest.PDFText(t, mail.Attachments[0].Data), number)
		})
		t.Run("or edit the order", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			read := sales.Get(at(id))
			edited := sales.Patch(at(id), object{"carrier": "Armellini", "lines": []object{{"id": read.JSON().At("lines/0/id").Text(), "boxes": 5}}}, "If-Match", read.Header.Get("ETag"))
			require.Equal(t, "117.50", edited.Is(200).At("total").Text())
			require.NotEqual(t, read.Header.Get("ETag"), edited.Header.Get("ETag"))
		})
		t.Run("Select the order and click on the Confirm Orders button", func(t *testing.T) {
			batch := s.As(t, auth.Sales).Post("/v1/orders/confirm", object{"ids": []string{id}}).Is(207)
			require.Equal(t, 1, batch.At("summary/confirmed").Int())
			require.Equal(t, "INV-000001", batch.At("results/0/invoice_number").Text())
		})
		t.Run("The customer will automatically receive the invoice via email", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			var email value
			soon(t, "the invoice is sent", func() bool {
				email = sales.Get(at(id, "emails")).Is(200).At("data/0")
				return email.At("kind").Text() == "invoice" && email.At("status").Text() == "sent"
			})
			mails := s.SendGrid.ByEmailID(email.At("id").Text())
			require.Len(t, mails, 1)
			require.Equal(t, []string{"buyer@BLOOM.example"}, mails[0].To)
			require.Len(t, mails[0].Attachments, 1)
			text := servicetest.PDFText(t, mails[0].Attachments[0].Data)
			for _, part := range []string{"INV-000001", "BLOOM Flowers", "117.50"} {
				require.Contains(t, text, part)
			}
			require.Equal(t, mails[0].Attachments[0].Data, sales.Get(at(id, "print")).Body, "what is mailed is what is printed")
		})
		t.Run("Finally, the status of the order will change to Confirmed", func(t *testing.T) {
			o := details(s.As(t, auth.Sales), id)
			require.Equal(t, "confirmed", o.At("status").Text())
			require.Equal(t, "Confirmed", o.At("status_label").Text())
			require.Equal(t, "INV-000001", o.At("invoice/number").Text())
			require.Equal(t, "sent", o.At("email_status").Text())
			require.Subset(t, timeline(s.As(t, auth.Sales), id), []string{"order.placed", "order.edited", "order.confirmed", "email.queued", "email.sent"})
		})
	})
}

// "This icon will appear … for unpaid web orders of customers having the Require Credit Card Payment setting enabled."
func TestPaymentStatusIndicator(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		sales, shop := s.As(t, auth.Sales), s.As(t, auth.Storefront)
		card := customer(t, s, "CARD", payByCard)
		terms := customer(t, s, "TERMS")
		free := line("on_hand", 1)
		free["unit_price"] = "0"
		orders := map[string]string{
			"web":         placed(shop, cart("CARD", line("on_hand", 1))),
			"draft":       placed(shop, but(cart("CARD", line("on_hand", 1)), object{"checkout": false})),
			"part paid":   placed(shop, cart("CARD", line("on_hand", 1))),
			"confirmed":   placed(shop, cart("CARD", line("on_hand", 1))),
			"refunded":    placed(shop, cart("CARD", line("on_hand", 1))),
			"paid":        placed(shop, cart("CARD", line("on_hand", 1))),
			"overpaid":    placed(shop, cart("CARD", line("on_hand", 1))),
			"voided":      placed(shop, cart("CARD", line("on_hand", 1))),
			"free":        placed(shop, cart("CARD", free)),
			"prebook":     placed(shop, cart("CARD", line("k2k", 1))),
			"phone":       placed(sales, cart("CARD", line("on_hand", 1))),
			"standing":    placed(sales, but(cart("CARD", line("on_hand", 1)), object{"origin": "S"})),
			"external":    placed(sales, but(cart("CARD", line("on_hand", 1)), object{"origin": "X"})),
			"staff's web": placed(sales, but(cart("CARD", line("on_hand", 1)), object{"origin": "W"})),
			"on terms":    placed(shop, cart("TERMS", line("on_hand", 1))),
		}
		pay(sales, orders["part paid"], "1.00")
		pay(sales, orders["paid"], "23.50")
		pay(sales, orders["overpaid"], "30.00")
		pay(sales, orders["refunded"], "23.50")
		s.As(t, auth.Cashier).Post(at(orders["refunded"], "refunds"), object{"method": "cash", "amount": "23.50"}).Is(201)
		confirm(sales, orders["confirmed"])
		sales.Post(at(orders["voided"], "void"), object{"reason": "Ordered twice"}).Is(200)

		shows := func(t *testing.T, marked ...string) {
			t.Helper()
			sales := s.As(t, auth.Sales)
			var want []string
			for name, id := range orders {
				is := false
				for _, m := range marked {
					is = is || m == name
				}
				o := details(sales, id)
				require.Equal(t, is, !o.At("payment_indicator").Null(), name)
				status := sales.Get(at(id, "payment-status")).Is(200)
				require.Equal(t, o.At("payment_indicator").Any(), status.At("payment_indicator").Any(), name)
				require.Equal(t, o.At("balance").Text(), status.At("balance").Text(), name)
				if is {
					require.Equal(t, "$", o.At("payment_indicator").Text())
					want = append(want, id)
				}
			}
			require.ElementsMatch(t, want, sales.Get("/v1/orders?payment_indicator=$&limit=200").Is(200).At("data").Each("id"))
		}
		unpaid := []string{"web", "draft", "part paid", "confirmed", "refunded", "staff's web"}
		shows(t, unpaid...)

		version := details(sales, orders["web"]).At("version").Int()
		recustomer(t, s, card, object{"require_credit_card_payment": false})
		shows(t)
		recustomer(t, s, terms, object{"require_credit_card_payment": true})
		shows(t, "on terms")
		recustomer(t, s, card, object{"require_credit_card_payment": true})
		shows(t, append(unpaid, "on terms")...)
		require.Equal(t, version, details(sales, orders["web"]).At("version").Int(), "the customer's flag moves no version")
		require.True(t, sales.Get(at(orders["web"], "payment-status")).Is(200).At("require_credit_card_payment").Bool())

		pay(sales, orders["web"], "23.50")
		shows(t, append(unpaid[1:], "on terms")...)
	})
}

// The $ on a document follows the flag of its customer, also if the flag changes while the document is written.
func TestIndicatorSurvivesRaces(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		id := customer(t, s, "CARD")
		for name, c := range map[string]struct {
			ask    func(id string) (path string, body any)
			answer int
			status string // of the document after the test
		}{
			"checkout": {func(id string) (string, any) { return at(id, "checkout"), nil }, 200, "pending"},
			"confirm":  {func(id string) (string, any) { return at(id, "confirm"), nil }, 200, "confirmed"},
			"all or nothing": {func(id string) (string, any) {
				return "/v1/orders/confirm", object{"ids": []string{id}, "mode": "all_or_nothing"}
			}, 207, "confirmed"},
		} {
			t.Run(name, func(t *testing.T) {
				sales, doc := s.As(t, auth.Sales), placed(s.As(t, auth.Storefront), but(cart("CARD", line("on_hand", 1)), object{"checkout": false}))
				// Another transaction changes the flag and holds the row of the customer. The writer waits for it.
				tx, err := s.Database(t).Begin()
				require.NoError(t, err)
				exec := func(query string) {
					_, err := tx.Exec(query)
					require.NoError(t, err)
				}
				exec("UPDATE customers SET require_credit_card_payment = true WHERE id = '" + id + "'")
				written := make(chan error, 1)
				var answer servicetest.Answer
				go func() {
					path, body := c.ask(doc)
					var err error
					answer, err = sales.Try("POST", path, body)
					written <- err
				}()
				time.Sleep(300 * time.Millisecond)
				exec("UPDATE orders SET payment_indicator = true WHERE id = '" + doc + "'")
				require.NoError(t, tx.Commit())
				require.NoError(t, <-written)
				if body := answer.Is(c.answer); c.answer == 207 {
					require.Equal(t, 1, body.At("summary/confirmed").Int(), "%s", body)
				}
				o := details(sales, doc)
				require.Equal(t, c.status, o.At("status").Text())
				require.False(t, o.At("payment_indicator").Null())
				recustomer(t, s, id, object{"require_credit_card_payment": false})
			})
		}
	})
}

// "Draft … if at least one item is still pending to be checked out … Checked Out: once all the lines have been checked
// out". "Admin, Sales, Cashier, Sales Allocation, Sales Manager" may check out, and so may the storefront of the customer.
func TestPrebookCheckout(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		shop := s.As(t, auth.Storefront)
		for _, role := range append(staff(), auth.Storefront) {
			t.Run(string(role), func(t *testing.T) {
				who := s.As(t, role)
				answer := s.As(t, auth.Storefront).Post("/v1/orders", cart("BLOOM", line("future_sales", 1), line("k2k", 1), line("vendor_availability", 1))).Is(201)
				require.Len(t, answer.At("orders").Items(), 1, "no invoice but a prebook")
				o := answer.At("orders/0")
				id, lines := o.At("id").Text(), o.At("lines").Each("id")
				require.Equal(t, "prebook", o.At("kind").Text())
				require.Equal(t, "Draft", o.At("status_label").Text())
				require.True(t, o.At("invoice").Null())

				some := who.Post(at(id, "checkout"), object{"line_ids": lines[:1]}).Is(200)
				require.Equal(t, "Draft", some.At("order/status_label").Text(), "two items are still pending")
				require.Equal(t, 1, some.At("order/progress/checked_out").Int())
				version := some.At("order/version").Int()
				twice := who.Post(at(id, "checkout"), object{"line_ids": lines[:1]}).Is(200)
				require.Equal(t, version, twice.At("order/version").Int(), "a line twice changes nothing")
				require.Equal(t, "Draft", who.Post(at(id, "checkout"), object{"line_ids": lines[1:2]}).Is(200).At("order/status_label").Text())
				last := who.Post(at(id, "checkout"), nil).Is(200)
				require.Equal(t, "Checked Out", last.At("order/status_label").Text())
				require.True(t, last.At("invoice").Null())
				require.Equal(t, who.Get("/v1/me").Is(200).At("sub").Text(), last.At("order/lines/2/checked_out_by/sub").Text())
				again := who.Post(at(id, "checkout"), nil).Is(200)
				require.Equal(t, last.At("order/version").Int(), again.At("order/version").Int())
				require.Equal(t, []string{"order.placed", "line.checked_out", "line.checked_out", "line.checked_out", "order.checked_out"}, timeline(who, id))
				s.As(t, auth.Sales).Post(at(id, "confirm"), nil).Refused(409, "prebook_has_no_invoice")
			})
		}
		t.Run("nobody else", func(t *testing.T) {
			id := placed(shop, cart("BLOOM", line("k2k", 1)))
			s.Claims(t, map[string]any{"roles": []string{"Purchasing"}}).Post(at(id, "checkout"), nil).Refused(403, "role_missing")
			s.Claims(t, map[string]any{"company_type": "buyer"}).Post(at(id, "checkout"), nil).Refused(403, "company_not_seller")
			s.Claims(t, map[string]any{"company_id": servicetest.Other}).Post(at(id, "checkout"), nil).Refused(404, "order_not_found")
			s.Claims(t, map[string]any{"roles": []string{"Storefront"}, "sub": "another-shop"}).Post(at(id, "checkout"), nil).Refused(404, "order_not_found")
			s.Nobody(t).Post(at(id, "checkout"), nil).Refused(401, "token_missing")
			require.Equal(t, "draft", details(s.As(t, auth.Sales), id).At("status").Text())
		})
		t.Run("line ids are a prebook's own", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			o := place(shop, cart("BLOOM", line("k2k", 1)))
			other := place(shop, cart("BLOOM", line("k2k", 1)))
			refused := sales.Post(at(o.At("id").Text(), "checkout"), object{"line_ids": []string{o.At("lines/0/id").Text(), other.At("lines/0/id").Text()}})
			refused.Refused(422, "body_invalid")
			require.Equal(t, []string{"/line_ids/1 line_unknown"}, refused.Faults())
			require.Equal(t, 0, details(sales, o.At("id").Text()).At("progress/checked_out").Int())
			// An order is checked out as a whole. A request that names lines is refused.
			draft := place(shop, but(cart("BLOOM", line("on_hand", 1)), object{"checkout": false}))
			refused = sales.Post(at(draft.At("id").Text(), "checkout"), object{"line_ids": []string{draft.At("lines/0/id").Text()}})
			refused.Refused(422, "body_invalid")
			require.Equal(t, []string{"/line_ids field_conflict"}, refused.Faults())
			require.Equal(t, "draft", details(sales, draft.At("id").Text()).At("status").Text())
		})
	})
}

// "Skip Order Confirmation: … Once a customer places an order, it will be automatically confirmed."
func TestSkipOrderConfirmation(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		shop := s.As(t, auth.Storefront)
		for _, c := range []struct {
			company  bool
			customer company.Autoconfirm
			want     string
		}{
			{false, company.Inherit, "pending"}, {false, company.On, "confirmed"}, {false, company.Off, "pending"},
			{true, company.Inherit, "confirmed"}, {true, company.On, "confirmed"}, {true, company.Off, "pending"},
		} {
			code := map[bool]string{true: "YES", false: "NO"}[c.company] + string(c.customer)
			t.Run(code, func(t *testing.T) {
				settings(t, s, object{"autoconfirm_orders_upon_checkout": c.company})
				customer(t, s, code, func(cu *company.Customer) { cu.Autoconfirm = c.customer })
				shop := s.As(t, auth.Storefront)
				answer := shop.Post("/v1/orders", cart(code, line("on_hand", 1), line("k2k", 1))).Is(201)
				require.Equal(t, c.want, answer.At("orders/0/status").Text())
				require.Equal(t, "draft", answer.At("orders/1/status").Text(), "a prebook is never confirmed")
				require.Equal(t, c.want == "confirmed", !answer.At("orders/0/invoice").Null())
				require.Empty(t, answer.At("warnings").Items())

				draft := placed(shop, but(cart(code, line("on_hand", 1)), object{"checkout": false}))
				require.Equal(t, "draft", details(shop, draft).At("status").Text(), "a cart is not confirmed")
				out := shop.Post(at(draft, "checkout"), nil).Is(200)
				require.Equal(t, c.want, out.At("order/status").Text())
				require.Equal(t, c.want == "confirmed", !out.At("invoice").Null())
				if c.want == "confirmed" {
					require.Equal(t, "system", out.At("order/confirmed_by/sub").Text())
					require.Equal(t, out.At("invoice/number").Text(), out.At("order/invoice/number").Text())
				}
			})
		}
		refused := func(t *testing.T, code string) {
			t.Helper()
			sales := s.As(t, auth.Sales)
			answer := shop.Post("/v1/orders", cart("CARD", line("on_hand", 1))).Is(201)
			id := answer.At("orders/0/id").Text()
			require.Equal(t, "pending", answer.At("orders/0/status").Text())
			require.True(t, answer.At("orders/0/invoice").Null())
			require.Equal(t, []string{"autoconfirm_refused"}, answer.At("warnings").Each("code"))
			require.Contains(t, answer.At("warnings/0/message").Text(), code)
			require.Equal(t, id, answer.At("warnings/0/order_id").Text())
			require.Equal(t, []string{"order.placed", "order.autoconfirm_refused"}, timeline(sales, id))
			require.Equal(t, code, sales.Get(at(id, "events")).Is(200).At("data/1/data/code").Text())
		}
		settings(t, s, object{"autoconfirm_orders_upon_checkout": true, "unpaid_card_orders": "block"})
		customer(t, s, "CARD", payByCard)
		t.Run("block and unpaid", func(t *testing.T) { refused(t, "payment_required") })
		t.Run("with block: place with checkout false, pay, check out", func(t *testing.T) {
			draft := placed(shop, but(cart("CARD", line("on_hand", 1)), object{"checkout": false}))
			shop.Post(at(draft, "payments"), object{"method": "card", "amount": "23.50", "reference": "ch_1"}).Is(201)
			require.Equal(t, "confirmed", shop.Post(at(draft, "checkout"), nil).Is(200).At("order/status").Text())
		})
		t.Run("past the cut-off", func(t *testing.T) {
			settings(t, s, object{"unpaid_card_orders": "warn", "confirmation_cutoff": object{"sunday": "00:00"}})
			s.Clock.Move(10 * 365 * 24 * 3600e9) // past 2030-12-01, a Sunday
			shop = s.As(t, auth.Storefront)
			refused(t, "past_cutoff")
			manager := s.As(t, auth.SalesManager).Post("/v1/orders", cart("CARD", line("on_hand", 1))).Is(201)
			require.Equal(t, "pending", manager.At("orders/0/status").Text(), "the cut-off holds for the service as for Sales, whoever placed the order")
			id := manager.At("orders/0/id").Text()
			for _, role := range []auth.Role{auth.Sales, auth.Cashier, auth.SalesAllocation} {
				s.As(t, role).Post(at(id, "confirm"), nil).Refused(409, "past_cutoff")
				require.False(t, allowed(details(s.As(t, role), id), order.Confirm))
			}
			confirm(s.As(t, auth.Sales, auth.SalesManager), id)
		})
		t.Run("a billed order is not autoconfirmed", func(t *testing.T) {
			sales := s.As(t, auth.Admin)
			settings(t, s, object{"confirmation_cutoff": nil})
			id := placed(sales, cart("YESinherit", but(line("k2k", 1), object{"checked_out": true})))
			require.Equal(t, "pending", sales.Post(at(id, "bill"), nil).Is(201).At("status").Text())
		})
	})
}

// The salesperson gets one e-mail about a checkout, when lines are first checked out. It names both documents.
func TestSalespersonGetsOneNoticeOfACheckout(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) {
			c.SalespersonName, c.SalespersonEmail, c.Emails = "Anna Rose", "anna@rosefields.example", nil
		})
		emailsAbout := func(checkout value) int {
			n := 0
			for _, l := range s.As(t, auth.Sales).Get(at(checkout.At("orders/0/id").Text(), "emails")).Is(200).At("data").Items() {
				if l.At("kind").Text() == "order_placed" {
					require.Equal(t, []string{"anna@rosefields.example"}, l.At("to").Texts())
					n++
				}
			}
			return n
		}
		mixed, shop, sales := cart("BLOOM", line("on_hand", 1), line("k2k", 1)), s.As(t, auth.Storefront), s.As(t, auth.Sales)
		at0 := func(v value, i string) string { return at(v.At("orders/"+i+"/id").Text(), "checkout") }

		both := shop.Post("/v1/orders", mixed).Is(201)
		require.Equal(t, 1, emailsAbout(both))
		soon(t, "the e-mail goes out", func() bool { return len(s.SendGrid.Accepted()) == 1 })
		mail := s.SendGrid.Accepted()[0]
		for _, i := range []string{"0", "1"} {
			require.Contains(t, mail.Text, both.At("orders/"+i+"/number").Text())
			require.Contains(t, mail.HTML, both.At("orders/"+i+"/number").Text())
		}
		shop.Post(at0(both, "1"), nil).Is(200)
		require.Equal(t, 1, emailsAbout(both), "checking the prebook out later is the same checkout")

		draft := shop.Post("/v1/orders", but(mixed, object{"checkout": false})).Is(201)
		require.Zero(t, emailsAbout(draft), "not for a draft cart")
		statuses := make([]int, 4)
		each(statuses, 4, func(i int) {
			if a, err := shop.Try("POST", at0(draft, []string{"0", "1"}[i%2]), nil); err == nil {
				statuses[i] = a.Status
			}
		})
		require.Contains(t, statuses, 200)
		require.Equal(t, 1, emailsAbout(draft), "once, whichever comes first")

		confirmed := shop.Post("/v1/orders", but(mixed, object{"checkout": false})).Is(201)
		confirm(sales, confirmed.At("orders/0/id").Text())
		require.Equal(t, 1, emailsAbout(confirmed), "confirming a cart submits it")

		some := shop.Post("/v1/orders", cart("BLOOM", but(line("k2k", 1), object{"checked_out": true}), line("k2k", 1))).Is(201)
		require.Equal(t, 1, emailsAbout(some))
		open := shop.Post("/v1/orders", cart("BLOOM", line("k2k", 1))).Is(201)
		require.Equal(t, 1, emailsAbout(open), "a cart of open prebook lines was submitted as well")
		require.Zero(t, emailsAbout(shop.Post("/v1/orders", but(cart("BLOOM", line("k2k", 1)), object{"checkout": false})).Is(201)))
		handed := shop.Post("/v1/orders", but(mixed, object{"checkout": false})).Is(201)
		id := sales.Get("/v1/customers?code=BLOOM").Is(200).At("data/0/id").Text()
		s.As(t, auth.Admin).Patch("/v1/customers/"+id, object{"salesperson": object{"name": "Bo Lind", "email": "bo@rosefields.example"}}, "If-Match", "*").Is(200)
		shop.Post(at0(handed, "0"), nil).Is(200)
		emails := sales.Get(at(handed.At("orders/0/id").Text(), "emails")).Is(200).At("data").Items()
		require.Len(t, emails, 1)
		require.Equal(t, []string{"bo@rosefields.example"}, emails[0].At("to").Texts(), "who is assigned when the lines are submitted")
		settings(t, s, object{"email_salesperson_on_order": false})
		require.Zero(t, emailsAbout(shop.Post("/v1/orders", mixed).Is(201)))
	})
}

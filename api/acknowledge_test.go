package api_test

import (
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// acknowledgements returns the e-mails that acknowledge a checkout, as its first document lists them.
func acknowledgements(c *client, checkout value) []value {
	var found []value
	for _, e := range c.Get(at(checkout.At("orders/0/id").Text(), "emails")).Is(200).At("data").Items() {
		if e.At("kind").Text() == "order_received" {
			found = append(found, e)
		}
	}
	return found
}

// The buyer hears of a checkout once, at the moment lines are first submitted, if the company wants that. Where an order confirms
// itself, the invoice alone goes out.
func TestTheBuyerIsToldOnce(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		mail := func(c *company.Customer) { c.Emails = []string{"one@bloom.example", "two@bloom.example"} }
		customer(t, s, "BLOOM", mail)
		customer(t, s, "TRUST", mail, func(c *company.Customer) { c.Autoconfirm = company.On })
		customer(t, s, "MUTE", func(c *company.Customer) { c.Emails = nil })
		shop, sales := s.As(t, auth.Storefront), s.As(t, auth.Sales)
		mixed := cart("BLOOM", line("on_hand", 1), line("k2k", 1))
		place := func(cart object) value { return shop.Post("/v1/orders", cart).Is(201) }
		drafts := func() value { return place(but(mixed, object{"checkout": false})) }
		checkout := func(v value, i string) value {
			return shop.Post(at(v.At("orders/"+i+"/id").Text(), "checkout"), nil).Is(200)
		}
		told := func(v value) int { return len(acknowledgements(sales, v)) }

		require.False(t, settings(t, s, object{}).At("email_customer_on_order").Bool(), "off unless the company turns it on")
		early := drafts()
		checkout(early, "0")
		require.Zero(t, told(early))
		require.Zero(t, told(place(mixed)))
		require.True(t, settings(t, s, object{"email_customer_on_order": true}).At("email_customer_on_order").Bool())
		checkout(early, "1")
		require.Zero(t, told(early), "its first lines were submitted before")

		both := place(mixed)
		require.Equal(t, 1, told(both))
		e := acknowledgements(sales, both)[0]
		require.Equal(t, []string{"one@bloom.example", "two@bloom.example"}, e.At("to").Texts())
		require.Equal(t, "Order "+both.At("orders/0/number").Text()+" and prebook "+both.At("orders/1/number").Text()+" received by Rosefields Wholesale", e.At("subject").Text())
		require.Equal(t, "queued", both.At("orders/0/email_status").Text(), "it counts like any e-mail to the customer")
		require.Equal(t, "queued", details(sales, both.At("orders/0/id").Text()).At("email_status").Text())
		require.Contains(t, timeline(sales, both.At("orders/0/id").Text()), "email.queued")
		other := sales.Get(at(both.At("orders/1/id").Text(), "emails")).Is(200).At("data")
		require.Equal(t, []string{e.At("id").Text()}, other.Each("id"), "the prebook lists the one e-mail too")
		checkout(both, "1")
		checkout(both, "0")
		require.Equal(t, 1, told(both), "the same checkout")

		key := "8c4e8a52-6a5e-4f3d-9a3b-1d7f0c2b9e11"
		first := shop.Post("/v1/orders", mixed, "Idempotency-Key", key).Is(201)
		again := shop.Post("/v1/orders", mixed, "Idempotency-Key", key).Is(201)
		require.Equal(t, first.At("checkout_id").Text(), again.At("checkout_id").Text())
		require.Equal(t, 1, told(first), "a replay sends nothing")

		draft := drafts()
		require.Zero(t, told(draft), "not for a draft cart")
		done := checkout(draft, "0")
		require.Equal(t, 1, told(draft))
		require.Equal(t, "queued", done.At("order/email_status").Text())
		checkout(draft, "0")
		checkout(draft, "1")
		require.Equal(t, 1, told(draft))

		racing := drafts()
		statuses := make([]int, 4)
		each(statuses, 4, func(i int) {
			if a, err := shop.Try("POST", at(racing.At("orders/"+[]string{"0", "1"}[i%2]+"/id").Text(), "checkout"), nil); err == nil {
				statuses[i] = a.Status
			}
		})
		require.Contains(t, statuses, 200)
		require.Equal(t, 1, told(racing), "once, whichever comes first")

		lines := drafts()
		prebook := lines.At("orders/1/id").Text()
		shop.Post(at(prebook, "checkout"), object{"line_ids": []string{details(sales, prebook).At("lines/0/id").Text()}}).Is(200)
		require.Equal(t, 1, told(lines))
		require.True(t, details(sales, lines.At("orders/0/id").Text()).At("email_status").Null(), "it belongs to the document that was submitted")
		checkout(lines, "0")
		require.Equal(t, 1, told(lines))

		open := place(cart("BLOOM", line("k2k", 1)))
		require.Equal(t, 1, told(open), "a cart of open prebook lines was submitted as well")
		checkout(open, "0")
		require.Equal(t, 1, told(open))
		require.Equal(t, 1, told(place(cart("BLOOM", but(line("k2k", 1), object{"checked_out": true}), line("k2k", 1)))))

		invoiceAlone := func(v value) {
			t.Helper()
			require.Equal(t, []string{"invoice"}, sales.Get(at(v.At("orders/0/id").Text(), "emails")).Is(200).At("data").Each("kind"))
		}
		itself := place(cart("TRUST", line("on_hand", 1), line("k2k", 1)))
		require.Equal(t, "confirmed", itself.At("orders/0/status").Text())
		invoiceAlone(itself)
		checkout(itself, "1")
		invoiceAlone(itself)
		later := place(but(cart("TRUST", line("on_hand", 1)), object{"checkout": false}))
		checkout(later, "0")
		invoiceAlone(later)
		confirmed := drafts()
		confirm(sales, confirmed.At("orders/0/id").Text())
		invoiceAlone(confirmed)

		mute := place(cart("MUTE", line("on_hand", 1)))
		require.Equal(t, []any{"failed", "recipient_missing"}, []any{acknowledgements(sales, mute)[0].At("status").Any(), acknowledgements(sales, mute)[0].At("error_code").Any()})
		require.Equal(t, "customer_has_no_email", mute.At("warnings/0/code").Text())
		require.Equal(t, "failed", details(sales, mute.At("orders/0/id").Text()).At("email_status").Text())

		settings(t, s, object{"email_invoice_on_confirmation": false})
		silent := place(cart("TRUST", line("on_hand", 1)))
		require.Equal(t, "confirmed", silent.At("orders/0/status").Text())
		require.Equal(t, 1, told(silent), "no invoice is mailed, so that this is all that the buyer gets")
		settings(t, s, object{"email_customer_on_order": false})
		require.Zero(t, told(place(mixed)))

		breaches, err := audit.Check(t.Context(), s.Store)
		require.NoError(t, err)
		require.Empty(t, breaches)
	})
}

// The acknowledgement has a sheet of each document of the cart, never an invoice, and the salesperson hears if it bounces.
func TestAnAcknowledgementHasTheSheets(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) {
			c.Emails, c.SalespersonEmail = []string{"one@bloom.example"}, "ann@rosefields.example"
		})
		settings(t, s, object{"email_customer_on_order": true, "email_salesperson_on_order": false})
		shop, sales := s.As(t, auth.Storefront), s.As(t, auth.Sales)
		s.SendGrid.Always(sendgridtest.Answer(503)) // until the order has its invoice
		both := shop.Post("/v1/orders", but(cart("BLOOM", line("on_hand", 1), line("k2k", 1)), object{"external_reference": "cart-1"})).Is(201)
		id, e := both.At("orders/0/id").Text(), acknowledgements(sales, both)[0].At("id").Text()
		confirm(sales, id)
		s.SendGrid.Heal()
		s.Clock.Move(time.Hour)
		soon(t, "it is sent", func() bool { return emailOf(sales, id, e).At("status").Text() == "sent" })
		mail := s.SendGrid.ByEmailID(e)[0]
		require.Len(t, mail.Attachments, 2)
		for i, kind := range []string{"Order", "Prebook"} {
			number := both.At("orders/" + []string{"0", "1"}[i] + "/number").Text()
			require.Equal(t, kind+" "+number+".pdf", mail.Attachments[i].Name)
			sheet := servicetest.PDFText(t, mail.Attachments[i].Data)
			require.Contains(t, sheet, number)
			require.NotContains(t, sheet, "INV-000001")
			require.Contains(t, mail.Text, kind+" "+number)
			require.Contains(t, mail.HTML, number)
		}
		require.Contains(t, mail.Text, "They are not invoices")
		require.Contains(t, mail.Text, "cart-1")

		status, err := s.SendGrid.Post(t.Context(), s.URL+"/v1/hooks/sendgrid", s.SendGrid.Events(mail, "bounce")...)
		require.NoError(t, err)
		require.Equal(t, 204, status)
		kinds := sales.Get(at(id, "emails")).Is(200).At("data").Each("kind")
		require.ElementsMatch(t, []string{"order_received", "invoice", "delivery_notice"}, kinds)
		require.Equal(t, "bounced", emailOf(sales, id, e).At("status").Text())
	})
}

package api_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// Settings and customers have versions: a read with the current version gets 304, and an edit with an old one is
// refused.
func TestVersionsOfSettingsAndCustomers(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		id := customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		for path, c := range map[string]struct {
			patch        object
			stale, tells string
		}{
			"/v1/settings":        {object{"tax_id": "59-1"}, "settings_changed", "The settings were changed after you read them. Look at them again, and repeat your change."},
			"/v1/customers/" + id: {object{"tax_id": "59-1"}, "customer_changed", "Customer BLOOM was changed after you read it. Look at it again, and repeat your change."},
		} {
			read := admin.Get(path)
			require.Equal(t, `"v1"`, read.Header.Get("ETag"))
			require.Equal(t, 1, read.JSON().At("version").Int())
			same := admin.Get(path, "If-None-Match", `"v0", "v1"`)
			require.Equal(t, 304, same.Status)
			require.Empty(t, same.Body)
			written := admin.Patch(path, c.patch, "If-Match", `"v1"`)
			require.Equal(t, "59-1", written.Is(200).At("tax_id").Text())
			require.Equal(t, `"v2"`, written.Header.Get("ETag"))
			stale := admin.Patch(path, object{"tax_id": "x"}, "If-Match", `"v1"`).Refused(412, c.stale)
			require.Equal(t, 2, stale.At("current_version").Int())
			require.Equal(t, c.tells, stale.At("detail").Text())
			require.Equal(t, 200, admin.Get(path, "If-None-Match", `"v1"`).Status)
			require.True(t, admin.Patch(path, object{"tax_id": nil}, "If-Match", `"v2"`).Is(200).At("tax_id").Null())
		}
		cu := recustomer(t, s, id, object{"emails": []string{"a@bloom.example"}, "terms": object{"days": 14}, "salesperson": object{"email": "anna@rosefields.example"},
			"address": object{"city": "Miami"}, "ship_tos": []object{{"name": "Cold store"}}})
		require.Equal(t, []any{"Net 30", 14.0, "Miami", "Cold store"}, []any{cu.At("terms/label").Any(), cu.At("terms/days").Any(), cu.At("address/city").Any(), cu.At("ship_tos/0/name").Any()})
		cu = recustomer(t, s, id, object{"address": nil, "salesperson": nil, "emails": []string{}})
		require.True(t, cu.At("address").Null() && cu.At("salesperson").Null())
		require.Equal(t, []string{"BLOOM"}, admin.Get("/v1/customers?code=bloom").Is(200).At("data").Each("code"))
		require.Equal(t, []string{"BLOOM"}, admin.Get("/v1/customers?q=blo").Is(200).At("data").Each("code"))
		made := admin.Post("/v1/customers", object{"code": "Petal", "name": "Petal"})
		require.Equal(t, "/v1/customers/"+made.Is(201).At("id").Text(), made.Header.Get("Location"))
		require.Equal(t, 200, admin.Get(made.Header.Get("Location")).Status)
		require.Equal(t, made.JSON().At("id").Text(), admin.Post("/v1/customers", object{"code": "PETAL", "name": "x"}).Refused(409, "customer_code_taken").At("customer_id").Text())
		require.Equal(t, id, admin.Patch(made.Header.Get("Location"), object{"code": "bloom"}, "If-Match", "*").Refused(409, "customer_code_taken").At("customer_id").Text())
		require.Equal(t, "PETAL", admin.Patch(made.Header.Get("Location"), object{"code": "PETAL"}, "If-Match", "*").Is(200).At("code").Text(), "its own code, spelled otherwise")
	})
}

// The cut-off is a time on the ship date in the company's zone, with the offset of that day.
func TestCutoffInTheCompanysZone(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		settings(t, s, object{"time_zone": "America/New_York", "confirmation_cutoff": object{"sunday": "02:30", "wednesday": "14:00"}})
		for _, c := range []struct{ name, ship, cutoff string }{
			{"winter", "2030-01-09", "2030-01-09T19:00:00Z"},
			{"the clock skips it", "2030-03-10", "2030-03-10T07:30:00Z"}, // there is no 02:30: the time is 03:30 in summer time
			{"summer", "2030-07-10", "2030-07-10T18:00:00Z"},
			{"the clock has it twice", "2030-11-03", "2030-11-03T07:30:00Z"}, // 01:00 EST follows 01:59 EDT, so 02:30 occurs once, in EST
		} {
			t.Run(c.name, func(t *testing.T) {
				cutoff, err := time.Parse(time.RFC3339, c.cutoff)
				require.NoError(t, err)
				s.Clock.Move(cutoff.Add(-2 * time.Second).Sub(s.Clock.Now()))
				sales := s.As(t, auth.Sales)
				id := placed(sales, but(cart("BLOOM", line("on_hand", 1)), object{"ship_date": c.ship}))
				sales.Do("POST", at(id, "confirm")+"?dry_run=true", nil).Is(200)
				s.Clock.Move(cutoff.Sub(s.Clock.Now()))
				sales.Post(at(id, "confirm"), nil).Refused(409, "past_cutoff")
				s.Clock.Move(50 * 24 * time.Hour) // and on later days
				s.As(t, auth.Cashier).Post(at(id, "confirm"), nil).Refused(409, "past_cutoff")
				dayWithout := placed(s.As(t, auth.Sales), but(cart("BLOOM", line("on_hand", 1)), object{"ship_date": "2020-01-03"}))
				confirm(s.As(t, auth.Sales), dayWithout)
				confirm(s.As(t, auth.SalesManager), id)
			})
		}
		// An edit of one weekday keeps the others. null clears one weekday, or all.
		require.Equal(t, object{"sunday": "02:30", "wednesday": "14:00", "friday": "12:00"}, settings(t, s, object{"confirmation_cutoff": object{"friday": "12:00"}}).At("confirmation_cutoff").Any())
		require.Equal(t, object{"wednesday": "14:00", "friday": "12:00"}, settings(t, s, object{"confirmation_cutoff": object{"sunday": nil}}).At("confirmation_cutoff").Any())
		require.True(t, settings(t, s, object{"confirmation_cutoff": nil}).At("confirmation_cutoff").Null())
	})
}

// The service voids carts that nobody checked out in time. It does not void paid orders, prebooks, or orders of other companies.
func TestDraftsExpire(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		shop, sales := s.As(t, auth.Storefront), s.As(t, auth.Sales)
		draft := func(c *client, source string, changes object) string {
			return placed(c, but(but(cart("BLOOM", line(source, 1)), object{"checkout": false}), changes))
		}
		expires := draft(shop, "on_hand", nil)
		corrected := draft(shop, "on_hand", nil) // its payment was corrected
		stay := map[string]string{"paid": draft(shop, "on_hand", nil), "refunded": draft(shop, "on_hand", nil), "prebook": draft(shop, "k2k", nil), "phone": draft(sales, "on_hand", nil),
			"submitted": placed(shop, cart("BLOOM", line("on_hand", 1)))}
		pay(sales, stay["paid"], "1.00")
		pay(sales, stay["refunded"], "1.00")
		s.As(t, auth.Admin).Post(at(stay["refunded"], "refunds"), object{"method": "cash", "amount": "1.00"}).Is(201)
		mistaken := pay(sales, corrected, "1.00").At("payments/0/id").Text()
		s.As(t, auth.Admin).Post(at(corrected, "refunds"), object{"method": "cash", "amount": "1.00", "corrects": mistaken}).Is(201)
		is := func(id, status string) bool { return details(s.As(t, auth.Sales), id).At("status").Text() == status }

		s.Clock.Move(71*time.Hour + 59*time.Minute)
		time.Sleep(2 * servicetest.Round)
		require.True(t, is(expires, "draft"))
		settings(t, s, object{"draft_expiry_hours": nil})
		s.Clock.Move(1000 * time.Hour)
		time.Sleep(2 * servicetest.Round)
		require.True(t, is(expires, "draft"), "null is never")
		settings(t, s, object{"draft_expiry_hours": 72})
		soon(t, "the draft expires", func() bool { return is(expires, "voided") && is(corrected, "voided") })
		o := details(s.As(t, auth.Sales), expires)
		require.Equal(t, object{"cause": "expired", "reason": "Not checked out in time.", "by": object{"sub": "system", "name": "system"}}, o.At("void").Any())
		require.Equal(t, []string{"order.placed", "order.expired"}, timeline(s.As(t, auth.Sales), expires))
		time.Sleep(2 * servicetest.Round)
		for name, id := range stay {
			require.False(t, is(id, "voided"), name)
		}
		s.As(t, auth.Storefront).Post(at(expires, "checkout"), nil).Refused(409, "order_not_checkoutable")
	})
}

// logo returns a picture of one colour as a data URI.
func logo(t *testing.T, c color.Color) string {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for x := range 40 {
		for y := range 20 {
			picture.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, picture))
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

// The bytes of an issued document never change, also if letterhead, logo or customer change.
func TestIssuedStaysAsIssued(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		cu := customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		red := logo(t, color.RGBA{255, 0, 0, 255})
		set := settings(t, s, object{"tax_id": "59-1234567", "invoice_number_prefix": "R-", "letterhead": object{"name": "Red Roses", "address": "1 Market St\nMiami", "sender": "Anna", "logo": red}})
		require.Equal(t, red, set.At("letterhead/logo").Text())
		id := placed(admin, full("BLOOM"))
		done := confirm(admin, id)
		require.Equal(t, "R-000001", done.At("invoice/number").Text())
		invoice := "/v1/invoices/" + done.At("invoice/id").Text()
		before, pdf, printed := admin.Get(invoice), admin.Get(invoice+"/pdf"), admin.Get(at(id, "print"))
		page := admin.Get(at(id, "print") + "?format=html").Body
		require.Contains(t, string(pdf.Body), "/Subtype /Image", "the logo is on it")
		require.Equal(t, pdf.Body, printed.Body)
		require.Equal(t, `inline; filename="R-000001.pdf"`, pdf.Header.Get("Content-Disposition"))
		body := before.Is(200)
		require.Equal(t, "Red Roses", body.At("seller/name").Text())
		require.Equal(t, "BLOOM Flowers", body.At("customer/name").Text())
		require.Len(t, body.At("hash").Text(), 64)
		require.Equal(t, 304, admin.Get(invoice, "If-None-Match", before.Header.Get("ETag")).Status)

		settings(t, s, object{"tax_id": nil, "invoice_number_prefix": "B-", "time_zone": "Asia/Tokyo", "letterhead": object{"name": "Blue Bells", "address": nil, "logo": logo(t, color.RGBA{0, 0, 255, 255})}})
		recustomer(t, s, cu, object{"name": "Bloom International", "code": "BLOOM2", "terms": object{"label": "Cash", "days": 0}, "address": object{"city": "Paris"}})
		require.Equal(t, string(before.Body), string(admin.Get(invoice).Body))
		require.Equal(t, pdf.Body, admin.Get(invoice+"/pdf").Body, "the PDF's bytes are the same")
		require.Equal(t, page, admin.Get(at(id, "print")+"?format=html").Body)
		next := confirm(admin, placed(admin, cart("BLOOM2", line("on_hand", 1))))
		require.Equal(t, "B-000002", next.At("invoice/number").Text(), "another prefix, the same series")
		for pointer, patch := range map[string]object{
			"/credit_note_number_prefix": {"credit_note_number_prefix": "B-"}, "/invoice_number_prefix": {"invoice_number_prefix": "CN-"},
		} {
			same := admin.Patch("/v1/settings", patch, "If-Match", "*")
			same.Refused(422, "body_invalid")
			require.Equal(t, []string{pointer + " field_conflict"}, same.Faults(), "an invoice and a credit note of one number")
		}
		settings(t, s, object{"invoice_number_prefix": "CN-", "credit_note_number_prefix": "B-"})
		require.Equal(t, "Blue Bells", next.At("invoice/seller/name").Text())
		require.Equal(t, "Bloom International", next.At("invoice/customer/name").Text())

		settings(t, s, object{"letterhead": object{"logo": nil}})
		bare := placed(admin, cart("BLOOM2", line("on_hand", 1)))
		require.NotContains(t, string(admin.Get(at(bare, "print")).Body), "/Subtype /Image")
		require.Equal(t, pdf.Body, admin.Get(invoice+"/pdf").Body)

		voided := admin.Post(at(id, "void"), object{"reason": "Ordered twice"}).Is(200)
		after := admin.Get(invoice)
		require.Equal(t, "/v1/credit-notes/"+voided.At("credit_note/id").Text(), after.Is(200).At("credit_note").Text())
		require.Equal(t, body.At("hash").Any(), after.JSON().At("hash").Any(), "a link, outside the hash")
		require.Equal(t, pdf.Body, admin.Get(invoice+"/pdf").Body)
		require.Contains(t, servicetest.PDFText(t, admin.Get(at(id, "print")).Body), "VOID")
		require.Contains(t, servicetest.PDFText(t, admin.Get(at(id, "print")).Body), "R-000001")
	})
}

// A logo is stored when it is sent, not with every change of settings. Sending it back unchanged changes nothing.
func TestLogoIsKeptOnce(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		red := object{"letterhead": object{"logo": logo(t, color.RGBA{255, 0, 0, 255})}}
		version := settings(t, s, red).At("version").Int()
		require.Equal(t, version, settings(t, s, red).At("version").Int())

		// If the logo were stored again, its row would differ now.
		_, err := s.Database(t).ExecContext(t.Context(), "UPDATE logos SET data = $1", []byte("another"))
		require.NoError(t, err)
		require.Equal(t, version+1, settings(t, s, object{"tax_id": "59-1234567"}).At("version").Int())
		require.Equal(t, 1, s.Rows(t)["logos"])

		require.True(t, settings(t, s, object{"letterhead": object{"logo": nil}}).At("letterhead/logo").Null())
		require.True(t, s.As(t, auth.Admin).Get("/v1/settings").Is(200).At("letterhead/logo").Null())
	})
}

// The service never shows an issued document whose bytes were changed: not as JSON, not as a PDF, and not in an e-mail.
func TestTamperedIsNotShown(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id, sent := invoiced(sales, "BLOOM")
		byHand := sales.Post(at(id, "email"), nil).Is(202).At("id").Text()
		invoice := "/v1/invoices/" + details(sales, id).At("invoice/id").Text()
		var snapshot []byte
		db := s.Database(t)
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT snapshot FROM invoices").Scan(&snapshot))
		tampered := bytes.ReplaceAll(snapshot, []byte("BLOOM Flowers"), []byte("Other Flowers"))
		require.NotEqual(t, snapshot, tampered)
		_, err := db.ExecContext(t.Context(), "UPDATE invoices SET snapshot = $1", tampered)
		require.NoError(t, err)

		for _, path := range []string{invoice, invoice + "/pdf", at(id, "print"), at(id, "print") + "?format=html"} {
			sales.Get(path).Refused(500, "internal_error")
		}
		s.Work(t)
		for _, l := range []string{sent, byHand} {
			soon(t, "it was tried", func() bool {
				return emailOf(sales, id, l).At("attempts").Int() > 0 && !emailOf(sales, id, l).At("error_code").Null()
			})
			require.Equal(t, "mail_unavailable", emailOf(sales, id, l).At("error_code").Text())
			require.Empty(t, s.SendGrid.ByEmailID(l))
		}
	})
}

// Voiding a confirmed order issues a credit note with a number of its own series, and mails it like the invoice.
func TestVoidAndCreditNote(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales, manager := s.As(t, auth.Sales), s.As(t, auth.SalesManager)
		id := placed(sales, full("BLOOM"))
		invoice := confirm(sales, id).At("invoice")
		sales.Post(at(id, "void"), object{"reason": "Ordered twice"}).Refused(403, "role_not_allowed")
		voided := manager.Post(at(id, "void"), object{"reason": "Ordered twice"}).Is(200)
		note := voided.At("credit_note")
		require.Equal(t, "CN-000001", note.At("number").Text())
		require.Equal(t, invoice.At("total").Any(), note.At("total").Any(), "amounts are positive")
		require.Equal(t, object{"id": invoice.At("id").Any(), "number": "INV-000001"}, note.At("invoice").Any())
		require.Equal(t, "Ordered twice", note.At("reason").Text())
		o := voided.At("order")
		require.Equal(t, []any{"voided", "CN-000001", "INV-000001", "0.00"}, []any{o.At("status").Any(), o.At("credit_note/number").Any(), o.At("invoice/number").Any(), o.At("balance").Any()})
		require.Equal(t, object{"cause": "staff", "reason": "Ordered twice", "by": object{"sub": "sales-manager@rosefields.example", "name": "Sales Manager Person"}}, o.At("void").Any())

		again := manager.Post(at(id, "void"), object{"reason": "Once more"}).Is(200)
		require.Equal(t, note.Any(), again.At("credit_note").Any())
		require.Equal(t, o.At("version").Any(), again.At("order/version").Any())
		got := sales.Get("/v1/credit-notes/" + note.At("id").Text())
		require.Equal(t, note.Any(), got.Is(200).Any())
		pdf := sales.Get("/v1/credit-notes/" + note.At("id").Text() + "/pdf")
		text := servicetest.PDFText(t, pdf.Body)
		for _, part := range []string{"CN-000001", "INV-000001", "Ordered twice", "BLOOM Flowers"} {
			require.Contains(t, text, part)
		}
		soon(t, "it is mailed", func() bool { return len(s.SendGrid.Accepted()) == 2 })
		mailed := s.SendGrid.Accepted() // the two e-mails may go in either order
		credit := slices.IndexFunc(mailed, func(m sendgridtest.Mail) bool { return strings.Contains(m.Subject, "CN-") })
		require.GreaterOrEqual(t, credit, 0, "no e-mail carries the credit note")
		require.Equal(t, pdf.Body, mailed[credit].Attachments[0].Data)
		require.Equal(t, []string{"credit_note", "invoice"}, sales.Get(at(id, "emails")).Is(200).At("data").Each("kind"))
		require.Equal(t, []string{"CN-000001"}, sales.Get("/v1/credit-notes?order_id="+strings.ToUpper(id)).Is(200).At("data").Each("number"))

		pending := placed(sales, cart("BLOOM", line("on_hand", 1)))
		require.True(t, sales.Post(at(pending, "void"), object{"reason": "x"}).Is(200).At("credit_note").Null())
		shop := s.As(t, auth.Storefront)
		own := placed(shop, cart("BLOOM", line("on_hand", 1)))
		require.Equal(t, "customer", shop.Post(at(own, "void"), object{"reason": "Changed my mind"}).Is(200).At("order/void/cause").Text())
		kept := placed(shop, cart("BLOOM", line("on_hand", 1)))
		confirm(sales, kept)
		shop.Post(at(kept, "void"), object{"reason": "x"}).Refused(403, "role_not_allowed")
	})
}

// Billing a prebook in part or whole: links in both directions, charges on the first bill. Voiding a bill frees its
// lines.
func TestBilling(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin, shop := s.As(t, auth.Admin), s.As(t, auth.Storefront)
		o := place(shop, but(cart("BLOOM", line("k2k", 1), line("k2k", 2), line("k2k", 3)), object{"external_reference": "cart-1",
			"charges": []object{{"amount": "10.00"}}, "taxes": []object{{"name": "VAT", "rate": "10"}, {"name": "Fee", "amount": "2.00"}}}))
		id, lines := o.At("id").Text(), o.At("lines").Each("id")
		admin.Post(at(id, "bill"), object{"line_ids": lines[:1]}).Refused(409, "line_not_checked_out")
		shop.Post(at(id, "checkout"), object{"line_ids": lines[:2]}).Is(200)
		shop.Post(at(id, "bill"), nil).Refused(403, "role_not_allowed")
		first := admin.Post(at(id, "bill"), object{"line_ids": lines[:1]})
		bill := first.Is(201)
		require.Equal(t, "/v1/orders/"+bill.At("id").Text(), first.Header.Get("Location"))
		require.Equal(t, []any{"order", "pending", "W", nil}, []any{bill.At("kind").Any(), bill.At("status").Any(), bill.At("origin/code").Any(), bill.At("external_reference").Any()})
		require.Equal(t, []any{"23.50", "10.00", "5.35", "38.85"}, []any{bill.At("subtotal").Any(), bill.At("charges_total").Any(), bill.At("taxes_total").Any(), bill.At("total").Any()})
		require.Equal(t, []any{object{"id": id, "number": o.At("number").Any(), "kind": "prebook", "relation": "billed_from"}}, bill.At("related").Any())
		prebook := details(admin, id)
		require.Equal(t, []any{"draft", "0.00", 1.0}, []any{prebook.At("status").Any(), prebook.At("charges_total").Any(), prebook.At("progress/billed").Any()})
		require.Equal(t, []string{"billed_into"}, prebook.At("related").Each("relation"))
		require.Equal(t, bill.At("id").Any(), prebook.At("lines/0/billed_order_id").Any())
		require.Equal(t, []any{bill.At("id").Any()}, admin.Post(at(id, "bill"), object{"line_ids": lines[:1]}).Refused(409, "line_already_billed").At("order_ids").Any())
		admin.Post(at(id, "void"), object{"reason": "x"}).Refused(409, "prebook_partly_billed")
		partly := place(shop, cart("BLOOM", but(line("k2k", 1), object{"checked_out": true}), line("k2k", 1))).At("id").Text()
		admin.Post(at(partly, "bill"), nil).Is(201)
		asTheButton(t, admin, partly, "bill", admin.Post(at(partly, "bill"), nil).Refused(409, "line_not_checked_out"))

		shop.Post(at(id, "checkout"), nil).Is(200)
		second := admin.Post(at(id, "bill"), nil).Is(201)
		require.Equal(t, []any{"0.00", "11.75"}, []any{second.At("charges_total").Any(), second.At("taxes_total").Any()})
		require.Equal(t, "billed", details(admin, id).At("status").Text())
		all := admin.Post(at(id, "bill"), nil).Refused(409, "line_already_billed")
		asTheButton(t, admin, id, "bill", all)
		require.ElementsMatch(t, []any{bill.At("id").Any(), second.At("id").Any()}, all.At("order_ids").Any())
		require.Equal(t, []string{bill.At("id").Text()}, shop.Get("/v1/orders?number="+bill.At("number").Text()).Is(200).At("data").Each("id"), "the storefront sees what was billed from its own")

		confirm(admin, bill.At("id").Text())
		admin.Post(at(bill.At("id").Text(), "void"), object{"reason": "Truck lost"}).Is(200)
		prebook = details(admin, id)
		require.Equal(t, []any{"checked_out", "checked_out", "billed", "10.00"}, []any{prebook.At("status").Any(), prebook.At("lines/0/status").Any(), prebook.At("lines/1/status").Any(), prebook.At("charges_total").Any()})
		require.Contains(t, timeline(admin, id), "line.freed")
		third := admin.Post(at(id, "bill"), nil).Is(201)
		require.Equal(t, []any{"10.00", "5.35"}, []any{third.At("charges_total").Any(), third.At("taxes_total").Any()})
		require.Equal(t, "billed", details(admin, id).At("status").Text())
		for _, order := range []value{second, third} {
			admin.Post(at(order.At("id").Text(), "void"), object{"reason": "x"}).Is(200)
		}
		admin.Post(at(id, "void"), object{"reason": "x"}).Is(200)

		// Ten requests bill the same lines at the same time. One of them succeeds.
		id = placed(admin, cart("BLOOM", but(line("k2k", 1), object{"checked_out": true})))
		statuses := make([]int, 10)
		each(statuses, 5, func(i int) {
			if a, err := admin.Try("POST", at(id, "bill"), nil, "Idempotency-Key", uuid.NewString()); err == nil {
				statuses[i] = a.Status
			}
		})
		requireOneCreated(t, statuses)
	})
}

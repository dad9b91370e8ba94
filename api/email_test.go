package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/jobs"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// Staff send e-mails: with the defaults, with their own subject and message, within the limits, and again without a new invoice number.
func TestEmailsByHand(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		settings(t, s, object{"email_recipients": "any"})
		customer(t, s, "BLOOM", func(c *company.Customer) { c.Emails = []string{"one@bloom.example", "two@bloom.example"} })
		customer(t, s, "MUTE", func(c *company.Customer) { c.Emails = nil })
		sales := s.As(t, auth.Sales)
		o := place(sales, cart("BLOOM", line("on_hand", 1)))
		id := o.At("id").Text()
		sent := func(l value) sendgridtest.Mail {
			t.Helper()
			soon(t, "it is sent", func() bool { return len(s.SendGrid.ByEmailID(l.At("id").Text())) == 1 })
			return s.SendGrid.ByEmailID(l.At("id").Text())[0]
		}
		version := details(sales, id).At("version").Int()

		s.SendGrid.Script(sendgridtest.ReplyAfter(time.Second)) // workers are woken at once
		plain := sales.Post(at(id, "email"), nil).Is(202)
		require.Equal(t, "manual", plain.At("kind").Text())
		require.Equal(t, "queued", plain.At("status").Text())
		require.Equal(t, "queued", details(sales, id).At("email_status").Text())
		mail := sent(plain)
		require.Equal(t, []string{"one@bloom.example", "two@bloom.example"}, mail.To)
		require.Equal(t, "Order "+o.At("number").Text()+" from Rosefields Wholesale", mail.Subject)
		require.Equal(t, mail.Subject, plain.At("subject").Text())
		require.Equal(t, mail.Subject, emailOf(sales, id, plain.At("id").Text()).At("subject").Text())
		require.Equal(t, "orders@rosefields.example", mail.From)
		require.Contains(t, servicetest.PDFText(t, mail.Attachments[0].Data), o.At("number").Text())
		require.NotEmpty(t, mail.HTML)

		own := sent(sales.Post(at(id, "email"), object{"to": []string{"boss@bloom.example"}, "cc": []string{"a@bloom.example", "BOSS@bloom.example"}, "subject": "About <b>roses</b>", "message": "Grüße,\n<script>alert(1)</script>"}).Is(202))
		require.Equal(t, []string{"boss@bloom.example"}, own.To)
		require.Equal(t, []string{"a@bloom.example"}, own.Cc, "each recipient gets it once")
		require.Equal(t, "About <b>roses</b>", own.Subject)
		require.Contains(t, own.Text, "Grüße,\n<script>")
		require.NotContains(t, own.HTML, "<script>")
		require.Equal(t, version, details(sales, id).At("version").Int(), "mail moves no version")

		confirm(sales, id)
		rows := s.Rows(t)
		resent := sent(sales.Post(at(id, "email"), nil).Is(202))
		require.Equal(t, sales.Get(at(id, "print")).Body, resent.Attachments[0].Data, "the invoice, as it was issued")
		require.Equal(t, "Invoice INV-000001 from Rosefields Wholesale", resent.Subject)
		require.Equal(t, rows["invoices"], s.Rows(t)["invoices"])
		require.Equal(t, "INV-000002", confirm(sales, placed(sales, cart("BLOOM", line("on_hand", 1)))).At("invoice/number").Text(), "no number is taken")
		prebook := placed(sales, cart("BLOOM", line("k2k", 1)))
		require.Contains(t, servicetest.PDFText(t, sent(sales.Post(at(prebook, "email"), nil).Is(202)).Attachments[0].Data), "Prebook")

		mute := placed(sales, cart("MUTE", line("on_hand", 1)))
		refused := sales.Post(at(mute, "email"), nil)
		refused.Refused(422, "body_invalid")
		require.Equal(t, []string{"/to field_required"}, refused.Faults())
		done := confirm(sales, mute)
		require.Equal(t, []string{"customer_has_no_email"}, done.At("warnings").Each("code"))
		require.Equal(t, "failed", done.At("email/status").Text())
		require.Equal(t, "recipient_missing", emailOf(sales, mute, done.At("email/id").Text()).At("error_code").Text())
		require.Equal(t, "failed", details(sales, mute).At("email_status").Text())

		limited := placed(sales, cart("BLOOM", line("on_hand", 1)))
		for range 20 {
			sales.Post(at(limited, "email"), object{"to": []string{"x@bloom.example"}}).Is(202)
		}
		over := sales.Post(at(limited, "email"), nil)
		over.Refused(429, "email_limit_reached")
		wait, err := strconv.Atoi(over.Header.Get("Retry-After"))
		require.NoError(t, err)
		require.InDelta(t, 24*3600, wait, 60, "until the first of them is a day old")
		sales.Post(at(prebook, "email"), nil).Is(202)
		s.Clock.Move(23 * time.Hour)
		later, err := strconv.Atoi(s.As(t, auth.Sales).Post(at(limited, "email"), nil).Header.Get("Retry-After"))
		require.NoError(t, err)
		require.InDelta(t, wait-23*3600, later, 60)
		s.Clock.Move(time.Duration(later) * time.Second)
		s.As(t, auth.Sales).Post(at(limited, "email"), nil).Is(202)
	})
}

// Staff mail documents to people whom the company knows, unless its setting permits any address.
func TestRecipientsAreKnown(t *testing.T) {
	apitest.Each(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) {
			c.Emails, c.SalespersonName, c.SalespersonEmail = []string{"One@bloom.example", "two@bloom.example"}, "Ann", "ann@rosefields.example"
		})
		sales := s.As(t, auth.Sales)
		id := placed(sales, cart("BLOOM", line("on_hand", 1)))
		known := object{"to": []string{"one@BLOOM.example", "Ann@rosefields.example"}, "cc": []string{"two@bloom.example", "sales@rosefields.example"}}
		require.Equal(t, "known", s.As(t, auth.Admin).Get("/v1/settings").Is(200).At("email_recipients").Text())
		sales.Post(at(id, "email"), known).Is(202)
		rows := s.Rows(t)
		refused := sales.Post(at(id, "email"), object{"to": []string{"one@bloom.example", "x@evil.example"}, "cc": []string{"cashier@rosefields.example", "nobody"}})
		refused.Refused(422, "body_invalid")
		require.ElementsMatch(t, []string{"/to/1 field_not_allowed", "/cc/0 field_not_allowed", "/cc/1 field_invalid"}, refused.Faults())
		require.Equal(t, rows, s.Rows(t))
		for _, role := range []auth.Role{auth.Admin, auth.SalesManager} {
			s.As(t, role).Post(at(id, "email"), object{"to": []string{"x@evil.example"}}).Refused(422, "body_invalid") // whatever the role
		}
		other := s.Claims(t, map[string]any{"company_id": servicetest.Other, "sub": "x", "email": "x@evil.example"})
		other.Post(at(id, "email"), object{"to": []string{"x@evil.example"}}).Refused(404, "order_not_found")
		settings(t, s, object{"email_recipients": "any"})
		sales.Post(at(id, "email"), object{"to": []string{"x@evil.example"}}).Is(202)
		settings(t, s, object{"email_recipients": "known"})
		sales.Post(at(id, "email"), object{"to": []string{"x@evil.example"}}).Refused(422, "body_invalid")
		s.As(t, auth.Admin).Patch("/v1/settings", object{"email_recipients": "some"}, "If-Match", "*").Refused(422, "body_invalid")
		s.As(t, auth.Admin).Patch("/v1/settings", object{"email_recipients": nil}, "If-Match", "*").Refused(422, "body_invalid")
	})
}

// A company mails 2,000 recipients in 24 hours. An e-mail to 40 people counts 40 times, whatever order it is about.
func TestDaysLimitCountsRecipients(t *testing.T) {
	apitest.Each(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		settings(t, s, object{"email_recipients": "any"})
		sales := s.As(t, auth.Sales)
		people := func(name string, n int) []string {
			var all []string
			for i := range n {
				all = append(all, fmt.Sprintf("%s%d@bloom.example", name, i))
			}
			return all
		}
		ids := []string{placed(sales, cart("BLOOM", line("on_hand", 1))), placed(sales, cart("BLOOM", line("on_hand", 1))), placed(sales, cart("BLOOM", line("on_hand", 1)))}
		first := sales.Post(at(ids[0], "email"), object{"to": people("to", 20), "cc": people("cc", 20)}).Is(202)
		s.Clock.Move(time.Hour)
		for i := range 48 {
			sales.Post(at(ids[i%3], "email"), object{"to": people("to", 20), "cc": people("cc", 20)}).Is(202)
		}
		sales.Post(at(ids[0], "email"), object{"to": people("to", 20), "cc": people("cc", 19)}).Is(202) // 1,999 now
		sales.Post(at(ids[1], "email"), object{"to": people("to", 2)}).Refused(429, "email_limit_reached")
		sales.Post(at(ids[1], "email"), object{"to": people("to", 1)}).Is(202)
		over := sales.Post(at(ids[1], "email"), object{"to": people("to", 1)})
		over.Refused(429, "email_limit_reached")
		wait, err := strconv.Atoi(over.Header.Get("Retry-After"))
		require.NoError(t, err)
		require.InDelta(t, 23*3600, wait, 60, "until %s is a day old", first.At("id").Text())
		s.Clock.Move(time.Duration(wait) * time.Second)
		s.As(t, auth.Sales).Post(at(ids[1], "email"), object{"to": people("to", 20), "cc": people("cc", 20)}).Is(202)
		s.As(t, auth.Sales).Post(at(ids[1], "email"), object{"to": people("to", 1)}).Refused(429, "email_limit_reached")
		theirs := apitest.Other(t, s)
		apitest.ForeignCustomer(t, s)
		theirs.Post(at(placed(theirs, cart("FOREIGN", line("on_hand", 1))), "email"), nil).Is(202) // another company has its own
	})
}

// The status of an e-mail follows SendGrid's signed events, in any order and with duplicates.
func TestEmailStatusFollowsTheEvents(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) { c.Emails = []string{"one@bloom.example", "two@bloom.example"} })
		sales, hook := s.As(t, auth.Sales), s.URL+"/v1/hooks/sendgrid"
		post := func(t *testing.T, events ...sendgridtest.Event) {
			t.Helper()
			status, err := s.SendGrid.Post(context.Background(), hook, events...)
			require.NoError(t, err)
			require.Equal(t, 204, status)
		}
		sent := func(t *testing.T) (id, l string, mail sendgridtest.Mail) {
			t.Helper()
			id, l = invoiced(s.As(t, auth.Sales), "BLOOM")
			soon(t, "it is sent", func() bool { return details(sales, id).At("email_status").Text() == "sent" })
			return id, l, s.SendGrid.ByEmailID(l)[0]
		}
		shows := func(t *testing.T, id, l, status string) {
			t.Helper()
			sales := s.As(t, auth.Sales)
			require.Equal(t, status, emailOf(sales, id, l).At("status").Text())
			require.Equal(t, status, details(sales, id).At("email_status").Text())
			require.Contains(t, sales.Get("/v1/orders?limit=200&email_status="+status).Is(200).At("data").Each("id"), id)
			for _, other := range []string{"queued", "sent", "delivered", "bounced", "failed"} {
				if other != status {
					require.NotContains(t, sales.Get("/v1/orders?limit=200&email_status="+other).Is(200).At("data").Each("id"), id)
				}
			}
		}
		t.Run("delivered once all have it", func(t *testing.T) {
			id, l, mail := sent(t)
			version := details(s.As(t, auth.Sales), id).At("version").Int()
			events := s.SendGrid.Events(mail, "delivered")
			post(t, events[0])
			shows(t, id, l, "sent")
			post(t, events[1], events[0])
			shows(t, id, l, "delivered")
			post(t, append(events, s.SendGrid.Events(mail, "processed")...)...)
			shows(t, id, l, "delivered")
			require.Equal(t, version, details(s.As(t, auth.Sales), id).At("version").Int())
			types := timeline(s.As(t, auth.Sales), id)
			require.Equal(t, "email.delivered", types[len(types)-1])
			require.Equal(t, []string{"email.sent", "email.delivered"}, types[len(types)-2:], "reported once")
		})
		t.Run("bounced, the worst recipient deciding", func(t *testing.T) {
			id, l, mail := sent(t)
			post(t, s.SendGrid.Events(mail, "bounce")[1])
			post(t, s.SendGrid.Events(mail, "delivered")...) // late
			shows(t, id, l, "bounced")
			require.Contains(t, timeline(s.As(t, auth.Sales), id), "email.bounced")
		})
		t.Run("dropped is failed", func(t *testing.T) {
			id, l, mail := sent(t)
			post(t, append(s.SendGrid.Events(mail, "delivered")[:1], s.SendGrid.Events(mail, "dropped")[1])...)
			shows(t, id, l, "failed")
			require.Equal(t, "dropped_by_provider", emailOf(s.As(t, auth.Sales), id, l).At("error_code").Text())
			post(t, s.SendGrid.Events(mail, "delivered")...)
			shows(t, id, l, "failed")
		})
		t.Run("the newest e-mail decides", func(t *testing.T) {
			id, l, mail := sent(t)
			again := s.As(t, auth.Sales).Post(at(id, "email"), nil).Is(202).At("id").Text()
			soon(t, "it is sent", func() bool { return emailOf(sales, id, again).At("status").Text() == "sent" })
			post(t, s.SendGrid.Events(mail, "bounce")...)
			require.Equal(t, "bounced", emailOf(s.As(t, auth.Sales), id, l).At("status").Text())
			require.Equal(t, "sent", details(s.As(t, auth.Sales), id).At("email_status").Text())
			post(t, s.SendGrid.Events(s.SendGrid.ByEmailID(again)[0], "delivered")...)
			shows(t, id, again, "delivered")
		})
		t.Run("what is not for us changes nothing", func(t *testing.T) {
			id, l, mail := sent(t)
			before := s.Rows(t)
			unknown, nameless, open := s.SendGrid.Events(mail, "bounce")[0], s.SendGrid.Events(mail, "bounce")[0], s.SendGrid.Events(mail, "open")[0]
			unknown.EmailID, nameless.EmailID = uuid.NewString(), ""
			stranger := s.SendGrid.Events(mail, "bounce")[0]
			stranger.EmailID = "'; DROP TABLE emails; --"
			post(t, unknown, nameless, stranger, open)
			post(t)
			require.Equal(t, before, s.Rows(t))
			shows(t, id, l, "sent")
		})
		t.Run("signatures", func(t *testing.T) {
			_, _, mail := sent(t)
			text, err := jsonOf(s.SendGrid.Events(mail, "bounce"))
			require.NoError(t, err)
			body := []byte(text)
			call := func(body []byte, headers http.Header) servicetest.Answer { return hooked(t, s, body, headers) }
			now := func(off time.Duration) string { return strconv.FormatInt(s.Clock.Now().Add(off).Unix(), 10) }
			before := s.Rows(t)
			for name, headers := range map[string]http.Header{
				"none": {}, "too old": s.SendGrid.Sign(now(-301*time.Second), body), "from the future": s.SendGrid.Sign(now(302*time.Second), body),
				"of another body": s.SendGrid.Sign(now(0), []byte("[]")), "not base64": {sendgridtest.SignatureHeader: {"!"}, sendgridtest.TimestampHeader: {now(0)}},
				"another time": {sendgridtest.SignatureHeader: s.SendGrid.Sign(now(0), body)[sendgridtest.SignatureHeader], sendgridtest.TimestampHeader: {now(time.Second)}},
				"no time":      {sendgridtest.SignatureHeader: s.SendGrid.Sign(now(0), body)[sendgridtest.SignatureHeader]},
			} {
				answer := call(body, headers)
				answer.Refused(401, "signature_invalid")
				require.NotEmpty(t, answer.Header.Get("WWW-Authenticate"), name)
			}
			require.Equal(t, before, s.Rows(t))
			call([]byte(`{"no":"array"}`), s.SendGrid.Sign(now(0), []byte(`{"no":"array"}`))).Refused(400, "json_malformed")
			require.Equal(t, 204, call(body, s.SendGrid.Sign(now(-290*time.Second), body)).Status)
		})
	})
}

// Each recipient has a status and the reason of the provider, in whatever order the events arrive.
func TestStatusOfEachRecipient(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		settings(t, s, object{"email_recipients": "any"})
		customer(t, s, "BLOOM", func(c *company.Customer) { c.Emails = []string{"one@bloom.example", "Two@bloom.example"} })
		sales, hook := s.As(t, auth.Sales), s.URL+"/v1/hooks/sendgrid"
		id := placed(sales, cart("BLOOM", line("on_hand", 1)))
		s.SendGrid.Script(sendgridtest.RetryAfter(503, 60))
		e := sales.Post(at(id, "email"), object{"to": []string{"one@bloom.example", "Two@bloom.example"}, "cc": []string{"three@bloom.example"}}).Is(202).At("id").Text()
		each := func(member string) []any {
			var all []any
			for _, r := range emailOf(sales, id, e).At("recipients").Items() {
				all = append(all, r.At(member).Any())
			}
			return all
		}
		soon(t, "it was refused", func() bool { return emailOf(sales, id, e).At("last_error").Any() != nil })
		require.Equal(t, []any{"one@bloom.example", "Two@bloom.example", "three@bloom.example"}, each("address"))
		require.Equal(t, []any{"queued", "queued", "queued"}, each("status"))
		require.Equal(t, []any{nil, nil, nil}, each("at"))
		s.Clock.Move(2 * time.Minute)
		soon(t, "it is sent", func() bool { return emailOf(s.As(t, auth.Sales), id, e).At("status").Text() == "sent" })
		sales = s.As(t, auth.Sales)
		require.Equal(t, []any{"sent", "sent", "sent"}, each("status"))
		require.NotContains(t, each("at"), nil)

		mail := s.SendGrid.ByEmailID(e)[0]
		post := func(events ...sendgridtest.Event) {
			t.Helper()
			status, err := s.SendGrid.Post(context.Background(), hook, events...)
			require.NoError(t, err)
			require.Equal(t, 204, status)
		}
		of := func(kind, address, reason string, at time.Duration) sendgridtest.Event {
			event := s.SendGrid.Events(mail, kind)[0]
			event.Email, event.Reason, event.Timestamp = address, reason, event.Timestamp+int64(at/time.Second)
			return event
		}
		post(of("deferred", "one@bloom.example", "451 busy", 0), of("deferred", "one@bloom.example", "452 full", time.Minute), of("deferred", "one@bloom.example", "450 slow", time.Second))
		require.Equal(t, []any{"452 full", nil, nil}, each("reason"), "the last try")
		require.Equal(t, []any{"sent", "sent", "sent"}, each("status"))

		bounce := of("bounce", "two@BLOOM.example", "550 no\x00such\r\nuser \u202e"+strings.Repeat("é", 3000), time.Hour)
		post(of("bounce", "eve@evil.example", "not ours", 0), bounce, bounce, of("delivered", "one@bloom.example", "", time.Minute))
		require.Equal(t, []any{"delivered", "bounced", "sent"}, each("status"))
		require.Equal(t, "bounced", emailOf(sales, id, e).At("status").Text(), "the worst decides")
		require.Equal(t, "bounced", details(sales, id).At("email_status").Text())
		reasons := each("reason")
		require.Equal(t, []any{nil, nil}, []any{reasons[0], reasons[2]})
		reason, _ := reasons[1].(string)
		require.True(t, strings.HasPrefix(reason, "550 no such user éé"), reason)
		require.Less(t, len(reason), 600)
		require.Equal(t, time.Unix(bounce.Timestamp, 0).UTC().Format(time.RFC3339), each("at")[1])

		before := emailOf(sales, id, e).Any()
		post(of("delivered", "two@bloom.example", "", 2*time.Hour), of("deferred", "one@bloom.example", "452 full", 3*time.Hour), of("processed", "three@bloom.example", "", 0), bounce)
		require.Equal(t, before, emailOf(sales, id, e).Any(), "late, twice, and not worse")

		raw := []byte(`[{"event":"dropped","email":"three@bloom.example","timestamp":` + strconv.FormatInt(s.Clock.Now().Unix(), 10) +
			`,"email_id":"` + e + `","sg_message_id":"a\u0000b.c","reason":"Bounced \ud800 Address` + "\xff" + `"}]`)
		require.Equal(t, 204, hooked(t, s, raw, s.SendGrid.Sign(strconv.FormatInt(s.Clock.Now().Unix(), 10), raw)).Status)
		require.Equal(t, []any{"delivered", "bounced", "failed"}, each("status"))
		require.Equal(t, "Bounced \uFFFD Address\uFFFD", each("reason")[2])
		require.Equal(t, "failed", details(sales, id).At("email_status").Text(), "dropped is failed")
	})
}

// Automatic e-mails show their subject from the start.
func TestAutomaticEmailsShowTheirSubject(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) {
			c.Name, c.SalespersonEmail = strings.Repeat("Bloom & Co ", 18), "ann@rosefields.example"
		})
		sales := s.As(t, auth.SalesManager)
		settings(t, s, object{"letterhead": object{"name": strings.Repeat("Rose", 50)}})
		s.SendGrid.Script(sendgridtest.Answer(503), sendgridtest.Answer(503), sendgridtest.Answer(503))
		docs := sales.Post("/v1/orders", cart("BLOOM", line("on_hand", 1), line("k2k", 1))).Is(201).At("orders").Items()
		id := docs[0].At("id").Text()
		invoice := emailOf(sales, id, confirm(sales, id).At("email/id").Text())
		require.Equal(t, "Invoice INV-000001 from "+strings.Repeat("Rose", 44), invoice.At("subject").Text(), "cut to what the API promises")
		sales.Post(at(id, "void"), object{"reason": "Frost"}).Is(200)
		emails := sales.Get(at(id, "emails")).Is(200).At("data").Items()
		require.Len(t, emails, 3)
		names := map[string]string{}
		for _, e := range emails {
			names[e.At("kind").Text()] = e.At("subject").Text()
		}
		require.Contains(t, names["order_placed"], "Order "+docs[0].At("number").Text()+" and prebook "+docs[1].At("number").Text()+" from Bloom & Co")
		require.Contains(t, names["credit_note"], "Credit note CN-000001 from Rose")
		s.Clock.Move(time.Minute)
		for _, e := range emails {
			soon(t, "it is sent", func() bool { return len(s.SendGrid.ByEmailID(e.At("id").Text())) == 1 })
			require.Equal(t, e.At("subject").Text(), s.SendGrid.ByEmailID(e.At("id").Text())[0].Subject)
		}
	})
}

// The salesperson gets one notice about an e-mail that is not delivered, and no notice about a notice.
func TestSalespersonGetsANoticeOfABounce(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		const ann = "ann@rosefields.example"
		settings(t, s, object{"email_recipients": "any"})
		customer(t, s, "BLOOM", func(c *company.Customer) {
			c.Emails, c.SalespersonEmail = []string{"one@bloom.example", "two@bloom.example"}, ann
		})
		customer(t, s, "MUTE", func(c *company.Customer) { c.Emails, c.SalespersonEmail = nil, ann })
		settings(t, s, object{"order_url": "https://desk.example/orders/{id}", "email_salesperson_on_order": false})
		sales, hook := s.As(t, auth.Sales), s.URL+"/v1/hooks/sendgrid"
		post := func(events ...sendgridtest.Event) {
			t.Helper()
			status, err := s.SendGrid.Post(context.Background(), hook, events...)
			require.NoError(t, err)
			require.Equal(t, 204, status)
		}
		notices := func(id string) []value {
			var found []value
			for _, e := range sales.Get(at(id, "emails")).Is(200).At("data").Items() {
				if e.At("kind").Text() == "delivery_notice" {
					found = append(found, e)
				}
			}
			return found
		}
		sent := func(id, e string) sendgridtest.Mail {
			t.Helper()
			soon(t, "it is sent", func() bool { return emailOf(sales, id, e).At("status").Text() == "sent" })
			return s.SendGrid.ByEmailID(e)[0]
		}

		id, e := invoiced(sales, "BLOOM")
		mail := sent(id, e)
		post(s.SendGrid.Events(mail, "delivered")[0])
		require.Empty(t, notices(id))
		version := details(sales, id).At("version").Int()
		post(s.SendGrid.Events(mail, "bounce")[1])
		require.Len(t, notices(id), 1)
		told := sent(id, notices(id)[0].At("id").Text())
		post(s.SendGrid.Events(mail, "bounce")...)
		post(s.SendGrid.Events(mail, "dropped")...)
		require.Len(t, notices(id), 1, "one for an e-mail, however often it fails")
		require.Equal(t, version, details(sales, id).At("version").Int())
		require.Equal(t, "failed", details(sales, id).At("email_status").Text(), "the status of the e-mail to the customer")

		notice := notices(id)[0].At("id").Text()
		number := details(sales, id).At("number").Text()
		require.Equal(t, []string{ann}, told.To)
		require.Equal(t, "Not delivered: e-mail about order "+number+" of "+details(sales, id).At("customer/name").Text(), told.Subject)
		require.Contains(t, told.Text, "two@bloom.example")
		require.Contains(t, told.Text, "550 5.1.1")
		require.Contains(t, told.HTML, "https://desk.example/orders/"+id)
		require.Empty(t, told.Attachments)
		types := timeline(sales, id)
		require.Contains(t, types, "email.bounced")
		post(s.SendGrid.Events(told, "bounce")...)
		require.Equal(t, "bounced", emailOf(sales, id, notice).At("status").Text())
		require.Len(t, notices(id), 1, "none about a notice")

		mute := placed(sales, cart("MUTE", line("on_hand", 1)))
		confirm(sales, mute)
		require.Len(t, notices(mute), 1, "an e-mail without an address fails at once")
		require.Equal(t, "failed", details(sales, mute).At("email_status").Text())
		require.Contains(t, sent(mute, notices(mute)[0].At("id").Text()).Text, "There is no address")

		own := placed(sales, cart("BLOOM", line("on_hand", 1)))
		e = sales.Post(at(own, "email"), object{"to": []string{"x@bloom.example"}, "cc": []string{"ANN@rosefields.example"}}).Is(202).At("id").Text()
		both := s.SendGrid.Events(sent(own, e), "bounce")
		post(both[1], both[0])
		require.Equal(t, "bounced", emailOf(sales, own, e).At("status").Text())
		require.Empty(t, notices(own), "not at the address that bounced")

		settings(t, s, object{"email_salesperson_on_bounce": false})
		off, e := invoiced(sales, "BLOOM")
		post(s.SendGrid.Events(sent(off, e), "bounce")...)
		require.Empty(t, notices(off))
		confirm(sales, placed(sales, cart("MUTE", line("on_hand", 1))))
		breaches, err := audit.Check(context.Background(), s.Store)
		require.NoError(t, err)
		require.Empty(t, breaches)
	})
}

// Links in e-mails come from a setting, and never lead to the API.
func TestLinksInEmails(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) { c.SalespersonEmail = "ann@rosefields.example" })
		sales, admin := s.As(t, auth.Sales), s.As(t, auth.Admin)
		require.True(t, admin.Get("/v1/settings").Is(200).At("order_url").Null())
		require.True(t, admin.Get("/v1/settings").Is(200).At("email_salesperson_on_bounce").Bool())
		mail := func() sendgridtest.Mail {
			t.Helper()
			e := sales.Get(at(placed(sales, cart("BLOOM", line("on_hand", 1))), "emails")).Is(200).At("data/0/id").Text()
			soon(t, "it is sent", func() bool { return len(s.SendGrid.ByEmailID(e)) == 1 })
			return s.SendGrid.ByEmailID(e)[0]
		}
		require.NotContains(t, mail().HTML+mail().Text, "/orders/")
		for _, bad := range []any{"https://desk.example/orders", "/orders/{id}", "javascript:{id}", "https://desk.example/{id}/{id}", 7} {
			admin.Patch("/v1/settings", object{"order_url": bad}, "If-Match", "*").Refused(422, "body_invalid")
		}
		why := admin.Patch("/v1/settings", object{"order_url": "/orders/{id}"}, "If-Match", "*").Refused(422, "body_invalid").At("errors/0/detail").Text()
		require.Equal(t, "Must be an http:// or https:// address that has the word id in braces once, after the host.", why)
		settings(t, s, object{"order_url": "https://desk.example/#/orders/{id}"})
		require.Contains(t, mail().HTML, `href="https://desk.example/#/orders/`)
		require.Contains(t, mail().Text, "https://desk.example/#/orders/")
		settings(t, s, object{"order_url": nil})
		require.NotContains(t, mail().HTML, "/orders/")
	})
}

// Without the setting, e-mails to staff lead to the console where there is one.
func TestLinksToTheConsole(t *testing.T) {
	options := servicetest.Options{Desk: func(o *desk.Options) { o.OrderURL = "https://orders.example/console/?order={id}" }}
	servicetest.Each(t, options, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) { c.SalespersonEmail = "ann@rosefields.example" })
		sales := s.As(t, auth.Sales)
		linked := func(page string) {
			t.Helper()
			id := placed(sales, cart("BLOOM", line("on_hand", 1)))
			e := sales.Get(at(id, "emails")).Is(200).At("data/0/id").Text()
			soon(t, "it is sent", func() bool { return len(s.SendGrid.ByEmailID(e)) == 1 })
			sent := s.SendGrid.ByEmailID(e)[0]
			require.Contains(t, sent.HTML, `href="`+page+id+`"`)
			require.Contains(t, sent.Text, page+id)
		}
		linked("https://orders.example/console/?order=")
		settings(t, s, object{"order_url": "https://desk.example/o/{id}"})
		linked("https://desk.example/o/")
	})
}

// SendGrid fails in several ways. No e-mail is lost, and an e-mail that may have arrived is not sent again.
func TestSendGridMisbehaves(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		status := func(t *testing.T, id, l, want string, within func(value) bool) {
			t.Helper()
			sales := s.As(t, auth.Sales)
			soon(t, want, func() bool {
				l := emailOf(sales, id, l)
				return l.At("status").Text() == want && within(l)
			})
		}
		any := func(value) bool { return true }
		tried := func(n int, code string) func(value) bool {
			return func(l value) bool {
				return l.At("attempts").Int() == n && (code == "" || !l.At("error_code").Null() && l.At("error_code").Text() == code)
			}
		}
		// The e-mail is sent within 15 s after it is due, and not earlier.
		for name, c := range map[string]struct {
			fault  sendgridtest.Fault
			code   string
			before time.Duration // it still waits then
			after  time.Duration // sent
		}{
			"429 with a reset":   {sendgridtest.RateLimited(s.Clock.Now().Add(10 * time.Minute)), "rate_limited", 5 * time.Minute, 6 * time.Minute},
			"500":                {sendgridtest.Answer(500), "mail_unavailable", 2 * time.Second, 10 * time.Second},
			"503, asked to wait": {sendgridtest.RetryAfter(503, 120), "mail_unavailable", 100 * time.Second, 30 * time.Second},
			"hung up":            {sendgridtest.DropReply(), "outcome_unknown", 90 * time.Second, 40 * time.Second},
		} {
			t.Run(name, func(t *testing.T) {
				fault := c.fault
				if name == "429 with a reset" {
					fault = sendgridtest.RateLimited(s.Clock.Now().Add(10 * time.Minute))
				}
				s.SendGrid.Script(fault)
				id, l := invoiced(s.As(t, auth.Sales), "BLOOM")
				status(t, id, l, "queued", tried(1, c.code))
				arrived := len(s.SendGrid.ByEmailID(l)) // DropReply accepts the e-mail and then drops the answer
				s.Clock.Move(c.before)
				time.Sleep(2 * servicetest.Round)
				require.Len(t, s.SendGrid.ByEmailID(l), arrived, "not before its time")
				s.Clock.Move(c.after)
				status(t, id, l, "sent", tried(2, ""))
				require.Len(t, s.SendGrid.ByEmailID(l), arrived+1)
				if name == "hung up" {
					require.Contains(t, timeline(s.As(t, auth.Sales), id), "email.unknown", "a second copy only after an unknown outcome, and journalled so")
				}
			})
		}
		t.Run("an event settles an unknown outcome", func(t *testing.T) {
			s.SendGrid.Script(sendgridtest.DropReply())
			id, l := invoiced(s.As(t, auth.Sales), "BLOOM")
			status(t, id, l, "queued", tried(1, "outcome_unknown"))
			code, err := s.SendGrid.Post(context.Background(), s.URL+"/v1/hooks/sendgrid", s.SendGrid.Events(s.SendGrid.ByEmailID(l)[0], "processed")...)
			require.NoError(t, err)
			require.Equal(t, 204, code)
			status(t, id, l, "sent", any)
			s.Clock.Move(10 * time.Minute)
			time.Sleep(2 * servicetest.Round)
			require.Len(t, s.SendGrid.ByEmailID(l), 1, "never a second copy")
		})
		t.Run("three unknown outcomes are the end", func(t *testing.T) {
			s.SendGrid.Script(sendgridtest.Times(3, sendgridtest.DropReply())...)
			id, l := invoiced(s.As(t, auth.Sales), "BLOOM")
			lost := func() int {
				n := 0
				for _, e := range timeline(s.As(t, auth.Sales), id) {
					if e == "email.unknown" {
						n++
					}
				}
				return n
			}
			for n := 1; n <= 3; n++ {
				soon(t, fmt.Sprint("attempt ", n), func() bool { return len(s.SendGrid.ByEmailID(l)) == n })
				// The e-mail has outcome_unknown from the attempt before too. This attempt has ended when the timeline shows it.
				soon(t, fmt.Sprint("attempt ", n, " is given up"), func() bool { return lost() == n })
				status(t, id, l, "queued", tried(n, "outcome_unknown"))
				s.Clock.Move(2*time.Minute + time.Second)
			}
			status(t, id, l, "failed", tried(3, "outcome_unknown"))
			require.Len(t, s.SendGrid.ByEmailID(l), 3)
		})
		for answer, code := range map[int]string{400: "message_rejected", 413: "message_too_large"} {
			t.Run(fmt.Sprint(answer, " fails for good"), func(t *testing.T) {
				s.SendGrid.Script(sendgridtest.Answer(answer))
				id, l := invoiced(s.As(t, auth.Sales), "BLOOM")
				status(t, id, l, "failed", tried(1, code))
				require.Equal(t, "failed", details(s.As(t, auth.Sales), id).At("email_status").Text())
				require.Contains(t, timeline(s.As(t, auth.Sales), id), "email.failed")
			})
		}
		t.Run("401 pauses sending and loses nothing", func(t *testing.T) {
			s.SendGrid.Always(sendgridtest.Answer(401))
			first, l1 := invoiced(s.As(t, auth.Sales), "BLOOM")
			status(t, first, l1, "queued", tried(0, "mail_unauthorized"))
			requests := s.SendGrid.Requests()
			second, l2 := invoiced(s.As(t, auth.Sales), "BLOOM")
			time.Sleep(2 * servicetest.Round)
			require.Equal(t, requests, s.SendGrid.Requests(), "no attempt is made while sending is paused")
			status(t, second, l2, "queued", tried(0, ""))
			s.SendGrid.Heal()
			s.Clock.Move(5*time.Minute + time.Second)
			status(t, first, l1, "sent", tried(1, ""))
			status(t, second, l2, "sent", tried(1, ""))
		})
	})
}

// A worker stops between the claim and the sending of an e-mail. Within 90 seconds the attempt counts as lost, and two
// minutes later the e-mail is sent. An e-mail whose job is lost is sent without the job.
func TestEmailsOutliveTheirWorkers(t *testing.T) {
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id, claimed := invoiced(sales, "BLOOM")
		_, err := store.InTx(context.Background(), s.Store.For(servicetest.Company), func(tx *store.Tx) (bool, error) {
			l, err := tx.ClaimDue(context.Background(), s.Clock.Now().UTC().Truncate(time.Microsecond), store.MailPause{}, 1)
			require.Len(t, l, 1)
			require.Equal(t, claimed, l[0].ID)
			return true, err
		})
		require.NoError(t, err)
		other, lost := invoiced(sales, "BLOOM")
		_, err = s.Database(t).Exec("DELETE FROM river_job")
		require.NoError(t, err)

		s.Work(t)
		soon(t, "the e-mail without a job", func() bool { return emailOf(sales, other, lost).At("status").Text() == "sent" })
		require.Empty(t, s.SendGrid.ByEmailID(claimed))
		s.Clock.Move(65 * time.Second)
		time.Sleep(2 * servicetest.Round)
		require.True(t, emailOf(sales, id, claimed).At("error_code").Null(), "it is still being sent, for all we know")
		s.Clock.Move(jobs.RescuedWithin - 65*time.Second - 10*time.Second) // the last check before the time is over
		soon(t, "the attempt is lost", func() bool { return !emailOf(sales, id, claimed).At("error_code").Null() })
		require.Equal(t, "queued", emailOf(sales, id, claimed).At("status").Text())
		s.Clock.Move(100 * time.Second)
		time.Sleep(2 * servicetest.Round)
		require.Empty(t, s.SendGrid.ByEmailID(claimed))
		s.Clock.Move(30 * time.Second)
		soon(t, "it is sent", func() bool { return emailOf(sales, id, claimed).At("status").Text() == "sent" })
		require.Len(t, s.SendGrid.ByEmailID(claimed), 1)
		require.Len(t, s.SendGrid.ByEmailID(lost), 1)
	})
}

// A stored sender name with several lines does not prevent an e-mail.
func TestSenderOfSeveralLines(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		_, err := s.Database(t).Exec("UPDATE companies SET letterhead_sender = 'Alpha\nMiami'")
		require.NoError(t, err)
		id, l := invoiced(s.As(t, auth.Sales), "BLOOM")
		soon(t, "it is sent", func() bool { return emailOf(s.As(t, auth.Sales), id, l).At("status").Text() == "sent" })
		require.Equal(t, "Alpha Miami", s.SendGrid.ByEmailID(l)[0].FromName)
	})
}

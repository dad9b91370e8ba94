package api_test

import (
	"fmt"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

const everyPart = "?include=lines,payments,emails,events"

// Details include what their own lists have, and nothing without include.
func TestDetailsInclude(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) { c.SalespersonEmail = "ann@rosefields.example" })
		sales, shop := s.As(t, auth.Sales), s.As(t, auth.Storefront)
		id := place(shop, cart("BLOOM", line("on_hand", 1))).At("id").Text()
		shop.Post(at(id, "payments"), object{"method": "card", "amount": "1.00", "reference": "p1"}).Is(201)
		sales.Patch(at(id), object{"internal_notes": "Calls back", "carrier": "UPS"}, "If-Match", "*").Is(200)
		sales.Post(at(id, "confirm"), nil).Is(200)

		plain := sales.Get(at(id))
		for _, part := range []string{"payments", "emails", "events"} {
			require.False(t, plain.Is(200).Has(part))
			require.True(t, sales.Get(at(id)+"?include="+part).Is(200).Has(part))
		}
		require.Equal(t, plain.Body, sales.Get(at(id)+"?include=lines").Body, "lines are always there")
		for _, who := range []*servicetest.Client{sales, shop} {
			whole := who.Get(at(id) + everyPart)
			require.Equal(t, `"v4"`, whole.Header.Get("ETag"), "for If-Match")
			require.Equal(t, who.Get(at(id, "payment-status")).Is(200).At("payments").Any(), whole.Is(200).At("payments").Any())
			require.Equal(t, who.Get(at(id, "emails")).Is(200).Any(), whole.Is(200).At("emails").Any())
			require.Equal(t, who.Get(at(id, "events")).Is(200).Any(), whole.Is(200).At("events").Any())
			require.Len(t, whole.Is(200).At("emails/data").Items(), 2)
			require.Len(t, whole.Is(200).At("payments").Items(), 1)
		}
		require.Contains(t, string(sales.Get(at(id)+everyPart).Body), "internal_notes\",\"before")
		require.NotContains(t, string(shop.Get(at(id)+everyPart).Body), "internal_notes\",\"before")
		require.Contains(t, string(sales.Get(at(id)+everyPart).Body), "changed the internal notes.")
		require.NotContains(t, string(shop.Get(at(id)+everyPart).Body), "internal notes")
		s.Claims(t, object{"sub": "other", "roles": []string{"Storefront"}}).Get(at(id)+everyPart).Refused(404, "order_not_found")

		refused := sales.Get(at(id)+"?include=payments,pdfs").Refused(400, "parameter_invalid")
		require.Contains(t, refused.At("errors/0/detail").Text(), "lines, payments, emails")
	})
}

// The first page of the timeline goes on in its own list.
func TestIncludedPagesGoOn(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := place(sales, cart("BLOOM", line("on_hand", 1))).At("id").Text()
		for i := range 51 {
			sales.Patch(at(id), object{"po_number": fmt.Sprint("PO-", i)}, "If-Match", "*").Is(200)
		}
		whole := sales.Get(at(id) + everyPart)
		require.Empty(t, whole.Header.Get("Link"), "the document itself has no next page")
		events := whole.Is(200).At("events")
		require.Len(t, events.At("data").Items(), 50)
		rest := sales.Get(at(id, "events") + "?cursor=" + events.At("page/next_cursor").Text()).Is(200)
		require.Len(t, rest.At("data").Items(), 2)
		require.Equal(t, 52, rest.At("data/1/version").Int())
	})
}

// E-mails move without a new version, so that a conditional request gets the document as it is now.
func TestIncludedEmailsAreNeverStale(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := place(sales, cart("BLOOM", line("on_hand", 1))).At("id").Text()
		sales.Post(at(id, "confirm"), nil).Is(200)
		tag := sales.Get(at(id) + everyPart).Header.Get("ETag")
		soon(t, "it is sent", func() bool {
			now := sales.Get(at(id)+everyPart, "If-None-Match", tag)
			require.Equal(t, tag, now.Header.Get("ETag"))
			return now.Is(200).At("emails/data/0/status").Text() == "sent"
		})
	})
}

// A document that was read with its parts can be sent back.
func TestIncludedPartsAreSentBack(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := place(sales, cart("BLOOM", line("on_hand", 1))).At("id").Text()
		read := sales.Get(at(id) + everyPart)
		sales.Patch(at(id), read.Body, "If-Match", read.Header.Get("ETag")).Is(200)
		require.Equal(t, 1, details(sales, id).At("version").Int())
	})
}

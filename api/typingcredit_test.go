package api_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/stretchr/testify/require"
)

// A credit note names the same parties as its invoice, because it reverses the invoice.
func TestCreditNoteHasThePartiesOfItsInvoice(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customerID := customer(t, s, "OLDNAME")
		admin := s.As(t, auth.Admin)
		admin.Patch("/v1/settings", object{"letterhead": object{"name": "Rosefields Ltd", "address": "1 Old Road"}, "tax_id": "SELLER-1"}, "If-Match", "*").Is(200)
		id := placed(admin, cart("OLDNAME", line("on_hand", 1)))
		invoice := admin.Get("/v1/invoices/" + confirm(admin, id).At("invoice/id").Text()).Is(200)
		admin.Patch("/v1/settings", object{"letterhead": object{"name": "Rosefields plc", "address": "2 New Road"}, "tax_id": "SELLER-2"}, "If-Match", "*").Is(200)
		admin.Patch("/v1/customers/"+customerID, object{"code": "NEWNAME", "name": "New Name", "tax_id": "BUYER-2", "address": object{"line1": "9 New Street"}, "terms": object{"label": "Net 90", "days": 90}}, "If-Match", "*").Is(200)

		note := admin.Get("/v1/credit-notes/" + admin.Post(at(id, "void"), object{"reason": "Twice"}).Is(200).At("credit_note/id").Text()).Is(200)
		for _, member := range []string{"seller", "customer", "ship_to", "terms", "currency", "total"} {
			require.Equal(t, invoice.At(member).Any(), note.At(member).Any(), member)
		}
		require.Equal(t, "OLDNAME Flowers", note.At("customer/name").Text())
		require.Equal(t, []string{"OLDNAME"}, admin.Get("/v1/credit-notes").Is(200).At("data").Each("customer/code"))
	})
}

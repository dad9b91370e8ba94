package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// The file name of a document is its number, with any prefix that the company uses.
func TestFileNamesOfDocuments(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		admin.Patch("/v1/settings", object{"invoice_number_prefix": "R/2031/", "credit_note_number_prefix": "-/C/"}, "If-Match", "*").Is(200)
		id := placed(admin, cart("BLOOM", line("on_hand", 1)))
		require.Equal(t, `inline; filename="P000001.pdf"`, admin.Get(at(id, "print")).Header.Get("Content-Disposition"))
		invoice := confirm(admin, id).At("invoice")
		require.Equal(t, "R/2031/000001", invoice.At("number").Text())
		require.Equal(t, `inline; filename="R-2031-000001.pdf"`, admin.Get(at(id, "print")).Header.Get("Content-Disposition"))
		require.Equal(t, `inline; filename="R-2031-000001.pdf"`, admin.Get("/v1/invoices/"+invoice.At("id").Text()+"/pdf").Header.Get("Content-Disposition"))
		note := admin.Post(at(id, "void"), object{"reason": "Twice"}).Is(200).At("credit_note")
		require.Equal(t, `inline; filename="--C-000001.pdf"`, admin.Get("/v1/credit-notes/"+note.At("id").Text()+"/pdf").Header.Get("Content-Disposition"))
		require.Eventually(t, func() bool { return len(s.SendGrid.Accepted()) >= 2 }, 20*time.Second, 50*time.Millisecond)
		var names []string
		for _, m := range s.SendGrid.Accepted() {
			for _, a := range m.Attachments {
				names = append(names, a.Name)
			}
		}
		require.ElementsMatch(t, []string{"Invoice R-2031-000001.pdf", "Credit note --C-000001.pdf"}, names)
		require.NotContains(t, strings.Join(names, ""), "/")
	})
}

package desk_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// An order sheet and its invoice use the same texts for what both contain.
func TestSheetReadsLikeTheInvoice(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		cart := w.Cart(w.Plain, 2)
		cart.Lines[0].UnitPrice = "1234.5000"
		cart.ShipTo = company.Address{Name: "Dock 2", City: "Miami", Region: "FL"}
		cart.Charges = []order.CartCharge{{Code: "FREIGHT", Amount: "1000.00"}}
		cart.Taxes = []order.CartTax{{Name: "VAT", Rate: "7"}}
		o := w.MustPlace(t, cart)[0]
		sheet, err := w.Print(t.Context(), desktest.Sales, o.ID)
		require.NoError(t, err)
		require.Equal(t, "Order "+o.Number, sheet.Heading())
		require.Equal(t, "Stem", sheet.Lines[0].UnitType)
		require.Equal(t, "123,450.00", sheet.Lines[0].Amount)
		require.Equal(t, "VAT 7%", sheet.Taxes[0].Label)
		require.Contains(t, sheet.Facts, document.Fact{Label: "Ship date", Value: "10 Mar 2026"})
		w.MustBook(t, o.ID, "payment", "2000")
		paid, err := w.Print(t.Context(), desktest.Sales, o.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"2,000.00", "131,188.25"}, []string{paid.Paid, paid.Balance})

		w.MustConfirm(t, o.ID)
		invoice, err := w.Print(t.Context(), desktest.Sales, o.ID)
		require.NoError(t, err)
		require.Equal(t, "Invoice INV-000001", invoice.Heading())
		require.Contains(t, invoice.Facts, document.Fact{Label: "Ship date", Value: "10 Mar 2026"})
		sheet.Kind, sheet.Number, sheet.Facts, sheet.IssuedAt = invoice.Kind, invoice.Number, invoice.Facts, invoice.IssuedAt
		require.Equal(t, invoice, sheet)
	})
}

// A prebook's lines show their source and status.
func TestPrebookSheet(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		sheet, err := w.Print(t.Context(), desktest.Sales, w.MustPlace(t, w.Prebook(w.Plain, 2, 1))[0].ID)
		require.NoError(t, err)
		require.Equal(t, document.KindPrebookSheet, sheet.Kind)
		require.Contains(t, sheet.Facts, document.Fact{Label: "Truck date", Value: "10 Mar 2026"})
		for i, status := range []string{"Checked Out", "Open"} {
			require.Equal(t, []string{"Future sales", status}, []string{sheet.Lines[i].Source, sheet.Lines[i].Status})
		}
	})
}

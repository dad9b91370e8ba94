package desk_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// An export asks for the permission of its list, and reads it whole.
func TestExportsArePermittedAsTheirLists(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		ctx := t.Context()
		nobody := desktest.Admin
		nobody.Roles = nil
		w.MustPlace(t, w.Cart(w.Plain, 1))
		for name, read := range map[string]func() (int, error){
			"orders": func() (int, error) {
				rows, _, err := w.ExportOrders(ctx, nobody, desk.OrderFilter{Sort: desk.Sort{Key: desk.ByPlacedAt}}, desk.Extras{})()
				return len(rows), err
			},
			"lines": func() (int, error) {
				rows, _, err := w.ExportLines(ctx, nobody, desk.OrderFilter{})()
				return len(rows), err
			},
			"payments": func() (int, error) {
				rows, _, err := w.ExportPayments(ctx, nobody, desk.PaymentFilter{})()
				return len(rows), err
			},
			"invoices": func() (int, error) {
				rows, _, err := w.ExportInvoices(ctx, nobody, desk.InvoiceFilter{})()
				return len(rows), err
			},
			"credits": func() (int, error) {
				rows, _, err := w.ExportCreditNotes(ctx, nobody, desk.IssuedFilter{})()
				return len(rows), err
			},
			"customers": func() (int, error) {
				rows, _, err := w.ExportCustomers(ctx, nobody, desk.CustomerFilter{})()
				return len(rows), err
			},
		} {
			n, err := read()
			require.True(t, fault.Is(err, fault.RoleNotAllowed), "%s: %v", name, err)
			require.Zero(t, n, name)
		}
		rows, more, err := w.ExportCustomers(ctx, desktest.Admin, desk.CustomerFilter{Window: desk.Window{Limit: 1}})()
		require.NoError(t, err)
		require.Greater(t, len(rows), 1, "a limit is not for exports")
		require.False(t, more)
	})
}

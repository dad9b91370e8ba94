package desk_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// An edit that leaves only billed lines takes the prebook through the state machine: checked out, then billed, each
// with an event.
func TestEditLeavesBilledLinesAlone(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		pre := w.MustPlace(t, w.Prebook(w.Plain, 3, 2))[0]
		w.MustBill(t, pre.ID, []string{pre.Lines[1].ID})
		bill := w.MustBill(t, pre.ID, nil)
		after := w.edit(t, pre.ID, order.Revision{Lines: &[]order.LineRevision{{ID: pre.Lines[0].ID}, {ID: pre.Lines[1].ID}}})
		require.Equal(t, order.StatusBilled, after.Status)
		require.NotNil(t, after.CheckedOutAt)
		_, page, err := w.Timeline(t.Context(), desktest.Manager, desk.EventFilter{OrderID: pre.ID, Limit: 200})
		require.NoError(t, err)
		var statuses []any
		for _, e := range page.Events {
			for _, c := range e.Changes {
				if c.Field == "status" {
					statuses = append(statuses, e.Type, c.Before, c.After)
				}
			}
		}
		require.Equal(t, []any{order.EventCheckedOut, "draft", "checked_out", order.EventBilled, "checked_out", "billed"}, statuses)
		last := page.Events[len(page.Events)-1]
		require.Equal(t, map[string]any{"order_id": bill.ID, "order_number": bill.Number, "lines": 1.0}, last.Data)
		w.RequireClean(t)
		w.MustVoid(t, bill.ID) // and back to checked out
		w.RequireClean(t)
	})
}

// Checking out an order that confirmed itself returns its invoice every time.
func TestCheckoutAgainAnswersTheInvoice(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		o := w.MustPlace(t, desktest.Draft(w.Cart(w.Auto, 1)))[0]
		var first, again, dry desk.CheckedOut
		_, err := w.Checkout(t.Context(), desktest.Keyed(desktest.Shop), o.ID, nil, desktest.Into(&first))
		require.NoError(t, err)
		require.NotNil(t, first.Invoice)
		_, err = w.Checkout(t.Context(), desktest.Keyed(desktest.Shop), o.ID, nil, desktest.Into(&again))
		require.NoError(t, err)
		require.Equal(t, first.Invoice, again.Invoice)
		require.Equal(t, first.Order.Version, again.Order.Version)
		c := desktest.Keyed(desktest.Sales)
		c.DryRun = true
		_, err = w.Checkout(t.Context(), c, o.ID, nil, desktest.Into(&dry))
		require.NoError(t, err)
		require.Equal(t, first.Invoice, dry.Invoice)

		pending := w.MustPlace(t, w.Cart(w.Plain, 1))[0]
		_, err = w.Checkout(t.Context(), desktest.Keyed(desktest.Shop), pending.ID, nil, desktest.Into(&again))
		require.NoError(t, err)
		require.Nil(t, again.Invoice)
		w.RequireClean(t)
	})
}

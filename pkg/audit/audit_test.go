package audit_test

import (
	"fmt"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// Events of earlier versions say that a line that is sold loose has 0 boxes.
func TestCheckReadsOlderEvents(t *testing.T) {
	desktest.Each(t, func(t *testing.T, w *desktest.Fixture) {
		units, boxes, pack := int64(10), int64(2), int64(50)
		cart := w.Cart(w.Plain, 1)
		cart.Lines = append(cart.Lines, order.CartLine{Source: order.OnHand, SKU: "LOOSE", Units: &units, UnitPrice: "1"})
		o := w.MustPlace(t, cart)[0]
		for _, line := range []order.LineRevision{{ID: o.Lines[1].ID, Boxes: &boxes, UnitsPerBox: &pack}, {ID: o.Lines[1].ID, Units: &units}} {
			call := desktest.Call(desktest.Sales)
			call.IfMatch = &desk.Match{Any: true}
			_, err := w.Edit(t.Context(), call, o.ID, desktest.Revising(order.Revision{Lines: &[]order.LineRevision{{ID: o.Lines[0].ID}, line}}), desktest.Encode)
			require.NoError(t, err)
		}
		_, err := w.DB.ExecContext(t.Context(), "UPDATE events SET digest = ''") // they had none either
		require.NoError(t, err)
		for _, end := range []string{"Before", "After"} {
			text := `UPDATE events SET changes = replace(changes, '"` + end + `":null', '"` + end + `":0') WHERE type = 'order.edited'`
			if w.Store.Name() == "postgres" {
				text = `UPDATE events SET changes = replace(changes::text, '"` + end + `": null', '"` + end + `": 0')::jsonb WHERE type = 'order.edited'`
			}
			done, err := w.DB.ExecContext(t.Context(), text+` AND CAST(changes AS text) LIKE '%"`+end+`"%null%'`)
			require.NoError(t, err)
			rows, err := done.RowsAffected()
			require.NoError(t, err)
			require.NotZero(t, rows)
		}
		w.RequireClean(t)
	})
}

func TestCheckFindsNothingInEveryState(t *testing.T) {
	desktest.Each(t, func(t *testing.T, w *desktest.Fixture) {
		w.RequireClean(t)
		w.Furnish(t)
		w.RequireClean(t)
		for _, s := range append(order.StatusesOf(order.KindOrder), order.StatusesOf(order.KindPrebook)...) {
			require.NotZero(t, w.CountRows(t, "orders", fmt.Sprintf("status = '%s'", s)), s)
		}
	})
}

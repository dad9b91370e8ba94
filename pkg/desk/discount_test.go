package desk_test

import (
	"slices"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// verdict returns the verdict on an action. The details and the list must agree on it.
func (w *fixture) verdict(t *testing.T, id string, a order.Action) order.Verdict {
	t.Helper()
	v, err := w.Details(t.Context(), desktest.Manager, id)
	require.NoError(t, err)
	page, err := w.List(t.Context(), desktest.Manager, desk.OrderFilter{CheckoutIDs: []string{v.CheckoutID}}, desk.Extras{Verdicts: true})
	require.NoError(t, err)
	for i, o := range page.Rows {
		if o.ID == id {
			require.Equal(t, v.Allowed, page.Verdicts[i])
			return v.Allowed[a]
		}
	}
	require.Fail(t, "the list does not have it")
	return order.Verdict{}
}

// edit edits the newest version.
func (w *fixture) edit(t *testing.T, id string, e order.Revision) desk.View {
	t.Helper()
	c := desktest.Keyed(desktest.Manager)
	c.IfMatch = &desk.Match{Any: true}
	var v desk.View
	_, err := w.Edit(t.Context(), c, id, desktest.Revising(e), desktest.Into(&v))
	require.NoError(t, err)
	return v
}

func charges(amounts ...string) *[]order.CartCharge {
	list := []order.CartCharge{}
	for _, a := range amounts {
		list = append(list, order.CartCharge{Code: "charge", Amount: a})
	}
	return &list
}

// The verdict on an action and the action itself agree about a discount: of a prebook whose checked-out lines cannot
// cover it, and of an order that would give a discount back to a prebook that cannot cover it.
func TestGuardKnowsTheDiscount(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		cart := w.Prebook(w.Plain, 3, 1) // each line 25.00
		cart.Charges = *charges("-30.00")
		pre := w.MustPlace(t, cart)[0]
		act := func(do func(desk.Call) (desk.Reply, error), id string, a order.Action, want fault.Code) {
			t.Helper()
			said := w.verdict(t, id, a)
			_, err := do(desktest.Keyed(desktest.Manager))
			require.Equal(t, said.Err() == nil, err == nil, "%v", err)
			require.Equal(t, want, said.Code)
			if want != "" {
				require.Equal(t, said.Err(), error(fault.Of(err)))
			}
		}
		bill := func(c desk.Call) (desk.Reply, error) { return w.Bill(t.Context(), c, pre.ID, nil, desktest.Encode) }
		act(bill, pre.ID, order.Bill, fault.OrderNotBillable)
		_, err := w.Checkout(t.Context(), desktest.Keyed(desktest.Shop), pre.ID, []string{pre.Lines[1].ID}, desktest.Encode)
		require.NoError(t, err)
		act(bill, pre.ID, order.Bill, "") // 50.00 - 30.00

		billed, err := w.Details(t.Context(), desktest.Manager, pre.ID)
		require.NoError(t, err)
		order1 := *billed.Lines[0].BilledOrderID
		void := func(c desk.Call) (desk.Reply, error) {
			return w.Void(t.Context(), c, order1, "A test.", desktest.Encode)
		}
		w.edit(t, pre.ID, order.Revision{Charges: charges("-46.00")}) // 75.00 - 46.00 - 30.00
		act(void, order1, order.Void, fault.OrderNotVoidable)
		w.edit(t, pre.ID, order.Revision{Charges: charges("-45.00")})
		act(void, order1, order.Void, "")
		w.RequireClean(t)
	})
}

// A void undoes a bill. The charges and taxes that the bill took return to the prebook as they were, even if the order
// has changed them since. Nothing else returns.
func TestVoidGivesBackWhatWentAlong(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		cart := w.Prebook(w.Plain, 2, 2)
		cart.Charges = *charges("12.00")
		cart.Taxes = []order.CartTax{{Name: "Sales tax", Rate: "10"}, {Name: "Fee", Amount: "3.00"}}
		pre := w.MustPlace(t, cart)[0]
		require.Equal(t, "71.20", pre.Total.Format(2)) // 50.00 + 12.00 + 6.20 + 3.00

		first := w.MustBill(t, pre.ID, []string{pre.Lines[0].ID})
		second := w.MustBill(t, pre.ID, nil)
		require.Equal(t, "43.70", first.Total.Format(2)) // 25.00 + 12.00 + 3.70 + 3.00
		require.Equal(t, "27.50", second.Total.Format(2))
		w.edit(t, first.ID, order.Revision{Charges: charges("20.00"), Taxes: &[]order.CartTax{}}) // corrected on the bill, then voided
		w.edit(t, second.ID, order.Revision{Charges: charges("5.00")})
		w.MustVoid(t, second.ID)
		after, err := w.Details(t.Context(), desktest.Manager, pre.ID)
		require.NoError(t, err)
		require.Empty(t, after.Charges, "the second bill took no charges or taxes")
		w.MustVoid(t, first.ID)
		after, err = w.Details(t.Context(), desktest.Manager, pre.ID)
		require.NoError(t, err)
		require.Equal(t, []any{pre.Total, pre.Charges, pre.Taxes}, []any{after.Total, after.Charges, after.Taxes})

		again := w.MustBill(t, pre.ID, nil) // the next bill takes it
		require.Equal(t, "71.20", again.Total.Format(2))
		w.RequireClean(t)
	})
}

// What returns to a prebook never exceeds the limits of a document.
func TestVoidCrowdsNoPrebook(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		full := charges(slices.Repeat([]string{"0.01"}, order.MaxCharges)...)
		cart := w.Prebook(w.Plain, 2, 2)
		cart.Charges = *full
		pre := w.MustPlace(t, cart)[0]
		bill := w.MustBill(t, pre.ID, []string{pre.Lines[0].ID})
		w.edit(t, pre.ID, order.Revision{Charges: full})
		said := w.verdict(t, bill.ID, order.Void)
		require.Equal(t, fault.OrderNotVoidable, said.Code)
		_, err := w.Void(t.Context(), desktest.Keyed(desktest.Manager), bill.ID, "A test.", desktest.Encode)
		require.Equal(t, said.Err(), error(fault.Of(err)))
		w.edit(t, pre.ID, order.Revision{Charges: charges()}) // the fix that the remedy names
		require.True(t, w.verdict(t, bill.ID, order.Void).Allowed)
		w.MustVoid(t, bill.ID)
		after, err := w.Details(t.Context(), desktest.Manager, pre.ID)
		require.NoError(t, err)
		require.Len(t, after.Charges, order.MaxCharges)
		w.RequireClean(t)
	})
}

// Rows written before the two columns existed: the waiting amount is calculated, and a voided order gives back its own
// charges and taxes.
func TestOlderBillsGiveBackWhatTheyHave(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string) {
		at := address
		old := newFixture(t, at, store.Options{})
		cart := old.Prebook(old.Plain, 2, 2)
		cart.Charges = *charges("12.00")
		cart.Taxes = []order.CartTax{{Name: "Fee", Amount: "3.00"}, {Name: "Sales tax", Rate: "10"}}
		pre := old.MustPlace(t, cart)[0]
		bill := old.MustBill(t, pre.ID, []string{pre.Lines[0].ID})
		storetest.MigrateDownTo(t, old.Store, 4) // down to the schema without the two columns
		_, err := old.Store.Migrate(t.Context())
		require.NoError(t, err)

		w := &fixture{&desktest.Fixture{Ctx: t.Context(), Address: at, Clock: old.Clock, Store: storetest.Open(t, at, store.Options{})}}
		w.Service = w.DeskOn(t, w.Store)
		w.RequireClean(t)
		w.MustVoid(t, bill.ID)
		after, err := w.Details(t.Context(), desktest.Manager, pre.ID)
		require.NoError(t, err)
		require.Equal(t, pre.Total, after.Total)
		require.Equal(t, pre.Charges, after.Charges)
		w.RequireClean(t)
	})
}

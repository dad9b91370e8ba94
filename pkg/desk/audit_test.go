package desk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

// furnish adds documents of every kind, in every state and with every history.
func (w *fixture) furnish(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	w.place(t, w.cart(w.plain, 2))                             // status pending
	w.place(t, draft(w.cart(w.card, 1)))                       // draft with a $
	confirmed := w.place(t, w.cart(w.card, 3))[0].ID           // confirmed, part paid
	w.book(t, confirmed, billing.KindPayment, "30.00")         //
	w.confirm(t, confirmed)                                    //
	w.confirm(t, w.place(t, draft(w.cart(w.plain, 1)))[0].ID)  // confirmed from a draft
	w.place(t, w.cart(w.auto, 1))                              // confirms itself; the customer has no e-mail address
	w.void(t, w.place(t, w.cart(w.plain, 1))[0].ID)            // voided while pending
	credited := w.place(t, w.cart(w.plain, 2))[0].ID           // voided after it was confirmed, paid and refunded
	paid := w.book(t, credited, billing.KindPayment, "50.00")  //
	w.confirm(t, credited)                                     //
	w.void(t, credited)                                        //
	w.book(t, credited, billing.KindRefund, "20.00")           //
	mistyped := w.place(t, w.cart(w.plain, 1))[0].ID           // a payment taken back
	taken := w.book(t, mistyped, billing.KindPayment, "99.00") //
	_, err := w.Book(ctx, keyed(cashier), mistyped, desk.Booking{Kind: billing.KindRefund, Method: billing.Card, Amount: "99.00", Reference: "typo",
		Corrects: taken.Ledger[0].ID}, encode)
	require.NoError(t, err)
	require.Len(t, paid.Ledger, 1)

	both := w.cart(w.plain, 2) // an order and a prebook from one checkout
	both.ExternalReference = "cart-1"
	both.Lines = append(both.Lines, w.prebook(w.plain, 3, 1).Lines...)
	both.Charges = []order.CartCharge{{Code: "freight", Amount: "12.00"}, {Code: "discount", Amount: "-2.50"}}
	both.Taxes = []order.CartTax{{Name: "State", Rate: "8.25"}, {Name: "Fee", Amount: "1.00"}}
	w.place(t, both)
	w.place(t, w.prebook(w.plain, 2, 0)) // a draft prebook
	w.place(t, w.prebook(w.plain, 2, 2)) // a checked-out prebook
	half := w.place(t, w.prebook(w.plain, 2, 2))[0]
	w.bill(t, half.ID, []string{half.Lines[0].ID}) // partly billed
	whole := w.place(t, w.prebook(w.card, 2, 2))[0]
	w.confirm(t, w.bill(t, whole.ID, nil).ID) // billed, and the order confirmed
	freed := w.place(t, w.prebook(w.plain, 1, 1))[0]
	w.void(t, w.bill(t, freed.ID, nil).ID) // billed, the order voided, so the line is free again
	w.void(t, w.place(t, w.prebook(w.plain, 1, 0))[0].ID)
	taking := w.place(t, w.prebook(w.plain, 2, 0))[0]
	_, err = w.Checkout(ctx, keyed(shop), taking.ID, []string{taking.Lines[1].ID}, encode)
	require.NoError(t, err)
	_, err = w.Checkout(ctx, keyed(shop), taking.ID, nil, encode)
	require.NoError(t, err)

	edited := w.place(t, w.cart(w.plain, 3))[0]
	price := "0.3100"
	edit := order.Revision{HeaderRevision: order.HeaderRevision{PONumber: new(string)}, Lines: &[]order.LineRevision{{ID: edited.Lines[2].ID, UnitPrice: &price}, {ID: edited.Lines[0].ID}, lineOf(goods(order.OnHand))}}
	*edit.PONumber = "PO-9"
	matched := keyed(sales)
	matched.IfMatch = &desk.Match{Any: true}
	_, err = w.Edit(ctx, matched, edited.ID, revising(edit), encode)
	require.NoError(t, err)
	_, err = w.Email(ctx, keyed(sales), edited.ID, desk.ManualEmail{To: []string{"else@where.example"}, Message: "Hello."}, encode)
	require.NoError(t, err)
	_, err = w.EditCustomer(ctx, matched, w.card.ID, desk.Fixed[company.Customer](company.CustomerRevision{RequireCreditCardPayment: new(false)}), encode)
	require.Error(t, err, "Sales may not")
	matched.Actor = admin
	_, err = w.EditCustomer(ctx, matched, w.card.ID, desk.Fixed[company.Customer](company.CustomerRevision{RequireCreditCardPayment: new(false)}), encode)
	require.NoError(t, err)
	w.post(t)
	w.place(t, draft(w.cart(w.plain, 1))) // expires
	w.clock.move(100 * time.Hour)
	n, err := w.ExpireDrafts(ctx)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	w.confirm(t, w.place(t, w.cart(w.plain, 1))[0].ID) // has e-mails that are not sent yet
}

func revising(e order.Revision) func(desk.View) (order.Revision, []fault.Field) {
	return desk.Fixed[desk.View](e)
}

// lineOf turns a cart's line into a new line of an edit.
func lineOf(l order.CartLine) order.LineRevision {
	return order.LineRevision{Source: &l.Source, SKU: &l.SKU, BoxType: &l.BoxType, Boxes: l.Boxes, UnitsPerBox: l.UnitsPerBox, UnitType: &l.UnitType, UnitPrice: &l.UnitPrice}
}

func TestCheckFindsNothingInAWorldOfEveryState(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		w.clean(t)
		w.furnish(t)
		w.clean(t)
		for _, s := range append(order.StatusesOf(order.KindOrder), order.StatusesOf(order.KindPrebook)...) {
			require.NotZero(t, w.count(t, "orders", fmt.Sprintf("status = '%s'", s)), s)
		}
	})
}

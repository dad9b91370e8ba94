package desktest

import (
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

// Furnish adds documents of every kind, in every state and with every history.
func (w *Fixture) Furnish(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	w.MustPlace(t, w.Cart(w.Plain, 2))                                // status pending
	w.MustPlace(t, Draft(w.Cart(w.Card, 1)))                          // draft with a $
	confirmed := w.MustPlace(t, w.Cart(w.Card, 3))[0].ID              // confirmed, part paid
	w.MustBook(t, confirmed, billing.KindPayment, "30.00")            //
	w.MustConfirm(t, confirmed)                                       //
	w.MustConfirm(t, w.MustPlace(t, Draft(w.Cart(w.Plain, 1)))[0].ID) // confirmed from a draft
	w.MustPlace(t, w.Cart(w.Auto, 1))                                 // confirms itself; the customer has no e-mail address
	w.MustVoid(t, w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID)           // voided while pending
	credited := w.MustPlace(t, w.Cart(w.Plain, 2))[0].ID              // voided after it was confirmed, paid and refunded
	paid := w.MustBook(t, credited, billing.KindPayment, "50.00")     //
	w.MustConfirm(t, credited)                                        //
	w.MustVoid(t, credited)                                           //
	w.MustBook(t, credited, billing.KindRefund, "20.00")              //
	mistyped := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID              // a payment taken back
	taken := w.MustBook(t, mistyped, billing.KindPayment, "99.00")    //
	_, err := w.Book(ctx, Keyed(Cashier), mistyped, desk.Booking{Kind: billing.KindRefund, Method: billing.Card, Amount: "99.00", Reference: "typo",
		Corrects: taken.Ledger[0].ID}, Encode)
	require.NoError(t, err)
	require.Len(t, paid.Ledger, 1)

	both := w.Cart(w.Plain, 2) // an order and a prebook from one checkout
	both.ExternalReference = "cart-1"
	both.Lines = append(both.Lines, w.Prebook(w.Plain, 3, 1).Lines...)
	both.Charges = []order.CartCharge{{Code: "freight", Amount: "12.00"}, {Code: "discount", Amount: "-2.50"}}
	both.Taxes = []order.CartTax{{Name: "State", Rate: "8.25"}, {Name: "Fee", Amount: "1.00"}}
	w.MustPlace(t, both)
	w.MustPlace(t, w.Prebook(w.Plain, 2, 0)) // a draft prebook
	w.MustPlace(t, w.Prebook(w.Plain, 2, 2)) // a checked-out prebook
	half := w.MustPlace(t, w.Prebook(w.Plain, 2, 2))[0]
	w.MustBill(t, half.ID, []string{half.Lines[0].ID}) // partly billed
	whole := w.MustPlace(t, w.Prebook(w.Card, 2, 2))[0]
	w.MustConfirm(t, w.MustBill(t, whole.ID, nil).ID) // billed, and the order confirmed
	freed := w.MustPlace(t, w.Prebook(w.Plain, 1, 1))[0]
	w.MustVoid(t, w.MustBill(t, freed.ID, nil).ID) // billed, the order voided, so the line is free again
	w.MustVoid(t, w.MustPlace(t, w.Prebook(w.Plain, 1, 0))[0].ID)
	taking := w.MustPlace(t, w.Prebook(w.Plain, 2, 0))[0]
	_, err = w.Checkout(ctx, Keyed(Shop), taking.ID, []string{taking.Lines[1].ID}, Encode)
	require.NoError(t, err)
	_, err = w.Checkout(ctx, Keyed(Shop), taking.ID, nil, Encode)
	require.NoError(t, err)

	edited := w.MustPlace(t, w.Cart(w.Plain, 3))[0]
	price := "0.3100"
	edit := order.Revision{HeaderRevision: order.HeaderRevision{PONumber: new(string)}, Lines: &[]order.LineRevision{{ID: edited.Lines[2].ID, UnitPrice: &price}, {ID: edited.Lines[0].ID}, LineOf(Goods(order.OnHand))}}
	*edit.PONumber = "PO-9"
	matched := Keyed(Sales)
	matched.IfMatch = &desk.Match{Any: true}
	_, err = w.Edit(ctx, matched, edited.ID, Revising(edit), Encode)
	require.NoError(t, err)
	self := Keyed(Sales)
	self.Actor.Email = "else@where.example"
	_, err = w.Email(ctx, self, edited.ID, desk.ManualEmail{To: []string{"else@where.example"}, Message: "Hello."}, Encode)
	require.NoError(t, err)
	var bounced string
	require.NoError(t, w.DB.QueryRow("SELECT id FROM emails WHERE kind = 'manual' AND order_id = '"+edited.ID+"'").Scan(&bounced))
	_, err = w.EditCustomer(ctx, matched, w.Card.ID, desk.Fixed[company.Customer](company.CustomerRevision{RequireCreditCardPayment: new(false)}), Encode)
	require.Error(t, err, "Sales may not")
	matched.Actor = Admin
	_, err = w.EditCustomer(ctx, matched, w.Card.ID, desk.Fixed[company.Customer](company.CustomerRevision{RequireCreditCardPayment: new(false)}), Encode)
	require.NoError(t, err)
	w.MustPost(t)
	require.NoError(t, w.ReceiveEmailEvent(ctx, bounced, // its salesperson gets an e-mail
		email.Event{Kind: email.EventBounce, Recipient: "else@where.example", Reason: "550 no such user", At: w.Clock.Now()}))
	w.MustPost(t)
	w.MustPlace(t, Draft(w.Cart(w.Plain, 1))) // expires
	w.Clock.Move(100 * time.Hour)
	n, err := w.ExpireDrafts(ctx)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	w.MustConfirm(t, w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID) // has e-mails that are not sent yet
}

// Revising wraps a revision for Service.Edit.
func Revising(e order.Revision) func(desk.View) (order.Revision, []fault.Field) {
	return desk.Fixed[desk.View](e)
}

// LineOf turns a cart's line into a new line of an edit.
func LineOf(l order.CartLine) order.LineRevision {
	return order.LineRevision{Source: &l.Source, SKU: &l.SKU, BoxType: &l.BoxType, Boxes: l.Boxes, UnitsPerBox: l.UnitsPerBox, UnitType: &l.UnitType, UnitPrice: &l.UnitPrice}
}

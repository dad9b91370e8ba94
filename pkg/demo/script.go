package demo

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// script is the history of the company. It has every state of orders and prebooks.
func script(s *story) {
	lastWeeks(s)
	thisWeek(s)
	today(s)
	prebooks(s)
	s.add(s.on(9, "08:00"), "void drafts that nobody checked out", func(ctx context.Context) error {
		_, err := s.desk.ExpireDrafts(ctx)
		return err
	})
}

// lastWeeks is finished business.
func lastWeeks(s *story) {
	s.place(s.on(20, "09:12"), webshop, freight("45.00", s.cart("ROSA", -18, onHand("freedom", 3), onHand("alstro", 2), onHand("gyp", 1)))).
		confirm(s.on(20, "10:05"), sales).heard(s.on(20, "10:06"), email.EventDelivered).pay(s.on(7, "11:30"), cashier, billing.Check, "1184", all)
	s.place(s.on(19, "14:40"), sales, po("PO-88213", s.cart("ODEON", -17, onHand("mondial", 6), onHand("hydrangea", 4), onHand("eucalyptus", 3)))).
		confirm(s.on(19, "15:02"), manager).heard(s.on(19, "15:04"), email.EventDelivered).pay(s.on(5, "09:20"), cashier, billing.ACH, "ACH-20930417", half)
	s.place(s.on(18, "08:15"), webshop, shopCart("cart-40118", s.cart("BLOOM", -16, onHand("quicksand", 4), onHand("ruscus", 2)))).
		pay(s.on(18, "08:16"), webshop, billing.Card, "ch_3Q0a118", all).confirm(s.on(18, "09:00"), sales).heard(s.on(18, "09:02"), email.EventDelivered)
	s.place(s.on(17, "07:00"), standing, origin(order.Standing, s.cart("OSHEA", -16, onHand("carnation", 2), onHand("gyp", 2)))).
		confirm(s.on(17, "08:30"), sales).pay(s.on(3, "10:10"), cashier, billing.Wire, "FT-5512", all)
	s.place(s.on(16, "11:25"), webshop, taxed(s.cart("MUELLER", -14, onHand("tulip", 4), onHand("foam", 2)))).
		pay(s.on(16, "11:26"), webshop, billing.Card, "ch_3Q0b774", all).confirm(s.on(16, "13:00"), sales).
		void(s.on(15, "09:40"), manager, "Boxes arrived frozen; the whole shipment was refused.").refund(s.on(15, "10:15"), cashier, billing.Card, "re_3Q0b774")
	s.place(s.on(14, "16:50"), edi, reference("EDI-850-77120", origin(order.External, s.cart("ODEON", -12, onHand("anthurium", 6), onHand("hydrangea", 5))))).
		confirm(s.on(13, "08:05"), sales).heard(s.on(13, "08:09"), email.EventDelivered)
	draft := s.cart("EDOUARD", -10, onHand("juliet", 2))
	draft.Checkout = false
	s.place(s.on(13, "22:10"), webshop, draft) // not checked out, so it expires
	s.place(s.on(12, "10:30"), sales, s.cart("EDOUARD", -10, onHand("juliet", 3), onHand("spray", 2), loose("eucalyptus", 8))).
		confirm(s.on(12, "11:00"), sales).pay(s.on(8, "15:00"), cashier, billing.Check, "20771", tooMuch)
	s.place(s.on(11, "09:45"), webshop, s.cart("ZANETA", -9, onHand("peony", 4))).
		void(s.on(11, "12:20"), webshop, "The bride chose dahlias.")
	s.place(s.on(10, "07:00"), standing, origin(order.Standing, s.cart("OSHEA", -9, onHand("carnation", 2), onHand("mondial", 1)))).
		confirm(s.on(10, "08:20"), sales)
	s.place(s.on(9, "13:30"), sales, s.cart("BRIGID", -6, onHand("mondial", 2), onHand("lisianthus", 2), onHand("ruscus", 1))).
		confirm(s.on(9, "14:10"), sales) // no e-mail address, so the e-mail fails
	s.place(s.on(8, "10:20"), webshop, s.cart("CORNER", -7, onHand("explorer", 2), onHand("mini", 3))). // confirms itself
														pay(s.on(7, "17:45"), cashier, billing.Cash, "", all)
}

// thisWeek is business in progress.
func thisWeek(s *story) {
	s.place(s.on(6, "09:05"), webshop, s.cart("SAKURA", -4, onHand("quicksand", 2), onHand("lisianthus", 2), onHand("spray", 1))).
		confirm(s.on(6, "09:50"), sales).heard(s.on(6, "09:51"), email.EventBounce)
	s.place(s.on(5, "15:35"), sales, freight("60.00", s.cart("NORRE", -3, onHand("tulip", 6), onHand("eucalyptus", 2)))).
		confirm(s.on(5, "16:00"), sales).pay(s.on(2, "09:00"), cashier, billing.Wire, "FT-5590", half)
	s.place(s.on(5, "10:10"), webshop, s.cart("ROSA", -3, onHand("freedom", 4), onHand("carnation", 1))).
		confirm(s.on(5, "10:45"), allocation).heard(s.on(5, "10:47"), email.EventDelivered)
	s.place(s.on(4, "11:15"), webshop, s.cart("CORNER", -3, onHand("explorer", 3), onHand("alstro", 2)))
	s.place(s.on(4, "14:20"), manager, po("PO-88340", s.cart("ODEON", -2, onHand("mondial", 8), onHand("hydrangea", 6)))).
		confirm(s.on(4, "14:45"), manager).write(s.on(3, "09:00"), sales, "As you asked on the phone: your invoice once more.")
	s.place(s.on(3, "07:00"), standing, origin(order.Standing, s.cart("OSHEA", -2, onHand("carnation", 2), onHand("gyp", 1)))).
		confirm(s.on(3, "08:15"), sales)
	s.place(s.on(3, "12:30"), webshop, s.cart("EDOUARD", -1, onHand("juliet", 2), onHand("peony", 2))).
		confirm(s.on(3, "13:00"), sales).void(s.on(2, "09:15"), admin, "Entered twice by the customer.")
	s.place(s.on(2, "10:40"), edi, reference("EDI-850-77391", origin(order.External, s.cart("ODEON", 1, onHand("anthurium", 4), onHand("mondial", 3)))))
	s.place(s.on(2, "16:10"), sales, s.cart("BRIGID", 2, onHand("mondial", 1), onHand("alstro", 2)))
	s.place(s.on(2, "11:00"), webshop, shopCart("cart-41877", s.cart("WHITEBARN", 3, onHand("mondial", 5), onHand("gyp", 3), onHand("eucalyptus", 4)))).
		pay(s.on(2, "11:02"), webshop, billing.Card, "ch_3Q2c901", half)
	s.place(s.on(1, "09:25"), webshop, freight("45.00", s.cart("ROSA", 2, onHand("freedom", 5), onHand("explorer", 2), onHand("ruscus", 2))))
	s.place(s.on(1, "10:55"), webshop, shopCart("cart-42003", s.cart("BLOOM", 1, onHand("quicksand", 3), onHand("spray", 2))))
	overnight := s.cart("SAKURA", 2, onHand("tulip", 2), onHand("ruscus", 1)) // placed one evening, checked out the next day
	overnight.Checkout = false
	s.place(s.on(2, "21:20"), webshop, overnight).checkout(s.on(1, "12:15"), webshop)
	s.place(s.on(1, "13:05"), webshop, s.cart("MUELLER", 2, onHand("tulip", 3), onHand("mini", 2))).
		pay(s.on(1, "13:06"), webshop, billing.Card, "ch_3Q2d114", all)
	s.place(s.on(1, "15:45"), sales, s.cart("NORRE", 3, onHand("hydrangea", 2), onHand("lisianthus", 1), loose("foam", 4)))
}

// today is what waits for a review.
func today(s *story) {
	s.place(s.ago(190), standing, origin(order.Standing, s.cart("OSHEA", 1, onHand("carnation", 2), onHand("mondial", 1))))
	s.place(s.ago(150), webshop, s.cart("SAKURA", 2, onHand("quicksand", 2), onHand("juliet", 1), onHand("eucalyptus", 1)))
	s.place(s.ago(120), webshop, shopCart("cart-42117", taxed(s.cart("ZANETA", 4, onHand("peony", 3), onHand("foam", 3)))))
	noted := s.cart("EDOUARD", 2, onHand("juliet", 4), onHand("spray", 3), onHand("ruscus", 2))
	noted.Notes = "Please deliver before 7:00; ring at the side door."
	s.place(s.ago(95), webshop, noted)
	lobby := po("PO-88402", s.cart("ODEON", 3, onHand("mondial", 6), onHand("anthurium", 4), onHand("hydrangea", 3)))
	lobby.InternalNotes = "For the lobby of Odeon Midtown: only the tightest cut stage, check the boxes."
	s.place(s.ago(70), sales, lobby)
	s.place(s.ago(40), webshop, s.cart("NORRE", 3, onHand("tulip", 5), onHand("alstro", 3)))
	for _, c := range []order.Cart{s.cart("BLOOM", 4, onHand("mondial", 2), onHand("gyp", 1)), s.cart("ROSA", 5, onHand("explorer", 2))} {
		c.Checkout = false // carts in progress
		s.place(s.ago(25), webshop, c)
	}
	s.place(s.ago(12), webshop, freight("45.00", s.cart("ROSA", 2, onHand("freedom", 2), onHand("alstro", 1), onHand("gyp", 1))))
}

// prebooks are commitments for future trucks, from nothing checked out to all billed.
func prebooks(s *story) {
	s.place(s.on(15, "10:00"), webshop, s.cart("WHITEBARN", -5, future("peony", 6, order.FutureSales), future("juliet", 4, order.FutureSales))).
		take(s.on(9, "09:00"), webshop, 2).bill(s.on(6, "07:40"), allocation).confirm(s.on(6, "08:30"), sales)
	s.place(s.on(12, "11:10"), sales, s.cart("ODEON", 5, future("mondial", 20, order.VendorAvailability), future("hydrangea", 12, order.VendorAvailability), future("gyp", 8, order.K2K))).
		take(s.on(3, "10:30"), sales, 2).bill(s.on(2, "08:00"), allocation)
	s.place(s.on(7, "14:00"), webshop, s.cart("EDOUARD", 8, future("peony", 3, order.FutureSales), future("quicksand", 4, order.K2K))).
		take(s.on(4, "16:30"), webshop, 2)
	s.place(s.on(6, "12:45"), webshop, s.cart("ZANETA", 12, future("peony", 8, order.VendorAvailability), future("eucalyptus", 6, order.VendorAvailability), future("ruscus", 4, order.FutureSales))).
		take(s.on(1, "12:00"), webshop, 1)
	s.place(s.on(4, "09:30"), sales, s.cart("ROSA", 14, future("freedom", 30, order.VendorAvailability), future("explorer", 20, order.VendorAvailability)))
	s.place(s.on(3, "15:15"), webshop, s.cart("SAKURA", 9, future("tulip", 10, order.FutureSales))).
		void(s.on(2, "10:00"), manager, "The grower lost the crop to frost.")
	// One cart, two documents: on-hand goods ship now, the others with the next truck.
	s.place(s.on(1, "11:40"), webshop, shopCart("cart-42051", freight("45.00", s.cart("SAKURA", 2, onHand("spray", 2), onHand("lisianthus", 1), future("peony", 4, order.FutureSales)))))
	s.place(s.ago(55), webshop, s.cart("BLOOM", 10, future("juliet", 6, order.VendorAvailability), future("quicksand", 4, order.VendorAvailability)))
}

func freight(amount string, c order.Cart) order.Cart {
	c.Charges = append(c.Charges, order.CartCharge{Code: "FREIGHT", Description: "Refrigerated freight", Amount: amount})
	return c
}

// taxed adds sales tax, for customers who do not resell.
func taxed(c order.Cart) order.Cart {
	c.Taxes = append(c.Taxes, order.CartTax{Name: "NY sales tax", Rate: "8.875"})
	return c
}

func po(number string, c order.Cart) order.Cart {
	c.PONumber = number
	return c
}

func reference(id string, c order.Cart) order.Cart {
	c.ExternalReference = id
	return c
}

// shopCart is a cart with the web shop's own id, shipped by another carrier.
func shopCart(id string, c order.Cart) order.Cart {
	c.Carrier = "Prime Floral Trucking"
	return reference(id, c)
}

func origin(o order.Origin, c order.Cart) order.Cart {
	c.Origin = o
	return c
}

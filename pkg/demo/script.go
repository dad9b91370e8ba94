package demo

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// script is what happened at the company: every state of an order and of a prebook is in it.
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

// lastWeeks is business that is done.
func lastWeeks(s *story) {
	s.place(s.on(20, "09:12"), webshop, freight("45.00", s.cart("ROSA", -18, some("freedom", 3), some("alstro", 2), some("gyp", 1)))).
		confirm(s.on(20, "10:05"), sales).heard(s.on(20, "10:06"), email.EventDelivered).pay(s.on(7, "11:30"), cashier, billing.Check, "1184", all)
	s.place(s.on(19, "14:40"), sales, po("PO-88213", s.cart("ODEON", -17, some("mondial", 6), some("hydrangea", 4), some("eucalyptus", 3)))).
		confirm(s.on(19, "15:02"), manager).heard(s.on(19, "15:04"), email.EventDelivered).pay(s.on(5, "09:20"), cashier, billing.ACH, "ACH-20930417", half)
	s.place(s.on(18, "08:15"), webshop, shopCart("cart-40118", s.cart("BLOOM", -16, some("quicksand", 4), some("ruscus", 2)))).
		pay(s.on(18, "08:16"), webshop, billing.Card, "ch_3Q0a118", all).confirm(s.on(18, "09:00"), sales).heard(s.on(18, "09:02"), email.EventDelivered)
	s.place(s.on(17, "07:00"), standing, origin(order.Standing, s.cart("OSHEA", -16, some("carnation", 2), some("gyp", 2)))).
		confirm(s.on(17, "08:30"), sales).pay(s.on(3, "10:10"), cashier, billing.Wire, "FT-5512", all)
	s.place(s.on(16, "11:25"), webshop, taxed(s.cart("MUELLER", -14, some("tulip", 4), some("foam", 2)))).
		pay(s.on(16, "11:26"), webshop, billing.Card, "ch_3Q0b774", all).confirm(s.on(16, "13:00"), sales).
		void(s.on(15, "09:40"), manager, "Boxes arrived frozen; the whole shipment was refused.").refund(s.on(15, "10:15"), cashier, billing.Card, "re_3Q0b774")
	s.place(s.on(14, "16:50"), edi, reference("EDI-850-77120", origin(order.External, s.cart("ODEON", -12, some("anthurium", 6), some("hydrangea", 5))))).
		confirm(s.on(13, "08:05"), sales).heard(s.on(13, "08:09"), email.EventDelivered)
	draft := s.cart("EDOUARD", -10, some("juliet", 2))
	draft.Checkout = false
	s.place(s.on(13, "22:10"), webshop, draft) // nobody came back for it: it expires
	s.place(s.on(12, "10:30"), sales, s.cart("EDOUARD", -10, some("juliet", 3), some("spray", 2), loose("eucalyptus", 8))).
		confirm(s.on(12, "11:00"), sales).pay(s.on(8, "15:00"), cashier, billing.Check, "20771", tooMuch)
	s.place(s.on(11, "09:45"), webshop, s.cart("ZANETA", -9, some("peony", 4))).
		void(s.on(11, "12:20"), webshop, "The bride chose dahlias.")
	s.place(s.on(10, "07:00"), standing, origin(order.Standing, s.cart("OSHEA", -9, some("carnation", 2), some("mondial", 1)))).
		confirm(s.on(10, "08:20"), sales)
	s.place(s.on(9, "13:30"), sales, s.cart("BRIGID", -6, some("mondial", 2), some("lisianthus", 2), some("ruscus", 1))).
		confirm(s.on(9, "14:10"), sales) // no e-mail address: the e-mail has failed
	s.place(s.on(8, "10:20"), webshop, s.cart("CORNER", -7, some("explorer", 2), some("mini", 3))). // confirms itself
													pay(s.on(7, "17:45"), cashier, billing.Cash, "", all)
}

// thisWeek is business under way.
func thisWeek(s *story) {
	s.place(s.on(6, "09:05"), webshop, s.cart("SAKURA", -4, some("quicksand", 2), some("lisianthus", 2), some("spray", 1))).
		confirm(s.on(6, "09:50"), sales).heard(s.on(6, "09:51"), email.EventBounce)
	s.place(s.on(5, "15:35"), sales, freight("60.00", s.cart("NORRE", -3, some("tulip", 6), some("eucalyptus", 2)))).
		confirm(s.on(5, "16:00"), sales).pay(s.on(2, "09:00"), cashier, billing.Wire, "FT-5590", half)
	s.place(s.on(5, "10:10"), webshop, s.cart("ROSA", -3, some("freedom", 4), some("carnation", 1))).
		confirm(s.on(5, "10:45"), allocation).heard(s.on(5, "10:47"), email.EventDelivered)
	s.place(s.on(4, "11:15"), webshop, s.cart("CORNER", -3, some("explorer", 3), some("alstro", 2)))
	s.place(s.on(4, "14:20"), manager, po("PO-88340", s.cart("ODEON", -2, some("mondial", 8), some("hydrangea", 6)))).
		confirm(s.on(4, "14:45"), manager).write(s.on(3, "09:00"), sales, "As you asked on the phone: your invoice once more.")
	s.place(s.on(3, "07:00"), standing, origin(order.Standing, s.cart("OSHEA", -2, some("carnation", 2), some("gyp", 1)))).
		confirm(s.on(3, "08:15"), sales)
	s.place(s.on(3, "12:30"), webshop, s.cart("EDOUARD", -1, some("juliet", 2), some("peony", 2))).
		confirm(s.on(3, "13:00"), sales).void(s.on(2, "09:15"), admin, "Entered twice by the customer.")
	s.place(s.on(2, "10:40"), edi, reference("EDI-850-77391", origin(order.External, s.cart("ODEON", 1, some("anthurium", 4), some("mondial", 3)))))
	s.place(s.on(2, "16:10"), sales, s.cart("BRIGID", 2, some("mondial", 1), some("alstro", 2)))
	s.place(s.on(2, "11:00"), webshop, shopCart("cart-41877", s.cart("WHITEBARN", 3, some("mondial", 5), some("gyp", 3), some("eucalyptus", 4)))).
		pay(s.on(2, "11:02"), webshop, billing.Card, "ch_3Q2c901", half)
	s.place(s.on(1, "09:25"), webshop, freight("45.00", s.cart("ROSA", 2, some("freedom", 5), some("explorer", 2), some("ruscus", 2))))
	s.place(s.on(1, "10:55"), webshop, shopCart("cart-42003", s.cart("BLOOM", 1, some("quicksand", 3), some("spray", 2))))
	overnight := s.cart("SAKURA", 2, some("tulip", 2), some("ruscus", 1)) // begun one evening, checked out the next day
	overnight.Checkout = false
	s.place(s.on(2, "21:20"), webshop, overnight).checkout(s.on(1, "12:15"), webshop)
	s.place(s.on(1, "13:05"), webshop, s.cart("MUELLER", 2, some("tulip", 3), some("mini", 2))).
		pay(s.on(1, "13:06"), webshop, billing.Card, "ch_3Q2d114", all)
	s.place(s.on(1, "15:45"), sales, s.cart("NORRE", 3, some("hydrangea", 2), some("lisianthus", 1), loose("foam", 4)))
}

// today is what waits to be reviewed.
func today(s *story) {
	s.place(s.ago(190), standing, origin(order.Standing, s.cart("OSHEA", 1, some("carnation", 2), some("mondial", 1))))
	s.place(s.ago(150), webshop, s.cart("SAKURA", 2, some("quicksand", 2), some("juliet", 1), some("eucalyptus", 1)))
	s.place(s.ago(120), webshop, shopCart("cart-42117", taxed(s.cart("ZANETA", 4, some("peony", 3), some("foam", 3)))))
	noted := s.cart("EDOUARD", 2, some("juliet", 4), some("spray", 3), some("ruscus", 2))
	noted.Notes = "Please deliver before 7:00; ring at the side door."
	s.place(s.ago(95), webshop, noted)
	lobby := po("PO-88402", s.cart("ODEON", 3, some("mondial", 6), some("anthurium", 4), some("hydrangea", 3)))
	lobby.InternalNotes = "For the lobby of Odeon Midtown: only the tightest cut stage, check the boxes."
	s.place(s.ago(70), sales, lobby)
	s.place(s.ago(40), webshop, s.cart("NORRE", 3, some("tulip", 5), some("alstro", 3)))
	for _, c := range []order.Cart{s.cart("BLOOM", 4, some("mondial", 2), some("gyp", 1)), s.cart("ROSA", 5, some("explorer", 2))} {
		c.Checkout = false // carts in progress
		s.place(s.ago(25), webshop, c)
	}
	s.place(s.ago(12), webshop, freight("45.00", s.cart("ROSA", 2, some("freedom", 2), some("alstro", 1), some("gyp", 1))))
}

// prebooks are commitments for trucks to come, from nothing checked out to all billed.
func prebooks(s *story) {
	s.place(s.on(15, "10:00"), webshop, s.cart("WHITEBARN", -5, coming("peony", 6, order.FutureSales), coming("juliet", 4, order.FutureSales))).
		take(s.on(9, "09:00"), webshop, 2).bill(s.on(6, "07:40"), allocation).confirm(s.on(6, "08:30"), sales)
	s.place(s.on(12, "11:10"), sales, s.cart("ODEON", 5, coming("mondial", 20, order.VendorAvailability), coming("hydrangea", 12, order.VendorAvailability), coming("gyp", 8, order.K2K))).
		take(s.on(3, "10:30"), sales, 2).bill(s.on(2, "08:00"), allocation)
	s.place(s.on(7, "14:00"), webshop, s.cart("EDOUARD", 8, coming("peony", 3, order.FutureSales), coming("quicksand", 4, order.K2K))).
		take(s.on(4, "16:30"), webshop, 2)
	s.place(s.on(6, "12:45"), webshop, s.cart("ZANETA", 12, coming("peony", 8, order.VendorAvailability), coming("eucalyptus", 6, order.VendorAvailability), coming("ruscus", 4, order.FutureSales))).
		take(s.on(1, "12:00"), webshop, 1)
	s.place(s.on(4, "09:30"), sales, s.cart("ROSA", 14, coming("freedom", 30, order.VendorAvailability), coming("explorer", 20, order.VendorAvailability)))
	s.place(s.on(3, "15:15"), webshop, s.cart("SAKURA", 9, coming("tulip", 10, order.FutureSales))).
		void(s.on(2, "10:00"), manager, "The grower lost the crop to frost.")
	// One cart, two documents: what is on hand ships now, the rest with the next truck.
	s.place(s.on(1, "11:40"), webshop, shopCart("cart-42051", freight("45.00", s.cart("SAKURA", 2, some("spray", 2), some("lisianthus", 1), coming("peony", 4, order.FutureSales)))))
	s.place(s.ago(55), webshop, s.cart("BLOOM", 10, coming("juliet", 6, order.VendorAvailability), coming("quicksand", 4, order.VendorAvailability)))
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

// shopCart is a cart that the web shop knows by its own id, and that another carrier takes.
func shopCart(id string, c order.Cart) order.Cart {
	c.Carrier = "Prime Floral Trucking"
	return reference(id, c)
}

func origin(o order.Origin, c order.Cart) order.Cart {
	c.Origin = o
	return c
}

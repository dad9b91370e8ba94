package api

import (
	"strings"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// cartBody is a cart. Its lines can have different sources.
type cartBody struct {
	// The id of the customer, or customer_code.
	CustomerID *string `json:"customer_id" format:"uuid"`
	// The customer's code, ignoring case, or customer_id.
	CustomerCode *string `json:"customer_code" format:"line" minLength:"1" maxLength:"50"`
	// The origin: how the document came in.
	Origin *string `json:"origin" enums:"W,P,S,X"`
	// The storefront's own id of the cart. A company uses each only once.
	ExternalReference *string `json:"external_reference" format:"line" minLength:"1" maxLength:"100"`
	// The day the goods leave. For a prebook it is the truck date.
	ShipDate string `json:"ship_date" required:"true" format:"date"`
	// The carrier.
	Carrier *string `json:"carrier" format:"line" maxLength:"100"`
	// The address that the goods go to.
	ShipTo *addressBody `json:"ship_to"`
	// The number of the customer's purchase order.
	PONumber *string `json:"po_number" format:"line" maxLength:"100"`
	// Notes, printed on the document.
	Notes *string `json:"notes" maxLength:"2000"`
	// Notes for staff. They are never printed, e-mailed or shown to a storefront.
	InternalNotes *string `json:"internal_notes" maxLength:"2000"`
	// The company's currency (ISO 4217).
	Currency *string `json:"currency" format:"currency" minLength:"3" maxLength:"3"`
	// true: the order becomes pending. false: it stays a draft.
	Checkout *bool `json:"checkout" default:"true"`
	// The lines, in order.
	Lines []cartLineBody `json:"lines" required:"true" minItems:"1" maxItems:"500"`
	// Amounts on top of the lines, such as freight.
	Charges []chargeBody `json:"charges" maxItems:"50"`
	// The taxes: rates, or fixed amounts.
	Taxes []cartTaxBody `json:"taxes" maxItems:"20"`
} // @name Cart

// cartLineBody is a line of a cart. It has boxes and units_per_box, or units, but not both.
type cartLineBody struct {
	// Where the goods come from. on_hand makes an order; every other source makes a prebook.
	Source string `json:"source" required:"true" enums:"on_hand,future_sales,k2k,vendor_availability"`
	// The code of the goods.
	SKU *string `json:"sku" format:"line" maxLength:"100"`
	// The description of the goods.
	Description *string `json:"description" maxLength:"300"`
	// The box type: FB full, HB half, QB quarter, EB eighth.
	BoxType *string `json:"box_type" enums:"FB,HB,QB,EB"`
	// The number of boxes; null if sold loose.
	Boxes *int64 `json:"boxes" minimum:"1" maximum:"1000000"`
	// The number of units in a box; null if sold loose.
	UnitsPerBox *int64 `json:"units_per_box" minimum:"1" maximum:"1000000"`
	// The number of units if sold loose. It replaces boxes.
	Units *int64 `json:"units" minimum:"1" maximum:"1000000000"`
	// The unit.
	UnitType *string `json:"unit_type" enums:"stem,bunch,each"`
	// The price of one unit, with at most 4 decimals. 0 is free.
	UnitPrice string `json:"unit_price" required:"true" format:"price"`
	// The mark printed on the boxes.
	MarkCode *string `json:"mark_code" format:"line" maxLength:"50"`
	// Notes, printed below the line.
	Notes *string `json:"notes" maxLength:"500"`
	// Whether the customer has checked out this line of a prebook.
	CheckedOut *bool `json:"checked_out"`
} // @name CartLine

// cartTaxBody is a tax: a rate in per cent of subtotal and charges, or a fixed amount.
type cartTaxBody struct {
	// The name.
	Name string `json:"name" format:"line" required:"true" minLength:"1" maxLength:"100"`
	// The rate in per cent of subtotal and charges; null if the amount is fixed.
	Rate *string `json:"rate" format:"rate"`
	// The amount, with the currency's decimals.
	Amount *string `json:"amount" format:"amount-from-0"`
} // @name CartTax

func (b cartBody) cart() order.Cart {
	cart := order.Cart{
		CustomerID: strings.ToLower(valueOrZero(b.CustomerID)), CustomerCode: valueOrZero(b.CustomerCode), Origin: order.Origin(valueOrZero(b.Origin)),
		ExternalReference: valueOrZero(b.ExternalReference), Currency: valueOrZero(b.Currency),
		Header: order.Header{ShipDate: parseDay(b.ShipDate), Carrier: valueOrZero(b.Carrier), ShipTo: b.ShipTo.address(), PONumber: valueOrZero(b.PONumber),
			Notes: valueOrZero(b.Notes), InternalNotes: valueOrZero(b.InternalNotes)},
		Checkout: b.Checkout == nil || *b.Checkout, Charges: cartCharges(b.Charges), Taxes: cartTaxes(b.Taxes),
	}
	for _, l := range b.Lines {
		cart.Lines = append(cart.Lines, order.CartLine{
			Source: order.Source(l.Source), SKU: valueOrZero(l.SKU), Description: valueOrZero(l.Description), BoxType: order.BoxType(valueOrZero(l.BoxType)),
			Boxes: l.Boxes, UnitsPerBox: l.UnitsPerBox, Units: l.Units, UnitType: order.UnitType(valueOrZero(l.UnitType)),
			UnitPrice: l.UnitPrice, MarkCode: valueOrZero(l.MarkCode), Notes: valueOrZero(l.Notes), CheckedOut: valueOrZero(l.CheckedOut),
		})
	}
	return cart
}

// placedBody is the documents of a cart: an order, a prebook, or both.
type placedBody struct {
	// The id of the cart. Both documents of a cart share it.
	CheckoutID string `json:"checkout_id" format:"uuid"`
	// The documents.
	Orders []orderBody `json:"orders"`
	// What a person should know.
	Warnings []warningBody `json:"warnings"`
} // @name Placed

func (s *service) placedBodyOf(p desk.Placed) placedBody {
	b := placedBody{CheckoutID: p.CheckoutID, Orders: make([]orderBody, len(p.Orders)), Warnings: warningBodiesOf(p.Warnings)}
	for i, v := range p.Orders {
		b.Orders[i] = s.orderBodyOf(v)
	}
	return b
}

func cartTaxes[T editTaxBody | cartTaxBody](bodies []T) []order.CartTax {
	taxes := make([]order.CartTax, len(bodies))
	for i := range bodies {
		b := editTaxBody(bodies[i])
		taxes[i] = order.CartTax{Name: b.Name, Rate: valueOrZero(b.Rate), Amount: valueOrZero(b.Amount)}
	}
	return taxes
}

// chargeBody is an amount on top of the lines, such as freight. A discount is negative.
type chargeBody struct {
	// The company's own code of the charge.
	Code *string `json:"code" format:"line" maxLength:"50"`
	// The text printed on the document.
	Description *string `json:"description" maxLength:"200"`
	// The amount, with the currency's decimals.
	Amount string `json:"amount" required:"true" format:"amount"`
} // @name Charge

func chargeBodiesOf(charges []order.Charge, digits int) []chargeBody {
	bodies := make([]chargeBody, len(charges))
	for i, c := range charges {
		bodies[i] = chargeBody{nullIfEmpty(c.Code), nullIfEmpty(c.Description), c.Amount.Format(digits)}
	}
	return bodies
}

func cartCharges(bodies []chargeBody) []order.CartCharge {
	charges := make([]order.CartCharge, len(bodies))
	for i, b := range bodies {
		charges[i] = order.CartCharge{Code: valueOrZero(b.Code), Description: valueOrZero(b.Description), Amount: b.Amount}
	}
	return charges
}

// taxBody is a tax: a rate in per cent of subtotal and charges, or a fixed amount, and the resulting amount.
type taxBody struct {
	// The text printed on the document.
	Name string `json:"name" format:"line" maxLength:"100"`
	// The rate in per cent of subtotal and charges; null if the amount is fixed.
	Rate *string `json:"rate" format:"rate"`
	// The amount, with the currency's decimals.
	Amount string `json:"amount" format:"amount"`
} // @name Tax

// editTaxBody is a tax: a rate in per cent of subtotal and charges, or a fixed amount. The amount of a rate may be sent back as
// it was read.
type editTaxBody struct {
	// The text printed on the document.
	Name string `json:"name" format:"line" required:"true" minLength:"1" maxLength:"100"`
	// The rate in per cent of subtotal and charges; null if the amount is fixed.
	Rate *string `json:"rate" format:"rate"`
	// The amount, with the currency's decimals.
	Amount *string `json:"amount" format:"amount"`
} // @name TaxInput

func taxBodiesOf(taxes []order.Tax, digits int) []taxBody {
	bodies := make([]taxBody, len(taxes))
	for i, t := range taxes {
		bodies[i] = taxBody{Name: t.Name, Amount: t.Amount.Format(digits)}
		if t.Rate != nil {
			bodies[i].Rate = new(t.Rate.String())
		}
	}
	return bodies
}

package api

import (
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// cartBody is a cart of lines of any source.
type cartBody struct {
	// The customer, or customer_code.
	CustomerID *string `json:"customer_id" format:"uuid"`
	// The customer's code in any case, or customer_id.
	CustomerCode *string `json:"customer_code" format:"line" minLength:"1" maxLength:"50"`
	// How the document came in.
	Origin *string `json:"origin" enums:"W,P,S,X"`
	// The storefront's own id of the cart; one per company, for good.
	ExternalReference *string `json:"external_reference" format:"line" minLength:"1" maxLength:"100"`
	// The day the goods leave (a prebook's truck date).
	ShipDate string `json:"ship_date" validate:"required" format:"date"`
	// Who carries the goods.
	Carrier *string `json:"carrier" format:"line" maxLength:"100"`
	// Where the goods go.
	ShipTo *addressBody `json:"ship_to"`
	// The customer's purchase order.
	PONumber *string `json:"po_number" format:"line" maxLength:"100"`
	// Printed on the document.
	Notes *string `json:"notes" maxLength:"2000"`
	// For staff; never printed, mailed or shown to a storefront.
	InternalNotes *string `json:"internal_notes" maxLength:"2000"`
	// ISO 4217; the company's.
	Currency *string `json:"currency" format:"currency" minLength:"3" maxLength:"3"`
	// true: the order becomes pending. false: it stays a draft.
	Checkout *bool `json:"checkout" default:"true"`
	// The lines, in their order.
	Lines []cartLineBody `json:"lines" validate:"required,min=1,max=500"`
	// Money beside the lines.
	Charges []chargeBody `json:"charges" validate:"max=50"`
	// Rates, or fixed amounts.
	Taxes []cartTaxBody `json:"taxes" validate:"max=20"`
} // @name Cart

// cartLineBody is a line of a cart: boxes and units_per_box, or units; never both.
type cartLineBody struct {
	// Where the goods come from; on_hand makes an order, all others a prebook.
	Source string `json:"source" validate:"required" enums:"on_hand,future_sales,k2k,vendor_availability"`
	// The goods' code.
	SKU *string `json:"sku" format:"line" maxLength:"100"`
	// The goods in words.
	Description *string `json:"description" maxLength:"300"`
	// FB full, HB half, QB quarter, EB eighth.
	BoxType *string `json:"box_type" enums:"FB,HB,QB,EB"`
	// How many boxes; null where sold loose.
	Boxes *int64 `json:"boxes" minimum:"1" maximum:"1000000"`
	// The pack; null where sold loose.
	UnitsPerBox *int64 `json:"units_per_box" minimum:"1" maximum:"1000000"`
	// How many units where sold loose, in place of boxes.
	Units *int64 `json:"units" minimum:"1" maximum:"1000000000"`
	// What a unit is.
	UnitType *string `json:"unit_type" enums:"stem,bunch,each"`
	// For one unit, at most 4 decimals; 0 is free.
	UnitPrice string `json:"unit_price" validate:"required" format:"price"`
	// Printed on the boxes.
	MarkCode *string `json:"mark_code" format:"line" maxLength:"50"`
	// Printed below the line.
	Notes *string `json:"notes" maxLength:"500"`
	// A prebook's line that the customer has checked out already.
	CheckedOut *bool `json:"checked_out"`
} // @name CartLine

// cartTaxBody is a tax to be charged: a rate in per cent of subtotal and charges, or a fixed amount.
type cartTaxBody struct {
	// As people write it.
	Name string `json:"name" format:"line" validate:"required" minLength:"1" maxLength:"100"`
	// Per cent of subtotal and charges, computed for each document; null where the amount is fixed.
	Rate *string `json:"rate" format:"rate"`
	// Money, in the currency's decimals.
	Amount *string `json:"amount" format:"amount-from-0"`
} // @name CartTax

func (b cartBody) cart() order.Cart {
	day, _ := time.Parse(time.DateOnly, b.ShipDate) // Decode has read it
	cart := order.Cart{
		CustomerID: strings.ToLower(valueOrZero(b.CustomerID)), CustomerCode: valueOrZero(b.CustomerCode), Origin: order.Origin(valueOrZero(b.Origin)),
		ExternalReference: valueOrZero(b.ExternalReference), Currency: valueOrZero(b.Currency),
		Header: order.Header{ShipDate: day, Carrier: valueOrZero(b.Carrier), ShipTo: b.ShipTo.address(), PONumber: valueOrZero(b.PONumber),
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

// placedBody is what a cart became: an order, a prebook, or both.
type placedBody struct {
	// The cart that the document came from; both documents of a cart share it.
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

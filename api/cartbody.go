package api

import (
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// cartBody is a cart to be placed.
type cartBody struct {
	CustomerID        *string        `json:"customer_id" format:"uuid" extensions:"x-nullable" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f82"`
	CustomerCode      *string        `json:"customer_code" format:"line" minLength:"1" maxLength:"50" extensions:"x-nullable" example:"BLOOM"`
	Origin            *string        `json:"origin" enums:"W,P,S,X" extensions:"x-nullable" example:"W"`
	ExternalReference *string        `json:"external_reference" format:"line" minLength:"1" maxLength:"100" extensions:"x-nullable" example:"shop-cart-9931"`
	ShipDate          string         `json:"ship_date" validate:"required" format:"date" example:"2026-12-01"`
	Carrier           *string        `json:"carrier" format:"line" maxLength:"100" extensions:"x-nullable" example:"Armellini"`
	ShipTo            *addressBody   `json:"ship_to" extensions:"x-nullable"`
	PONumber          *string        `json:"po_number" format:"line" maxLength:"100" extensions:"x-nullable" example:"PO-7781"`
	Notes             *string        `json:"notes" maxLength:"2000" extensions:"x-nullable" example:"Deliver to dock 4"`
	InternalNotes     *string        `json:"internal_notes" maxLength:"2000" extensions:"x-nullable" example:"Call before loading"`
	Currency          *string        `json:"currency" format:"currency" minLength:"3" maxLength:"3" extensions:"x-nullable" example:"USD"`
	Checkout          *bool          `json:"checkout" default:"true" extensions:"x-nullable" example:"true"`
	Lines             []cartLineBody `json:"lines" validate:"required,min=1,max=500"`
	Charges           []chargeBody   `json:"charges" validate:"max=50"`
	Taxes             []cartTaxBody  `json:"taxes" validate:"max=20"`
} // @name Cart

// cartLineBody is a line of a cart: boxes and units_per_box, or units when sold loose.
type cartLineBody struct {
	Source      string  `json:"source" validate:"required" enums:"on_hand,future_sales,k2k,vendor_availability" example:"on_hand"`
	SKU         *string `json:"sku" format:"line" maxLength:"100" extensions:"x-nullable" example:"ROSE-FREEDOM-60"`
	Description *string `json:"description" maxLength:"300" extensions:"x-nullable" example:"Rose Freedom 60 cm"`
	BoxType     *string `json:"box_type" enums:"FB,HB,QB,EB" extensions:"x-nullable" example:"HB"`
	Boxes       *int64  `json:"boxes" minimum:"1" maximum:"1000000" extensions:"x-nullable" example:"4"`
	UnitsPerBox *int64  `json:"units_per_box" minimum:"1" maximum:"1000000" extensions:"x-nullable" example:"200"`
	Units       *int64  `json:"units" minimum:"1" maximum:"1000000000" extensions:"x-nullable"`
	UnitType    *string `json:"unit_type" enums:"stem,bunch,each" extensions:"x-nullable" example:"stem"`
	UnitPrice   string  `json:"unit_price" validate:"required" format:"price" example:"0.2350"`
	MarkCode    *string `json:"mark_code" format:"line" maxLength:"50" extensions:"x-nullable" example:"BLM"`
	Notes       *string `json:"notes" maxLength:"500" extensions:"x-nullable" example:"No open blooms"`
	CheckedOut  *bool   `json:"checked_out" extensions:"x-nullable" example:"false"`
} // @name CartLine

// cartTaxBody is a tax of a cart, of which nothing is computed yet: a rate, or a fixed amount.
type cartTaxBody struct {
	Name   string  `json:"name" format:"line" validate:"required" minLength:"1" maxLength:"100" example:"Sales tax"`
	Rate   *string `json:"rate" format:"rate" extensions:"x-nullable" example:"7"`
	Amount *string `json:"amount" format:"amount-from-0" extensions:"x-nullable"`
} // @name CartTax

func (b cartBody) cart() order.Cart {
	day, _ := time.Parse(time.DateOnly, b.ShipDate) // decode has read it
	cart := order.Cart{
		CustomerID: strings.ToLower(or(b.CustomerID)), CustomerCode: or(b.CustomerCode), Origin: order.Origin(or(b.Origin)),
		ExternalReference: or(b.ExternalReference), ShipDate: day, Carrier: or(b.Carrier), ShipTo: b.ShipTo.address(),
		PONumber: or(b.PONumber), Notes: or(b.Notes), InternalNotes: or(b.InternalNotes), Currency: or(b.Currency),
		Checkout: b.Checkout == nil || *b.Checkout, Charges: cartCharges(b.Charges), Taxes: cartTaxes(b.Taxes),
	}
	for _, l := range b.Lines {
		cart.Lines = append(cart.Lines, order.CartLine{
			Source: order.Source(l.Source), SKU: or(l.SKU), Description: or(l.Description), BoxType: order.BoxType(or(l.BoxType)),
			Boxes: l.Boxes, UnitsPerBox: l.UnitsPerBox, Units: l.Units, UnitType: order.UnitType(or(l.UnitType)),
			UnitPrice: l.UnitPrice, MarkCode: or(l.MarkCode), Notes: or(l.Notes), CheckedOut: or(l.CheckedOut),
		})
	}
	return cart
}

// placedBody is what came of a cart.
type placedBody struct {
	CheckoutID string        `json:"checkout_id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f81"`
	Orders     []orderBody   `json:"orders"`
	Warnings   []warningBody `json:"warnings"`
} // @name Placed

func placedBodyOf(p desk.Placed) placedBody {
	b := placedBody{CheckoutID: p.CheckoutID, Orders: make([]orderBody, len(p.Orders)), Warnings: warningBodiesOf(p.Warnings)}
	for i, v := range p.Orders {
		b.Orders[i] = orderBodyOf(v)
	}
	return b
}

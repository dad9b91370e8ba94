package api

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// orderPatch is what is to be different about a document (RFC 7396). charges and taxes are replaced whole; of lines, one
// with an id is merged into the line, one without is new, and one that is not named is removed.
type orderPatch struct {
	ShipDate      Opt[string]       `json:"ship_date" format:"date" swaggertype:"string" example:"2026-12-02"`
	Carrier       Opt[string]       `json:"carrier" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"Armellini"`
	ShipTo        Opt[addressPatch] `json:"ship_to" extensions:"x-nullable"`
	PONumber      Opt[string]       `json:"po_number" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"PO-7781"`
	Notes         Opt[string]       `json:"notes" maxLength:"2000" swaggertype:"string" extensions:"x-nullable" example:"Deliver to dock 4"`
	InternalNotes Opt[string]       `json:"internal_notes" maxLength:"2000" swaggertype:"string" extensions:"x-nullable" example:"Call before loading"`
	Lines         []linePatch       `json:"lines" validate:"min=1,max=500"`
	Charges       []chargeBody      `json:"charges" validate:"max=50"`
	Taxes         []editTaxBody     `json:"taxes" validate:"max=20"`
	computedOrder
	movingOrder
} // @name OrderPatch

type addressPatch struct {
	Name       Opt[string] `json:"name" format:"line" maxLength:"200" swaggertype:"string" extensions:"x-nullable" example:"Bloom & Co, cold store"`
	Line1      Opt[string] `json:"line1" maxLength:"200" swaggertype:"string" extensions:"x-nullable" example:"12 Flower Market"`
	Line2      Opt[string] `json:"line2" maxLength:"200" swaggertype:"string" extensions:"x-nullable" example:"Dock 4"`
	City       Opt[string] `json:"city" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"Miami"`
	Region     Opt[string] `json:"region" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"FL"`
	PostalCode Opt[string] `json:"postal_code" format:"line" maxLength:"20" swaggertype:"string" extensions:"x-nullable" example:"33122"`
	Country    Opt[string] `json:"country" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"US"`
	Phone      Opt[string] `json:"phone" format:"line" maxLength:"50" swaggertype:"string" extensions:"x-nullable" example:"+1 305 555 0100"`
} // @name AddressPatch

// linePatch is one line of an edit: by id what is to be different about it, or without an id a new line.
type linePatch struct {
	ID          *string     `json:"id" format:"uuid" extensions:"x-nullable" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f85"`
	Source      Opt[string] `json:"source" enums:"on_hand,future_sales,k2k,vendor_availability" swaggertype:"string" example:"on_hand"`
	SKU         Opt[string] `json:"sku" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"ROSE-FREEDOM-60"`
	Description Opt[string] `json:"description" maxLength:"300" swaggertype:"string" extensions:"x-nullable" example:"Rose Freedom 60 cm"`
	BoxType     Opt[string] `json:"box_type" enums:"FB,HB,QB,EB" swaggertype:"string" extensions:"x-nullable" example:"HB"`
	Boxes       Opt[int64]  `json:"boxes" minimum:"1" maximum:"1000000" swaggertype:"integer" extensions:"x-nullable" example:"4"`
	UnitsPerBox Opt[int64]  `json:"units_per_box" minimum:"1" maximum:"1000000" swaggertype:"integer" extensions:"x-nullable" example:"200"`
	Units       Opt[int64]  `json:"units" minimum:"1" maximum:"1000000000" swaggertype:"integer" extensions:"x-nullable"`
	UnitType    Opt[string] `json:"unit_type" enums:"stem,bunch,each" swaggertype:"string" extensions:"x-nullable" example:"stem"`
	UnitPrice   Opt[string] `json:"unit_price" format:"price" swaggertype:"string" example:"0.2450"`
	MarkCode    Opt[string] `json:"mark_code" format:"line" maxLength:"50" swaggertype:"string" extensions:"x-nullable" example:"BLM"`
	Notes       Opt[string] `json:"notes" maxLength:"500" swaggertype:"string" extensions:"x-nullable" example:"No open blooms"`
	computedLine
} // @name LinePatch

// computedLine may come back unchanged.
type computedLine struct {
	Position      Raw `json:"position" swaggertype:"integer"`
	Quantity      Raw `json:"quantity" swaggertype:"integer"`
	Amount        Raw `json:"amount" swaggertype:"string"`
	FBE           Raw `json:"fbe" swaggertype:"string"`
	Status        Raw `json:"status" swaggertype:"string" extensions:"x-nullable"`
	CheckedOutAt  Raw `json:"checked_out_at" swaggertype:"string" extensions:"x-nullable"`
	CheckedOutBy  Raw `json:"checked_out_by" swaggertype:"string" extensions:"x-nullable"`
	BilledOrderID Raw `json:"billed_order_id" swaggertype:"string" extensions:"x-nullable"`
}

// computedOrder may come back unchanged.
type computedOrder struct {
	ID                Raw `json:"id" swaggertype:"string"`
	Kind              Raw `json:"kind" swaggertype:"string"`
	Number            Raw `json:"number" swaggertype:"string"`
	Origin            Raw `json:"origin" swaggertype:"object"`
	Status            Raw `json:"status" swaggertype:"string"`
	StatusLabel       Raw `json:"status_label" swaggertype:"string"`
	PaymentStatus     Raw `json:"payment_status" swaggertype:"string"`
	CompanyID         Raw `json:"company_id" swaggertype:"string"`
	Customer          Raw `json:"customer" swaggertype:"object"`
	Salesperson       Raw `json:"salesperson" swaggertype:"object" extensions:"x-nullable"`
	PlacedBy          Raw `json:"placed_by" swaggertype:"string"`
	CheckoutID        Raw `json:"checkout_id" swaggertype:"string"`
	ExternalReference Raw `json:"external_reference" swaggertype:"string" extensions:"x-nullable"`
	Currency          Raw `json:"currency" swaggertype:"string"`
	Subtotal          Raw `json:"subtotal" swaggertype:"string"`
	ChargesTotal      Raw `json:"charges_total" swaggertype:"string"`
	TaxesTotal        Raw `json:"taxes_total" swaggertype:"string"`
	Total             Raw `json:"total" swaggertype:"string"`
	Paid              Raw `json:"paid" swaggertype:"string"`
	Refunded          Raw `json:"refunded" swaggertype:"string"`
	Balance           Raw `json:"balance" swaggertype:"string"`
	TotalBoxes        Raw `json:"total_boxes" swaggertype:"integer"`
	TotalFBE          Raw `json:"total_fbe" swaggertype:"string"`
	TotalUnits        Raw `json:"total_units" swaggertype:"integer"`
	Progress          Raw `json:"progress" swaggertype:"object"`
	Invoice           Raw `json:"invoice" swaggertype:"object" extensions:"x-nullable"`
	CreditNote        Raw `json:"credit_note" swaggertype:"object" extensions:"x-nullable"`
	Version           Raw `json:"version" swaggertype:"integer"`
	PlacedAt          Raw `json:"placed_at" swaggertype:"string"`
	CheckedOutAt      Raw `json:"checked_out_at" swaggertype:"string" extensions:"x-nullable"`
	ConfirmedAt       Raw `json:"confirmed_at" swaggertype:"string" extensions:"x-nullable"`
	ConfirmedBy       Raw `json:"confirmed_by" swaggertype:"string" extensions:"x-nullable"`
	VoidedAt          Raw `json:"voided_at" swaggertype:"string" extensions:"x-nullable"`
	Void              Raw `json:"void" swaggertype:"object" extensions:"x-nullable"`
	CreatedAt         Raw `json:"created_at" swaggertype:"string"`
	Related           Raw `json:"related" swaggertype:"array,object"`
}

// movingOrder may come back as it was read: these members move without the version, so nobody is told that theirs are old.
type movingOrder struct {
	PaymentIndicator Raw `json:"payment_indicator" swaggertype:"string" extensions:"x-nullable"`
	EmailStatus      Raw `json:"email_status" swaggertype:"string" extensions:"x-nullable"`
	UpdatedAt        Raw `json:"updated_at" swaggertype:"string"`
	AllowedActions   Raw `json:"allowed_actions" swaggertype:"object"`
}

// updateOrder godoc
//
//	@Summary		Edit an order or prebook
//	@Description	Merges the patch (RFC 7396) into header and lines and computes the totals anew. If-Match says which version is edited. Computed members may come back unchanged; changed, they are refused with field_read_only. payment_indicator, email_status, updated_at and allowed_actions move without the version, so they may come back as they were read, whatever they are now: they are not looked at. The amount of a tax with a rate may come back as it was read.
//	@ID				updateOrder
//	@Tags			orders
//	@Accept			json
//	@Produce		json
//	@Param			id		path		string		true	"the document's id"	Format(uuid)
//	@Param			patch	body		orderPatch	true	"what is to be different"
//	@Success		200		{object}	orderBody
//	@Router			/v1/orders/{id} [patch]
func (s *service) updateOrder(c request) error {
	var patch orderPatch
	id, ask, err := asked(c, fault.OrderNotFound, decode, &patch)
	if err != nil {
		return err
	}
	reply, err := s.Desk.Edit(c.Request().Context(), ask, id, patch.revision, encoded(http.StatusOK, versioned, orderBodyOf))
	return send(c, reply, err)
}

// revision is the patch as the document takes it, and its computed members that are not as they are.
func (p orderPatch) revision(v desk.View) (order.Revision, []fault.Field) {
	now := orderBodyOf(v)
	faults := changedMembers("", p.computedOrder, now)
	r := order.Revision{Carrier: text(p.Carrier), PONumber: text(p.PONumber), Notes: text(p.Notes), InternalNotes: text(p.InternalNotes)}
	if p.ShipDate.Set {
		day, _ := time.Parse(time.DateOnly, p.ShipDate.Value) // decode has read it
		r.ShipDate = &day
	}
	if p.ShipTo.Set {
		r.ShipTo = ptr(p.ShipTo.Value.address(v.ShipTo, p.ShipTo.Null))
	}
	if p.Charges != nil {
		r.Charges = ptr(cartCharges(p.Charges))
	}
	if p.Taxes != nil {
		r.Taxes = ptr(cartTaxes(p.Taxes))
	}
	if p.Lines == nil {
		return r, faults
	}
	lines := make([]order.LineRevision, len(p.Lines))
	for i, l := range p.Lines {
		lines[i] = l.revision()
		current := any(struct{}{})
		if known := v.Line(lines[i].ID); known != nil {
			current = lineBodyOf(known, v.Digits())
		}
		faults = append(faults, changedMembers(fmt.Sprintf("/lines/%d", i), l.computedLine, current)...)
	}
	r.Lines = &lines
	return r, faults
}

func (p addressPatch) address(now order.Address, none bool) order.Address {
	if none {
		return order.Address{}
	}
	merge(&now.Name, p.Name)
	merge(&now.Line1, p.Line1)
	merge(&now.Line2, p.Line2)
	merge(&now.City, p.City)
	merge(&now.Region, p.Region)
	merge(&now.PostalCode, p.PostalCode)
	merge(&now.Country, p.Country)
	merge(&now.Phone, p.Phone)
	return now
}

func (p linePatch) revision() order.LineRevision {
	return order.LineRevision{
		ID: strings.ToLower(or(p.ID)), Source: as[order.Source](p.Source), SKU: text(p.SKU), Description: text(p.Description), BoxType: as[order.BoxType](p.BoxType),
		Boxes: number(p.Boxes), UnitsPerBox: number(p.UnitsPerBox), Units: number(p.Units), UnitType: as[order.UnitType](p.UnitType),
		UnitPrice: text(p.UnitPrice), MarkCode: text(p.MarkCode), Notes: text(p.Notes),
	}
}

// text is a member as a pointer: nil where absent, at the empty text where it was null.
func text(o Opt[string]) *string { return as[string](o) }

func as[T ~string](o Opt[string]) *T {
	if !o.Set {
		return nil
	}
	value := T(o.Value)
	return &value
}

func number(o Opt[int64]) *int64 {
	if !o.Set {
		return nil
	}
	return &o.Value
}

package api

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// orderPatch is a merge patch (RFC 7396) of a document. Computed members may come back unchanged; changed ones are
// refused.
//
// Charges and taxes are replaced whole; of lines, one with an id is merged into the line, one without is new, and one
// that is not named is removed.
type orderPatch struct {
	// The day the goods leave (a prebook's truck date).
	ShipDate strictjson.Opt[string] `json:"ship_date" format:"date"`
	// Who carries the goods.
	Carrier strictjson.Opt[string] `json:"carrier" format:"line" maxLength:"100" extensions:"x-nullable"`
	// Where the goods go.
	ShipTo strictjson.Opt[addressPatch] `json:"ship_to" extensions:"x-nullable"`
	// The customer's purchase order.
	PONumber strictjson.Opt[string] `json:"po_number" format:"line" maxLength:"100" extensions:"x-nullable"`
	// Printed on the document.
	Notes strictjson.Opt[string] `json:"notes" maxLength:"2000" extensions:"x-nullable"`
	// For staff; never printed, mailed or shown to a storefront.
	InternalNotes strictjson.Opt[string] `json:"internal_notes" maxLength:"2000" extensions:"x-nullable"`
	// The lines, in their order.
	Lines []linePatch `json:"lines" validate:"min=1,max=500"`
	// Money beside the lines.
	Charges []chargeBody `json:"charges" validate:"max=50"`
	// Rates, or fixed amounts.
	Taxes []editTaxBody `json:"taxes" validate:"max=20"`
	computedOrder
	movingOrder
} // @name OrderPatch

// linePatch is a line to keep or change (by id), or a new one (without).
type linePatch struct {
	// A UUIDv7, for good.
	ID *string `json:"id" format:"uuid"`
	// Where the goods come from; on_hand makes an order, all others a prebook.
	Source strictjson.Opt[string] `json:"source" enums:"on_hand,future_sales,k2k,vendor_availability"`
	// The goods' code.
	SKU strictjson.Opt[string] `json:"sku" format:"line" maxLength:"100" extensions:"x-nullable"`
	// The goods in words.
	Description strictjson.Opt[string] `json:"description" maxLength:"300" extensions:"x-nullable"`
	// FB full, HB half, QB quarter, EB eighth.
	BoxType strictjson.Opt[string] `json:"box_type" enums:"FB,HB,QB,EB" extensions:"x-nullable"`
	// How many boxes; null where sold loose.
	Boxes strictjson.Opt[int64] `json:"boxes" minimum:"1" maximum:"1000000" extensions:"x-nullable"`
	// The pack; null where sold loose.
	UnitsPerBox strictjson.Opt[int64] `json:"units_per_box" minimum:"1" maximum:"1000000" extensions:"x-nullable"`
	// How many units where sold loose, in place of boxes.
	Units strictjson.Opt[int64] `json:"units" minimum:"1" maximum:"1000000000" extensions:"x-nullable"`
	// What a unit is.
	UnitType strictjson.Opt[string] `json:"unit_type" enums:"stem,bunch,each" extensions:"x-nullable"`
	// For one unit, at most 4 decimals; 0 is free.
	UnitPrice strictjson.Opt[string] `json:"unit_price" format:"price"`
	// Printed on the boxes.
	MarkCode strictjson.Opt[string] `json:"mark_code" format:"line" maxLength:"50" extensions:"x-nullable"`
	// Printed on the document.
	Notes strictjson.Opt[string] `json:"notes" maxLength:"500" extensions:"x-nullable"`
	computedLine
} // @name LinePatch

// computedLine may come back unchanged.
type computedLine struct {
	// From 1, without gaps.
	Position strictjson.Raw `json:"position" type:"integer"`
	// Units: boxes times pack, or the loose units.
	Quantity strictjson.Raw `json:"quantity" type:"integer"`
	// Money, in the currency's decimals.
	Amount strictjson.Raw `json:"amount" type:"string"`
	// Full-box equivalents of the line.
	FBE strictjson.Raw `json:"fbe" type:"string"`
	// Where it stands.
	Status strictjson.Raw `json:"status" type:"string" extensions:"x-nullable"`
	// When it was checked out.
	CheckedOutAt strictjson.Raw `json:"checked_out_at" type:"string" extensions:"x-nullable"`
	// The subject that checked it out.
	CheckedOutBy strictjson.Raw `json:"checked_out_by" type:"string" extensions:"x-nullable"`
	// The order that the line was billed into.
	BilledOrderID strictjson.Raw `json:"billed_order_id" type:"string" extensions:"x-nullable"`
}

// computedOrder may come back unchanged.
type computedOrder struct {
	// A UUIDv7, for good.
	ID strictjson.Raw `json:"id" type:"string"`
	// order or prebook.
	Kind strictjson.Raw `json:"kind" type:"string"`
	// As people see it.
	Number strictjson.Raw `json:"number" type:"string"`
	// How the document came in.
	Origin strictjson.Raw `json:"origin" type:"object"`
	// Where it stands.
	Status strictjson.Raw `json:"status" type:"string"`
	// The status as people see it.
	StatusLabel strictjson.Raw `json:"status_label" type:"string"`
	// Derived from the ledger, never set by hand.
	PaymentStatus strictjson.Raw `json:"payment_status" type:"string"`
	// The seller company.
	CompanyID strictjson.Raw `json:"company_id" type:"string"`
	// Who buys, as named when the document was placed.
	Customer strictjson.Raw `json:"customer" type:"object"`
	// Who looks after the customer.
	Salesperson strictjson.Raw `json:"salesperson" type:"object" extensions:"x-nullable"`
	// The subject that placed it.
	PlacedBy strictjson.Raw `json:"placed_by" type:"string"`
	// The cart that the document came from; both documents of a cart share it.
	CheckoutID strictjson.Raw `json:"checkout_id" type:"string"`
	// The storefront's own id of the cart; one per company, for good.
	ExternalReference strictjson.Raw `json:"external_reference" type:"string" extensions:"x-nullable"`
	// ISO 4217; the company's.
	Currency strictjson.Raw `json:"currency" type:"string"`
	// The sum of the lines.
	Subtotal strictjson.Raw `json:"subtotal" type:"string"`
	// The sum of the charges; negative where discounts are larger.
	ChargesTotal strictjson.Raw `json:"charges_total" type:"string"`
	// The sum of the taxes.
	TaxesTotal strictjson.Raw `json:"taxes_total" type:"string"`
	// subtotal + charges_total + taxes_total.
	Total strictjson.Raw `json:"total" type:"string"`
	// What was paid, mistyped payments taken back.
	Paid strictjson.Raw `json:"paid" type:"string"`
	// What was refunded.
	Refunded strictjson.Raw `json:"refunded" type:"string"`
	// What is due less what is paid net; negative where too much was paid.
	Balance strictjson.Raw `json:"balance" type:"string"`
	// The sum of the boxes.
	TotalBoxes strictjson.Raw `json:"total_boxes" type:"integer"`
	// Full-box equivalents: boxes times 1, 0.5, 0.25 or 0.125.
	TotalFBE strictjson.Raw `json:"total_fbe" type:"string"`
	// The sum of the quantities.
	TotalUnits strictjson.Raw `json:"total_units" type:"integer"`
	// How far the lines of a prebook are.
	Progress strictjson.Raw `json:"progress" type:"object"`
	// The invoice, once the order is confirmed.
	Invoice strictjson.Raw `json:"invoice" type:"object" extensions:"x-nullable"`
	// The credit note, once a confirmed order is voided.
	CreditNote strictjson.Raw `json:"credit_note" type:"object" extensions:"x-nullable"`
	// Moves with header, lines, status and payments; the ETag.
	Version strictjson.Raw `json:"version" type:"integer"`
	// When it was placed.
	PlacedAt strictjson.Raw `json:"placed_at" type:"string"`
	// When it was checked out.
	CheckedOutAt strictjson.Raw `json:"checked_out_at" type:"string" extensions:"x-nullable"`
	// When it was confirmed.
	ConfirmedAt strictjson.Raw `json:"confirmed_at" type:"string" extensions:"x-nullable"`
	// The subject that confirmed it; system where it confirmed itself.
	ConfirmedBy strictjson.Raw `json:"confirmed_by" type:"string" extensions:"x-nullable"`
	// When it was voided.
	VoidedAt strictjson.Raw `json:"voided_at" type:"string" extensions:"x-nullable"`
	// Why and by whom it was voided.
	Void strictjson.Raw `json:"void" type:"object" extensions:"x-nullable"`
	// When it was made.
	CreatedAt strictjson.Raw `json:"created_at" type:"string"`
	// The documents it belongs with.
	Related strictjson.Raw `json:"related" type:"array,object"`
}

// movingOrder may come back as it was read: these members move without the version, so nobody is told that theirs are old.
type movingOrder struct {
	// $ on an unpaid web order of a customer who must pay by card; otherwise null.
	PaymentIndicator strictjson.Raw `json:"payment_indicator" type:"string" extensions:"x-nullable"`
	// Of the newest letter to the customer, its worst recipient deciding; null where there is none.
	EmailStatus strictjson.Raw `json:"email_status" type:"string" extensions:"x-nullable"`
	// When anything of it last changed.
	UpdatedAt strictjson.Raw `json:"updated_at" type:"string"`
	// What the caller may do to it now and, if not, why.
	AllowedActions strictjson.Raw `json:"allowed_actions" type:"object"`
}

func updateOrderSpec() web.Spec {
	return web.Spec{Body: orderPatch{}, Answers: answersOK(orderBody{}), Version: web.Tagged, Refuses: refusesWith(fault.LineNotEditable)}
}

// updateOrder godoc
//
//	@Summary		Edit an order or prebook
//	@Description	Merges the patch (RFC 7396) into header and lines and computes the totals anew. If-Match says which version is edited. Computed members may come back unchanged; changed, they are refused with field_read_only. payment_indicator, email_status, updated_at and allowed_actions move without the version, so they may come back as they were read, whatever they are now: they are not looked at. The amount of a tax with a rate may come back as it was read.
//	@ID				updateOrder
//	@Tags			orders
//	@Param			id		path		string		true	"the document's id"	Format(uuid)
//	@Success		200	"The document as it is after the edit"
//	@Router			/v1/orders/{id} [patch]
func (s *service) updateOrder(c web.Request) error {
	var patch orderPatch
	id, call, err := decodeWrite(c, fault.OrderNotFound, &patch)
	if err != nil {
		return err
	}
	reply, err := s.Desk.Edit(c.Request().Context(), call, id, patch.revision, encoder(http.StatusOK, orderHeaders, s.orderBodyOf))
	return sendReply(c, reply, err)
}

// revision is the patch as the document takes it, and its computed members that are not as they are.
func (p orderPatch) revision(v desk.View) (order.Revision, []fault.Field) {
	now := orderBodyWithoutActions(v)
	faults := strictjson.ChangedMembers("", p.computedOrder, now)
	r := order.Revision{HeaderRevision: order.HeaderRevision{
		Carrier: patchValue(p.Carrier), PONumber: patchValue(p.PONumber), Notes: patchValue(p.Notes), InternalNotes: patchValue(p.InternalNotes),
	}}
	if p.ShipDate.Set {
		day, _ := time.Parse(time.DateOnly, p.ShipDate.Value) // Decode has read it
		r.ShipDate = &day
	}
	if p.ShipTo.Set {
		r.ShipTo = new(p.ShipTo.Value.address(v.ShipTo, p.ShipTo.Null))
	}
	if p.Charges != nil {
		r.Charges = new(cartCharges(p.Charges))
	}
	if p.Taxes != nil {
		r.Taxes = new(cartTaxes(p.Taxes))
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
		faults = append(faults, strictjson.ChangedMembers(fmt.Sprintf("/lines/%d", i), l.computedLine, current)...)
	}
	r.Lines = &lines
	return r, faults
}

func (p linePatch) revision() order.LineRevision {
	return order.LineRevision{
		ID: strings.ToLower(valueOrZero(p.ID)), Source: typedPatchValue[order.Source](p.Source), SKU: patchValue(p.SKU), Description: patchValue(p.Description), BoxType: typedPatchValue[order.BoxType](p.BoxType),
		Boxes: patchValue(p.Boxes), UnitsPerBox: patchValue(p.UnitsPerBox), Units: patchValue(p.Units), UnitType: typedPatchValue[order.UnitType](p.UnitType),
		UnitPrice: patchValue(p.UnitPrice), MarkCode: patchValue(p.MarkCode), Notes: patchValue(p.Notes),
	}
}

package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// orderPatch is a merge patch (RFC 7396) of a document. Computed members may be sent back unchanged. charges and taxes are
// replaced as a whole. In lines, an entry with an id is merged into that line, an entry without one is a new line, and a line
// without an entry is removed.
type orderPatch struct {
	// The day the goods leave. For a prebook it is the truck date.
	ShipDate strictjson.Opt[string] `json:"ship_date" format:"date"`
	// The carrier.
	Carrier strictjson.Opt[string] `json:"carrier" format:"line" maxLength:"100" nullable:"true"`
	// The address that the goods go to.
	ShipTo strictjson.Opt[addressPatch] `json:"ship_to" nullable:"true"`
	// The number of the customer's purchase order.
	PONumber strictjson.Opt[string] `json:"po_number" format:"line" maxLength:"100" nullable:"true"`
	// Notes, printed on the document.
	Notes strictjson.Opt[string] `json:"notes" maxLength:"2000" nullable:"true"`
	// Notes for staff. They are never printed, e-mailed or shown to a storefront.
	InternalNotes strictjson.Opt[string] `json:"internal_notes" maxLength:"2000" nullable:"true"`
	// The lines, in order.
	Lines []linePatch `json:"lines" minItems:"1" maxItems:"500"`
	// Amounts on top of the lines, such as freight.
	Charges []chargeBody `json:"charges" maxItems:"50"`
	// The taxes: rates, or fixed amounts.
	Taxes []editTaxBody `json:"taxes" maxItems:"20"`
	computedOrder
	movingOrder
} // @name OrderPatch

// computedOrder is members that a patch may send back unchanged. The tag why says why an edit cannot change a member that the
// service does not compute.
type computedOrder struct {
	// The id, a UUIDv7.
	ID strictjson.Raw `json:"id" type:"string" why:"is set once, when the document is placed"`
	// The kind: order or prebook.
	Kind strictjson.Raw `json:"kind" type:"string" why:"is set once, when the document is placed"`
	// The number shown to people.
	Number strictjson.Raw `json:"number" type:"string" why:"is set once, when the document is placed"`
	// The origin: how the document came in.
	Origin strictjson.Raw `json:"origin" type:"object" why:"is set once, when the document is placed"`
	// The status.
	Status strictjson.Raw `json:"status" type:"string" why:"changes only by actions, such as checkout, confirm and void"`
	// The status as shown to people.
	StatusLabel strictjson.Raw `json:"status_label" type:"string" why:"changes only by actions, such as checkout, confirm and void"`
	// The payment status, computed from the ledger; null on a prebook.
	PaymentStatus strictjson.Raw `json:"payment_status" type:"string" nullable:"true"`
	// The seller company.
	CompanyID strictjson.Raw `json:"company_id" type:"string" why:"is set once, when the document is placed"`
	// The customer, as named when the document was placed.
	Customer strictjson.Raw `json:"customer" type:"object" why:"is set once, when the document is placed"`
	// The customer's salesperson.
	Salesperson strictjson.Raw `json:"salesperson" type:"object" nullable:"true"`
	// Who placed it.
	PlacedBy strictjson.Raw `json:"placed_by" type:"object" why:"is set once, when the document is placed"`
	// The id of the cart. Both documents of a cart share it.
	CheckoutID strictjson.Raw `json:"checkout_id" type:"string" why:"is set once, when the document is placed"`
	// The storefront's own id of the cart. A company uses each only once.
	ExternalReference strictjson.Raw `json:"external_reference" type:"string" nullable:"true" why:"is set once, when the document is placed"`
	// The company's currency (ISO 4217).
	Currency strictjson.Raw `json:"currency" type:"string" why:"is set once, when the document is placed"`
	// The sum of the lines.
	Subtotal strictjson.Raw `json:"subtotal" type:"string"`
	// The sum of the charges; negative where discounts are larger.
	ChargesTotal strictjson.Raw `json:"charges_total" type:"string"`
	// The sum of the taxes.
	TaxesTotal strictjson.Raw `json:"taxes_total" type:"string"`
	// subtotal + charges_total + taxes_total.
	Total strictjson.Raw `json:"total" type:"string"`
	// The amount paid, without payments that were corrected.
	Paid strictjson.Raw `json:"paid" type:"string"`
	// The amount refunded.
	Refunded strictjson.Raw `json:"refunded" type:"string"`
	// The amount due less the net amount paid. Negative if too much was paid. A prebook owes nothing: the orders billed from it do.
	Balance strictjson.Raw `json:"balance" type:"string"`
	// The sum of the boxes.
	TotalBoxes strictjson.Raw `json:"total_boxes" type:"integer"`
	// The full-box equivalents: boxes times 1, 0.5, 0.25 or 0.125.
	TotalFBE strictjson.Raw `json:"total_fbe" type:"string"`
	// The sum of the quantities.
	TotalUnits strictjson.Raw `json:"total_units" type:"integer"`
	// The progress of a prebook's lines.
	Progress strictjson.Raw `json:"progress" type:"object"`
	// The invoice; null before the order is confirmed.
	Invoice strictjson.Raw `json:"invoice" type:"object" nullable:"true" why:"changes only by actions, such as checkout, confirm and void"`
	// The credit note; null unless a confirmed order was voided.
	CreditNote strictjson.Raw `json:"credit_note" type:"object" nullable:"true" why:"changes only by actions, such as checkout, confirm and void"`
	// The version, as in the ETag. Changes of header, lines, status and payments increase it.
	Version strictjson.Raw `json:"version" type:"integer"`
	// When it was placed.
	PlacedAt strictjson.Raw `json:"placed_at" type:"string" why:"is set once, when the document is placed"`
	// When it was checked out.
	CheckedOutAt strictjson.Raw `json:"checked_out_at" type:"string" nullable:"true" why:"changes only by actions, such as checkout, confirm and void"`
	// When it was confirmed.
	ConfirmedAt strictjson.Raw `json:"confirmed_at" type:"string" nullable:"true" why:"changes only by actions, such as checkout, confirm and void"`
	// Who confirmed it; the subject system if it was confirmed automatically.
	ConfirmedBy strictjson.Raw `json:"confirmed_by" type:"object" nullable:"true" why:"changes only by actions, such as checkout, confirm and void"`
	// When it was voided.
	VoidedAt strictjson.Raw `json:"voided_at" type:"string" nullable:"true" why:"changes only by actions, such as checkout, confirm and void"`
	// Why and by whom it was voided.
	Void strictjson.Raw `json:"void" type:"object" nullable:"true" why:"changes only by actions, such as checkout, confirm and void"`
	// When it was created.
	CreatedAt strictjson.Raw `json:"created_at" type:"string" why:"is set once, when the document is placed"`
	// The related documents.
	Related strictjson.Raw `json:"related" type:"array,object" why:"changes only by actions, such as checkout, confirm and void"`
}

// movingOrder is members that a patch may send back with any value: they change without a new version, so a caller cannot know
// that they are old.
type movingOrder struct {
	// $ if a web order is unpaid and its customer must pay by card; otherwise null.
	PaymentIndicator strictjson.Raw `json:"payment_indicator" type:"string" nullable:"true"`
	// The status of the newest e-mail to the customer, at its worst recipient; null if there is none.
	EmailStatus strictjson.Raw `json:"email_status" type:"string" nullable:"true"`
	// When it last changed.
	UpdatedAt strictjson.Raw `json:"updated_at" type:"string"`
	// Which actions the caller may take now and, if not, why.
	AllowedActions strictjson.Raw `json:"allowed_actions" type:"object"`
	// The ledger, if it was included.
	Payments strictjson.Raw `json:"payments" type:"array,object"`
	// E-mails, if they were included.
	Emails strictjson.Raw `json:"emails" type:"object"`
	// Events, if they were included.
	Events strictjson.Raw `json:"events" type:"object"`
}

func updateOrderSpec() web.Spec {
	return web.Spec{Body: orderPatch{}, Answers: answersOK(orderBody{}), Version: web.Tagged, Refuses: desk.EditRefusals}
}

// updateOrder godoc
//
//	@Summary		Edit an order or prebook
//	@Description	Merges the patch (RFC 7396) into header and lines and computes the totals again. If-Match names the version that is edited. Computed members may be sent back unchanged; a changed one is refused with field_read_only. payment_indicator, email_status, updated_at, allowed_actions and what include adds can change without a new version, so their values are ignored. The amount of a tax with a rate may be sent back as it was read.
//	@ID				updateOrder
//	@Tags			orders
//	@Param			id		path		string		true	"The document's id"	Format(uuid)
//	@Success		200	"The document after the edit"
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

// revision is the patch as a revision of the document, and a fault for each computed member that the patch changes.
func (p orderPatch) revision(v desk.View) (order.Revision, []fault.Field) {
	now := orderBodyWithoutActions(v)
	faults := strictjson.ChangedMembers("", p.computedOrder, now)
	r := order.Revision{HeaderRevision: order.HeaderRevision{
		Carrier: patchValue(p.Carrier), PONumber: patchValue(p.PONumber), Notes: patchValue(p.Notes), InternalNotes: patchValue(p.InternalNotes),
	}}
	if p.ShipDate.Set {
		r.ShipDate = new(parseDay(p.ShipDate.Value))
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
		lines[i].ID = strings.ToLower(valueOrZero(l.ID))
		current := any(struct{}{})
		if known := v.Line(lines[i].ID); known != nil {
			current = lineBodyOf(known, v.Digits())
		}
		faults = append(faults, strictjson.ChangedMembers(fmt.Sprintf("/lines/%d", i), l.computedLine, current)...)
	}
	r.Lines = &lines
	return r, faults
}

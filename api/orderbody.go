package api

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// orderCore is what details and lists tell of a document.
type orderCore struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// As people see it.
	Number string `json:"number" maxLength:"40"`
	// How the document came in.
	Origin originBody `json:"origin"`
	// Where it stands.
	Status string `json:"status" enums:"draft,pending,confirmed,checked_out,billed,voided"`
	// The status as people see it.
	StatusLabel string `json:"status_label"`
	// Derived from the ledger, never set by hand.
	PaymentStatus string `json:"payment_status" enums:"unpaid,partially_paid,paid,overpaid,refunded"`
	// $ on an unpaid web order of a customer who must pay by card; otherwise null.
	PaymentIndicator *string `json:"payment_indicator" enums:"$"`
	// The seller company.
	CompanyID string `json:"company_id" format:"uuid"`
	// Who buys, as named when the document was placed.
	Customer customerRef `json:"customer"`
	// Who looks after the customer.
	Salesperson *personBody `json:"salesperson"`
	// The subject that placed it.
	PlacedBy string `json:"placed_by" maxLength:"255"`
	// The cart that the document came from; both documents of a cart share it.
	CheckoutID string `json:"checkout_id" format:"uuid"`
	// The storefront's own id of the cart; one per company, for good.
	ExternalReference *string `json:"external_reference" maxLength:"100"`
	// The day the goods leave (a prebook's truck date).
	ShipDate string `json:"ship_date" format:"date"`
	// Who carries the goods.
	Carrier *string `json:"carrier" maxLength:"100"`
	// The customer's purchase order.
	PONumber *string `json:"po_number" maxLength:"100"`
	// For staff; never printed, mailed or shown to a storefront.
	InternalNotes *string `json:"internal_notes" maxLength:"2000"`
	// ISO 4217; the company's.
	Currency string `json:"currency" maxLength:"3"`
	// The sum of the lines.
	Subtotal string `json:"subtotal" format:"decimal"`
	// The sum of the charges; negative where discounts are larger.
	ChargesTotal string `json:"charges_total" format:"decimal"`
	// The sum of the taxes.
	TaxesTotal string `json:"taxes_total" format:"decimal"`
	// subtotal + charges_total + taxes_total.
	Total string `json:"total" format:"decimal"`
	// What was paid, mistyped payments taken back.
	Paid string `json:"paid" format:"decimal"`
	// What was refunded.
	Refunded string `json:"refunded" format:"decimal"`
	// What is due less what is paid net; negative where too much was paid.
	Balance string `json:"balance" format:"decimal"`
	// The sum of the boxes.
	TotalBoxes int64 `json:"total_boxes"`
	// Full-box equivalents: boxes times 1, 0.5, 0.25 or 0.125.
	TotalFBE string `json:"total_fbe" format:"decimal"`
	// The sum of the quantities.
	TotalUnits int64 `json:"total_units"`
	// How far the lines of a prebook are.
	Progress progressBody `json:"progress"`
	// The invoice, once the order is confirmed.
	Invoice *issuedRef `json:"invoice"`
	// The credit note, once a confirmed order is voided.
	CreditNote *issuedRef `json:"credit_note"`
	// Of the newest letter to the customer, its worst recipient deciding; null where there is none.
	EmailStatus *string `json:"email_status" enums:"queued,sent,delivered,bounced,failed"`
	// Moves with header, lines, status and payments; the ETag.
	Version int `json:"version"`
	// When it was placed.
	PlacedAt time.Time `json:"placed_at" format:"date-time"`
	// When it was checked out.
	CheckedOutAt *time.Time `json:"checked_out_at" format:"date-time"`
	// When it was confirmed.
	ConfirmedAt *time.Time `json:"confirmed_at" format:"date-time"`
	// The subject that confirmed it; system where it confirmed itself.
	ConfirmedBy *string `json:"confirmed_by" maxLength:"255"`
	// When it was voided.
	VoidedAt *time.Time `json:"voided_at" format:"date-time"`
	// Why and by whom it was voided.
	Void *voidBody `json:"void"`
	// When it was made.
	CreatedAt time.Time `json:"created_at" format:"date-time"`
	// When anything of it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time"`
}

// orderSummary is an order or prebook as the Order Summary shows it.
type orderSummary struct {
	orderCore
	AllowedActions map[string]allowedBrief `json:"allowed_actions,omitempty"` // with include=allowed_actions
} // @name OrderSummary

// orderBody is an order or prebook with everything that belongs to it.
type orderBody struct {
	orderCore
	// The documents it belongs with.
	Related []relatedBody `json:"related" validate:"max=1000"`
	// Where the goods go.
	ShipTo *addressBody `json:"ship_to"`
	// Printed on the document.
	Notes *string `json:"notes" maxLength:"2000"`
	// The lines, in their order.
	Lines []lineBody `json:"lines"`
	// Money beside the lines.
	Charges []chargeBody `json:"charges" validate:"max=50"`
	// Rates, or fixed amounts.
	Taxes []taxBody `json:"taxes" validate:"max=20"`
	// What the caller may do to it now and, if not, why.
	AllowedActions allowedActions `json:"allowed_actions"`
} // @name Order

// originBody is how a document came in.
type originBody struct {
	// The letter on the screen.
	Code string `json:"code" enums:"W,P,S,X"`
	// As people write it.
	Name string `json:"name" enums:"web,phone,standing,external"`
} // @name Origin

// customerRef is a customer as documents name it.
type customerRef struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// A stable code.
	Code string `json:"code" maxLength:"50"`
	// As people write it.
	Name string `json:"name" maxLength:"200"`
} // @name CustomerRef

// personBody is a person and an e-mail address.
type personBody struct {
	// As people write it.
	Name *string `json:"name" format:"line" maxLength:"200"`
	// An e-mail address.
	Email *string `json:"email" format:"email" maxLength:"254"`
} // @name Person

// progressBody is how far the lines of a prebook are.
type progressBody struct {
	// All lines.
	Lines int `json:"lines"`
	// Lines checked out, billed ones among them.
	CheckedOut int `json:"checked_out"`
	// Lines billed.
	Billed int `json:"billed"`
} // @name Progress

// issuedRef is an issued document: its id, its number and when.
type issuedRef struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// As people see it.
	Number string `json:"number" maxLength:"40"`
	// When it was issued.
	IssuedAt time.Time `json:"issued_at" format:"date-time"`
} // @name IssuedRef

// voidBody is why and by whom a document was voided.
type voidBody struct {
	// Why.
	Cause string `json:"cause" enums:"staff,customer,expired"`
	// In the words of who did it.
	Reason string `json:"reason" maxLength:"500"`
	// The subject.
	By string `json:"by" maxLength:"255"`
} // @name Void

// relatedBody is another document and what it is to this one.
type relatedBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// As people see it.
	Number string `json:"number" maxLength:"40"`
	// order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// What it is to this document.
	Relation string `json:"relation" enums:"same_checkout,billed_into,billed_from"`
} // @name Related

// goodsBody is what a line says of its goods, in a document as in what is issued for it.
type goodsBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// From 1, without gaps.
	Position int `json:"position"`
	// The goods' code.
	SKU *string `json:"sku" maxLength:"100"`
	// The goods in words.
	Description *string `json:"description" maxLength:"300"`
	// Where the goods come from; on_hand makes an order, all others a prebook.
	Source string `json:"source" enums:"on_hand,future_sales,k2k,vendor_availability"`
	// FB full, HB half, QB quarter, EB eighth.
	BoxType *string `json:"box_type" enums:"FB,HB,QB,EB"`
	// How many boxes; null where sold loose.
	Boxes *int64 `json:"boxes"`
	// The pack; null where sold loose.
	UnitsPerBox *int64 `json:"units_per_box"`
	// What a unit is.
	UnitType *string `json:"unit_type" enums:"stem,bunch,each"`
	// Units: boxes times pack, or the loose units.
	Quantity int64 `json:"quantity"`
	// For one unit, at most 4 decimals; 0 is free.
	UnitPrice string `json:"unit_price" format:"decimal"`
	// Money, in the currency's decimals.
	Amount string `json:"amount" format:"decimal"`
}

// lineBody is a line of a document.
type lineBody struct {
	goodsBody
	// Full-box equivalents of the line.
	FBE string `json:"fbe" format:"decimal"`
	// Where it stands.
	Status *string `json:"status" enums:"open,checked_out,billed"`
	// When it was checked out.
	CheckedOutAt *time.Time `json:"checked_out_at" format:"date-time"`
	// The subject that checked it out.
	CheckedOutBy *string `json:"checked_out_by" maxLength:"255"`
	// The order that the line was billed into.
	BilledOrderID *string `json:"billed_order_id" format:"uuid"`
	// Printed on the boxes.
	MarkCode *string `json:"mark_code" maxLength:"50"`
	// Printed below the line.
	Notes *string `json:"notes" maxLength:"500"`
} // @name Line

// allowedBody is whether the caller may do one thing to the document now and, if not, why.
type allowedBody struct {
	// Whether the call would succeed now.
	Allowed bool `json:"allowed"`
	// A stable code.
	Code *string `json:"code" maxLength:"50"`
	// For a person.
	Message *string `json:"message" maxLength:"2000"`
	// What to do instead.
	Remedy *string `json:"remedy" maxLength:"500"`
} // @name AllowedAction

// allowedBrief is whether the caller may do one thing to the document now, without the words.
type allowedBrief struct {
	// Whether the call would succeed now.
	Allowed bool `json:"allowed"`
	// A stable code.
	Code *string `json:"code" maxLength:"50"`
} // @name AllowedBrief

// allowedActions is what the caller may do to the document now: the very answers that the operations would give.
type allowedActions struct {
	// Confirm the order.
	Confirm allowedBody `json:"confirm"`
	// Check the order, or lines of the prebook, out.
	Checkout allowedBody `json:"checkout"`
	// Change it.
	Edit allowedBody `json:"edit"`
	// Void it.
	Void allowedBody `json:"void"`
	// Bill checked-out lines.
	Bill allowedBody `json:"bill"`
	// Send it by e-mail.
	Email allowedBody `json:"email"`
	// Print it.
	Print allowedBody `json:"print"`
	// Record a payment.
	Pay allowedBody `json:"pay"`
	// Record a refund.
	Refund allowedBody `json:"refund"`
} // @name AllowedActions

// orderCoreOf is what details and lists tell of a document. Internal notes are for staff.
func orderCoreOf(o *order.Order, private bool) orderCore {
	digits := o.Digits()
	b := orderCore{
		ID: o.ID, Kind: string(o.Kind), Number: o.Number, Origin: originBody{string(o.Origin), o.Origin.Name()},
		Status: string(o.Status), StatusLabel: o.Status.Label(), PaymentStatus: string(o.PaymentStatus),
		CompanyID: o.CompanyID, Customer: customerRef{o.CustomerID, o.CustomerCode, o.CustomerName},
		Salesperson: personBodyOf(o.SalespersonName, o.SalespersonEmail), PlacedBy: o.PlacedBy, CheckoutID: o.CheckoutID,
		ExternalReference: nullIfEmpty(o.ExternalReference), ShipDate: o.ShipDate.Format(time.DateOnly), Carrier: nullIfEmpty(o.Carrier),
		PONumber: nullIfEmpty(o.PONumber), Currency: o.Currency,
		Subtotal: o.Subtotal.Format(digits), ChargesTotal: o.ChargesTotal.Format(digits), TaxesTotal: o.TaxesTotal.Format(digits),
		Total: o.Total.Format(digits), Paid: o.Paid.Format(digits), Refunded: o.Refunded.Format(digits), Balance: o.Balance.Format(digits),
		TotalBoxes: o.TotalBoxes, TotalFBE: o.TotalFBE.String(), TotalUnits: o.TotalUnits,
		Progress: progressBody{o.LineCount, o.LinesCheckedOut, o.LinesBilled}, EmailStatus: nullIfEmpty(o.EmailStatus),
		Version: o.Version, PlacedAt: o.PlacedAt.UTC(), CheckedOutAt: utcOrNil(o.CheckedOutAt), ConfirmedAt: utcOrNil(o.ConfirmedAt),
		ConfirmedBy: nullIfEmpty(o.ConfirmedBy), VoidedAt: utcOrNil(o.VoidedAt), CreatedAt: o.CreatedAt.UTC(), UpdatedAt: o.UpdatedAt.UTC(),
		Invoice: issuedRefOf(o.InvoiceID, o.InvoiceNumber, o.InvoicedAt), CreditNote: issuedRefOf(o.CreditNoteID, o.CreditNoteNumber, o.CreditedAt),
	}
	if o.PaymentIndicator {
		b.PaymentIndicator = new("$")
	}
	if private {
		b.InternalNotes = nullIfEmpty(o.InternalNotes)
	}
	if o.VoidedAt != nil {
		b.Void = &voidBody{string(o.VoidCause), o.VoidReason, o.VoidedBy}
	}
	return b
}

// orderBodyOf is a document with everything that belongs to it, as the caller sees it.
func (s *service) orderBodyOf(v desk.View) orderBody {
	b := orderBodyWithoutActions(v)
	b.AllowedActions = s.allowedActionsOf(v.Allowed)
	return b
}

func orderBodyWithoutActions(v desk.View) orderBody {
	o := &v.Order
	digits := o.Digits()
	b := orderBody{
		orderCore: orderCoreOf(o, v.Private), ShipTo: addressBodyOf(o.ShipTo), Notes: nullIfEmpty(o.Notes),
		Related: make([]relatedBody, 0, len(o.Links)), Lines: make([]lineBody, 0, len(o.Lines)),
		Charges: chargeBodiesOf(o.Charges, digits), Taxes: taxBodiesOf(o.Taxes, digits),
	}
	for _, l := range o.Links {
		b.Related = append(b.Related, relatedBody{l.ID, l.Number, string(l.Kind), string(l.Relation)})
	}
	for i := range o.Lines {
		b.Lines = append(b.Lines, lineBodyOf(&o.Lines[i], digits))
	}
	return b
}

func (s *service) allowedActionsOf(verdicts map[order.Action]order.Verdict) allowedActions {
	var b allowedActions
	for action, into := range map[order.Action]*allowedBody{
		order.Confirm: &b.Confirm, order.Checkout: &b.Checkout, order.Edit: &b.Edit,
		order.Void: &b.Void, order.Bill: &b.Bill, order.Email: &b.Email,
		order.Print: &b.Print, order.Pay: &b.Pay, order.Refund: &b.Refund,
	} {
		verdict := verdicts[action]
		*into = allowedBody{verdict.Allowed, nullIfEmpty(verdict.Code), nullIfEmpty(verdict.Message), nullIfEmpty(s.Wording(verdict.Remedy))}
	}
	return b
}

func lineBodyOf(l *order.Line, digits int) lineBody {
	return lineBody{
		goodsBody: goodsBody{
			ID: l.ID, Position: l.Position, SKU: nullIfEmpty(l.SKU), Description: nullIfEmpty(l.Description), Source: string(l.Source),
			BoxType: nullIfEmpty(l.BoxType), Boxes: nullIfZero(l.Boxes), UnitsPerBox: nullIfZero(l.UnitsPerBox), UnitType: nullIfEmpty(l.UnitType),
			Quantity: l.Quantity, UnitPrice: l.UnitPrice.String(), Amount: l.Amount.Format(digits),
		},
		FBE: l.FBE.String(), Status: nullIfEmpty(l.Status), CheckedOutAt: utcOrNil(l.CheckedOutAt), CheckedOutBy: nullIfEmpty(l.CheckedOutBy), BilledOrderID: l.BilledOrderID,
		MarkCode: nullIfEmpty(l.MarkCode), Notes: nullIfEmpty(l.Notes),
	}
}

func personBodyOf(name, email string) *personBody {
	if name == "" && email == "" {
		return nil
	}
	return &personBody{nullIfEmpty(name), nullIfEmpty(email)}
}

func issuedRefOf(id *string, number string, at *time.Time) *issuedRef {
	if id == nil {
		return nil
	}
	return &issuedRef{*id, number, at.UTC()}
}

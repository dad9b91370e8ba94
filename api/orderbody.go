package api

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// orderCore is what details and lists tell of a document.
type orderCore struct {
	ID                string       `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"`
	Kind              string       `json:"kind" enums:"order,prebook" example:"order"`
	Number            string       `json:"number" example:"W000123"`
	Origin            originBody   `json:"origin"`
	Status            string       `json:"status" enums:"draft,pending,confirmed,checked_out,billed,voided" example:"pending"`
	StatusLabel       string       `json:"status_label" example:"Pending"`
	PaymentStatus     string       `json:"payment_status" enums:"unpaid,partially_paid,paid,overpaid,refunded" example:"unpaid"`
	PaymentIndicator  *string      `json:"payment_indicator" enums:"$" extensions:"x-nullable" example:"$"`
	CompanyID         string       `json:"company_id" format:"uuid" example:"0197a3c4-0000-7000-8000-000000000001"`
	Customer          customerRef  `json:"customer"`
	Salesperson       *personBody  `json:"salesperson" extensions:"x-nullable"`
	PlacedBy          string       `json:"placed_by" example:"shop-frontend"`
	CheckoutID        string       `json:"checkout_id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f81"`
	ExternalReference *string      `json:"external_reference" extensions:"x-nullable" example:"shop-cart-9931"`
	ShipDate          string       `json:"ship_date" format:"date" example:"2026-12-01"`
	Carrier           *string      `json:"carrier" extensions:"x-nullable" example:"Armellini"`
	PONumber          *string      `json:"po_number" extensions:"x-nullable" example:"PO-7781"`
	InternalNotes     *string      `json:"internal_notes" extensions:"x-nullable" example:"Call before loading"`
	Currency          string       `json:"currency" example:"USD"`
	Subtotal          string       `json:"subtotal" format:"decimal" example:"1180.00"`
	ChargesTotal      string       `json:"charges_total" format:"decimal" example:"54.50"`
	TaxesTotal        string       `json:"taxes_total" format:"decimal" example:"0.00"`
	Total             string       `json:"total" format:"decimal" example:"1234.50"`
	Paid              string       `json:"paid" format:"decimal" example:"0.00"`
	Refunded          string       `json:"refunded" format:"decimal" example:"0.00"`
	Balance           string       `json:"balance" format:"decimal" example:"1234.50"`
	TotalBoxes        int64        `json:"total_boxes" example:"12"`
	TotalFBE          string       `json:"total_fbe" format:"decimal" example:"4.500"`
	TotalUnits        int64        `json:"total_units" example:"2400"`
	Progress          progressBody `json:"progress"`
	Invoice           *issuedRef   `json:"invoice" extensions:"x-nullable"`
	CreditNote        *issuedRef   `json:"credit_note" extensions:"x-nullable"`
	EmailStatus       *string      `json:"email_status" enums:"queued,sent,delivered,bounced,failed" extensions:"x-nullable" example:"delivered"`
	Version           int          `json:"version" example:"1"`
	PlacedAt          time.Time    `json:"placed_at" format:"date-time" example:"2026-11-24T10:15:00Z"`
	CheckedOutAt      *time.Time   `json:"checked_out_at" format:"date-time" extensions:"x-nullable" example:"2026-11-24T10:15:00Z"`
	ConfirmedAt       *time.Time   `json:"confirmed_at" format:"date-time" extensions:"x-nullable" example:"2026-11-24T11:02:00Z"`
	ConfirmedBy       *string      `json:"confirmed_by" extensions:"x-nullable" example:"anna@rosefields.example"`
	VoidedAt          *time.Time   `json:"voided_at" format:"date-time" extensions:"x-nullable"`
	Void              *voidBody    `json:"void" extensions:"x-nullable"`
	CreatedAt         time.Time    `json:"created_at" format:"date-time" example:"2026-11-24T10:15:00Z"`
	UpdatedAt         time.Time    `json:"updated_at" format:"date-time" example:"2026-11-24T10:15:00Z"`
}

// orderSummary is a document in a list.
type orderSummary struct {
	orderCore
	AllowedActions map[string]allowedBrief `json:"allowed_actions,omitempty"` // with include=allowed_actions
} // @name OrderSummary

// orderBody is a document, lines and all.
type orderBody struct {
	orderCore
	Related        []relatedBody  `json:"related"`
	ShipTo         *addressBody   `json:"ship_to" extensions:"x-nullable"`
	Notes          *string        `json:"notes" extensions:"x-nullable" example:"Deliver to dock 4"`
	Lines          []lineBody     `json:"lines"`
	Charges        []chargeBody   `json:"charges"`
	Taxes          []taxBody      `json:"taxes"`
	AllowedActions allowedActions `json:"allowed_actions"`
} // @name Order

type originBody struct {
	Code string `json:"code" enums:"W,P,S,X" example:"W"`
	Name string `json:"name" enums:"web,phone,standing,external" example:"web"`
} // @name Origin

type customerRef struct {
	ID   string `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f82"`
	Code string `json:"code" example:"BLOOM"`
	Name string `json:"name" example:"Bloom & Co"`
} // @name CustomerRef

type personBody struct {
	Name  *string `json:"name" format:"line" maxLength:"200" extensions:"x-nullable" example:"Anna Rose"`
	Email *string `json:"email" format:"email" maxLength:"254" extensions:"x-nullable" example:"anna@rosefields.example"`
} // @name Person

type progressBody struct {
	Lines      int `json:"lines" example:"5"`
	CheckedOut int `json:"checked_out" example:"3"`
	Billed     int `json:"billed" example:"0"`
} // @name Progress

type issuedRef struct {
	ID       string    `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f83"`
	Number   string    `json:"number" example:"INV-000042"`
	IssuedAt time.Time `json:"issued_at" format:"date-time" example:"2026-11-24T11:02:00Z"`
} // @name IssuedRef

type voidBody struct {
	Cause  string `json:"cause" enums:"staff,customer,expired" example:"staff"`
	Reason string `json:"reason" example:"Ordered twice"`
	By     string `json:"by" example:"anna@rosefields.example"`
} // @name Void

type relatedBody struct {
	ID       string `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f84"`
	Number   string `json:"number" example:"W000124"`
	Kind     string `json:"kind" enums:"order,prebook" example:"prebook"`
	Relation string `json:"relation" enums:"same_checkout,billed_into,billed_from" example:"same_checkout"`
} // @name Related

type lineBody struct {
	ID            string     `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f85"`
	Position      int        `json:"position" example:"1"`
	SKU           *string    `json:"sku" extensions:"x-nullable" example:"ROSE-FREEDOM-60"`
	Description   *string    `json:"description" extensions:"x-nullable" example:"Rose Freedom 60 cm"`
	Source        string     `json:"source" enums:"on_hand,future_sales,k2k,vendor_availability" example:"on_hand"`
	BoxType       *string    `json:"box_type" enums:"FB,HB,QB,EB" extensions:"x-nullable" example:"HB"`
	Boxes         *int64     `json:"boxes" extensions:"x-nullable" example:"4"`
	UnitsPerBox   *int64     `json:"units_per_box" extensions:"x-nullable" example:"200"`
	UnitType      *string    `json:"unit_type" enums:"stem,bunch,each" extensions:"x-nullable" example:"stem"`
	Quantity      int64      `json:"quantity" example:"800"`
	UnitPrice     string     `json:"unit_price" format:"decimal" example:"0.2350"`
	Amount        string     `json:"amount" format:"decimal" example:"188.00"`
	FBE           string     `json:"fbe" format:"decimal" example:"2.000"`
	Status        *string    `json:"status" enums:"open,checked_out,billed" extensions:"x-nullable" example:"open"`
	CheckedOutAt  *time.Time `json:"checked_out_at" format:"date-time" extensions:"x-nullable"`
	CheckedOutBy  *string    `json:"checked_out_by" extensions:"x-nullable" example:"shop-frontend"`
	BilledOrderID *string    `json:"billed_order_id" format:"uuid" extensions:"x-nullable"`
	MarkCode      *string    `json:"mark_code" extensions:"x-nullable" example:"BLM"`
	Notes         *string    `json:"notes" extensions:"x-nullable" example:"No open blooms"`
} // @name Line

type allowedBody struct {
	Allowed bool    `json:"allowed" example:"false"`
	Code    *string `json:"code" extensions:"x-nullable" example:"past_cutoff"`
	Message *string `json:"message" extensions:"x-nullable" example:"The confirmation cut-off for ship date 2026-12-01 has passed."`
	Remedy  *string `json:"remedy" extensions:"x-nullable" example:"Ask a Sales Manager or an Admin to confirm it, or move the ship date."`
} // @name AllowedAction

type allowedBrief struct {
	Allowed bool    `json:"allowed" example:"true"`
	Code    *string `json:"code" extensions:"x-nullable"`
} // @name AllowedBrief

type allowedActions struct {
	Confirm  allowedBody `json:"confirm"`
	Checkout allowedBody `json:"checkout"`
	Edit     allowedBody `json:"edit"`
	Void     allowedBody `json:"void"`
	Bill     allowedBody `json:"bill"`
	Email    allowedBody `json:"email"`
	Print    allowedBody `json:"print"`
	Pay      allowedBody `json:"pay"`
	Refund   allowedBody `json:"refund"`
} // @name AllowedActions

// coreOf is what details and lists tell of a document. Internal notes are for staff.
func coreOf(o *order.Order, private bool) orderCore {
	digits := o.Digits()
	b := orderCore{
		ID: o.ID, Kind: string(o.Kind), Number: o.Number, Origin: originBody{string(o.Origin), o.Origin.Name()},
		Status: string(o.Status), StatusLabel: o.Status.Label(), PaymentStatus: string(o.PaymentStatus),
		CompanyID: o.CompanyID, Customer: customerRef{o.CustomerID, o.CustomerCode, o.CustomerName},
		Salesperson: personOf(o.SalespersonName, o.SalespersonEmail), PlacedBy: o.PlacedBy, CheckoutID: o.CheckoutID,
		ExternalReference: some(o.ExternalReference), ShipDate: o.ShipDate.Format(time.DateOnly), Carrier: some(o.Carrier),
		PONumber: some(o.PONumber), Currency: o.Currency,
		Subtotal: o.Subtotal.Format(digits), ChargesTotal: o.ChargesTotal.Format(digits), TaxesTotal: o.TaxesTotal.Format(digits),
		Total: o.Total.Format(digits), Paid: o.Paid.Format(digits), Refunded: o.Refunded.Format(digits), Balance: o.Balance.Format(digits),
		TotalBoxes: o.TotalBoxes, TotalFBE: o.TotalFBE.String(), TotalUnits: o.TotalUnits,
		Progress: progressBody{o.LineCount, o.LinesCheckedOut, o.LinesBilled}, EmailStatus: some(o.EmailStatus),
		Version: o.Version, PlacedAt: o.PlacedAt.UTC(), CheckedOutAt: utc(o.CheckedOutAt), ConfirmedAt: utc(o.ConfirmedAt),
		ConfirmedBy: some(o.ConfirmedBy), VoidedAt: utc(o.VoidedAt), CreatedAt: o.CreatedAt.UTC(), UpdatedAt: o.UpdatedAt.UTC(),
		Invoice: refOf(o.InvoiceID, o.InvoiceNumber, o.InvoicedAt), CreditNote: refOf(o.CreditNoteID, o.CreditNoteNumber, o.CreditedAt),
	}
	if o.PaymentIndicator {
		b.PaymentIndicator = ptr("$")
	}
	if private {
		b.InternalNotes = some(o.InternalNotes)
	}
	if o.VoidedAt != nil {
		b.Void = &voidBody{string(o.VoidCause), o.VoidReason, o.VoidedBy}
	}
	return b
}

// orderBodyOf is a document, lines and all, as the caller sees it.
func orderBodyOf(v desk.View) orderBody {
	o := &v.Order
	digits := o.Digits()
	b := orderBody{
		orderCore: coreOf(o, v.Private), ShipTo: addressBodyOf(o.ShipTo), Notes: some(o.Notes),
		Related: make([]relatedBody, 0, len(o.Links)), Lines: make([]lineBody, 0, len(o.Lines)),
		Charges: chargeBodiesOf(o.Charges, digits), Taxes: taxBodiesOf(o.Taxes, digits),
	}
	for _, l := range o.Links {
		b.Related = append(b.Related, relatedBody{l.ID, l.Number, string(l.Kind), string(l.Relation)})
	}
	for i := range o.Lines {
		b.Lines = append(b.Lines, lineBodyOf(&o.Lines[i], digits))
	}
	for action, into := range map[order.Action]*allowedBody{
		order.Confirm: &b.AllowedActions.Confirm, order.Checkout: &b.AllowedActions.Checkout, order.Edit: &b.AllowedActions.Edit,
		order.Void: &b.AllowedActions.Void, order.Bill: &b.AllowedActions.Bill, order.Email: &b.AllowedActions.Email,
		order.Print: &b.AllowedActions.Print, order.Pay: &b.AllowedActions.Pay, order.Refund: &b.AllowedActions.Refund,
	} {
		verdict := v.Allowed[action]
		*into = allowedBody{verdict.Allowed, some(verdict.Code), some(verdict.Message), some(verdict.Remedy)}
	}
	return b
}

func lineBodyOf(l *order.Line, digits int) lineBody {
	return lineBody{
		ID: l.ID, Position: l.Position, SKU: some(l.SKU), Description: some(l.Description), Source: string(l.Source),
		BoxType: some(l.BoxType), Boxes: someInt(l.Boxes), UnitsPerBox: someInt(l.UnitsPerBox), UnitType: some(l.UnitType),
		Quantity: l.Quantity, UnitPrice: l.UnitPrice.String(), Amount: l.Amount.Format(digits), FBE: l.FBE.String(),
		Status: some(l.Status), CheckedOutAt: utc(l.CheckedOutAt), CheckedOutBy: some(l.CheckedOutBy), BilledOrderID: l.BilledOrderID,
		MarkCode: some(l.MarkCode), Notes: some(l.Notes),
	}
}

func personOf(name, email string) *personBody {
	if name == "" && email == "" {
		return nil
	}
	return &personBody{some(name), some(email)}
}

func refOf(id *string, number string, at *time.Time) *issuedRef {
	if id == nil {
		return nil
	}
	return &issuedRef{*id, number, at.UTC()}
}

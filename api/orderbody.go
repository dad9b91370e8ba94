package api

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// orderCore is the members that a document has both by itself and in lists.
type orderCore struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The kind: order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// The number shown to people.
	Number string `json:"number" maxLength:"40"`
	// The origin: how the document came in.
	Origin originBody `json:"origin"`
	// The status.
	Status string `json:"status" enums:"draft,pending,confirmed,checked_out,billed,voided"`
	// The status as shown to people.
	StatusLabel string `json:"status_label"`
	// The payment status, computed from the ledger; null on a prebook.
	PaymentStatus *string `json:"payment_status" enums:"unpaid,partially_paid,paid,overpaid,refunded"`
	// $ if a web order is unpaid and its customer must pay by card; otherwise null.
	PaymentIndicator *string `json:"payment_indicator" enums:"$"`
	// The seller company.
	CompanyID string `json:"company_id" format:"uuid"`
	// The customer, as named when the document was placed.
	Customer customerRef `json:"customer"`
	// The customer's salesperson.
	Salesperson *salespersonBody `json:"salesperson"`
	// Who placed it.
	PlacedBy personBody `json:"placed_by"`
	// The id of the cart. Both documents of a cart share it.
	CheckoutID string `json:"checkout_id" format:"uuid"`
	// The storefront's own id of the cart. A company uses each only once.
	ExternalReference *string `json:"external_reference" maxLength:"100"`
	// The day the goods leave. For a prebook it is the truck date.
	ShipDate string `json:"ship_date" format:"date"`
	// The carrier.
	Carrier *string `json:"carrier" maxLength:"100"`
	// The number of the customer's purchase order.
	PONumber *string `json:"po_number" maxLength:"100"`
	// Notes for staff. They are never printed, e-mailed or shown to a storefront.
	InternalNotes *string `json:"internal_notes" maxLength:"2000"`
	// The company's currency (ISO 4217).
	Currency string `json:"currency" maxLength:"3"`
	// The sum of the lines.
	Subtotal string `json:"subtotal" format:"decimal"`
	// The sum of the charges; negative where discounts are larger.
	ChargesTotal string `json:"charges_total" format:"decimal"`
	// The sum of the taxes.
	TaxesTotal string `json:"taxes_total" format:"decimal"`
	// subtotal + charges_total + taxes_total.
	Total string `json:"total" format:"decimal"`
	// The amount paid, without payments that were corrected.
	Paid string `json:"paid" format:"decimal"`
	// The amount refunded.
	Refunded string `json:"refunded" format:"decimal"`
	// The amount due less the net amount paid. Negative if too much was paid. A prebook owes nothing: the orders billed from it do.
	Balance string `json:"balance" format:"decimal"`
	// The sum of the boxes.
	TotalBoxes int64 `json:"total_boxes"`
	// The full-box equivalents: boxes times 1, 0.5, 0.25 or 0.125.
	TotalFBE string `json:"total_fbe" format:"decimal"`
	// The sum of the quantities.
	TotalUnits int64 `json:"total_units"`
	// The progress of a prebook's lines.
	Progress progressBody `json:"progress"`
	// The invoice; null before the order is confirmed.
	Invoice *issuedRef `json:"invoice"`
	// The credit note; null unless a confirmed order was voided.
	CreditNote *issuedRef `json:"credit_note"`
	// The status of the newest e-mail to the customer, at its worst recipient; null if there is none.
	EmailStatus *string `json:"email_status" enums:"queued,sent,delivered,bounced,failed"`
	// The version, as in the ETag. Changes of header, lines, status and payments increase it.
	Version int `json:"version"`
	// When it was placed.
	PlacedAt time.Time `json:"placed_at" format:"date-time"`
	// When it was checked out.
	CheckedOutAt *time.Time `json:"checked_out_at" format:"date-time"`
	// When it was confirmed.
	ConfirmedAt *time.Time `json:"confirmed_at" format:"date-time"`
	// Who confirmed it; the subject system if it was confirmed automatically.
	ConfirmedBy *personBody `json:"confirmed_by"`
	// When it was voided.
	VoidedAt *time.Time `json:"voided_at" format:"date-time"`
	// Why and by whom it was voided.
	Void *voidBody `json:"void"`
	// When it was created.
	CreatedAt time.Time `json:"created_at" format:"date-time"`
	// When it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time"`
}

// orderSummary is an order or prebook in a list.
type orderSummary struct {
	orderCore
	AllowedActions map[string]allowedBrief `json:"allowed_actions,omitempty"` // With include=allowed_actions
	Lines          []lineBody              `json:"lines,omitempty"`           // With include=lines, in order
} // @name OrderSummary

// orderBody is an order or prebook with all its details.
type orderBody struct {
	orderCore
	// The related documents.
	Related []relatedBody `json:"related" maxItems:"1000"`
	// The address that the goods go to.
	ShipTo *addressBody `json:"ship_to"`
	// Notes, printed on the document.
	Notes *string `json:"notes" maxLength:"2000"`
	// The lines, in order.
	Lines []lineBody `json:"lines"`
	// Amounts on top of the lines, such as freight.
	Charges []chargeBody `json:"charges" maxItems:"50"`
	// The taxes: rates, or fixed amounts.
	Taxes []taxBody `json:"taxes" maxItems:"20"`
	// Which actions the caller may take now and, if not, why.
	AllowedActions allowedActions `json:"allowed_actions"`
} // @name Order

// orderDetailsBody is an order or prebook with its details, and the parts that include names.
type orderDetailsBody struct {
	orderBody
	Payments *[]paymentBody `json:"payments,omitempty" maxItems:"10000"` // The ledger, oldest first; only with include=payments
	Emails   *emailPage     `json:"emails,omitempty"`                    // The newest e-mails, as their list begins; only with include=emails
	Events   *eventPage     `json:"events,omitempty"`                    // The first events, as the timeline begins; only with include=events
} // @name OrderDetails

// originBody is the origin of a document: how it came in.
type originBody struct {
	// The letter shown on screens.
	Code string `json:"code" enums:"W,P,S,X"`
	// The name.
	Name string `json:"name" enums:"web,phone,standing,external"`
} // @name Origin

// customerRef is a customer in a document.
type customerRef struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The customer's code.
	Code string `json:"code" maxLength:"50"`
	// The name.
	Name string `json:"name" maxLength:"200"`
} // @name CustomerRef

// salespersonBody is a customer's salesperson.
type salespersonBody struct {
	// The name.
	Name *string `json:"name" format:"line" maxLength:"200"`
	// The e-mail address.
	Email *string `json:"email" format:"email" maxLength:"254"`
} // @name Salesperson

// personBody is who did something, as the token named them then.
type personBody struct {
	// The subject of the token.
	Sub string `json:"sub" maxLength:"255"`
	// The name; null if it is not known.
	Name *string `json:"name" maxLength:"200"`
} // @name Person

// progressBody is the progress of a prebook's lines.
type progressBody struct {
	// The number of lines.
	Lines int `json:"lines"`
	// The number of lines checked out, including billed ones.
	CheckedOut int `json:"checked_out"`
	// The number of lines billed.
	Billed int `json:"billed"`
} // @name Progress

// issuedRef is an issued document: its id, number and time.
type issuedRef struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The number shown to people.
	Number string `json:"number" maxLength:"40"`
	// When it was issued.
	IssuedAt time.Time `json:"issued_at" format:"date-time"`
} // @name IssuedRef

// voidBody is the reason for a void, and who voided the document.
type voidBody struct {
	// The cause.
	Cause string `json:"cause" enums:"staff,customer,expired"`
	// The reason, as the caller wrote it.
	Reason string `json:"reason" maxLength:"500"`
	// Who voided it; the subject system if it expired.
	By personBody `json:"by"`
} // @name Void

// relatedBody is a related document, and how it is related.
type relatedBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The number shown to people.
	Number string `json:"number" maxLength:"40"`
	// The kind: order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// How it is related to this document.
	Relation string `json:"relation" enums:"same_checkout,billed_into,billed_from"`
} // @name Related

// goodsBody is the goods of a line, in an order and in an issued document.
type goodsBody struct {
	// The id of the line, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The position of the line, from 1 without gaps.
	Position int `json:"position"`
	// The code of the goods.
	SKU *string `json:"sku" maxLength:"100"`
	// The description of the goods.
	Description *string `json:"description" maxLength:"300"`
	// Where the goods come from. on_hand makes an order; every other source makes a prebook.
	Source string `json:"source" enums:"on_hand,future_sales,k2k,vendor_availability"`
	// The box type: FB full, HB half, QB quarter, EB eighth.
	BoxType *string `json:"box_type" enums:"FB,HB,QB,EB"`
	// The number of boxes; null if sold loose.
	Boxes *int64 `json:"boxes"`
	// The number of units in a box; null if sold loose.
	UnitsPerBox *int64 `json:"units_per_box"`
	// The unit.
	UnitType *string `json:"unit_type" enums:"stem,bunch,each"`
	// The number of units: boxes times units_per_box, or the loose units.
	Quantity int64 `json:"quantity"`
	// The price of one unit, with at most 4 decimals. 0 is free.
	UnitPrice string `json:"unit_price" format:"decimal"`
	// The amount of the line, with the currency's decimals.
	Amount string `json:"amount" format:"decimal"`
}

// lineBody is a line of a document.
type lineBody struct {
	goodsBody
	// The full-box equivalents of the line.
	FBE string `json:"fbe" format:"decimal"`
	// The status.
	Status *string `json:"status" enums:"open,checked_out,billed"`
	// When it was checked out.
	CheckedOutAt *time.Time `json:"checked_out_at" format:"date-time"`
	// Who checked it out.
	CheckedOutBy *personBody `json:"checked_out_by"`
	// The id of the order that the line was billed into.
	BilledOrderID *string `json:"billed_order_id" format:"uuid"`
	// The mark printed on the boxes.
	MarkCode *string `json:"mark_code" maxLength:"50"`
	// Notes, printed below the line.
	Notes *string `json:"notes" maxLength:"500"`
} // @name Line

// allowedBody is whether the caller may take an action now and, if not, why.
type allowedBody struct {
	// Whether the call would succeed now.
	Allowed bool `json:"allowed"`
	// The code. Its meaning never changes.
	Code *string `json:"code" maxLength:"50"`
	// The explanation for people.
	Message *string `json:"message" maxLength:"2000"`
	// What to do instead.
	Remedy *string `json:"remedy" maxLength:"500"`
} // @name AllowedAction

// allowedBrief is whether the caller may take an action now, without an explanation.
type allowedBrief struct {
	// Whether the call would succeed now.
	Allowed bool `json:"allowed"`
	// The code. Its meaning never changes.
	Code *string `json:"code" maxLength:"50"`
} // @name AllowedBrief

// allowedActions is the actions that the caller may take now. The operations themselves decide in the same way.
type allowedActions struct {
	// Confirm the order.
	Confirm allowedBody `json:"confirm"`
	// Check out the order, or lines of the prebook.
	Checkout allowedBody `json:"checkout"`
	// Edit it.
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

// orderCoreOf is the members that a document has both by itself and in lists. private includes those for staff only.
func orderCoreOf(o *order.Order, private bool) orderCore {
	digits := o.Digits()
	b := orderCore{
		ID: o.ID, Kind: string(o.Kind), Number: o.Number, Origin: originBody{string(o.Origin), o.Origin.Name()},
		Status: string(o.Status), StatusLabel: o.Status.Label(), PaymentStatus: nullIfEmpty(string(o.PaymentStatus)),
		CompanyID: o.CompanyID, Customer: customerRef{o.CustomerID, o.CustomerCode, o.CustomerName},
		Salesperson: salespersonBodyOf(o.SalespersonName, o.SalespersonEmail), PlacedBy: personBodyOf(o.PlacedBy), CheckoutID: o.CheckoutID,
		ExternalReference: nullIfEmpty(o.ExternalReference), ShipDate: o.ShipDate.Format(time.DateOnly), Carrier: nullIfEmpty(o.Carrier),
		PONumber: nullIfEmpty(o.PONumber), Currency: o.Currency,
		Subtotal: o.Subtotal.Format(digits), ChargesTotal: o.ChargesTotal.Format(digits), TaxesTotal: o.TaxesTotal.Format(digits),
		Total: o.Total.Format(digits), Paid: o.Paid.Format(digits), Refunded: o.Refunded.Format(digits), Balance: o.Balance.Format(digits),
		TotalBoxes: o.TotalBoxes, TotalFBE: o.TotalFBE.String(), TotalUnits: o.TotalUnits,
		Progress: progressBody{o.LineCount, o.LinesCheckedOut, o.LinesBilled}, EmailStatus: nullIfEmpty(o.EmailStatus),
		Version: o.Version, PlacedAt: o.PlacedAt.UTC(), CheckedOutAt: utcOrNil(o.CheckedOutAt), ConfirmedAt: utcOrNil(o.ConfirmedAt),
		ConfirmedBy: personOrNil(o.ConfirmedBy), VoidedAt: utcOrNil(o.VoidedAt), CreatedAt: o.CreatedAt.UTC(), UpdatedAt: o.UpdatedAt.UTC(),
		Invoice: issuedRefOf(o.InvoiceID, o.InvoiceNumber, o.InvoicedAt), CreditNote: issuedRefOf(o.CreditNoteID, o.CreditNoteNumber, o.CreditedAt),
	}
	if o.PaymentIndicator {
		b.PaymentIndicator = new("$")
	}
	if private {
		b.InternalNotes = nullIfEmpty(o.InternalNotes)
	}
	if o.VoidedAt != nil {
		b.Void = &voidBody{string(o.VoidCause), o.VoidReason, personBodyOf(o.VoidedBy)}
	}
	return b
}

// orderSummaryOf is a document in a list, with its lines if they were read.
func orderSummaryOf(o *order.Order, private bool) orderSummary {
	b := orderSummary{orderCore: orderCoreOf(o, private)}
	for i := range o.Lines {
		b.Lines = append(b.Lines, lineBodyOf(&o.Lines[i], o.Digits()))
	}
	return b
}

// orderBodyOf is a document with all its details, as the caller sees it.
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
		FBE: l.FBE.String(), Status: nullIfEmpty(l.Status), CheckedOutAt: utcOrNil(l.CheckedOutAt), CheckedOutBy: personOrNil(l.CheckedOutBy), BilledOrderID: l.BilledOrderID,
		MarkCode: nullIfEmpty(l.MarkCode), Notes: nullIfEmpty(l.Notes),
	}
}

func salespersonBodyOf(name, email string) *salespersonBody {
	if name == "" && email == "" {
		return nil
	}
	return &salespersonBody{nullIfEmpty(name), nullIfEmpty(email)}
}

func personBodyOf(p company.Person) personBody { return personBody{p.Sub, nullIfEmpty(p.Name)} }

// personOrNil is null for what nobody has done.
func personOrNil(p company.Person) *personBody {
	if p.Sub == "" {
		return nil
	}
	return new(personBodyOf(p))
}

func issuedRefOf(id *string, number string, at *time.Time) *issuedRef {
	if id == nil {
		return nil
	}
	return &issuedRef{*id, number, at.UTC()}
}

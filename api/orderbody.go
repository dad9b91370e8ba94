package api

import (
	"time"

	"github.com/orderdesk/orderdesk/api/web"
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

// orderExport is how an export shows the documents of a list. TestCSVShowsEveryMember gives the reason for each member that has no column.
var orderExport = web.ExportForm[orderSummary]{Name: "orders", Table: web.NewCSVTable[orderSummary]([]web.CSVColumn{
	{"id", "id"}, {"kind", "kind"}, {"number", "number"}, {"origin", "origin/code"}, {"status", "status"},
	{"payment_status", "payment_status"}, {"payment_indicator", "payment_indicator"},
	{"customer_code", "customer/code"}, {"customer_name", "customer/name"}, {"salesperson_email", "salesperson/email"},
	{"ship_date", "ship_date"}, {"carrier", "carrier"}, {"po_number", "po_number"}, {"external_reference", "external_reference"},
	{"currency", "currency"}, {"subtotal", "subtotal"}, {"charges_total", "charges_total"}, {"taxes_total", "taxes_total"}, {"total", "total"},
	{"paid", "paid"}, {"refunded", "refunded"}, {"balance", "balance"},
	{"total_boxes", "total_boxes"}, {"total_fbe", "total_fbe"}, {"total_units", "total_units"},
	{"lines", "progress/lines"}, {"lines_checked_out", "progress/checked_out"}, {"lines_billed", "progress/billed"},
	{"invoice_number", "invoice/number"}, {"credit_note_number", "credit_note/number"}, {"email_status", "email_status"}, {"version", "version"},
	{"placed_at", "placed_at"}, {"placed_by", "placed_by/sub"}, {"placed_by_name", "placed_by/name"}, {"checked_out_at", "checked_out_at"},
	{"confirmed_at", "confirmed_at"}, {"confirmed_by", "confirmed_by/sub"}, {"confirmed_by_name", "confirmed_by/name"},
	{"voided_at", "voided_at"}, {"updated_at", "updated_at"},
})}

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

func issuedRefOf(id *string, number string, at *time.Time) *issuedRef {
	if id == nil {
		return nil
	}
	return &issuedRef{*id, number, at.UTC()}
}

package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// invoiceBody is an issued invoice. Only balance, payment_status and credit_note can change; hash is the SHA-256 of everything else.
type invoiceBody struct {
	issuedBody
	owedBody
	// The address of the credit note; null if there is none.
	CreditNote *string `json:"credit_note" maxLength:"100"`
} // @name Invoice

// issuedHead names an invoice or a credit note and dates it, in details and in lists.
type issuedHead struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The sequence number: 1, 2, 3 … in each company, without gaps.
	Sequence int64 `json:"sequence"`
	// The number shown to people.
	Number string `json:"number" maxLength:"40"`
	// When it was issued.
	IssuedAt time.Time `json:"issued_at" format:"date-time"`
	// The day of issued_at in the company's time zone.
	IssueDate string `json:"issue_date" format:"date"`
	// The due date: issue_date plus the terms.
	DueDate string `json:"due_date" format:"date"`
}

// issuedBody is what invoices and credit notes share.
type issuedBody struct {
	issuedHead
	// The order.
	Order issuedOrder `json:"order"`
	// The seller, with the letterhead of that time.
	Seller sellerBody `json:"seller"`
	// The customer, as named when the document was placed.
	Customer issuedCustomer `json:"customer"`
	// The address that the goods go to.
	ShipTo *addressBody `json:"ship_to"`
	// The day the goods leave. For a prebook it is the truck date.
	ShipDate string `json:"ship_date" format:"date"`
	// The payment terms.
	Terms termsBody `json:"terms"`
	// The company's currency (ISO 4217).
	Currency string `json:"currency" maxLength:"3"`
	// The lines, in order.
	Lines []issuedLineBody `json:"lines"`
	// Amounts on top of the lines, such as freight.
	Charges []chargeBody `json:"charges" maxItems:"50"`
	// The taxes: rates, or fixed amounts.
	Taxes []taxBody `json:"taxes" maxItems:"20"`
	// The sum of the lines.
	Subtotal string `json:"subtotal" format:"decimal"`
	// The sum of the charges; negative where discounts are larger.
	ChargesTotal string `json:"charges_total" format:"decimal"`
	// The sum of the taxes.
	TaxesTotal string `json:"taxes_total" format:"decimal"`
	// subtotal + charges_total + taxes_total.
	Total string `json:"total" format:"decimal"`
	// The sum of the boxes.
	TotalBoxes int64 `json:"total_boxes"`
	// The full-box equivalents: boxes times 1, 0.5, 0.25 or 0.125.
	TotalFBE string `json:"total_fbe" format:"decimal"`
	// The sum of the quantities.
	TotalUnits int64 `json:"total_units"`
	// Notes, printed on the document.
	Notes *string `json:"notes" maxLength:"2000"`
	// The SHA-256 of the frozen bytes, in hex.
	Hash string `json:"hash" maxLength:"64"`
}

// issuedOrder is the order of an issued document.
type issuedOrder struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The number shown to people.
	Number string `json:"number" maxLength:"40"`
	// The number of the customer's purchase order.
	PONumber *string `json:"po_number" maxLength:"100"`
} // @name IssuedOrder

// sellerBody is the seller as the issued document names it.
type sellerBody struct {
	// The name.
	Name string `json:"name" maxLength:"200"`
	// The postal address.
	Address *string `json:"address" maxLength:"500"`
	// The tax number.
	TaxID *string `json:"tax_id" maxLength:"50"`
	// The name that e-mails come from.
	Sender *string `json:"sender" maxLength:"200"`
} // @name Seller

// issuedCustomer is the customer as the issued document names it.
type issuedCustomer struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The customer's code.
	Code string `json:"code" maxLength:"50"`
	// The name.
	Name string `json:"name" maxLength:"200"`
	// The postal address.
	Address *addressBody `json:"address"`
	// The tax number.
	TaxID *string `json:"tax_id" maxLength:"50"`
} // @name IssuedCustomer

// termsBody is the payment terms.
type termsBody struct {
	// The label shown to people.
	Label string `json:"label" format:"line" maxLength:"100"`
	// The days from the invoice to its due date.
	Days int `json:"days" minimum:"0" maximum:"365"`
} // @name Terms

// issuedLineBody is a line as it was issued.
type issuedLineBody struct {
	goodsBody
	// The full-box equivalents of the line.
	FBE *string `json:"fbe" format:"decimal"`
	// The mark printed on the boxes.
	MarkCode *string `json:"mark_code" maxLength:"50"`
	// Notes, printed below the line.
	Notes *string `json:"notes" maxLength:"500"`
} // @name IssuedLine

// invoiceBodyOf is an invoice, read from its frozen bytes, and what is owed on it.
func invoiceBodyOf(i billing.Invoice) (invoiceBody, error) {
	body, _, err := issuedBodyOf(i.Document)
	return invoiceBody{issuedBody: body, owedBody: owedBodyOf(&i)}, err
}

func issuedBodyOf(i billing.Document) (issuedBody, document.Issued, error) {
	d, err := document.Thaw(i.Snapshot, i.Hash)
	if err != nil {
		return issuedBody{}, d, err
	}
	b := issuedBody{
		issuedHead: issuedHead{d.ID, d.Sequence, d.Number, d.IssuedAt, d.IssueDate, string(d.DueDate)},
		Order:      issuedOrder{d.Order.ID, d.Order.Number, nullIfEmpty(d.Order.PONumber)},
		Seller:     sellerBody{d.Seller.Name, nullIfEmpty(d.Seller.Address), nullIfEmpty(d.Seller.TaxID), nullIfEmpty(d.Seller.Sender)},
		Customer:   issuedCustomer{d.Customer.ID, d.Customer.Code, d.Customer.Name, addressBodyOf(d.Customer.Address.Address()), nullIfEmpty(d.Customer.TaxID)},
		ShipTo:     addressBodyOf(d.ShipTo.Address()), ShipDate: string(d.ShipDate), Currency: d.Currency,
		Lines: make([]issuedLineBody, len(d.Lines)), Charges: make([]chargeBody, len(d.Charges)), Taxes: make([]taxBody, len(d.Taxes)),
		Subtotal: d.Subtotal, ChargesTotal: d.ChargeTotal, TaxesTotal: d.TaxTotal, Total: d.Total,
		TotalBoxes: int64(d.TotalBoxes), TotalFBE: d.TotalFBE, TotalUnits: int64(d.TotalUnits), Notes: nullIfEmpty(d.Notes), Hash: i.Hash,
	}
	if d.Terms != nil {
		b.Terms = termsBody{d.Terms.Label, d.Terms.Days}
	}
	for j := range d.Lines {
		l := &d.Lines[j]
		b.Lines[j] = issuedLineBody{
			goodsBody: goodsBody{
				ID: l.ID, Position: l.Position, SKU: textOrNil((*string)(&l.SKU)), Description: textOrNil((*string)(&l.Description)), Source: l.Source,
				BoxType: textOrNil((*string)(&l.BoxType)), Boxes: nullIfZero(l.Boxes), UnitsPerBox: nullIfZero(l.UnitsPerBox), UnitType: textOrNil((*string)(&l.UnitType)),
				Quantity: int64(l.Quantity), UnitPrice: l.UnitPrice, Amount: l.Amount,
			},
			FBE: textOrNil((*string)(&l.FBE)), MarkCode: textOrNil((*string)(&l.MarkCode)), Notes: textOrNil((*string)(&l.Notes)),
		}
	}
	for j, c := range d.Charges {
		b.Charges[j] = chargeBody{nullIfEmpty(c.Code), nullIfEmpty(c.Description), c.Amount}
	}
	for j, t := range d.Taxes {
		b.Taxes[j] = taxBody{t.Name, nullIfEmpty(t.Rate), t.Amount}
	}
	return b, d, nil
}

func getInvoiceSpec() web.Spec {
	return web.Spec{Answers: answersOK(invoiceBody{}), Version: web.Conditional, Refuses: refusesWith(fault.InvoiceNotFound)}
}

// getInvoice godoc
//
//	@Summary		Get an invoice
//	@Description	Answers the invoice as it was issued, from its frozen bytes, and what is owed on it now. A payment, a refund and a void change balance, payment_status and the ETag, but not hash.
//	@ID				getInvoice
//	@Tags			invoices
//	@Param			id	path		string	true	"The invoice's id"	Format(uuid)
//	@Success		200	"The invoice as it was issued, and what is owed on it"
//	@Router			/v1/invoices/{id} [get]
func (s *service) getInvoice(c web.Request) error {
	i, credit, err := s.invoice(c)
	if err != nil {
		return err
	}
	body, err := invoiceBodyOf(i)
	if err != nil {
		return err
	}
	body.CreditNote = creditNoteAddress(credit)
	if done, err := web.NotModified(c, invoiceTag(i, credit)); done || err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, body)
}

// invoiceTag is the entity tag of an invoice. It moves with all that can change: what is owed, and the credit note.
func invoiceTag(i billing.Invoice, credit string) string {
	return fmt.Sprintf(`"%s%s-%s-%d"`, i.Hash[:32], credit, i.PaymentStatus, i.Balance)
}

// creditNoteAddress is where the credit note is; nil if there is none.
func creditNoteAddress(id string) *string {
	if id == "" {
		return nil
	}
	return new("/v1/credit-notes/" + id)
}

func getInvoicePDFSpec() web.Spec {
	return web.Spec{Produces: pdfMedia(), Answers: answersOK(nil), Refuses: refusesWith(fault.InvoiceNotFound)}
}

// getInvoicePDF godoc
//
//	@Summary		Get an invoice as PDF
//	@Description	Answers the invoice as a PDF file. Every call answers the same bytes.
//	@ID				getInvoicePDF
//	@Tags			invoices
//	@Param			id	path		string	true	"The invoice's id"	Format(uuid)
//	@Success		200	"The invoice as a PDF file"
//	@Router			/v1/invoices/{id}/pdf [get]
func (s *service) getInvoicePDF(c web.Request) error {
	i, _, err := s.invoice(c)
	if err != nil {
		return err
	}
	return s.answerIssued(c, i.Document)
}

// invoice reads the invoice in the path, and the id of its credit note, empty if there is none.
func (s *service) invoice(c web.Request) (i billing.Invoice, credit string, err error) {
	id, err := web.PathID(c, fault.InvoiceNotFound)
	if err != nil {
		return i, "", err
	}
	return s.Desk.Invoice(c.Request().Context(), web.Actor(c), id)
}

package api

import (
	"bytes"
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// invoiceBody is an issued invoice, frozen as it was issued.
//
// All but credit_note is frozen; hash is the SHA-256 of the frozen bytes.
type invoiceBody struct {
	issuedBody
	// The credit note, once a confirmed order is voided.
	CreditNote *string `json:"credit_note" maxLength:"100"`
} // @name Invoice

// issuedBody is what invoices and credit notes share.
type issuedBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// 1, 2, 3 … per company, without a gap.
	Sequence int64 `json:"sequence"`
	// As people see it.
	Number string `json:"number" maxLength:"40"`
	// When it was issued.
	IssuedAt time.Time `json:"issued_at" format:"date-time"`
	// The company's day of issued_at.
	IssueDate string `json:"issue_date" format:"date"`
	// issue_date and the terms.
	DueDate string `json:"due_date" format:"date"`
	// The document.
	Order issuedOrder `json:"order"`
	// The letterhead as it was.
	Seller sellerBody `json:"seller"`
	// Who buys, as named when the document was placed.
	Customer issuedCustomer `json:"customer"`
	// Where the goods go.
	ShipTo *addressBody `json:"ship_to"`
	// The day the goods leave (a prebook's truck date).
	ShipDate string `json:"ship_date" format:"date"`
	// When invoices are due.
	Terms termsBody `json:"terms"`
	// ISO 4217; the company's.
	Currency string `json:"currency" maxLength:"3"`
	// The lines, in their order.
	Lines []issuedLineBody `json:"lines"`
	// Money beside the lines.
	Charges []chargeBody `json:"charges" validate:"max=50"`
	// Rates, or fixed amounts.
	Taxes []taxBody `json:"taxes" validate:"max=20"`
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
	// Full-box equivalents: boxes times 1, 0.5, 0.25 or 0.125.
	TotalFBE string `json:"total_fbe" format:"decimal"`
	// The sum of the quantities.
	TotalUnits int64 `json:"total_units"`
	// Printed on the document.
	Notes *string `json:"notes" maxLength:"2000"`
	// SHA-256 of the frozen bytes, in hex.
	Hash string `json:"hash" maxLength:"64"`
}

// issuedOrder is the order that an issued document is about.
type issuedOrder struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// As people see it.
	Number string `json:"number" maxLength:"40"`
	// The customer's purchase order.
	PONumber *string `json:"po_number" maxLength:"100"`
} // @name IssuedOrder

// sellerBody is the selling company as the issued document names it.
type sellerBody struct {
	// As people write it.
	Name string `json:"name" maxLength:"200"`
	// The postal address.
	Address *string `json:"address" maxLength:"500"`
	// The tax number.
	TaxID *string `json:"tax_id" maxLength:"50"`
	// The name that letters come from.
	Sender *string `json:"sender" maxLength:"200"`
} // @name Seller

// issuedCustomer is the customer as the issued document names it.
type issuedCustomer struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// A stable code.
	Code string `json:"code" maxLength:"50"`
	// As people write it.
	Name string `json:"name" maxLength:"200"`
	// The postal address.
	Address *addressBody `json:"address"`
	// The tax number.
	TaxID *string `json:"tax_id" maxLength:"50"`
} // @name IssuedCustomer

// termsBody is when invoices are due.
type termsBody struct {
	// As people see it.
	Label string `json:"label" format:"line" maxLength:"100"`
	// Days from the invoice to its due date.
	Days int `json:"days" minimum:"0" maximum:"365"`
} // @name Terms

// issuedLineBody is a line as it was issued.
type issuedLineBody struct {
	goodsBody
	// Full-box equivalents of the line.
	FBE *string `json:"fbe" format:"decimal"`
	// Printed on the boxes.
	MarkCode *string `json:"mark_code" maxLength:"50"`
	// Printed on the document.
	Notes *string `json:"notes" maxLength:"500"`
} // @name IssuedLine

// invoiceBodyOf is an invoice from its frozen bytes.
func invoiceBodyOf(i billing.Invoice) (invoiceBody, error) {
	body, _, err := issuedBodyOf(i.Document)
	return invoiceBody{issuedBody: body}, err
}

func issuedBodyOf(i billing.Document) (issuedBody, document.Issued, error) {
	d, err := document.Thaw(i.Snapshot, i.Hash)
	if err != nil {
		return issuedBody{}, d, err
	}
	b := issuedBody{
		ID: d.ID, Sequence: d.Sequence, Number: d.Number, IssuedAt: d.IssuedAt, IssueDate: d.IssueDate, DueDate: string(d.DueDate),
		Order:    issuedOrder{d.Order.ID, d.Order.Number, nullIfEmpty(d.Order.PONumber)},
		Seller:   sellerBody{d.Seller.Name, nullIfEmpty(d.Seller.Address), nullIfEmpty(d.Seller.TaxID), nullIfEmpty(d.Seller.Sender)},
		Customer: issuedCustomer{d.Customer.ID, d.Customer.Code, d.Customer.Name, addressBodyOf(d.Customer.Address.Address()), nullIfEmpty(d.Customer.TaxID)},
		ShipTo:   addressBodyOf(d.ShipTo.Address()), ShipDate: string(d.ShipDate), Currency: d.Currency,
		Lines: make([]issuedLineBody, len(d.Lines)), Charges: make([]chargeBody, len(d.Charges)), Taxes: make([]taxBody, len(d.Taxes)),
		Subtotal: d.Subtotal, ChargesTotal: d.ChargeTotal, TaxesTotal: d.TaxTotal, Total: d.Total,
		TotalBoxes: int64(d.TotalBoxes), TotalFBE: d.TotalFBE, TotalUnits: int64(d.TotalUnits), Notes: nullIfEmpty(d.Notes), Hash: i.Hash,
	}
	if d.Terms != nil {
		b.Terms = termsBody{d.Terms.Label, d.Terms.Days}
	}
	for j, l := range d.Lines {
		b.Lines[j] = issuedLineBody{
			goodsBody: goodsBody{
				ID: l.ID, Position: l.Position, SKU: nullIfEmpty(l.SKU), Description: nullIfEmpty(l.Description), Source: l.Source,
				BoxType: nullIfEmpty(l.BoxType), Boxes: nullIfZero(l.Boxes), UnitsPerBox: nullIfZero(l.UnitsPerBox), UnitType: nullIfEmpty(l.UnitType),
				Quantity: int64(l.Quantity), UnitPrice: l.UnitPrice, Amount: l.Amount,
			},
			FBE: nullIfEmpty(l.FBE), MarkCode: nullIfEmpty(l.MarkCode), Notes: nullIfEmpty(l.Notes),
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
//	@Summary		See an invoice
//	@Description	An invoice as it was issued, from its frozen bytes.
//	@ID				getInvoice
//	@Tags			invoices
//	@Param			id	path		string	true	"the invoice's id"	Format(uuid)
//	@Success		200	"The invoice as it was issued"
//	@Router			/v1/invoices/{id} [get]
func (s *service) getInvoice(c web.Request) error {
	id, err := web.PathID(c, fault.InvoiceNotFound)
	if err != nil {
		return err
	}
	i, credit, err := s.Desk.Invoice(c.Request().Context(), web.Actor(c), id)
	if err != nil {
		return err
	}
	body, err := invoiceBodyOf(i)
	if err != nil {
		return err
	}
	body.CreditNote = creditNoteAddress(credit)
	if done, err := web.NotModified(c, `"`+i.Hash[:32]+credit+`"`); done || err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, body)
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
//	@Description	The invoice on paper, as it was issued: the same bytes whenever it is asked for.
//	@ID				getInvoicePDF
//	@Tags			invoices
//	@Param			id	path		string	true	"the invoice's id"	Format(uuid)
//	@Success		200	"The invoice as a file"
//	@Router			/v1/invoices/{id}/pdf [get]
func (s *service) getInvoicePDF(c web.Request) error {
	id, err := web.PathID(c, fault.InvoiceNotFound)
	if err != nil {
		return err
	}
	i, _, err := s.Desk.Invoice(c.Request().Context(), web.Actor(c), id)
	if err != nil {
		return err
	}
	return s.answerIssued(c, i.Document)
}

// answerIssued answers an issued document as PDF.
func (s *service) answerIssued(c web.Request, d billing.Document) error {
	paper, err := s.Desk.IssuedPaper(c.Request().Context(), d)
	if err != nil {
		return err
	}
	return answerPDF(c, paper, d.Number)
}

func answerPDF(c web.Request, paper document.Paper, number string) error {
	var b bytes.Buffer
	if err := document.PDF(&b, paper); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `inline; filename="`+number+`.pdf"`)
	return c.Blob(http.StatusOK, web.MediaPDF, b.Bytes())
}

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
	CreditNote *string `json:"credit_note" extensions:"x-nullable" maxLength:"100" example:"/v1/credit-notes/0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f88"`
} // @name Invoice

// issuedBody is what invoices and credit notes share.
type issuedBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f83"`
	// 1, 2, 3 … per company, without a gap.
	Sequence int64 `json:"sequence" example:"42"`
	// As people see it.
	Number string `json:"number" maxLength:"40" example:"INV-000042"`
	// When it was issued.
	IssuedAt time.Time `json:"issued_at" format:"date-time" example:"2026-11-24T11:02:00Z"`
	// The company's day of issued_at.
	IssueDate string `json:"issue_date" format:"date" example:"2026-11-24"`
	// issue_date and the terms.
	DueDate string `json:"due_date" format:"date" example:"2026-12-24"`
	// The document.
	Order issuedOrder `json:"order"`
	// The letterhead as it was.
	Seller sellerBody `json:"seller"`
	// Who buys, as named when the document was placed.
	Customer issuedCustomer `json:"customer"`
	// Where the goods go.
	ShipTo *addressBody `json:"ship_to" extensions:"x-nullable"`
	// The day the goods leave (a prebook's truck date).
	ShipDate string `json:"ship_date" format:"date" example:"2026-12-01"`
	// When invoices are due.
	Terms termsBody `json:"terms"`
	// ISO 4217; the company's.
	Currency string `json:"currency" maxLength:"3" example:"USD"`
	// The lines, in their order.
	Lines []issuedLineBody `json:"lines"`
	// Money beside the lines.
	Charges []chargeBody `json:"charges" validate:"max=50"`
	// Rates, or fixed amounts.
	Taxes []taxBody `json:"taxes" validate:"max=20"`
	// The sum of the lines.
	Subtotal string `json:"subtotal" format:"decimal" example:"1180.00"`
	// The sum of the charges; negative where discounts are larger.
	ChargesTotal string `json:"charges_total" format:"decimal" example:"54.50"`
	// The sum of the taxes.
	TaxesTotal string `json:"taxes_total" format:"decimal" example:"0.00"`
	// subtotal + charges_total + taxes_total.
	Total string `json:"total" format:"decimal" example:"1234.50"`
	// The sum of the boxes.
	TotalBoxes int64 `json:"total_boxes" example:"12"`
	// Full-box equivalents: boxes times 1, 0.5, 0.25 or 0.125.
	TotalFBE string `json:"total_fbe" format:"decimal" example:"4.500"`
	// The sum of the quantities.
	TotalUnits int64 `json:"total_units" example:"2400"`
	// Printed on the document.
	Notes *string `json:"notes" extensions:"x-nullable" maxLength:"2000" example:"Deliver to dock 4"`
	// SHA-256 of the frozen bytes, in hex.
	Hash string `json:"hash" maxLength:"64" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
}

// issuedOrder is the order that an issued document is about.
type issuedOrder struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"`
	// As people see it.
	Number string `json:"number" maxLength:"40" example:"W000123"`
	// The customer's purchase order.
	PONumber *string `json:"po_number" extensions:"x-nullable" maxLength:"100" example:"PO-7781"`
} // @name IssuedOrder

// sellerBody is the selling company as the issued document names it.
type sellerBody struct {
	// As people write it.
	Name string `json:"name" maxLength:"200" example:"Rosefields Wholesale"`
	// The postal address.
	Address *string `json:"address" extensions:"x-nullable" maxLength:"500" example:"1 Market St, Miami FL 33122"`
	// The tax number.
	TaxID *string `json:"tax_id" extensions:"x-nullable" maxLength:"50" example:"59-1234567"`
	// The name that letters come from.
	Sender *string `json:"sender" extensions:"x-nullable" maxLength:"200" example:"Rosefields Sales"`
} // @name Seller

// issuedCustomer is the customer as the issued document names it.
type issuedCustomer struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f82"`
	// A stable code.
	Code string `json:"code" maxLength:"50" example:"BLOOM"`
	// As people write it.
	Name string `json:"name" maxLength:"200" example:"Bloom & Co"`
	// The postal address.
	Address *addressBody `json:"address" extensions:"x-nullable"`
	// The tax number.
	TaxID *string `json:"tax_id" extensions:"x-nullable" maxLength:"50" example:"65-7654321"`
} // @name IssuedCustomer

// termsBody is when invoices are due.
type termsBody struct {
	// As people see it.
	Label string `json:"label" format:"line" maxLength:"100" example:"Net 30"`
	// Days from the invoice to its due date.
	Days int `json:"days" minimum:"0" maximum:"365" example:"30"`
} // @name Terms

// issuedLineBody is a line as it was issued.
type issuedLineBody struct {
	goodsBody
	// Full-box equivalents of the line.
	FBE *string `json:"fbe" format:"decimal" extensions:"x-nullable" example:"2.000"`
	// Printed on the boxes.
	MarkCode *string `json:"mark_code" extensions:"x-nullable" maxLength:"50" example:"BLM"`
	// Printed on the document.
	Notes *string `json:"notes" extensions:"x-nullable" maxLength:"500" example:"No open blooms"`
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
	if credit != "" {
		body.CreditNote = new("/v1/credit-notes/" + credit)
	}
	if done, err := web.NotModified(c, `"`+i.Hash[:32]+credit+`"`); done || err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, body)
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

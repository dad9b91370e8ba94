package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// issuedFilter is the parameters that choose invoices or credit notes, and their order.
type issuedFilter struct {
	// The whole number, ignoring case. One or more, separated by commas.
	Number []string `query:"number" format:"line" minLength:"1" maxLength:"40" example:"INV-000042"`
	// Only of these orders.
	OrderID []string `query:"order_id" format:"uuid"`
	// Only of these customers.
	CustomerID []string `query:"customer_id" format:"uuid"`
	// Only documents issued at this time or later. A date is a day of the company.
	IssuedFrom string `query:"issued_from" format:"moment" example:"2026-11-01"`
	// Only documents issued at this time or earlier. A date is a whole day of the company.
	IssuedTo string `query:"issued_to" format:"moment" example:"2026-11-30"`
	// The beginning of the invoice's number, or of the customer's code or name, ignoring case and accents.
	Q string `query:"q" format:"line" maxLength:"200" example:"bloom"`
	// What to sort by; - reverses.
	Sort string `query:"sort" enums:"number,-number" default:"-number" example:"number"`
}

// issuedQuery is the parameters of the lists of invoices and credit notes.
type issuedQuery struct {
	issuedFilter
	pageQuery
}

// issuedSummary is an invoice in a list.
type issuedSummary struct {
	issuedHead
	// The order's id.
	OrderID string `json:"order_id" format:"uuid"`
	// The customer, as named when the document was placed.
	Customer customerRef `json:"customer"`
	// The company's currency (ISO 4217).
	Currency string `json:"currency" maxLength:"3"`
	// subtotal + charges_total + taxes_total.
	Total string `json:"total" format:"decimal"`
	// The SHA-256 of the frozen bytes, in hex.
	Hash string `json:"hash" maxLength:"64"`
} // @name InvoiceSummary

// creditSummary is a credit note in a list.
type creditSummary struct {
	issuedSummary
	// The invoice that it cancels.
	Invoice issuedInvoice `json:"invoice"`
	// The reason, as the caller wrote it.
	Reason string `json:"reason" maxLength:"500"`
} // @name CreditNoteSummary

// invoicePage is a page of invoices.
type invoicePage struct {
	// The rows.
	Data []issuedSummary `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name InvoicePage

// creditNotePage is a page of credit notes.
type creditNotePage struct {
	// The rows.
	Data []creditSummary `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name CreditNotePage

func listInvoicesSpec() web.Spec {
	return web.Spec{Query: issuedQuery{}, Answers: answersOK(invoicePage{})}
}

// listInvoices godoc
//
//	@Summary		List invoices
//	@Description	Lists the company's invoices by number, in pages.
//	@ID				listInvoices
//	@Tags			invoices
//	@Success		200	"A page of the invoices that match the filter"
//	@Router			/v1/invoices [get]
func (s *service) listInvoices(c web.Request) error {
	q, f, err := s.issuedFilter(c, "invoices")
	if err != nil {
		return err
	}
	page, err := s.Desk.Invoices(c.Request().Context(), web.Actor(c), f)
	if err != nil {
		return err
	}
	where := s.pageOf(c, q.listKey(web.Actor(c).CompanyID, "invoices"), q.Limit, page.Next, page.Prev)
	return web.WriteJSON(c, http.StatusOK, invoicePage{bodiesOf(page.Invoices, invoiceSummaryOf), where})
}

// issuedExportQuery is the parameters of the exports of invoices and credit notes.
type issuedExportQuery struct {
	web.ExportQuery
	issuedFilter
}

func exportInvoicesSpec() web.Spec { return exportSpec(issuedExportQuery{}, invoiceExport) }

// exportInvoices godoc
//
//	@Summary		Export invoices
//	@Description	Answers all invoices that match the filter as one file, as CSV or NDJSON. If an error stops it in the middle, the connection breaks.
//	@ID				exportInvoices
//	@Tags			invoices
//	@Success		200	"The invoices that match the filter"
//	@Router			/v1/invoices/export [get]
func (s *service) exportInvoices(c web.Request) error {
	var q issuedExportQuery
	home, err := s.exportQuery(c, &q)
	if err != nil {
		return err
	}
	filter, err := q.filter(home)
	if err != nil {
		return err
	}
	next := s.Desk.ExportInvoices(c.Request().Context(), web.Actor(c), filter)
	return export(s, c, invoiceExport, q.ExportQuery, home, next, invoiceSummaryOf)
}

func listCreditNotesSpec() web.Spec {
	return web.Spec{Query: issuedQuery{}, Answers: answersOK(creditNotePage{})}
}

// listCreditNotes godoc
//
//	@Summary		List credit notes
//	@Description	Lists the company's credit notes by number, in pages.
//	@ID				listCreditNotes
//	@Tags			invoices
//	@Success		200	"A page of the credit notes that match the filter"
//	@Router			/v1/credit-notes [get]
func (s *service) listCreditNotes(c web.Request) error {
	q, f, err := s.issuedFilter(c, "credit-notes")
	if err != nil {
		return err
	}
	page, err := s.Desk.CreditNotes(c.Request().Context(), web.Actor(c), f)
	if err != nil {
		return err
	}
	where := s.pageOf(c, q.listKey(web.Actor(c).CompanyID, "credit-notes"), q.Limit, page.Next, page.Prev)
	return web.WriteJSON(c, http.StatusOK, creditNotePage{bodiesOf(page.CreditNotes, creditSummaryOf), where})
}

func exportCreditNotesSpec() web.Spec { return exportSpec(issuedExportQuery{}, creditNoteExport) }

// exportCreditNotes godoc
//
//	@Summary		Export credit notes
//	@Description	Answers all credit notes that match the filter as one file, as CSV or NDJSON. If an error stops it in the middle, the connection breaks.
//	@ID				exportCreditNotes
//	@Tags			invoices
//	@Success		200	"The credit notes that match the filter"
//	@Router			/v1/credit-notes/export [get]
func (s *service) exportCreditNotes(c web.Request) error {
	var q issuedExportQuery
	home, err := s.exportQuery(c, &q)
	if err != nil {
		return err
	}
	filter, err := q.filter(home)
	if err != nil {
		return err
	}
	next := s.Desk.ExportCreditNotes(c.Request().Context(), web.Actor(c), filter)
	return export(s, c, creditNoteExport, q.ExportQuery, home, next, creditSummaryOf)
}

// issuedFilter reads the parameters of a list of issued documents.
func (s *service) issuedFilter(c web.Request, kind string) (q issuedQuery, f desk.IssuedFilter, err error) {
	if err = web.DecodeQuery(c, &q); err != nil {
		return q, f, err
	}
	var home company.Company
	if q.IssuedFrom != "" || q.IssuedTo != "" {
		if home, err = s.Desk.Company(c.Request().Context(), web.Actor(c)); err != nil {
			return q, f, err
		}
	}
	f, err = q.page(web.Actor(c).CompanyID, kind, home)
	return q, f, err
}

// page is the parameters as a filter of the desk for one page.
func (q issuedQuery) page(companyID, kind string, home company.Company) (desk.IssuedFilter, error) {
	f, err := q.filter(home)
	if err != nil {
		return f, err
	}
	f.Limit = q.Limit
	f.After, f.Before, err = positionOf(q.listKey(companyID, kind), q.Cursor)
	return f, err
}

// filter is the parameters as a filter of the desk. Dates are days of the company.
func (q issuedFilter) filter(home company.Company) (desk.IssuedFilter, error) {
	r := ranges{zone: home.Location()}
	f := desk.IssuedFilter{
		Numbers: q.Number, OrderIDs: lowercase(q.OrderID), CustomerIDs: lowercase(q.CustomerID), Query: strings.TrimSpace(q.Q), Desc: q.Sort == "-number",
	}
	f.IssuedFrom, f.IssuedBefore = r.moments("issued", q.IssuedFrom, q.IssuedTo)
	return f, strictjson.InvalidParameters(r.faults)
}

// listKey names the list of this kind with these filters and this sort.
func (q issuedQuery) listKey(companyID, kind string) string {
	return web.ListKey(companyID, "/v1/"+kind, q)
}

// issuedColumns are the columns that the exports of invoices and credit notes share.
var issuedColumns = []web.CSVColumn{
	{"id", "id"}, {"number", "number"}, {"sequence", "sequence"}, {"issued_at", "issued_at"}, {"issue_date", "issue_date"}, {"due_date", "due_date"},
	{"order_id", "order_id"}, {"customer_code", "customer/code"}, {"customer_name", "customer/name"}, {"currency", "currency"}, {"total", "total"}, {"hash", "hash"},
}

// The exports. TestCSVShowsEveryMember gives the reason for each member that has no column.
var (
	invoiceExport    = web.ExportForm[issuedSummary]{Name: "invoices", Table: web.NewCSVTable[issuedSummary](issuedColumns)}
	creditNoteExport = web.ExportForm[creditSummary]{Name: "credit-notes", Table: web.NewCSVTable[creditSummary](append(issuedColumns[:len(issuedColumns):len(issuedColumns)],
		web.CSVColumn{"invoice_number", "invoice/number"}, web.CSVColumn{"reason", "reason"}))}
)

func issuedSummaryOf(d *billing.Document) issuedSummary {
	digits, _ := money.Digits(d.Currency)
	return issuedSummary{
		issuedHead: issuedHead{d.ID, d.Sequence, d.Number, d.IssuedAt.UTC(), d.IssueDate.Format(time.DateOnly), d.DueDate.Format(time.DateOnly)},
		OrderID:    d.OrderID, Customer: customerRef{d.CustomerID, d.CustomerCode, d.CustomerName}, Currency: d.Currency, Total: d.Total.Format(digits), Hash: d.Hash,
	}
}

func invoiceSummaryOf(i *billing.Invoice) issuedSummary { return issuedSummaryOf(&i.Document) }

func creditSummaryOf(n *billing.CreditNote) creditSummary {
	return creditSummary{issuedSummaryOf(&n.Document), issuedInvoice{n.InvoiceID, n.InvoiceNumber}, n.Reason}
}

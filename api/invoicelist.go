package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// issuedFilter is the parameters that choose invoices or credit notes.
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
}

// invoiceFilter is the parameters that choose invoices, and their order.
type invoiceFilter struct {
	issuedFilter
	// true finds invoices with a balance above 0. An invoice that a credit note cancels has none.
	Open *bool `query:"open" example:"true"`
	// The payment status of the order. One or more, separated by commas.
	PaymentStatus []string `query:"payment_status" enums:"unpaid,partially_paid,paid,overpaid,refunded" example:"unpaid"`
	// Only invoices due on this day or later.
	DueFrom string `query:"due_from" format:"date" example:"2026-11-01"`
	// Only invoices due on this day or earlier.
	DueTo string `query:"due_to" format:"date" example:"2026-11-30"`
	// What to sort by; - reverses.
	Sort string `query:"sort" enums:"number,-number,due_date,-due_date" default:"-number" example:"due_date"`
}

// invoiceQuery is the parameters of the list of invoices.
type invoiceQuery struct {
	invoiceFilter
	pageQuery
}

// invoiceSummary is an invoice in a list. balance and payment_status are those of its order now. The rest never changes.
type invoiceSummary struct {
	issuedSummary
	// The sum of the lines.
	Subtotal string `json:"subtotal" format:"decimal"`
	// The sum of the charges; negative where discounts are larger.
	ChargesTotal string `json:"charges_total" format:"decimal"`
	// The sum of the taxes.
	TaxesTotal string `json:"taxes_total" format:"decimal"`
	owedBody
} // @name InvoiceSummary

// owedBody is what is owed on an invoice.
type owedBody struct {
	// The balance of the order: the amount due less the net amount paid. Negative if too much was paid.
	Balance string `json:"balance" format:"decimal"`
	// The payment status of the order.
	PaymentStatus string `json:"payment_status" enums:"unpaid,partially_paid,paid,overpaid,refunded"`
}

// issuedSummary is what invoices and credit notes share in lists.
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
}

// invoicePage is a page of invoices.
type invoicePage struct {
	// The rows.
	Data []invoiceSummary `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name InvoicePage

func listInvoicesSpec() web.Spec {
	return web.Spec{Query: invoiceQuery{}, Answers: answersOK(invoicePage{})}
}

// listInvoices godoc
//
//	@Summary		List invoices
//	@Description	Lists the company's invoices by number or due date, in pages. balance and payment_status are those of the order now.
//	@ID				listInvoices
//	@Tags			invoices
//	@Success		200	"A page of the invoices that match the filter"
//	@Router			/v1/invoices [get]
func (s *service) listInvoices(c web.Request) error {
	var q invoiceQuery
	filter, err := readList(s, c, &q)
	if err != nil {
		return err
	}
	page, err := s.Desk.Invoices(c.Request().Context(), web.Actor(c), filter)
	if err != nil {
		return err
	}
	where := listPageOf(s, c, q.listKey(web.Actor(c).CompanyID), q.Limit, page)
	return web.WriteJSON(c, http.StatusOK, invoicePage{bodiesOf(page.Rows, invoiceSummaryOf), where})
}

// invoiceExportQuery is the parameters of the export of invoices.
type invoiceExportQuery struct {
	web.ExportQuery
	invoiceFilter
}

func exportInvoicesSpec() web.Spec { return exportSpec(invoiceExportQuery{}, invoiceExport) }

// exportInvoices godoc
//
//	@Summary		Export invoices
//	@Description	Answers all invoices that match the filter as one file, as CSV or NDJSON. If an error stops it in the middle, the connection breaks.
//	@ID				exportInvoices
//	@Tags			invoices
//	@Success		200	"The invoices that match the filter"
//	@Router			/v1/invoices/export [get]
func (s *service) exportInvoices(c web.Request) error {
	var q invoiceExportQuery
	filter, home, err := readExport(s, c, &q)
	if err != nil {
		return err
	}
	next := s.Desk.ExportInvoices(c.Request().Context(), web.Actor(c), filter)
	return export(s, c, invoiceExport, q.ExportQuery, home, next, invoiceSummaryOf)
}

// needsCompany reports whether a parameter depends on the company's time zone.
func (q issuedFilter) needsCompany() bool { return q.IssuedFrom != "" || q.IssuedTo != "" }

// filter is the parameters as a filter of the desk. Dates are days of the company.
func (q invoiceFilter) filter(_ auth.Actor, home company.Company, page desk.Window) (desk.InvoiceFilter, error) {
	r := ranges{zone: home.Location()}
	key, desc := strings.CutPrefix(q.Sort, "-")
	f := desk.InvoiceFilter{
		IssuedFilter: q.issued(&r, desc, page), Open: q.Open, PaymentStatuses: typedStrings[billing.Status](q.PaymentStatus), ByDue: key == "due_date",
	}
	f.DueFrom, f.DueTo = r.days("due", q.DueFrom, q.DueTo)
	return f, strictjson.InvalidParameters(r.faults)
}

// issued is the parameters that both lists have.
func (q issuedFilter) issued(r *ranges, desc bool, page desk.Window) desk.IssuedFilter {
	f := desk.IssuedFilter{Numbers: q.Number, OrderIDs: lowercase(q.OrderID), CustomerIDs: lowercase(q.CustomerID), Query: q.Q, Desc: desc, Window: page}
	f.IssuedFrom, f.IssuedBefore = r.moments("issued", q.IssuedFrom, q.IssuedTo)
	return f
}

// listKey names the list with these filters and this sort.
func (q invoiceQuery) listKey(companyID string) string {
	return web.ListKey(companyID, "/v1/invoices", q)
}

// issuedColumns are the columns that the exports of invoices and credit notes share.
var issuedColumns = []web.CSVColumn{
	{"id", "id"}, {"number", "number"}, {"sequence", "sequence"}, {"issued_at", "issued_at"}, {"issue_date", "issue_date"}, {"due_date", "due_date"},
	{"order_id", "order_id"}, {"customer_code", "customer/code"}, {"customer_name", "customer/name"}, {"currency", "currency"}, {"total", "total"}, {"hash", "hash"},
}

// invoiceExport is the export of invoices. TestCSVShowsEveryMember gives the reason for each member that has no column.
var invoiceExport = web.ExportForm[invoiceSummary]{Name: "invoices", Table: web.NewCSVTable[invoiceSummary](append(issuedColumns[:len(issuedColumns):len(issuedColumns)],
	web.CSVColumn{"subtotal", "subtotal"}, web.CSVColumn{"charges_total", "charges_total"}, web.CSVColumn{"taxes_total", "taxes_total"},
	web.CSVColumn{"balance", "balance"}, web.CSVColumn{"payment_status", "payment_status"}))}

func issuedSummaryOf(d *billing.Document) issuedSummary {
	digits, _ := money.Digits(d.Currency)
	return issuedSummary{
		issuedHead: issuedHead{d.ID, d.Sequence, d.Number, d.IssuedAt.UTC(), d.IssueDate.Format(time.DateOnly), d.DueDate.Format(time.DateOnly)},
		OrderID:    d.OrderID, Customer: customerRef{d.CustomerID, d.CustomerCode, d.CustomerName}, Currency: d.Currency, Total: d.Total.Format(digits), Hash: d.Hash,
	}
}

func invoiceSummaryOf(i *billing.Invoice) invoiceSummary {
	digits, _ := money.Digits(i.Currency)
	return invoiceSummary{
		issuedSummary: issuedSummaryOf(&i.Document), owedBody: owedBodyOf(i),
		Subtotal: i.Subtotal.Format(digits), ChargesTotal: i.ChargesTotal.Format(digits), TaxesTotal: i.TaxesTotal.Format(digits),
	}
}

func owedBodyOf(i *billing.Invoice) owedBody {
	digits, _ := money.Digits(i.Currency)
	return owedBody{i.Balance.Format(digits), string(i.PaymentStatus)}
}

package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// creditNoteBody is an issued credit note, which cancels a whole invoice. Its amounts are positive. It never changes.
type creditNoteBody struct {
	issuedBody
	// The invoice that it cancels.
	Invoice issuedInvoice `json:"invoice"`
	// The reason, as the caller wrote it.
	Reason string `json:"reason" maxLength:"500"`
} // @name CreditNote

// issuedInvoice is the invoice that a credit note cancels.
type issuedInvoice struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The number shown to people.
	Number string `json:"number" maxLength:"40"`
} // @name IssuedInvoice

// creditNoteBodyOf is a credit note, read from its frozen bytes.
func creditNoteBodyOf(n billing.CreditNote) (creditNoteBody, error) {
	body, d, err := issuedBodyOf(n.Document)
	if err != nil {
		return creditNoteBody{}, err
	}
	return creditNoteBody{issuedBody: body, Invoice: issuedInvoice{d.Invoice.ID, d.Invoice.Number}, Reason: d.Reason}, nil
}

func getCreditNoteSpec() web.Spec {
	return web.Spec{Answers: answersOK(creditNoteBody{}), Version: web.Conditional, Refuses: refusesWith(fault.CreditNoteNotFound)}
}

// getCreditNote godoc
//
//	@Summary		Get a credit note
//	@Description	Answers the credit note as it was issued, from its frozen bytes.
//	@ID				getCreditNote
//	@Tags			invoices
//	@Param			id	path		string	true	"The credit note's id"	Format(uuid)
//	@Success		200	"The credit note as it was issued"
//	@Router			/v1/credit-notes/{id} [get]
func (s *service) getCreditNote(c web.Request) error {
	n, err := s.creditNote(c)
	if err != nil {
		return err
	}
	body, err := creditNoteBodyOf(n)
	if err != nil {
		return err
	}
	if done, err := web.NotModified(c, `"`+n.Hash+`"`); done || err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, body)
}

func getCreditNotePDFSpec() web.Spec {
	return web.Spec{Produces: pdfMedia(), Answers: answersOK(nil), Refuses: refusesWith(fault.CreditNoteNotFound)}
}

// getCreditNotePDF godoc
//
//	@Summary		Get a credit note as PDF
//	@Description	Answers the credit note as a PDF file. Every call answers the same bytes.
//	@ID				getCreditNotePDF
//	@Tags			invoices
//	@Param			id	path		string	true	"The credit note's id"	Format(uuid)
//	@Success		200	"The credit note as a PDF file"
//	@Router			/v1/credit-notes/{id}/pdf [get]
func (s *service) getCreditNotePDF(c web.Request) error {
	n, err := s.creditNote(c)
	if err != nil {
		return err
	}
	return s.answerIssued(c, n.Document)
}

func (s *service) creditNote(c web.Request) (billing.CreditNote, error) {
	id, err := web.PathID(c, fault.CreditNoteNotFound)
	if err != nil {
		return billing.CreditNote{}, err
	}
	return s.Desk.CreditNote(c.Request().Context(), web.Actor(c), id)
}

// creditNoteFilter is the parameters that choose credit notes, and their order.
type creditNoteFilter struct {
	issuedFilter
	// What to sort by; - reverses.
	Sort string `query:"sort" enums:"number,-number" default:"-number" example:"number"`
}

// creditNoteQuery is the parameters of the list of credit notes.
type creditNoteQuery struct {
	creditNoteFilter
	pageQuery
}

// creditSummary is a credit note in a list.
type creditSummary struct {
	issuedSummary
	// The invoice that it cancels.
	Invoice issuedInvoice `json:"invoice"`
	// The reason, as the caller wrote it.
	Reason string `json:"reason" maxLength:"500"`
} // @name CreditNoteSummary

// creditNotePage is a page of credit notes.
type creditNotePage struct {
	// The rows.
	Data []creditSummary `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name CreditNotePage

func listCreditNotesSpec() web.Spec {
	return web.Spec{Query: creditNoteQuery{}, Answers: answersOK(creditNotePage{})}
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
	var q creditNoteQuery
	filter, err := readList(s, c, &q)
	if err != nil {
		return err
	}
	page, err := s.Desk.CreditNotes(c.Request().Context(), web.Actor(c), filter)
	if err != nil {
		return err
	}
	where := listPageOf(s, c, q.listKey(web.Actor(c).CompanyID), q.Limit, page)
	return web.WriteJSON(c, http.StatusOK, creditNotePage{bodiesOf(page.Rows, creditSummaryOf), where})
}

// creditNoteExportQuery is the parameters of the export of credit notes.
type creditNoteExportQuery struct {
	web.ExportQuery
	creditNoteFilter
}

func exportCreditNotesSpec() web.Spec { return exportSpec(creditNoteExportQuery{}, creditNoteExport) }

// exportCreditNotes godoc
//
//	@Summary		Export credit notes
//	@Description	Answers all credit notes that match the filter as one file, as CSV or NDJSON. If an error stops it in the middle, the connection breaks.
//	@ID				exportCreditNotes
//	@Tags			invoices
//	@Success		200	"The credit notes that match the filter"
//	@Router			/v1/credit-notes/export [get]
func (s *service) exportCreditNotes(c web.Request) error {
	var q creditNoteExportQuery
	filter, home, err := readExport(s, c, &q)
	if err != nil {
		return err
	}
	next := s.Desk.ExportCreditNotes(c.Request().Context(), web.Actor(c), filter)
	return export(s, c, creditNoteExport, q.ExportQuery, home, next, creditSummaryOf)
}

// filter is the parameters as a filter of the desk. Dates are days of the company.
func (q creditNoteFilter) filter(_ auth.Actor, home company.Company, page desk.Window) (desk.IssuedFilter, error) {
	r := ranges{zone: home.Location()}
	f := q.issued(&r, q.Sort == "-number", page)
	return f, strictjson.InvalidParameters(r.faults)
}

// listKey names the list with these filters and this sort.
func (q creditNoteQuery) listKey(companyID string) string {
	return web.ListKey(companyID, "/v1/credit-notes", q)
}

func creditSummaryOf(n *billing.CreditNote) creditSummary {
	return creditSummary{issuedSummaryOf(&n.Document), issuedInvoice{n.InvoiceID, n.InvoiceNumber}, n.Reason}
}

// creditNoteExport is the export of credit notes. TestCSVShowsEveryMember gives the reason for each member that has no column.
var creditNoteExport = web.ExportForm[creditSummary]{Name: "credit-notes", Table: web.NewCSVTable[creditSummary](append(issuedColumns[:len(issuedColumns):len(issuedColumns)],
	web.CSVColumn{"invoice_number", "invoice/number"}, web.CSVColumn{"reason", "reason"}))}

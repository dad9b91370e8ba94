package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/fault"
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

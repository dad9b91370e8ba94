package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// lineIDsBody is which lines of a prebook; without line_ids, all that the action may take.
type lineIDsBody struct {
	// These lines; without it, all that the action may take.
	LineIDs []string `json:"line_ids" format:"uuid" validate:"min=1,max=500"`
} // @name LineIDs

// checkedOutBody is a document after its checkout, and what came of it.
//
// Invoice is set where the order confirmed itself.
type checkedOutBody struct {
	// The document.
	Order orderBody `json:"order"`
	// The invoice, once the order is confirmed.
	Invoice *invoiceBody `json:"invoice"`
	// What a person should know.
	Warnings []warningBody `json:"warnings"`
} // @name CheckedOut

func checkoutOrderSpec() web.Spec {
	return web.Spec{Body: lineIDsBody{}, BodyOptional: true, Answers: answersOK(checkedOutBody{}), Version: web.Tagged}
}

// checkoutOrder godoc
//
//	@Summary		Check an order or prebook lines out
//	@Description	Submits a draft order: it becomes pending, or confirmed where orders confirm themselves. Of a prebook, the lines of line_ids or all open lines are checked out; with the last one the prebook is. A line that is checked out already changes nothing.
//	@ID				checkoutOrder
//	@Tags			orders
//	@Param			id		path		string		true	"the document's id"	Format(uuid)
//	@Success		200	"The document as it is after the checkout, and its invoice where it confirmed itself"
//	@Router			/v1/orders/{id}/checkout [post]
func (s *service) checkoutOrder(c web.Request) error {
	var body lineIDsBody
	id, call, err := decodeWrite(c, fault.OrderNotFound, &body)
	if err != nil {
		return err
	}
	reply, err := s.Desk.Checkout(c.Request().Context(), call, id, lowercase(body.LineIDs), fallibleEncoder(http.StatusOK,
		func(d desk.CheckedOut) map[string]string { return orderHeaders(d.Order) }, s.checkedOutBodyOf))
	return sendReply(c, reply, err)
}

func (s *service) checkedOutBodyOf(d desk.CheckedOut) (checkedOutBody, error) {
	body := checkedOutBody{Order: s.orderBodyOf(d.Order), Warnings: warningBodiesOf(d.Warnings)}
	if d.Invoice == nil {
		return body, nil
	}
	invoice, err := invoiceBodyOf(*d.Invoice)
	body.Invoice = &invoice
	return body, err
}

// reasonBody is why a document is to be voided.
type reasonBody struct {
	// In the words of who did it.
	Reason string `json:"reason" validate:"required" minLength:"1" maxLength:"300"`
} // @name VoidReason

// voidedBody is a voided document, and the credit note where an invoice had been issued.
type voidedBody struct {
	// The document.
	Order orderBody `json:"order"`
	// The credit note, once a confirmed order is voided.
	CreditNote *creditNoteBody `json:"credit_note"`
	// What a person should know.
	Warnings []warningBody `json:"warnings"`
} // @name Voided

func voidOrderSpec() web.Spec {
	return web.Spec{Body: reasonBody{}, Answers: answersOK(voidedBody{}), Version: web.Tagged}
}

// voidOrder godoc
//
//	@Summary		Void an order or prebook
//	@Description	Ends the document for good. A confirmed order gets a credit note with its own number, mailed like the invoice; the invoice stays as it was issued. Voiding an order that was billed from a prebook frees the prebook's lines.
//	@ID				voidOrder
//	@Tags			orders
//	@Param			id		path		string		true	"the document's id"	Format(uuid)
//	@Success		200	"The document as it is after voiding, and the credit note where it was confirmed"
//	@Router			/v1/orders/{id}/void [post]
func (s *service) voidOrder(c web.Request) error {
	var body reasonBody
	id, call, err := decodeWrite(c, fault.OrderNotFound, &body)
	if err != nil {
		return err
	}
	reply, err := s.Desk.Void(c.Request().Context(), call, id, body.Reason, fallibleEncoder(http.StatusOK,
		func(d desk.Voided) map[string]string { return orderHeaders(d.Order) }, s.voidedBodyOf))
	return sendReply(c, reply, err)
}

func (s *service) voidedBodyOf(d desk.Voided) (voidedBody, error) {
	body := voidedBody{Order: s.orderBodyOf(d.Order), Warnings: warningBodiesOf(d.Warnings)}
	if d.CreditNote == nil {
		return body, nil
	}
	note, err := creditNoteBodyOf(*d.CreditNote)
	body.CreditNote = &note
	return body, err
}

func billOrderSpec() web.Spec {
	return web.Spec{Body: lineIDsBody{}, BodyOptional: true, Answers: answersCreated(orderBody{}), Version: web.Tagged}
}

// billOrder godoc
//
//	@Summary		Bill prebook lines
//	@Description	Turns checked-out lines of a prebook, those of line_ids or all, into a new pending order of the same origin, linked both ways. Confirming that order issues the invoice.
//	@ID				billOrder
//	@Tags			orders
//	@Param			id		path		string		true	"the prebook's id"	Format(uuid)
//	@Success		201	"The new order that the lines were billed into"
//	@Router			/v1/orders/{id}/bill [post]
func (s *service) billOrder(c web.Request) error {
	var body lineIDsBody
	id, call, err := decodeWrite(c, fault.OrderNotFound, &body)
	if err != nil {
		return err
	}
	reply, err := s.Desk.Bill(c.Request().Context(), call, id, lowercase(body.LineIDs), encoder(http.StatusCreated, createdOrderHeaders, s.orderBodyOf))
	return sendReply(c, reply, err)
}

func createdOrderHeaders(v desk.View) map[string]string {
	return map[string]string{"ETag": web.ETag(v.Version), "Location": "/v1/orders/" + v.ID}
}

package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

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

func (s *service) allowedActionsOf(verdicts map[order.Action]order.Verdict) allowedActions {
	var b allowedActions
	for _, a := range [...]struct {
		action order.Action
		into   *allowedBody
	}{
		{order.Confirm, &b.Confirm}, {order.Checkout, &b.Checkout}, {order.Edit, &b.Edit},
		{order.Void, &b.Void}, {order.Bill, &b.Bill}, {order.Email, &b.Email},
		{order.Print, &b.Print}, {order.Pay, &b.Pay}, {order.Refund, &b.Refund},
	} {
		verdict := verdicts[a.action]
		*a.into = allowedBody{verdict.Allowed, nullIfEmpty(verdict.Code), nullIfEmpty(verdict.Message), nullIfEmpty(verdict.Remedy)}
	}
	return b
}

// lineIDsBody is the lines of a prebook to act on. Without line_ids, these are all lines that the action applies to.
type lineIDsBody struct {
	// The ids of the lines. Without it, every line that the action applies to.
	LineIDs []string `json:"line_ids" format:"uuid" minItems:"1" maxItems:"500"`
} // @name LineIDs

// checkedOutBody is a document after its checkout. It has an invoice if the order was confirmed automatically.
type checkedOutBody struct {
	// The order or prebook.
	Order orderBody `json:"order"`
	// The invoice; null before the order is confirmed.
	Invoice *invoiceBody `json:"invoice"`
	// What a person should know.
	Warnings []warningBody `json:"warnings"`
} // @name CheckedOut

func checkoutOrderSpec() web.Spec {
	return web.Spec{Body: lineIDsBody{}, BodyOptional: true, Answers: answersOK(checkedOutBody{}), Version: web.Tagged, Refuses: desk.CheckoutRefusals}
}

// checkoutOrder godoc
//
//	@Summary		Check out an order or prebook lines
//	@Description	Submits a draft order: it becomes pending, or confirmed if autoconfirm is on. For a prebook, it checks out the lines in line_ids, or all open lines. The prebook is checked out with its last line. A line that is already checked out does not change.
//	@ID				checkoutOrder
//	@Tags			orders
//	@Param			id		path		string		true	"The document's id"	Format(uuid)
//	@Success		200	"The document after the checkout, and its invoice if it was confirmed automatically"
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

// reasonBody is the reason for a void.
type reasonBody struct {
	// The reason, as the caller wrote it.
	Reason string `json:"reason" required:"true" minLength:"1" maxLength:"300"`
} // @name VoidReason

// voidedBody is a voided document, and the credit note if it had an invoice.
type voidedBody struct {
	// The order or prebook.
	Order orderBody `json:"order"`
	// The credit note; null unless a confirmed order was voided.
	CreditNote *creditNoteBody `json:"credit_note"`
	// What a person should know.
	Warnings []warningBody `json:"warnings"`
} // @name Voided

func voidOrderSpec() web.Spec {
	return web.Spec{Body: reasonBody{}, Answers: answersOK(voidedBody{}), Version: web.Tagged, Refuses: desk.VoidRefusals}
}

// voidOrder godoc
//
//	@Summary		Void an order or prebook
//	@Description	Voids the document, which cannot be undone. A confirmed order gets a credit note with its own number, which is e-mailed like the invoice. The invoice stays as it was issued. If the order was billed from a prebook, the prebook's lines become free again.
//	@ID				voidOrder
//	@Tags			orders
//	@Param			id		path		string		true	"The document's id"	Format(uuid)
//	@Success		200	"The document after voiding, and the credit note if it was confirmed"
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
	return web.Spec{Body: lineIDsBody{}, BodyOptional: true, Answers: answersCreated(orderBody{}), Version: web.Tagged, Refuses: desk.BillRefusals}
}

// billOrder godoc
//
//	@Summary		Bill prebook lines
//	@Description	Turns checked-out lines of a prebook into a new pending order of the same origin: the lines in line_ids, or all. Both documents link to each other. Confirm that order to issue the invoice.
//	@ID				billOrder
//	@Tags			orders
//	@Param			id		path		string		true	"The prebook's id"	Format(uuid)
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

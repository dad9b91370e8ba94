package api

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// confirmedBody is a confirmed order, its invoice and the letter that carries it.
type confirmedBody struct {
	// The document.
	Order orderBody `json:"order"`
	// The invoice, once the order is confirmed.
	Invoice invoiceBody `json:"invoice"`
	// true where it was confirmed before, and this call changed nothing.
	AlreadyConfirmed bool `json:"already_confirmed"`
	// The letter that carries the invoice; null where the company sends none.
	Email *mailedBody `json:"email"`
	// What a person should know.
	Warnings []warningBody `json:"warnings"`
} // @name Confirmed

// mailedBody is an e-mail on its way.
type mailedBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// To whom.
	To []string `json:"to" maxLength:"254"`
	// Where it stands.
	Status string `json:"status" enums:"queued,sent,delivered,bounced,failed"`
} // @name Mailed

func confirmOrderSpec() web.Spec {
	return web.Spec{BodyOptional: true, Answers: answersOK(confirmedBody{}), Version: web.Tagged}
}

// confirmOrder godoc
//
//	@Summary		Confirm an order
//	@Description	In one transaction the order is confirmed, its invoice exists and has its number, and the letter to the customer is on its way. Confirming a confirmed order changes nothing, sends nothing, and answers with the invoice it has.
//	@ID				confirmOrder
//	@Tags			orders
//	@Param			id	path		string	true	"the order's id"	Format(uuid)
//	@Success		200	"The order as it is after confirming, its invoice, and the e-mail that carries it"
//	@Router			/v1/orders/{id}/confirm [post]
func (s *service) confirmOrder(c web.Request) error {
	id, call, err := decodeWrite(c, fault.OrderNotFound, &struct{}{})
	if err != nil {
		return err
	}
	reply, err := s.Desk.Confirm(c.Request().Context(), call, id, fallibleEncoder(http.StatusOK, confirmedHeaders, s.confirmedBodyOf))
	return sendReply(c, reply, err)
}

func confirmedHeaders(d desk.Confirmed) map[string]string { return orderHeaders(d.Order) }

func (s *service) confirmedBodyOf(d desk.Confirmed) (confirmedBody, error) {
	invoice, err := invoiceBodyOf(d.Invoice)
	return confirmedBody{
		Order: s.orderBodyOf(d.Order), Invoice: invoice, AlreadyConfirmed: d.AlreadyConfirmed, Email: mailedBodyOf(d.Email), Warnings: warningBodiesOf(d.Warnings),
	}, err
}

func mailedBodyOf(l *email.Email) *mailedBody {
	if l == nil {
		return nil
	}
	return &mailedBody{ID: l.ID, To: l.Recipients, Status: string(l.ShownStatus())}
}

// confirmManyBody is the orders to confirm: by ids, or by orders with the version that was looked at.
type confirmManyBody struct {
	// The orders; one that is named twice counts once.
	IDs []string `json:"ids" format:"uuid" validate:"min=1,max=500"`
	// The orders with the version that you mean, in place of ids.
	Orders []versionedBody `json:"orders" validate:"min=1,max=500"`
	// What one refusal does to the rest.
	Mode string `json:"mode" enums:"best_effort,all_or_nothing" default:"best_effort"`
} // @name ConfirmMany

// versionedBody is an order and the version of it that was looked at.
type versionedBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" validate:"required" format:"uuid"`
	// Moves with header, lines, status and payments; the ETag.
	Version int `json:"version" validate:"required" minimum:"1" maximum:"2147483647"`
} // @name OrderVersion

// batchBody is what became of each order of a bulk confirm.
type batchBody struct {
	// Stands on every event of the batch.
	BatchID string `json:"batch_id" format:"uuid"`
	// How many rows of each outcome.
	Summary batchSummary `json:"summary"`
	// A row for each order, in the order asked.
	Results []batchRow `json:"results"`
} // @name ConfirmBatch

// batchSummary is how many orders of a bulk confirm ended how.
type batchSummary struct {
	// All rows.
	Requested int `json:"requested"`
	// Confirmed by this call.
	Confirmed int `json:"confirmed"`
	// true where it was confirmed before, and this call changed nothing.
	AlreadyConfirmed int `json:"already_confirmed"`
	// Refused, with their problem.
	Refused int `json:"refused"`
	// Would have passed, but another one was refused.
	NotAttempted int `json:"not_attempted"`
} // @name ConfirmSummary

// batchRow is what became of one order of a bulk confirm.
type batchRow struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// As people see it.
	Number *string `json:"number" maxLength:"40"`
	// What became of it.
	Outcome string `json:"outcome" enums:"confirmed,already_confirmed,refused,not_attempted"`
	// Its invoice.
	InvoiceNumber *string `json:"invoice_number"`
	// What a person should know.
	Warnings []warningBody `json:"warnings"`
	// What confirming it alone would answer.
	Problem *web.Problem `json:"problem"`
} // @name ConfirmRow

func confirmOrdersSpec() web.Spec {
	return web.Spec{Body: confirmManyBody{}, Answers: []web.Answer{{Status: http.StatusMultiStatus, Body: batchBody{}}}}
}

// confirmOrders godoc
//
//	@Summary		Confirm many orders
//	@Description	Confirms up to 500 orders by the same rule as one. best_effort confirms each in its own transaction; all_or_nothing confirms none where one is refused. The answer has a row for each, in the order asked; a batch that broke off is repeated with its Idempotency-Key. The answer is 207 whatever became of the rows. An all_or_nothing batch with a refusal changed nothing, so its answer is not kept under the key: the same key and body later judge the orders anew. A dry run names the invoice numbers that the rows would get, if nobody else confirms in between.
//	@ID				confirmOrders
//	@Tags			orders
//	@Success		207	"What became of each order, in the order asked, whatever that is"
//	@Router			/v1/orders/confirm [post]
func (s *service) confirmOrders(c web.Request) error {
	var body confirmManyBody
	if err := web.Decode(c, &body); err != nil {
		return err
	}
	call, err := deskCall(c)
	if err != nil {
		return err
	}
	wanted, faults := body.wantedOrders()
	call.Faults = fault.Merge(call.Faults, faults)
	call.IfMatch = nil // each row has its own version
	reply, err := s.Desk.ConfirmMany(c.Request().Context(), call, desk.Mode(body.Mode), wanted, encoder(http.StatusMultiStatus, nil, s.batchBodyOf(c)))
	return sendReply(c, reply, err)
}

// wantedOrders is the orders of the batch, each once, where it was named first.
func (b confirmManyBody) wantedOrders() ([]desk.Wanted, []fault.Field) {
	if (len(b.IDs) == 0) == (len(b.Orders) == 0) {
		return nil, []fault.Field{{Pointer: "/ids", Code: fault.FieldRequired, Detail: "Send ids, or orders with versions, and not both.", Related: []string{"/orders"}}}
	}
	var wanted []desk.Wanted
	var faults []fault.Field
	seen := map[string]int{}
	add := func(pointer, text string, version int) {
		parsed, err := uuid.Parse(text)
		if err != nil {
			return // the body's form is told already
		}
		id := parsed.String()
		if before, twice := seen[id]; !twice {
			seen[id] = version
			wanted = append(wanted, desk.Wanted{ID: id, Version: version})
		} else if before != version {
			faults = append(faults, fault.Field{Pointer: pointer, Code: fault.FieldConflict, Detail: "The order is named twice, with two versions."})
		}
	}
	for i, id := range b.IDs {
		add(fmt.Sprintf("/ids/%d", i), id, 0)
	}
	for i, o := range b.Orders {
		add(fmt.Sprintf("/orders/%d/version", i), o.ID, o.Version)
	}
	return wanted, faults
}

func (s *service) batchBodyOf(c web.Request) func(desk.Batch) batchBody {
	return func(b desk.Batch) batchBody {
		body := batchBody{BatchID: b.ID, Results: make([]batchRow, len(b.Rows)), Summary: batchSummary{
			Requested: len(b.Rows), Confirmed: b.Count(desk.OutcomeConfirmed), AlreadyConfirmed: b.Count(desk.OutcomeAlready),
			Refused: b.Count(desk.OutcomeRefused), NotAttempted: b.Count(desk.OutcomeNotAttempted),
		}}
		for i, r := range b.Rows {
			body.Results[i] = batchRow{ID: r.ID, Number: nullIfEmpty(r.Number), Outcome: string(r.Outcome), InvoiceNumber: nullIfEmpty(r.InvoiceNumber), Warnings: warningBodiesOf(r.Warnings)}
			if r.Problem != nil {
				problem := web.ProblemOf(c, r.Problem)
				problem.Instance = "/v1/orders/" + r.ID + "/confirm"
				body.Results[i].Problem = &problem
			}
		}
		return body
	}
}

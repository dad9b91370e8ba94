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

// confirmedBody is a confirmed order, its invoice and the e-mail that carries it.
type confirmedBody struct {
	// The order.
	Order orderBody `json:"order"`
	// The invoice.
	Invoice invoiceBody `json:"invoice"`
	// Whether it was confirmed before, so that this call changed nothing.
	AlreadyConfirmed bool `json:"already_confirmed"`
	// The e-mail that carries the invoice; null if the company sends none.
	Email *mailedBody `json:"email"`
	// What a person should know.
	Warnings []warningBody `json:"warnings"`
} // @name Confirmed

// mailedBody is an e-mail that was queued or sent.
type mailedBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The recipients.
	To []string `json:"to" maxLength:"254"`
	// The status.
	Status string `json:"status" enums:"queued,sent,delivered,bounced,failed"`
} // @name Mailed

func confirmOrderSpec() web.Spec {
	return web.Spec{BodyOptional: true, Answers: answersOK(confirmedBody{}), Version: web.Tagged, Refuses: desk.ConfirmRefusals}
}

// confirmOrder godoc
//
//	@Summary		Confirm an order
//	@Description	Confirms the order, issues its invoice with the next number and queues the e-mail to the customer, all in one transaction. Confirming a confirmed order changes nothing, sends nothing, and answers with the invoice that it has.
//	@ID				confirmOrder
//	@Tags			orders
//	@Param			id	path		string	true	"The order's id"	Format(uuid)
//	@Success		200	"The order after confirming, its invoice, and the e-mail that carries it"
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

func mailedBodyOf(e *email.Email) *mailedBody {
	if e == nil {
		return nil
	}
	return &mailedBody{ID: e.ID, To: e.Recipients, Status: string(e.ShownStatus())}
}

// confirmManyBody is the orders to confirm: ids, or orders with their versions.
type confirmManyBody struct {
	// The ids of the orders. An id that is named twice counts once.
	IDs []string `json:"ids" format:"uuid" minItems:"1" maxItems:"500"`
	// The orders with their versions, instead of ids.
	Orders []versionedBody `json:"orders" minItems:"1" maxItems:"500"`
	// What happens to the other orders if one is refused.
	Mode string `json:"mode" enums:"best_effort,all_or_nothing" default:"best_effort"`
} // @name ConfirmMany

// versionedBody is an order and its version.
type versionedBody struct {
	// The order's id.
	ID string `json:"id" required:"true" format:"uuid"`
	// The version of the order that you saw.
	Version int `json:"version" required:"true" minimum:"1" maximum:"2147483647"`
} // @name OrderVersion

// batchBody is the outcome of a bulk confirm.
type batchBody struct {
	// The id of the batch. Each of its events has it.
	BatchID string `json:"batch_id" format:"uuid"`
	// The number of rows for each outcome.
	Summary batchSummary `json:"summary"`
	// A row for each order, in the order of the request.
	Results []batchRow `json:"results"`
} // @name ConfirmBatch

// batchSummary is the number of orders of a bulk confirm by outcome.
type batchSummary struct {
	// The number of rows.
	Requested int `json:"requested"`
	// Orders that this call confirmed.
	Confirmed int `json:"confirmed"`
	// Orders that were confirmed before.
	AlreadyConfirmed int `json:"already_confirmed"`
	// Orders that were refused. Their rows have the problem.
	Refused int `json:"refused"`
	// Orders that would have been confirmed, but another one was refused.
	NotAttempted int `json:"not_attempted"`
} // @name ConfirmSummary

// batchRow is the outcome of one order of a bulk confirm.
type batchRow struct {
	// The order's id.
	ID string `json:"id" format:"uuid"`
	// The number shown to people.
	Number *string `json:"number" maxLength:"40"`
	// The outcome and its reason, for people, with the number of the order.
	Message string `json:"message" maxLength:"2000"`
	// The outcome.
	Outcome string `json:"outcome" enums:"confirmed,already_confirmed,refused,not_attempted"`
	// The number of its invoice.
	InvoiceNumber *string `json:"invoice_number"`
	// What a person should know.
	Warnings []warningBody `json:"warnings"`
	// The problem that confirming it alone would answer.
	Problem *web.Problem `json:"problem"`
} // @name ConfirmRow

func confirmOrdersSpec() web.Spec {
	return web.Spec{Body: confirmManyBody{}, Answers: []web.Answer{{Status: http.StatusMultiStatus, Body: batchBody{}}}}
}

// confirmOrders godoc
//
//	@Summary		Confirm many orders
//	@Description	Confirms up to 500 orders by the same rules as one. best_effort confirms every order that is not refused. all_or_nothing confirms none if one is refused. The status is always 207, and the answer has a row for each order, in the order of the request. If the connection breaks, repeat the request with the same Idempotency-Key. An all_or_nothing batch with a refusal changes nothing, so its answer is not kept under the key: the same request later checks the orders again. A dry run shows the invoice numbers that the orders would get if nobody else confirms in the meantime.
//	@ID				confirmOrders
//	@Tags			orders
//	@Success		207	"The outcome of each order, in the order of the request"
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

// wantedOrders is the orders of the batch. An order that is named twice is in it once, at its first place.
func (b confirmManyBody) wantedOrders() ([]desk.BatchOrder, []fault.Field) {
	if len(b.IDs) == 0 && len(b.Orders) == 0 {
		return nil, []fault.Field{{Pointer: "/ids", Code: fault.FieldRequired, Detail: "Send either ids, or orders with versions.", Related: []string{"/orders"}}}
	}
	if len(b.IDs) > 0 && len(b.Orders) > 0 {
		return nil, []fault.Field{{Pointer: "/orders", Code: fault.FieldConflict, Detail: "Send either ids, or orders with versions, but not both.", Related: []string{"/ids"}}}
	}
	var wanted []desk.BatchOrder
	var faults []fault.Field
	seen := map[string]int{}
	add := func(pointer, text string, version int) {
		parsed, err := uuid.Parse(text)
		if err != nil {
			return // Decode has reported it
		}
		id := parsed.String()
		if before, twice := seen[id]; !twice {
			seen[id] = version
			wanted = append(wanted, desk.BatchOrder{ID: id, Version: version})
		} else if before != version {
			faults = append(faults, fault.Field{Pointer: pointer, Code: fault.FieldConflict, Detail: "The order is named twice, with different versions."})
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
			body.Results[i] = batchRow{ID: r.ID, Number: nullIfEmpty(r.Number), Message: b.Message(i), Outcome: string(r.Outcome), InvoiceNumber: nullIfEmpty(r.InvoiceNumber), Warnings: warningBodiesOf(r.Warnings)}
			if r.Problem != nil {
				problem := web.ProblemOf(c, r.Problem)
				problem.Instance = "/v1/orders/" + r.ID + "/confirm"
				body.Results[i].Problem = &problem
			}
		}
		return body
	}
}

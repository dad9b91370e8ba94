package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// eventBody is an event: something that happened to a document.
type eventBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The id of the order or prebook.
	OrderID string `json:"order_id" format:"uuid"`
	// The type of event.
	Type string `json:"type" maxLength:"300"`
	// The event, for people: Anna changed the carrier from FedEx to UPS.
	Sentence string `json:"sentence" maxLength:"4000"`
	// The version that the event led to; null if it changed none.
	Version *int `json:"version"`
	// When it happened.
	At time.Time `json:"at" format:"date-time"`
	// Who did it.
	Actor personBody `json:"actor"`
	// The id of the request, as in the logs.
	RequestID *string `json:"request_id" maxLength:"64"`
	// The id of the batch. Each of its events has it.
	BatchID *string `json:"batch_id" format:"uuid"`
	// The reason, as the caller wrote it.
	Reason *string `json:"reason" maxLength:"500"`
	// The changed fields, before and after.
	Changes []changeBody `json:"changes" maxItems:"20000"`
	// More about the event, depending on its type.
	Data map[string]any `json:"data"`
} // @name Event

// changeBody is one field of a document before and after a change.
type changeBody struct {
	// The name of the field. A line's field is lines/{id}/…
	Field string `json:"field" maxLength:"200"`
	// The value before.
	Before any `json:"before" nullable:"true"`
	// The value after.
	After any `json:"after" nullable:"true"`
	// The line that the field is of. Absent from events of earlier versions.
	LineID *string `json:"line_id,omitempty" format:"uuid"`
	// The line's position, from 1 without gaps: after the change, or before it if the line was removed.
	Position *int `json:"position,omitempty"`
	// The line's SKU, if it has one.
	SKU *string `json:"sku,omitempty" maxLength:"100"`
} // @name Change

// eventPage is a page of a document's timeline.
type eventPage struct {
	// The rows.
	Data []eventBody `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name EventPage

// eventQuery is the parameters of a timeline.
type eventQuery struct {
	// Only the events of this bulk confirm.
	BatchID string `query:"batch_id" format:"uuid"`
	pageQuery
}

// filter is the parameters as a filter of the desk.
func (q eventQuery) filter(companyID, orderID string) (desk.EventFilter, error) {
	after, _, err := positionOf(q.listKey(companyID, orderID), q.Cursor)
	return desk.EventFilter{OrderID: orderID, BatchID: strings.ToLower(q.BatchID), Limit: q.Limit, After: after}, err
}

// listKey names the document's timeline with these filters.
func (q eventQuery) listKey(companyID, orderID string) string {
	q.BatchID = strings.ToLower(q.BatchID)
	return web.ListKey(companyID, "/v1/orders/"+orderID+"/events", q)
}

func listOrderEventsSpec() web.Spec {
	return web.Spec{Query: eventQuery{}, Answers: answersOK(eventPage{})}
}

// listOrderEvents godoc
//
//	@Summary		Get a document's timeline
//	@Description	Lists what happened to the document, oldest first: who did it, when, in which request, and each changed field before and after.
//	@ID				listOrderEvents
//	@Tags			orders
//	@Param			id	path		string	true	"The document's id"	Format(uuid)
//	@Success		200	"A page of the timeline, oldest first"
//	@Router			/v1/orders/{id}/events [get]
func (s *service) listOrderEvents(c web.Request) error {
	q, filter, err := eventFilter(c)
	if err != nil {
		return err
	}
	o, page, err := s.Desk.Timeline(c.Request().Context(), web.Actor(c), filter)
	if err != nil {
		return err
	}
	where := s.pageOf(c, q.listKey(web.Actor(c).CompanyID, filter.OrderID), q.Limit, page.Next, nil)
	private := !web.Actor(c).IsStorefront()
	return web.WriteJSON(c, http.StatusOK, eventPage{bodiesOf(page.Events, func(e *order.Event) eventBody { return eventBodyOf(e, &o, private) }), where})
}

// eventFilter reads the document's id and the parameters of its timeline.
func eventFilter(c web.Request) (q eventQuery, f desk.EventFilter, err error) {
	id, err := web.PathID(c, fault.OrderNotFound)
	if err != nil {
		return q, f, err
	}
	if err = web.DecodeQuery(c, &q); err != nil {
		return q, f, err
	}
	f, err = q.filter(web.Actor(c).CompanyID, id)
	return q, f, err
}

// eventBodyOf is an event of the document. Changes of private fields are only in it for staff.
func eventBodyOf(e *order.Event, o *order.Order, private bool) eventBody {
	b := eventBody{
		ID: e.ID, OrderID: e.OrderID, Type: string(e.Type), Sentence: e.Sentence(o, private), Version: e.Version, At: e.At.UTC(),
		Actor:     personBody{e.ActorSub, nullIfEmpty(e.ActorName)},
		RequestID: nullIfEmpty(e.RequestID), BatchID: e.BatchID, Reason: nullIfEmpty(e.Reason), Changes: make([]changeBody, 0, len(e.Changes)), Data: e.Data,
	}
	for _, ch := range e.Changes {
		if private || !ch.Private() {
			b.Changes = append(b.Changes, changeBodyOf(ch))
		}
	}
	if b.Data == nil {
		b.Data = map[string]any{}
	}
	return b
}

func changeBodyOf(c order.Change) changeBody {
	b := changeBody{Field: c.Field, Before: c.Before, After: c.After}
	if c.Line != nil {
		b.LineID, b.Position, b.SKU = &c.Line.ID, &c.Line.Position, nullIfEmpty(c.Line.SKU)
	}
	return b
}

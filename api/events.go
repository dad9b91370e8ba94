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

// eventBody is one thing that happened to a document.
//
// Version is the one it led to; null where it moved none.
type eventBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// The document.
	OrderID string `json:"order_id" format:"uuid"`
	// What happened.
	Type string `json:"type" maxLength:"300"`
	// Moves with header, lines, status and payments; the ETag.
	Version *int `json:"version"`
	// When.
	At time.Time `json:"at" format:"date-time"`
	// Who.
	Actor actorBody `json:"actor"`
	// The request's id, in logs and timeline alike.
	RequestID *string `json:"request_id" maxLength:"64"`
	// Stands on every event of the batch.
	BatchID *string `json:"batch_id" format:"uuid"`
	// In the words of who did it.
	Reason *string `json:"reason" maxLength:"500"`
	// Field by field, before and after.
	Changes []changeBody `json:"changes" validate:"max=20000"`
	// What else belongs to it, by event type.
	Data map[string]any `json:"data"`
} // @name Event

// actorBody is who did something.
type actorBody struct {
	// The token's subject.
	Sub string `json:"sub" maxLength:"255"`
	// As people write it.
	Name *string `json:"name" maxLength:"200"`
} // @name Actor

// changeBody is one field of a document before and after.
//
// A line is lines/{id}, and its fields lines/{id}/unit_price.
type changeBody struct {
	// The field's name; a line's is lines/{id}/…
	Field string `json:"field" maxLength:"200"`
	// Its value before.
	Before any `json:"before" extensions:"x-nullable"`
	// Its value after.
	After any `json:"after" extensions:"x-nullable"`
} // @name Change

// eventPage is a page of a document's timeline.
type eventPage struct {
	// The rows.
	Data []eventBody `json:"data" validate:"max=1000"`
	// Where the page stands in its list.
	Page pageBody `json:"page"`
} // @name EventPage

// eventQuery is the parameters of a timeline.
type eventQuery struct {
	// What this bulk confirm did.
	BatchID string `query:"batch_id" format:"uuid"`
	// How many rows a page has at most.
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50" example:"50"`
	// page.next_cursor or page.prev_cursor of a page of this list, with the same filters and sort.
	Cursor string `query:"cursor" maxLength:"1000"`
}

// filter is the parameters as the desk takes them.
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
//	@Summary		See a document's timeline
//	@Description	What happened, who did it, when and with which request, field by field before and after, oldest first.
//	@ID				listOrderEvents
//	@Tags			orders
//	@Param			id	path		string	true	"the document's id"	Format(uuid)
//	@Success		200	"A page of the timeline, oldest first"
//	@Router			/v1/orders/{id}/events [get]
func (s *service) listOrderEvents(c web.Request) error {
	q, filter, err := eventFilter(c)
	if err != nil {
		return err
	}
	page, err := s.Desk.Timeline(c.Request().Context(), web.Actor(c), filter)
	if err != nil {
		return err
	}
	where := s.pageOf(c, q.listKey(web.Actor(c).CompanyID, filter.OrderID), q.Limit, page.Next, nil)
	private := !web.Actor(c).IsStorefront()
	return web.WriteJSON(c, http.StatusOK, eventPage{bodiesOf(page.Events, func(e *order.Event) eventBody { return eventBodyOf(e, private) }), where})
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

// eventBodyOf is an event. Changes of private fields are only in it for staff.
func eventBodyOf(e *order.Event, private bool) eventBody {
	b := eventBody{
		ID: e.ID, OrderID: e.OrderID, Type: string(e.Type), Version: e.Version, At: e.At.UTC(), Actor: actorBody{e.ActorSub, nullIfEmpty(e.ActorName)},
		RequestID: nullIfEmpty(e.RequestID), BatchID: e.BatchID, Reason: nullIfEmpty(e.Reason), Changes: make([]changeBody, 0, len(e.Changes)), Data: e.Data,
	}
	for _, ch := range e.Changes {
		if private || !ch.Private() {
			b.Changes = append(b.Changes, changeBody{ch.Field, ch.Before, ch.After})
		}
	}
	if b.Data == nil {
		b.Data = map[string]any{}
	}
	return b
}

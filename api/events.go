package api

import (
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// eventBody is an event: something that happened to a document. The timeline, the feed and webhooks have the same. It has the changes
// and no copy of the document, which would soon be old. It has at most 20 kB. Types and members may be added.
type eventBody struct {
	// The id, a UUIDv7. It is the same wherever the event appears.
	ID string `json:"id" format:"uuid"`
	// The type of event.
	Type string `json:"type" maxLength:"300"`
	// When it happened.
	Timestamp time.Time `json:"timestamp" format:"date-time"`
	// The version of the API.
	APIVersion string `json:"api_version" enums:"v1"`
	// The id of the seller company.
	CompanyID string `json:"company_id" format:"uuid"`
	// The order or prebook; null if it is about none.
	Order *eventOrderBody `json:"order"`
	// The version that the event led to; null if it changed none. A document's versions have no gaps.
	Version *int `json:"version"`
	// Who did it.
	Actor personBody `json:"actor"`
	// The id of the request, as in the logs.
	RequestID *string `json:"request_id" maxLength:"64"`
	// The id of the batch. Each of its events has it.
	BatchID *string `json:"batch_id" format:"uuid"`
	// The reason, as the caller wrote it.
	Reason *string `json:"reason" maxLength:"500"`
	// The event, for people: Anna changed the carrier from FedEx to UPS.
	Sentence string `json:"sentence" maxLength:"4000"`
	// The changed fields, before and after.
	Changes []changeBody `json:"changes" maxItems:"20000"`
	// True if the event would have over 20 kB with all its changes and data. Read the document.
	ChangesTruncated bool `json:"changes_truncated"`
	// More about the event, depending on its type. An issued document, invoice or credit_note, has its id, number and url.
	Data map[string]any `json:"data"`
} // @name Event

// eventOrderBody is the document of an event.
type eventOrderBody struct {
	// The id.
	ID string `json:"id" format:"uuid"`
	// Whether it is an order or a prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// The number.
	Number string `json:"number" maxLength:"20"`
	// The path of the document.
	URL string `json:"url" maxLength:"200"`
} // @name EventOrder

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
	var q eventQuery
	filter, err := readListOf(c, fault.OrderNotFound, &q)
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

// eventBodyOf is an event of the document. Changes of private fields are only in it for staff.
func eventBodyOf(e *order.Event, o *order.Order, private bool) eventBody {
	b := eventBody{
		ID: e.ID, Type: string(e.Type), Timestamp: e.At.UTC(), APIVersion: "v1", CompanyID: e.CompanyID,
		Version: e.Version, Actor: personBody{e.ActorSub, nullIfEmpty(e.ActorName)},
		RequestID: nullIfEmpty(e.RequestID), BatchID: e.BatchID, Reason: nullIfEmpty(e.Reason), Sentence: e.Sentence(o, private),
		Changes: make([]changeBody, 0, len(e.Changes)),
	}
	if o.ID != "" {
		b.Order = &eventOrderBody{o.ID, string(o.Kind), o.Number, "/v1/orders/" + o.ID}
	}
	b.Data, b.ChangesTruncated = eventData(e.Data)
	for _, ch := range e.Changes {
		if private || !ch.Private() {
			b.Changes = append(b.Changes, changeBodyOf(ch))
		}
	}
	b.truncate()
	return b
}

// dataLinks is the documents that the data of an event names: the member, and the path of the document.
var dataLinks = map[string]string{"invoice": "/v1/invoices/", "credit_note": "/v1/credit-notes/", "order": "/v1/orders/"}

// maxDataLines is the number of line ids in the data of an event. Its changes name all of them, as long as there is room.
const maxDataLines = 100

// eventData is the data of an event with its links. It reports whether something was left out.
func eventData(stored map[string]any) (data map[string]any, cut bool) {
	data = make(map[string]any, len(stored))
	maps.Copy(data, stored)
	for member, path := range dataLinks {
		id, named := data[member+"_id"].(string)
		number, numbered := data[member+"_number"]
		if named && numbered {
			delete(data, member+"_id")
			delete(data, member+"_number")
			data[member] = map[string]any{"id": id, "number": number, "url": path + id}
		}
	}
	if ids, ok := data["line_ids"].([]any); ok && len(ids) > maxDataLines {
		data["line_ids"], cut = ids[:maxDataLines], true
	}
	return data, cut
}

// maxEventBytes is the length of an event as JSON, so that every receiver can take it.
const maxEventBytes = 20_000

// truncate leaves out changes from the end until the event is short enough.
func (b *eventBody) truncate() {
	if len(b.Changes) == 0 {
		return
	}
	all := b.Changes
	b.Changes = all[:0:0]
	left := maxEventBytes - len("false") - encodedLength(b)
	for i := range all {
		if left -= encodedLength(all[i]) + len(","); left < 0 {
			b.Changes, b.ChangesTruncated = all[:i], true
			return
		}
	}
	b.Changes = all
}

func encodedLength(v any) int {
	raw, err := web.EncodeJSON(v)
	if err != nil {
		return maxEventBytes // it fails again when it is sent
	}
	return len(raw)
}

func changeBodyOf(c order.Change) changeBody {
	b := changeBody{Field: c.Field, Before: c.Before, After: c.After}
	if c.Line != nil {
		b.LineID, b.Position, b.SKU = &c.Line.ID, &c.Line.Position, nullIfEmpty(c.Line.SKU)
	}
	return b
}

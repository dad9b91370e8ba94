package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// attemptBody is one request to an endpoint.
type attemptBody struct {
	// When it began.
	At time.Time `json:"at" format:"date-time"`
	// The status of the answer; null without one.
	Status *int `json:"status"`
	// How long it took, in milliseconds.
	MS int `json:"ms"`
	// Why it failed.
	Error *string `json:"error" maxLength:"500"`
	// The first kilobyte of the answer.
	Excerpt *string `json:"excerpt" maxLength:"1024"`
} // @name WebhookAttempt

func attemptBodyOf(a *hook.Attempt) attemptBody {
	b := attemptBody{At: a.At.UTC(), MS: a.MS, Error: nullIfEmpty(a.Error), Excerpt: nullIfEmpty(a.Excerpt)}
	if a.Status != 0 {
		b.Status = &a.Status
	}
	return b
}

// deliveryBody is one event for one endpoint.
type deliveryBody struct {
	// The id, which is the event's.
	ID string `json:"id" format:"uuid"`
	// The id of the event: the webhook-id of every attempt.
	EventID string `json:"event_id" format:"uuid"`
	// The type of event.
	Type string `json:"type" maxLength:"50"`
	// Whether it was delivered. A skipped one is never sent, because the endpoint no longer gets such events.
	State string `json:"state" enums:"pending,delivered,failed,skipped"`
	// The last attempts, the newest last.
	Attempts []attemptBody `json:"attempts" maxItems:"10"`
	// When the next attempt is due, if it is pending.
	NextAttemptAt *time.Time `json:"next_attempt_at" format:"date-time"`
	// When the endpoint reached the event in the feed.
	CreatedAt time.Time `json:"created_at" format:"date-time"`
} // @name WebhookDelivery

func deliveryBodyOf(d *hook.Delivery) deliveryBody {
	b := deliveryBody{ID: d.ID, EventID: d.ID, Type: d.EventType, State: string(d.ShownState()), Attempts: bodiesOf(d.Attempts, attemptBodyOf), CreatedAt: d.CreatedAt.UTC()}
	if d.State == hook.Pending {
		b.NextAttemptAt = utcOrNil(&d.NextAttemptAt)
	}
	return b
}

// deliveryQuery is the parameters of the deliveries of an endpoint.
type deliveryQuery struct {
	// Only these states.
	State []string `query:"state" enums:"pending,delivered,failed,skipped"`
	// Only these types of events.
	Type []string `query:"type" maxItems:"50" format:"event-type"`
	// Only the delivery of this event.
	EventID string `query:"event_id" format:"uuid"`
	pageQuery
}

// filter is the parameters as a filter of the desk.
func (q deliveryQuery) filter(companyID, endpointID string) (desk.DeliveryFilter, error) {
	page, err := q.window(q.listKey(companyID, endpointID))
	f := desk.DeliveryFilter{EndpointID: endpointID, EventID: strings.ToLower(q.EventID), States: q.State, Window: page}
	if len(q.Type) > 0 {
		f.Types = desk.TypesOf(patternsOf(q.Type))
	}
	return f, err
}

func patternsOf(texts []string) []order.EventPattern {
	patterns := make([]order.EventPattern, len(texts))
	for i, text := range texts {
		patterns[i] = order.EventPattern(text)
	}
	return patterns
}

// listKey names the deliveries of the endpoint with these filters.
func (q deliveryQuery) listKey(companyID, endpointID string) string {
	q.EventID = strings.ToLower(q.EventID)
	return web.ListKey(companyID, "/v1/webhook-endpoints/"+endpointID+"/deliveries", q)
}

// deliveryPage is a page of deliveries.
type deliveryPage struct {
	// The rows.
	Data []deliveryBody `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name WebhookDeliveryPage

func listDeliveriesSpec() web.Spec {
	return web.Spec{Query: deliveryQuery{}, Answers: answersOK(deliveryPage{}), Refuses: refusesWith(fault.WebhookEndpointNotFound)}
}

// listDeliveries godoc
//
//	@Summary		List webhook deliveries
//	@Description	Lists the deliveries of an endpoint with their attempts, newest first. They are kept for 30 days.
//	@ID				listWebhookDeliveries
//	@Tags			webhooks
//	@Param			id	path		string	true	"The endpoint's id"	Format(uuid)
//	@Success		200	"A page of the deliveries, newest first"
//	@Router			/v1/webhook-endpoints/{id}/deliveries [get]
func (s *service) listDeliveries(c web.Request) error {
	var q deliveryQuery
	filter, err := readListOf(c, fault.WebhookEndpointNotFound, &q)
	if err != nil {
		return err
	}
	page, err := s.Desk.Deliveries(c.Request().Context(), web.Actor(c), filter)
	if err != nil {
		return err
	}
	where := s.pageOf(c, q.listKey(web.Actor(c).CompanyID, filter.EndpointID), q.Limit, page.Next, page.Prev)
	return web.WriteJSON(c, http.StatusOK, deliveryPage{bodiesOf(page.Rows, deliveryBodyOf), where})
}

func redeliverSpec() web.Spec {
	return web.Spec{BodyOptional: true, Answers: []web.Answer{{Status: http.StatusAccepted, Body: deliveryBody{}}}, Refuses: desk.RedeliverRefusals}
}

// redeliver godoc
//
//	@Summary		Send a webhook again
//	@Description	Makes a delivery due now, whatever its state. It keeps its webhook-id, so the receiver recognizes it.
//	@ID				redeliverWebhook
//	@Tags			webhooks
//	@Param			id			path		string	true	"The endpoint's id"	Format(uuid)
//	@Param			delivery_id	path		string	true	"The delivery's id"	Format(uuid)
//	@Success		202	"The delivery, which is pending"
//	@Router			/v1/webhook-endpoints/{id}/deliveries/{delivery_id}/redeliver [post]
func (s *service) redeliver(c web.Request) error {
	id, call, err := decodeWrite(c, fault.WebhookEndpointNotFound, &struct{}{})
	if err != nil {
		return err
	}
	reply, err := s.Desk.Redeliver(c.Request().Context(), call, id, web.PathUUID(c, "delivery_id"),
		encoder(http.StatusAccepted, nil, func(d hook.Delivery) deliveryBody { return deliveryBodyOf(&d) }))
	return sendReply(c, reply, err)
}

// replayBody selects events to send again, up to where the endpoint is in the feed.
type replayBody struct {
	// Only events behind this cursor of the feed.
	After string `json:"after" maxLength:"1000"`
	// Only events at this time or later.
	Since string `json:"since" format:"date-time"`
	// Only events before this time.
	Until string `json:"until" format:"date-time"`
	// Only these types.
	Types []string `json:"types" maxItems:"50" format:"event-type"`
	// Only those that failed, or also those that were delivered.
	Only string `json:"only" enums:"failed,all" default:"failed"`
} // @name ReplayWebhooks

func (b replayBody) replay() (desk.Replay, []fault.Field) {
	r := desk.Replay{After: b.After, Types: patternsOf(b.Types), OnlyFailed: b.Only == "failed"}
	if b.Since != "" {
		r.Since = parseInstant(b.Since)
	}
	if b.Until != "" {
		r.Until = parseInstant(b.Until)
	}
	if b.Since != "" && b.Until != "" && !r.Since.Before(r.Until) {
		return r, []fault.Field{{Pointer: "/until", Code: fault.FieldConflict, Detail: "Must be after since: no event is in such a range.", Related: []string{"/since"}}}
	}
	return r, nil
}

// replayedBody is what a replay did.
type replayedBody struct {
	// The number of deliveries that are pending now.
	Count int `json:"count"`
	// The after of the next replay, if there are more than 10,000 events.
	NextAfter *string `json:"next_after" maxLength:"1000"`
} // @name ReplayedWebhooks

func replayEventsSpec() web.Spec {
	return web.Spec{Body: replayBody{}, BodyOptional: true, Answers: []web.Answer{{Status: http.StatusAccepted, Body: replayedBody{}}}, Refuses: desk.ReplayRefusals}
}

// replayEvents godoc
//
//	@Summary		Send events again
//	@Description	Sends the events of a range to the endpoint again, in the order of the feed, each with the webhook-id that it had before: those that failed, or all of its types, at most 10,000.
//	@ID				replayWebhookEvents
//	@Tags			webhooks
//	@Param			id	path		string	true	"The endpoint's id"	Format(uuid)
//	@Success		202	"The number of deliveries that are pending"
//	@Router			/v1/webhook-endpoints/{id}/replay [post]
func (s *service) replayEvents(c web.Request) error {
	var body replayBody
	id, call, err := decodeWrite(c, fault.WebhookEndpointNotFound, &body)
	if err != nil {
		return err
	}
	replay, faults := body.replay()
	call.Faults = fault.Merge(call.Faults, faults)
	reply, err := s.Desk.ReplayEvents(c.Request().Context(), call, id, replay,
		encoder(http.StatusAccepted, nil, func(r desk.Replayed) replayedBody { return replayedBody{r.Count, r.Next} }))
	return sendReply(c, reply, err)
}

// WebhookBody is an event as a webhook sends it, which is as the feed shows it. Changes of private fields are only in it for staff.
func WebhookBody(e *desk.FeedEvent, private bool) ([]byte, error) {
	return web.EncodeJSON(feedEventBodyOf(e, private))
}

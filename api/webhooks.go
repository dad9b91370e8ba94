package api

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// newEndpointBody is a new webhook endpoint.
type newEndpointBody struct {
	// Where events are sent: an https URL of a public host.
	URL string `json:"url" format:"line" required:"true" minLength:"1" maxLength:"2000" example:"https://erp.example/orderdesk"`
	// What it is for, for people.
	Description string `json:"description" format:"line" maxLength:"200"`
	// The types of events: names, groups such as order.*, or *. None are all.
	Types []string `json:"types" maxItems:"50" format:"event-type" example:"order.*"`
	// Whose events. Absent, all of the company.
	Scope *endpointScope `json:"scope"`
	// Who gets an e-mail if the service disables the endpoint.
	NotifyEmail *string `json:"notify_email" format:"email" maxLength:"254"`
} // @name NewWebhookEndpoint

// endpointScope says whose events an endpoint gets.
type endpointScope struct {
	// All events of the company.
	Company *bool `json:"company"`
	// The events that the storefront with this sub may see.
	Storefront *string `json:"storefront" format:"line" maxLength:"200"`
} // @name WebhookScope

// sub is the storefront, or empty for the company, and what is wrong.
func (b *endpointScope) sub() (string, []fault.Field) {
	switch {
	case b == nil:
		return "", nil
	case valueOrZero(b.Company) == (valueOrZero(b.Storefront) != ""):
		return "", []fault.Field{{Pointer: "/scope", Code: fault.FieldInvalid, Detail: `Send {"company":true}, or {"storefront":"…"} with the sub of one storefront.`}}
	}
	return valueOrZero(b.Storefront), nil
}

func (b newEndpointBody) endpoint() (hook.Endpoint, []fault.Field) {
	sub, faults := b.Scope.sub()
	return hook.Endpoint{URL: b.URL, Description: b.Description, Types: b.Types, ScopeSub: sub, NotifyEmail: valueOrZero(b.NotifyEmail)}, faults
}

// endpointPatch is a merge patch of a webhook endpoint.
type endpointPatch struct {
	// Where events are sent: an https URL of a public host.
	URL strictjson.Opt[string] `json:"url" format:"line" minLength:"1" maxLength:"2000"`
	// What it is for, for people.
	Description strictjson.Opt[string] `json:"description" format:"line" maxLength:"200"`
	// The types of events. Replaced as a whole.
	Types []string `json:"types" maxItems:"50" format:"event-type"`
	// Whose events.
	Scope *endpointScope `json:"scope"`
	// Who gets an e-mail if the service disables the endpoint.
	NotifyEmail strictjson.Opt[string] `json:"notify_email" format:"email" maxLength:"254" nullable:"true"`
	// A person pauses and enables. The service alone disables.
	Status strictjson.Opt[string] `json:"status" enums:"enabled,paused,disabled"`
	// How it does. It changes without a new version, so it is ignored.
	Health strictjson.Raw `json:"health" type:"object"`
	computedEndpoint
} // @name WebhookEndpointPatch

// computedEndpoint is members that a patch may send back unchanged.
type computedEndpoint struct {
	// The id, a UUIDv7.
	ID strictjson.Raw `json:"id" type:"string" why:"is set once, when the endpoint is added"`
	// Why the service disabled it.
	DisabledReason strictjson.Raw `json:"disabled_reason" type:"string" nullable:"true"`
	// Until when the secret before this one signs too.
	OldSecretUntil strictjson.Raw `json:"old_secret_until" type:"string" nullable:"true" why:"changes when the secret is rotated"`
	// The signing secret.
	Secret strictjson.Raw `json:"secret" type:"string" nullable:"true" why:"changes when it is rotated"`
	// The version, as in the ETag.
	Version strictjson.Raw `json:"version" type:"integer"`
	// When it was created.
	CreatedAt strictjson.Raw `json:"created_at" type:"string" why:"is set once, when the endpoint is added"`
	// When it last changed.
	UpdatedAt strictjson.Raw `json:"updated_at" type:"string"`
}

func (p endpointPatch) revision(now desk.Endpoint) (desk.EndpointRevision, []fault.Field) {
	r := desk.EndpointRevision{URL: patchValue(p.URL), Description: patchValue(p.Description), NotifyEmail: patchValue(p.NotifyEmail), Status: typedPatchValue[hook.Status](p.Status)}
	if p.Types != nil {
		r.Types = &p.Types
	}
	sub, faults := p.Scope.sub()
	if p.Scope != nil {
		r.ScopeSub = &sub
	}
	return r, append(faults, strictjson.ChangedMembers("", p.computedEndpoint, endpointBodyOf(now))...)
}

// endpointBody is a webhook endpoint.
type endpointBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// Where events are sent.
	URL string `json:"url" maxLength:"2000"`
	// What it is for, for people.
	Description string `json:"description" maxLength:"200"`
	// The types of events; none are all.
	Types []string `json:"types" maxItems:"50"`
	// Whose events.
	Scope endpointScope `json:"scope"`
	// Who gets an e-mail if the service disables the endpoint.
	NotifyEmail *string `json:"notify_email" maxLength:"254"`
	// Whether it gets events. The service disables it after 410, or after five days without a success.
	Status string `json:"status" enums:"enabled,paused,disabled"`
	// Why the service disabled it.
	DisabledReason *string `json:"disabled_reason" enums:"gone,no_success"`
	// How it does.
	Health endpointHealth `json:"health"`
	// Until when the secret before this one signs too.
	OldSecretUntil *time.Time `json:"old_secret_until" format:"date-time"`
	// The signing secret; null except in the answers of creation and rotation.
	Secret *string `json:"secret" maxLength:"60"`
	// The version, as in the ETag.
	Version int `json:"version"`
	// When it was created.
	CreatedAt time.Time `json:"created_at" format:"date-time"`
	// When it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time"`
} // @name WebhookEndpoint

// endpointHealth is how a webhook endpoint does.
type endpointHealth struct {
	// How many in 100 deliveries of the last 24 hours succeeded, rounded down; null if there was none.
	Success24h *int `json:"success_24h"`
	// When an attempt last succeeded, to 10 seconds.
	LastSuccessAt *time.Time `json:"last_success_at" format:"date-time"`
	// The number of events that it was not sent yet, at most 10,000.
	BehindBy int `json:"behind_by"`
} // @name WebhookHealth

func endpointBodyOf(e desk.Endpoint) endpointBody {
	b := endpointBody{
		ID: e.ID, URL: e.URL, Description: e.Description, Types: append([]string{}, e.Types...), NotifyEmail: nullIfEmpty(e.NotifyEmail),
		Status: string(e.Status), DisabledReason: nullIfEmpty(e.DisabledReason), Health: endpointHealth{e.Success24h, utcOrNil(e.LastSuccessAt), e.BehindBy},
		Version: e.Version, CreatedAt: e.CreatedAt.UTC(), UpdatedAt: e.UpdatedAt.UTC(), OldSecretUntil: utcOrNil(e.OldUntil),
	}
	if e.ScopeSub == "" {
		b.Scope.Company = new(true)
	} else {
		b.Scope.Storefront = &e.ScopeSub
	}
	if e.Renewed {
		b.Secret = new(namedSecret(e))
	}
	return b
}

// namedSecret stands for the secret in an answer. The answer is kept with it, so the database has no secret.
func namedSecret(e desk.Endpoint) string {
	return "secret:" + e.Secret.KeyID + ":" + strconv.Itoa(e.Secret.Generation)
}

var (
	secretName = regexp.MustCompile(`"secret":"secret:([0-9a-f]+):([0-9]+)"`)
	endpointID = regexp.MustCompile(`"id":"([0-9a-f-]{36})"`)
)

// sendSecret writes the answer of the desk with the secret that it names, also if it is a replay.
func (s *service) sendSecret(c web.Request, reply desk.Reply, err error) error {
	if err != nil {
		return err
	}
	name, id := secretName.FindSubmatchIndex(reply.Body), endpointID.FindSubmatch(reply.Body)
	if name != nil && id != nil {
		generation, _ := strconv.Atoi(string(reply.Body[name[4]:name[5]])) // it is a number
		secret, err := s.Desk.EndpointSecret(string(reply.Body[name[2]:name[3]]), string(id[1]), generation)
		if err != nil {
			return err
		}
		reply.Body = append(append(append([]byte{}, reply.Body[:name[0]]...), `"secret":"`+secret+`"`...), reply.Body[name[1]:]...)
	}
	return sendReply(c, reply, nil)
}

func endpointHeaders(e desk.Endpoint) map[string]string {
	return map[string]string{"ETag": web.ETag(e.Version)}
}

// endpointList is the webhook endpoints of the company.
type endpointList struct {
	// The endpoints, oldest first; at most 20.
	Data []endpointBody `json:"data" maxItems:"20"`
} // @name WebhookEndpoints

func listEndpointsSpec() web.Spec { return web.Spec{Answers: answersOK(endpointList{})} }

// listEndpoints godoc
//
//	@Summary		List webhook endpoints
//	@Description	Lists the webhook endpoints of the company with their health, oldest first.
//	@ID				listWebhookEndpoints
//	@Tags			webhooks
//	@Success		200	"The endpoints"
//	@Router			/v1/webhook-endpoints [get]
func (s *service) listEndpoints(c web.Request) error {
	all, err := s.Desk.Endpoints(c.Request().Context(), web.Actor(c))
	if err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, endpointList{bodiesOf(all, func(e *desk.Endpoint) endpointBody { return endpointBodyOf(*e) })})
}

func createEndpointSpec() web.Spec {
	return web.Spec{Body: newEndpointBody{}, Answers: answersCreated(endpointBody{}), Version: web.Tagged, Refuses: desk.CreateEndpointRefusals}
}

// createEndpoint godoc
//
//	@Summary		Add a webhook endpoint
//	@Description	Adds a URL that gets every event from now on, signed by Standard Webhooks. The secret is in this answer alone. The same Idempotency-Key answers it again.
//	@ID				createWebhookEndpoint
//	@Tags			webhooks
//	@Success		201	"The new endpoint with its secret"
//	@Router			/v1/webhook-endpoints [post]
func (s *service) createEndpoint(c web.Request) error {
	var body newEndpointBody
	if err := web.Decode(c, &body); err != nil {
		return err
	}
	call, err := deskCall(c)
	if err != nil {
		return err
	}
	e, faults := body.endpoint()
	call.Faults = append(call.Faults, faults...)
	headers := func(e desk.Endpoint) map[string]string {
		return map[string]string{"Location": "/v1/webhook-endpoints/" + e.ID, "ETag": web.ETag(e.Version)}
	}
	reply, err := s.Desk.CreateEndpoint(c.Request().Context(), call, e, encoder(http.StatusCreated, headers, endpointBodyOf))
	return s.sendSecret(c, reply, err)
}

func getEndpointSpec() web.Spec {
	return web.Spec{Answers: answersOK(endpointBody{}), Version: web.Tagged, Refuses: refusesWith(fault.WebhookEndpointNotFound)}
}

// getEndpoint godoc
//
//	@Summary		Get a webhook endpoint
//	@Description	Answers a webhook endpoint with its health.
//	@ID				getWebhookEndpoint
//	@Tags			webhooks
//	@Param			id	path		string	true	"The endpoint's id"	Format(uuid)
//	@Success		200	"The endpoint as it is now"
//	@Router			/v1/webhook-endpoints/{id} [get]
func (s *service) getEndpoint(c web.Request) error {
	id, err := web.PathID(c, fault.WebhookEndpointNotFound)
	if err != nil {
		return err
	}
	e, err := s.Desk.Endpoint(c.Request().Context(), web.Actor(c), id)
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", web.ETag(e.Version))
	return web.WriteJSON(c, http.StatusOK, endpointBodyOf(e))
}

func updateEndpointSpec() web.Spec {
	return web.Spec{Body: endpointPatch{}, Answers: answersOK(endpointBody{}), Version: web.Tagged, Refuses: desk.EditEndpointRefusals}
}

// updateEndpoint godoc
//
//	@Summary		Edit a webhook endpoint
//	@Description	Merges the patch (RFC 7396) into the endpoint. Paused, it gets nothing; enabled again, also after the service disabled it, it goes on where it stopped.
//	@ID				updateWebhookEndpoint
//	@Tags			webhooks
//	@Param			id	path		string	true	"The endpoint's id"	Format(uuid)
//	@Success		200	"The endpoint after the edit"
//	@Router			/v1/webhook-endpoints/{id} [patch]
func (s *service) updateEndpoint(c web.Request) error {
	var patch endpointPatch
	id, call, err := decodeWrite(c, fault.WebhookEndpointNotFound, &patch)
	if err != nil {
		return err
	}
	reply, err := s.Desk.EditEndpoint(c.Request().Context(), call, id, patch.revision, encoder(http.StatusOK, endpointHeaders, endpointBodyOf))
	return sendReply(c, reply, err)
}

func deleteEndpointSpec() web.Spec {
	return web.Spec{BodyOptional: true, Answers: []web.Answer{{Status: http.StatusNoContent}}, Refuses: desk.EditEndpointRefusals}
}

// deleteEndpoint godoc
//
//	@Summary		Remove a webhook endpoint
//	@Description	Removes the endpoint and its deliveries. The events stay in the feed.
//	@ID				deleteWebhookEndpoint
//	@Tags			webhooks
//	@Param			id	path		string	true	"The endpoint's id"	Format(uuid)
//	@Success		204	"It is removed"
//	@Router			/v1/webhook-endpoints/{id} [delete]
func (s *service) deleteEndpoint(c web.Request) error {
	id, call, err := decodeWrite(c, fault.WebhookEndpointNotFound, &struct{}{})
	if err != nil {
		return err
	}
	reply, err := s.Desk.DeleteEndpoint(c.Request().Context(), call, id, func(struct{}) (desk.Answer, error) {
		return desk.Answer{Status: http.StatusNoContent, Body: []byte{}, Headers: map[string]string{}}, nil
	})
	return sendReply(c, reply, err)
}

// rotationBody says how a secret is rotated.
type rotationBody struct {
	// For how many seconds the old secret still signs.
	ExpiresIn int `json:"expires_in" minimum:"0" maximum:"604800" default:"86400"`
	// Rotate although a secret before still signs, which then ends.
	Force bool `json:"force"`
} // @name RotateWebhookSecret

func rotateEndpointSecretSpec() web.Spec {
	return web.Spec{Body: rotationBody{}, BodyOptional: true, Answers: answersOK(endpointBody{}), Version: web.Tagged, Refuses: desk.RotateSecretRefusals}
}

// rotateEndpointSecret godoc
//
//	@Summary		Rotate a webhook secret
//	@Description	Gives the endpoint a new secret, which is in this answer alone. Until the old one ends, every webhook has a signature by each, so the receiver can change in its own time.
//	@ID				rotateWebhookSecret
//	@Tags			webhooks
//	@Param			id	path		string	true	"The endpoint's id"	Format(uuid)
//	@Success		200	"The endpoint with its new secret"
//	@Router			/v1/webhook-endpoints/{id}/rotate-secret [post]
func (s *service) rotateEndpointSecret(c web.Request) error {
	var body rotationBody
	id, call, err := decodeWrite(c, fault.WebhookEndpointNotFound, &body)
	if err != nil {
		return err
	}
	rotation := desk.Rotation{ExpiresIn: time.Duration(body.ExpiresIn) * time.Second, Force: body.Force}
	reply, err := s.Desk.RotateSecret(c.Request().Context(), call, id, rotation, encoder(http.StatusOK, endpointHeaders, endpointBodyOf))
	return s.sendSecret(c, reply, err)
}

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

func testEndpointSpec() web.Spec {
	return web.Spec{BodyOptional: true, Answers: answersOK(attemptBody{}), Refuses: desk.TestEndpointRefusals}
}

// testEndpoint godoc
//
//	@Summary		Test a webhook endpoint
//	@Description	Sends an event of the type webhook.test now, whatever the endpoint's status, waits at most 10 seconds, and answers what came of it.
//	@ID				testWebhookEndpoint
//	@Tags			webhooks
//	@Param			id	path		string	true	"The endpoint's id"	Format(uuid)
//	@Success		200	"What the receiver answered"
//	@Router			/v1/webhook-endpoints/{id}/test [post]
func (s *service) testEndpoint(c web.Request) error {
	id, call, err := decodeWrite(c, fault.WebhookEndpointNotFound, &struct{}{})
	if err != nil {
		return err
	}
	attempt, err := s.Desk.TestEndpoint(c.Request().Context(), call, id)
	if err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, attemptBodyOf(&attempt))
}

// deliveryBody is one event for one endpoint.
type deliveryBody struct {
	// The id, which is the event's.
	ID string `json:"id" format:"uuid"`
	// The id of the event: the webhook-id of every attempt.
	EventID string `json:"event_id" format:"uuid"`
	// The type of event.
	Type string `json:"type" maxLength:"50"`
	// What came of it. A skipped one is never sent, because the endpoint no longer gets such events.
	State string `json:"state" enums:"pending,delivered,failed,skipped"`
	// The last attempts, the newest last.
	Attempts []attemptBody `json:"attempts" maxItems:"10"`
	// When the next attempt is due, if it is pending.
	NextAttemptAt *time.Time `json:"next_attempt_at" format:"date-time"`
	// When the endpoint came to the event.
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
//	@Description	Makes a delivery due now, whatever came of it. It has the same webhook-id, so the receiver knows it.
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

func (b replayBody) replay() desk.Replay {
	r := desk.Replay{After: b.After, Types: patternsOf(b.Types), OnlyFailed: b.Only == "failed"}
	if b.Since != "" {
		r.Since = parseInstant(b.Since)
	}
	if b.Until != "" {
		r.Until = parseInstant(b.Until)
	}
	return r
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
//	@Description	Sends the events of a range to the endpoint again, in the order of the feed, each with its webhook-id of before: those that failed, or all of its types, at most 10,000.
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
	reply, err := s.Desk.ReplayEvents(c.Request().Context(), call, id, body.replay(),
		encoder(http.StatusAccepted, nil, func(r desk.Replayed) replayedBody { return replayedBody{r.Count, r.Next} }))
	return sendReply(c, reply, err)
}

// WebhookBody is an event as a webhook sends it, which is as the feed shows it. Changes of private fields are only in it for staff.
func WebhookBody(e *desk.FeedEvent, private bool) ([]byte, error) {
	return web.EncodeJSON(feedEventBodyOf(e, private))
}

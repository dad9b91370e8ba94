package api

import (
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

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
//	@Description	Adds a URL that gets every event from now on, signed by Standard Webhooks. Only this answer has the secret; a repeat with the same Idempotency-Key gets it again.
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
	call.Faults = fault.Merge(call.Faults, faults)
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
//	@Description	Gives the endpoint a new secret, which only this answer has. Until the old one ends, every webhook is signed with both, so the receiver can change at any time before that.
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

func testEndpointSpec() web.Spec {
	return web.Spec{BodyOptional: true, Answers: answersOK(attemptBody{}), Refuses: desk.TestEndpointRefusals}
}

// testEndpoint godoc
//
//	@Summary		Test a webhook endpoint
//	@Description	Sends an event of the type webhook.test now, whatever the endpoint's status, waits at most 10 seconds, and answers with the result.
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

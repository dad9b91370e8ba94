package desk

import (
	"context"
	"errors"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// testLimit is how long a test waits for the receiver. It is shorter than the time limit of a request.
const testLimit = 10 * time.Second

// TestEndpointRefusals is the codes of TestEndpoint's refusals.
var TestEndpointRefusals = []fault.Code{fault.WebhooksNotConfigured, fault.WebhookEndpointNotFound}

// TestEndpoint sends an event of the type webhook.test at once, whatever the endpoint's status, and returns the result. The event is
// not in the feed, and no delivery of it is kept.
//
// Faults: role_not_allowed, and [TestEndpointRefusals].
func (s *Service) TestEndpoint(ctx context.Context, call Call, id string) (hook.Attempt, error) {
	if err := call.Actor.Require(auth.WebhooksWrite); err != nil {
		return hook.Attempt{}, err
	}
	e, err := s.store.For(call.Actor.CompanyID).Endpoint(ctx, id)
	if err == nil {
		err = s.webhooksConfigured()
	}
	if err := call.MergeFaults(err); err != nil {
		return hook.Attempt{}, err
	}
	now := s.now()
	test := FeedEvent{Event: order.Event{CompanyID: e.CompanyID, ID: newID(), Type: order.EventWebhookTest, At: now, ActorSub: call.Actor.Subject, ActorName: call.Actor.Name,
		RequestID: call.RequestID, Data: map[string]any{"endpoint_id": e.ID}}}
	body, err := s.webhooks.Body(&test, true)
	if err != nil {
		return hook.Attempt{}, err
	}
	secrets, err := s.secrets(&e, now)
	if errors.Is(err, webhook.ErrNoKey) {
		return hook.Attempt{}, fault.New(fault.WebhooksNotConfigured, "The key that derived the endpoint's secret is no longer in WEBHOOK_KEY. Rotate the secret.").Because(err)
	}
	if err != nil {
		return hook.Attempt{}, err
	}
	sending, cancel := context.WithTimeout(ctx, testLimit)
	defer cancel()
	return s.webhooks.Client.Send(sending, e.URL, test.ID, body, secrets).Attempt, nil
}

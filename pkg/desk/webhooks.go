package desk

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// Webhooks is what the desk needs to send webhooks.
type Webhooks struct {
	Keys    webhook.Keys     // none: there are no endpoints
	Allowed webhook.Networks // that endpoints may be in besides the public internet
	Client  *webhook.Client
	Body    func(e *FeedEvent, private bool) ([]byte, error) // an event as the API shows it
}

// Endpoint is a webhook endpoint and how it does.
type Endpoint struct {
	hook.Endpoint
	BehindBy   int  // events that it was not sent yet, at most 10,000
	Success24h *int // how many in 100 deliveries of the last 24 hours succeeded, rounded down; nil if there was none
	Renewed    bool // its secret is new, and shown this once
}

// webhooksConfigured returns the fault webhooks_not_configured unless there is a key.
func (s *Service) webhooksConfigured() error {
	if !s.webhooks.Keys.Configured() {
		return fault.New(fault.WebhooksNotConfigured, "This service has no WEBHOOK_KEY, so it has no webhook endpoints. Its operator can set one.")
	}
	return nil
}

// EndpointSecret derives the secret that an answer shows.
func (s *Service) EndpointSecret(keyID, endpointID string, generation int) (string, error) {
	secret, err := s.webhooks.Keys.Secret(keyID, endpointID, generation)
	return secret.String(), err
}

// Endpoints returns the webhook endpoints of the company, oldest first.
func (s *Service) Endpoints(ctx context.Context, who auth.Actor) ([]Endpoint, error) {
	if err := who.Require(auth.WebhooksRead); err != nil {
		return nil, err
	}
	tenant := s.store.For(who.CompanyID)
	all, err := tenant.Endpoints(ctx)
	if err != nil {
		return nil, err
	}
	shown := make([]Endpoint, len(all))
	for i := range all {
		if shown[i], err = s.withHealth(ctx, tenant.Lag, all[i]); err != nil {
			return nil, err
		}
	}
	return shown, nil
}

// Endpoint returns one webhook endpoint.
//
// Faults: role_not_allowed, webhook_endpoint_not_found.
func (s *Service) Endpoint(ctx context.Context, who auth.Actor, id string) (Endpoint, error) {
	if err := who.Require(auth.WebhooksRead); err != nil {
		return Endpoint{}, err
	}
	tenant := s.store.For(who.CompanyID)
	e, err := tenant.Endpoint(ctx, id)
	if err != nil {
		return Endpoint{}, err
	}
	return s.withHealth(ctx, tenant.Lag, e)
}

func (s *Service) withHealth(ctx context.Context, read func(context.Context, *hook.Endpoint, time.Time) (store.Lag, error), e hook.Endpoint) (Endpoint, error) {
	lag, err := read(ctx, &e, s.now().Add(-24*time.Hour))
	shown := Endpoint{Endpoint: e, BehindBy: min(lag.Unread+lag.Untried, maxCounted)}
	if tried := lag.Delivered + lag.Failing; tried > 0 {
		shown.Success24h = new(100 * lag.Delivered / tried)
	}
	return shown, err
}

// maxCounted is where counting stops.
const maxCounted = 10_000

// CreateEndpointRefusals is the codes of CreateEndpoint's refusals, except those that every write shares.
var CreateEndpointRefusals = []fault.Code{fault.WebhooksNotConfigured, fault.WebhookLimitReached}

// CreateEndpoint adds a webhook endpoint. It gets the events from now on. The answer shows its secret.
//
// Faults: role_not_allowed, and [CreateEndpointRefusals]; body_invalid.
func (s *Service) CreateEndpoint(ctx context.Context, call Call, e hook.Endpoint, encode Encode[Endpoint]) (Reply, error) {
	if err := call.Actor.Require(auth.WebhooksWrite); err != nil {
		return Reply{}, err
	}
	feed, err := s.store.System().Feed(ctx)
	if err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (Endpoint, error) {
		if err := call.MergeFaults(fault.InvalidBody(s.endpointFaults(&e))); err != nil {
			return Endpoint{}, err
		}
		if err := s.webhooksConfigured(); err != nil {
			return Endpoint{}, err
		}
		if err := u.tx.HoldEndpoints(ctx); err != nil {
			return Endpoint{}, err
		}
		all, err := u.tx.Endpoints(ctx)
		if err != nil {
			return Endpoint{}, err
		}
		if len(all) >= hook.MaxEndpoints {
			return Endpoint{}, fault.New(fault.WebhookLimitReached, "The company has %d webhook endpoints, which is the limit.", len(all))
		}
		e.CompanyID, e.ID, e.Version, e.CreatedAt, e.UpdatedAt = call.Actor.CompanyID, newID(), 1, u.now, u.now
		e.Status, e.Secret = hook.Enabled, hook.Secret{KeyID: s.webhooks.Keys.Newest(), Generation: 1}
		e.Pos, e.Seq = feed.End().Pos, feed.End().Seq
		return Endpoint{Endpoint: e, Renewed: true}, u.tx.CreateEndpoint(e)
	})
}

// endpointFaults returns what is wrong with what a person wrote of an endpoint.
func (s *Service) endpointFaults(e *hook.Endpoint) []fault.Field {
	var faults []fault.Field
	if wrong := webhook.CheckURL(e.URL, s.webhooks.Allowed); wrong != "" {
		faults = append(faults, fault.Field{Pointer: "/url", Code: fault.FieldInvalid, Detail: wrong})
	}
	return faults
}

// EndpointRevision is an edit of an endpoint. A nil field does not change.
type EndpointRevision struct {
	URL, Description, ScopeSub, NotifyEmail *string
	Types                                   *[]string
	Status                                  *hook.Status
}

func (r EndpointRevision) apply(e *hook.Endpoint) {
	for _, f := range []struct{ from, to *string }{{r.URL, &e.URL}, {r.Description, &e.Description}, {r.ScopeSub, &e.ScopeSub}, {r.NotifyEmail, &e.NotifyEmail}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if r.Types != nil {
		e.Types = *r.Types
	}
	if r.Status != nil {
		e.SetStatus(*r.Status)
	}
}

// EditEndpointRefusals is the codes of EditEndpoint's refusals, except those that every write shares.
var EditEndpointRefusals = []fault.Code{fault.WebhookEndpointNotFound, fault.WebhookEndpointChanged}

// EditEndpoint changes a webhook endpoint. An endpoint that is enabled goes on where it stopped. It calls read inside the
// transaction with the current endpoint; read returns the changes.
//
// Faults: if_match_required, role_not_allowed, and [EditEndpointRefusals]; body_invalid.
func (s *Service) EditEndpoint(ctx context.Context, call Call, id string, read func(Endpoint) (EndpointRevision, []fault.Field), encode Encode[Endpoint]) (Reply, error) {
	if err := call.Actor.Require(auth.WebhooksWrite); err != nil {
		return Reply{}, err
	}
	if _, err := s.store.For(call.Actor.CompanyID).Endpoint(ctx, id); err != nil {
		return Reply{}, err
	}
	if err := call.requireMatch(); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (Endpoint, error) {
		e, err := u.endpointHeld(ctx, id)
		if err != nil {
			return Endpoint{}, err
		}
		was, err := s.withHealth(ctx, u.tx.Lag, e)
		if err != nil {
			return Endpoint{}, err
		}
		edit, faults := read(was)
		if edit.Status != nil && *edit.Status == hook.Disabled && e.Status != hook.Disabled {
			faults = append(faults, fault.Field{Pointer: "/status", Code: fault.FieldInvalid, Detail: "The service alone disables an endpoint. Send paused."})
		}
		edit.apply(&e)
		if err := call.MergeFaults(fault.InvalidBody(append(faults, s.endpointFaults(&e)...))); err != nil {
			return Endpoint{}, err
		}
		if reflect.DeepEqual(was.Endpoint, e) {
			return was, nil
		}
		e.UpdatedAt = u.now
		err = u.tx.UpdateEndpoint(&e)
		was.Endpoint = e
		return was, err
	})
}

// endpointHeld reads an endpoint that the caller wants to change.
func (u unit) endpointHeld(ctx context.Context, id string) (hook.Endpoint, error) {
	e, err := u.tx.EndpointHeld(ctx, id)
	if err == nil && !u.call.versionMatches(e.Version) {
		err = u.call.mismatch(fault.WebhookEndpointChanged, e.Version, "The webhook endpoint was changed after you read it. Look at it again, and repeat your change.")
	}
	return e, err
}

// DeleteEndpoint removes a webhook endpoint and its deliveries. What it was not sent is in the feed.
//
// Faults: role_not_allowed, and [EditEndpointRefusals].
func (s *Service) DeleteEndpoint(ctx context.Context, call Call, id string, encode Encode[struct{}]) (Reply, error) {
	if err := call.Actor.Require(auth.WebhooksWrite); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (none struct{}, err error) {
		if _, err := u.endpointHeld(ctx, id); err != nil {
			return none, err
		}
		if err := call.MergeFaults(nil); err != nil {
			return none, err
		}
		u.tx.DeleteEndpoint(id)
		return none, nil
	})
}

// Rotation says how a secret is rotated.
type Rotation struct {
	ExpiresIn time.Duration // how long the old secret still signs
	Force     bool          // although one before still does
}

// RotateSecretRefusals is the codes of RotateSecret's refusals, except those that every write shares.
var RotateSecretRefusals = append([]fault.Code{fault.WebhooksNotConfigured, fault.WebhookSecretRotating}, EditEndpointRefusals...)

// RotateSecret gives a webhook endpoint a new secret, which the answer shows. Both secrets sign until the old one ends.
//
// Faults: role_not_allowed, and [RotateSecretRefusals]; body_invalid.
func (s *Service) RotateSecret(ctx context.Context, call Call, id string, r Rotation, encode Encode[Endpoint]) (Reply, error) {
	if err := call.Actor.Require(auth.WebhooksWrite); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (Endpoint, error) {
		e, err := u.endpointHeld(ctx, id)
		if err == nil {
			err = s.webhooksConfigured()
		}
		if err == nil && e.Rotating(u.now) && !r.Force {
			err = fault.New(fault.WebhookSecretRotating, "The secret before this one signs until %s. Send force to end it now.", e.OldUntil.UTC().Format(time.RFC3339))
		}
		if err := call.MergeFaults(err); err != nil {
			return Endpoint{}, err
		}
		e.Rotate(s.webhooks.Keys.Newest(), u.now.Add(r.ExpiresIn))
		e.UpdatedAt = u.now
		if err := u.tx.UpdateEndpoint(&e); err != nil {
			return Endpoint{}, err
		}
		shown, err := s.withHealth(ctx, u.tx.Lag, e)
		shown.Renewed = true
		return shown, err
	})
}

// testLimit is how long a test waits for the receiver. It is less than a request may take.
const testLimit = 10 * time.Second

// TestEndpointRefusals is the codes of TestEndpoint's refusals.
var TestEndpointRefusals = []fault.Code{fault.WebhooksNotConfigured, fault.WebhookEndpointNotFound}

// TestEndpoint sends an event of the type webhook.test now, whatever the endpoint's status, and returns what came of it. It is not in
// the feed, and no delivery of it is kept.
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

// secrets derives the secrets that sign for an endpoint.
func (s *Service) secrets(e *hook.Endpoint, now time.Time) ([]webhook.Secret, error) {
	var all []webhook.Secret
	for _, named := range e.Secrets(now) {
		secret, err := s.webhooks.Keys.Secret(named.KeyID, e.ID, named.Generation)
		if err != nil {
			return nil, err
		}
		all = append(all, secret)
	}
	return all, nil
}

// DeliveryFilter is the store's filter for a list of deliveries. Callers of desk do not import store.
type DeliveryFilter = store.DeliveryFilter

// Deliveries returns one page of the deliveries of a webhook endpoint, newest first.
//
// Faults: role_not_allowed, webhook_endpoint_not_found.
func (s *Service) Deliveries(ctx context.Context, who auth.Actor, f DeliveryFilter) (store.Page[hook.Delivery], error) {
	if err := who.Require(auth.WebhooksRead); err != nil {
		return store.Page[hook.Delivery]{}, err
	}
	tenant := s.store.For(who.CompanyID)
	if _, err := tenant.Endpoint(ctx, f.EndpointID); err != nil {
		return store.Page[hook.Delivery]{}, err
	}
	if slices.Contains(f.States, string(hook.Pending)) {
		f.States = append(f.States, string(hook.Sending))
	}
	return tenant.Deliveries(ctx, f)
}

// RedeliverRefusals is the codes of Redeliver's refusals, except those that every write shares.
var RedeliverRefusals = []fault.Code{fault.WebhookEndpointNotFound, fault.WebhookDeliveryNotFound}

// Redeliver makes a delivery due now, whatever came of it. It has the same webhook-id.
//
// Faults: role_not_allowed, and [RedeliverRefusals].
func (s *Service) Redeliver(ctx context.Context, call Call, endpointID, id string, encode Encode[hook.Delivery]) (Reply, error) {
	if err := call.Actor.Require(auth.WebhooksWrite); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (hook.Delivery, error) {
		if _, err := u.tx.Endpoint(ctx, endpointID); err != nil {
			return hook.Delivery{}, err
		}
		d, found, err := u.tx.Delivery(ctx, endpointID, id)
		if err == nil && !found {
			err = store.NoDelivery()
		}
		if err := call.MergeFaults(err); err != nil {
			return d, err
		}
		if d.State == hook.Sending { // it is on its way
			return d, nil
		}
		was := d
		d.Again(u.now)
		return d, u.tx.UpdateDelivery(&d, was)
	})
}

package desk

import (
	"context"
	"reflect"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// Webhooks is what the desk needs to send webhooks.
type Webhooks struct {
	Keys    webhook.Keys     // without keys there are no endpoints
	Allowed webhook.Networks // that endpoints may be in besides the public internet
	Client  *webhook.Client
	Body    func(e *FeedEvent, private bool) ([]byte, error) // an event as the API shows it
}

// Endpoint is a webhook endpoint with its health.
type Endpoint struct {
	hook.Endpoint
	BehindBy   int  // events that were not sent to it yet, at most 10,000
	Success24h *int // how many in 100 deliveries of the last 24 hours succeeded, rounded down; nil if there was none
	Renewed    bool // its secret is new, and shown this once
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

// endpointFaults returns the faults of those members of an endpoint that a person writes.
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

// DeleteEndpoint removes a webhook endpoint and its deliveries. Events that were not sent to it are in the feed.
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

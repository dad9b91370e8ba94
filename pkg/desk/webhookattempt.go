package desk

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// successInterval is the time between two writes of last_success_at, so that not every success writes the endpoint.
const successInterval = 10 * time.Second

// attempt sends a claimed delivery and writes the outcome.
func (s *Service) attempt(ctx context.Context, e *hook.Endpoint, d hook.Delivery, event *FeedEvent) (err error) {
	defer fault.CatchPanic("attempt a webhook", &err)
	skip := event == nil
	var o hook.Outcome
	if !skip {
		seen, picked := pickFor(e)(*event)
		if skip = !picked; picked {
			o = s.sendEvent(ctx, e, &seen)
		}
	}
	defer s.withDatabase()()
	// The outcome is written even if the process is told to stop.
	return s.settleDelivery(context.WithoutCancel(ctx), store.DeliveryRef{CompanyID: d.CompanyID, EndpointID: d.EndpointID, ID: d.ID}, func(d *hook.Delivery, now time.Time) (hook.Attempt, bool) {
		if skip && d.State == hook.Sending {
			d.Skip(now)
			return hook.Attempt{}, true
		}
		return o.Attempt, d.Settle(now, d.Tried, o, rand.Float64)
	})
}

// sendEvent makes one attempt.
func (s *Service) sendEvent(ctx context.Context, e *hook.Endpoint, event *FeedEvent) hook.Outcome {
	failed := func(err error, words string) hook.Outcome {
		s.log.ErrorContext(ctx, "a webhook could not be made", "endpoint_id", e.ID, "event_id", event.ID, "error", err)
		return hook.Outcome{Attempt: hook.Attempt{At: s.now(), Error: words}}
	}
	body, err := s.body(event, e)
	if err != nil {
		return failed(err, "The service could not make the event.")
	}
	secrets, err := s.secrets(e, s.now())
	if err != nil {
		return failed(err, "The service does not have the key of the endpoint's secret. Rotate the secret.")
	}
	return s.webhooks.Client.Send(ctx, e.URL, event.ID, body, secrets)
}

func (s *Service) body(event *FeedEvent, e *hook.Endpoint) (body []byte, err error) {
	defer fault.CatchPanic("make the event of a webhook", &err)
	return s.webhooks.Body(event, e.ScopeSub == "")
}

// settleDelivery changes one delivery, and also its endpoint if the attempt changes what is known about it. do returns the attempt
// that ended, and whether it changed the delivery.
func (s *Service) settleDelivery(ctx context.Context, ref store.DeliveryRef, do func(*hook.Delivery, time.Time) (hook.Attempt, bool)) error {
	var settled hook.State
	var disabled hook.Reason
	err := retry(ctx, func() error {
		settled, disabled = "", ""
		_, err := store.InTx(ctx, s.store.For(ref.CompanyID), func(tx *store.Tx) (none struct{}, err error) {
			now := s.at(tx)
			e, err := tx.EndpointHeld(ctx, ref.EndpointID)
			if err != nil {
				return none, ignoreGone(err)
			}
			d, found, err := tx.Delivery(ctx, ref.EndpointID, ref.ID)
			if err != nil || !found {
				return none, err
			}
			was := d
			attempt, changed := do(&d, now)
			if !changed {
				return none, nil
			}
			if err := tx.UpdateDelivery(&d, was); err != nil {
				return none, err
			}
			settled = d.State
			if d.State == hook.Skipped {
				return none, nil
			}
			disabled, err = noteAttempt(tx, &e, attempt, now)
			return none, err
		})
		return err
	})
	if err == nil && settled != "" {
		s.observe(Occurrence{"webhook_" + string(settled), 1})
		if disabled != "" {
			s.observe(Occurrence{"webhook_endpoint_disabled", 1})
			s.log.WarnContext(ctx, "a webhook endpoint was disabled", "company_id", ref.CompanyID, "endpoint_id", ref.EndpointID, "reason", disabled)
		}
	}
	return err
}

// noteAttempt writes to the endpoint what the attempt shows. If the attempt disables the endpoint, it returns the reason.
func noteAttempt(tx *store.Tx, e *hook.Endpoint, a hook.Attempt, now time.Time) (hook.Reason, error) {
	was := e.Health
	disabled := e.Settle(now, a)
	if disabled {
		e.Version++
		e.UpdatedAt = now
	}
	fresh := was.LastSuccessAt != nil && now.Sub(*was.LastSuccessAt) < successInterval
	if !disabled && (was.FailingSince == nil) == (e.FailingSince == nil) && (fresh || !a.Success()) {
		return "", nil
	}
	if err := tx.SaveEndpoint(e); err != nil || !disabled {
		return "", err
	}
	event := order.Event{CompanyID: e.CompanyID, ID: newID(), Type: order.EventEndpointDisabled, At: now, ActorSub: "system",
		Data: map[string]any{"endpoint_id": e.ID, "reason": string(e.DisabledReason)}}
	event.Seal("", "")
	return e.DisabledReason, tx.Record([]order.Event{event})
}

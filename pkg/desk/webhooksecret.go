package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

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

// Rotation says how a secret is rotated.
type Rotation struct {
	ExpiresIn time.Duration // how long the old secret still signs
	Force     bool          // rotate although the secret before this one still signs
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

package desk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/store"
)

const (
	keptFor     = 30 * 24 * time.Hour // how long deliveries are kept once they ended
	notifyRetry = 5 * time.Minute     // between attempts to send the e-mail that an endpoint was disabled
)

// ReconcileWebhooks handles attempts that never ended, sends the e-mails about endpoints that were disabled, and removes old
// deliveries. It returns how many deliveries it made due again.
func (s *Service) ReconcileWebhooks(ctx context.Context) (moved int, err error) {
	now := s.now()
	overdue, err := s.store.System().OverdueDeliveries(ctx, now)
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, ref := range overdue {
		err := s.settleDelivery(ctx, ref, func(d *hook.Delivery, now time.Time) (hook.Attempt, bool) {
			if !d.Overdue(now, rand.Float64) {
				return hook.Attempt{}, false
			}
			moved++
			return d.Attempts[len(d.Attempts)-1], true
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("webhook %s: %w", ref.ID, err)) // one failure does not stop the others
		}
	}
	_, purged := s.store.System().PurgeDeliveries(ctx, now.Add(-keptFor), 1000)
	return moved, errors.Join(append(failed, s.notifyDisabled(ctx, now), purged)...)
}

// notifyDisabled sends the e-mails that endpoints were disabled. An e-mail that is not accepted is tried again.
func (s *Service) notifyDisabled(ctx context.Context, now time.Time) error {
	refs, err := s.store.System().EndpointsToNotify(ctx, now)
	for _, ref := range refs {
		err = errors.Join(err, s.notifyOf(ctx, ref, now))
	}
	return err
}

// notifyOf claims the notice of an endpoint by putting it off, sends its e-mail, and then removes the notice.
func (s *Service) notifyOf(ctx context.Context, ref EndpointRef, now time.Time) error {
	tenant := s.store.For(ref.CompanyID)
	next := now.Add(notifyRetry)
	e, claimed, err := moveNotice(ctx, tenant, ref.ID, func(at time.Time) bool { return !now.Before(at) }, &next)
	if err != nil || !claimed {
		return err
	}
	co, err := tenant.Company(ctx)
	if err != nil {
		return err
	}
	m := mail.Message{ID: newID(), From: s.from, FromName: mail.OneLine(co.Letterhead()), To: []string{e.NotifyEmail}}
	m.Subject, m.Text, m.HTML = mail.EndpointDisabled(mail.EndpointDisabledEmail{Seller: seller(co), URL: e.URL, Description: e.Description, Gone: e.DisabledReason == hook.ReasonGone})
	sending, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	if o := s.sender.Send(sending, m); o.Cause != email.CauseAccepted && o.Cause != email.CauseRejected && o.Cause != email.CauseLost {
		return nil // it is tried again after notifyRetry
	}
	_, _, err = moveNotice(ctx, tenant, ref.ID, next.Equal, nil)
	return err
}

// moveNotice changes when the e-mail that an endpoint was disabled is due; nil: it is not due any more. It does so only if the
// present time is the expected one, and reports whether it was.
func moveNotice(ctx context.Context, tenant store.Tenant, id string, expected func(time.Time) bool, to *time.Time) (e hook.Endpoint, moved bool, err error) {
	e, err = store.InTx(ctx, tenant, func(tx *store.Tx) (hook.Endpoint, error) {
		e, err := tx.EndpointHeld(ctx, id)
		moved = err == nil && e.NotifyAt != nil && expected(*e.NotifyAt)
		if !moved {
			return e, ignoreGone(err)
		}
		e.NotifyAt = to
		return e, tx.SaveEndpoint(&e)
	})
	return e, moved, err
}

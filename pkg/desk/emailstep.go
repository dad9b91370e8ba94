package desk

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// updateEmail changes one e-mail and what follows from it: its order's email_status, an event if the shown status
// changed, and the job for the next attempt.
func (s *Service) updateEmail(ctx context.Context, ref store.EmailRef, do func(*store.Tx, *email.Email, time.Time) (bool, error)) error {
	givenUp := ""
	err := retry(ctx, func() error {
		_, err := store.InTx(ctx, s.store.For(ref.CompanyID), func(tx *store.Tx) (none struct{}, err error) {
			givenUp = ""
			now := s.at(tx)
			e, found, err := tx.Email(ctx, ref.ID)
			if err != nil || !found {
				return none, err
			}
			was := e
			changed, err := do(tx, &e, now)
			if err != nil || !changed {
				return none, err
			}
			if err := tx.UpdateEmail(&e, was); err != nil {
				return none, err
			}
			tx.ShowEmailStatus(&e, s.stamp(tx, now))
			if eventType, moved := emailEventType(&was, &e); moved {
				if err := recordStep(ctx, tx, eventType, &e, now); err != nil {
					return none, err
				}
			}
			if e.State == email.Queued || e.State == email.Unknown {
				return none, tx.WakeMail(ctx, e.NextAttemptAt)
			}
			if e.State == email.Failed && (e.ErrorCode == email.CodeRetriesExhausted || e.ErrorCode == email.CodeOutcomeUnknown) {
				givenUp = e.ErrorCode
			}
			return none, nil
		})
		return err
	})
	if err == nil && givenUp != "" {
		s.log.ErrorContext(ctx, "mail needs a person", "email_id", ref.ID, "cause", "given_up", "code", givenUp)
	}
	return err
}

// recordStep adds the event of an e-mail's step to the timeline. If the e-mail is not delivered, it queues the notice to the
// salesperson, with its event.
func recordStep(ctx context.Context, tx *store.Tx, eventType order.EventType, e *email.Email, now time.Time) error {
	step := emailEvent(eventType, e, now)
	var following []order.Event
	if eventType == order.EventEmailBounced || eventType == order.EventEmailFailed {
		notice, err := notify(ctx, tx, e, now)
		if err != nil {
			return err
		}
		step.Data["notice_id"] = idOf(notice)
		if notice != nil {
			queued := emailEvent(order.EventEmailQueued, notice, now)
			queued.Data = queuedData(notice)
			queued.Seal(notice.Digest(), "")
			following = append(following, queued)
			if err := tx.WakeMail(ctx, time.Time{}); err != nil {
				return err
			}
		}
	}
	step.Seal(e.Digest(), "")
	return tx.Record(append([]order.Event{step}, following...))
}

// emailEventType returns the event for a step of an e-mail, if there is one.
func emailEventType(was, is *email.Email) (order.EventType, bool) {
	if is.State == email.Unknown && was.State != email.Unknown {
		return order.EventEmailUnknown, true
	}
	if was.ShownStatus() == is.ShownStatus() {
		return "", false
	}
	switch is.ShownStatus() {
	case email.StatusSent:
		return order.EventEmailSent, true
	case email.StatusDelivered:
		return order.EventEmailDelivered, true
	case email.StatusBounced:
		return order.EventEmailBounced, true
	case email.StatusFailed:
		return order.EventEmailFailed, true
	case email.StatusQueued:
	}
	return "", false
}

func emailEvent(eventType order.EventType, e *email.Email, now time.Time) order.Event {
	return order.Event{
		CompanyID: e.CompanyID, ID: newID(), OrderID: e.OrderID, Type: eventType, At: now, ActorSub: "system", RequestID: e.RequestID,
		Changes: []order.Change{}, Data: map[string]any{"email_id": e.ID, "kind": string(e.Kind), "to": e.Recipients, "attempts": e.Attempts, "error": nullable(e.ErrorCode)},
	}
}

// ReceiveEmailEvent applies an event of the mail provider to its e-mail. An event about an unknown e-mail changes
// nothing.
func (s *Service) ReceiveEmailEvent(ctx context.Context, emailID string, event email.Event) error {
	id, err := uuid.Parse(emailID)
	if err != nil {
		return nil
	}
	ref, found, err := s.store.System().FindEmail(ctx, id.String())
	if err != nil || !found {
		return err
	}
	return s.updateEmail(ctx, ref, func(_ *store.Tx, e *email.Email, now time.Time) (bool, error) { return e.Event(now, event), nil })
}

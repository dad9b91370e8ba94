package desk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// How the post office works.
const (
	sendLimit  = 30 * time.Second // for wording and sending one e-mail; far below email.SendingLimit
	mailPause  = 5 * time.Minute  // how long sending stops when the provider refuses our key
	fairChoice = 16               // companies looked at for an e-mail that nobody else is claiming
)

// Post sends one due e-mail: the oldest of the company served least recently. It reports false where none is due, or
// sending is paused. The outbox row decides; whoever calls this is only awake.
//
// The claim commits before anything is sent and the outcome is settled after, so a process that dies in between
// leaves the e-mail sending, which Reconcile finds.
func (s *Service) Post(ctx context.Context) (bool, error) {
	now := s.now()
	if until, _, err := s.store.System().MailPause(ctx); err != nil || now.Before(until) {
		return false, err
	}
	companies, err := s.store.System().CompaniesWithDueMail(ctx, now, fairChoice)
	if err != nil {
		return false, err
	}
	for _, company := range companies {
		e, claimed, err := s.claim(ctx, company, now)
		if err != nil {
			return false, err
		}
		if claimed {
			return true, s.deliver(ctx, e)
		}
	}
	return false, nil
}

func (s *Service) claim(ctx context.Context, company string, now time.Time) (e email.Email, claimed bool, err error) {
	err = retry(ctx, func() error {
		e, err = store.InTx(ctx, s.store.For(company), func(tx *store.Tx) (email.Email, error) {
			e, claimed, err = tx.ClaimDue(ctx, now)
			return e, err
		})
		return err
	})
	return e, claimed, err
}

// deliver words a claimed e-mail, hands it to the sender and settles what came of it.
func (s *Service) deliver(ctx context.Context, e email.Email) error {
	sending, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	message, err := s.render(sending, e)
	var outcome email.Outcome
	if err != nil {
		s.log.ErrorContext(ctx, "an e-mail could not be worded", "email_id", e.ID, "kind", e.Kind, "error", err)
		outcome = email.RetryAfter(time.Time{}, email.CodeUnavailable, "The e-mail could not be worded.")
	} else {
		outcome = s.sender.Send(sending, message)
	}
	// The outcome is settled even if the process is told to stop meanwhile.
	return s.settle(context.WithoutCancel(ctx), e, outcome)
}

// settle writes what came of an attempt: on the e-mail, on its order, in the timeline; and when to wake up next.
func (s *Service) settle(ctx context.Context, claimed email.Email, outcome email.Outcome) error {
	s.observe(Occurrence{"mail_" + string(outcome.Cause), 1})
	if outcome.RaisesAlarm() {
		s.log.ErrorContext(ctx, "mail needs a person", "email_id", claimed.ID, "cause", outcome.Cause, "code", outcome.Code) // not its detail: providers quote addresses
	}
	return s.updateEmail(ctx, store.EmailRef{CompanyID: claimed.CompanyID, ID: claimed.ID}, func(tx *store.Tx, e *email.Email, now time.Time) (bool, error) {
		if outcome.PausesSending() {
			tx.PauseMail(now.Add(mailPause), outcome.Detail)
		}
		return e.Settle(now, claimed.Attempts, outcome, rand.Float64), nil
	})
}

// updateEmail changes one e-mail, and writes what follows from it: its order's email_status, an event where its shown
// status moved, and the job that wakes up when it is due again.
func (s *Service) updateEmail(ctx context.Context, ref store.EmailRef, do func(*store.Tx, *email.Email, time.Time) (bool, error)) error {
	return retry(ctx, func() error {
		_, err := store.InTx(ctx, s.store.For(ref.CompanyID), func(tx *store.Tx) (none struct{}, err error) {
			now := s.now()
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
			tx.ShowEmailStatus(&e)
			if what, moved := emailEventType(&was, &e); moved {
				if err := tx.Record([]order.Event{emailEvent(what, &e, now)}); err != nil {
					return none, err
				}
			}
			if e.State == email.Queued || e.State == email.Unknown {
				return none, tx.WakeMail(ctx, e.NextAttemptAt)
			}
			return none, nil
		})
		return err
	})
}

// emailEventType is what the timeline says of an e-mail's step, if it says anything.
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

func emailEvent(what order.EventType, e *email.Email, now time.Time) order.Event {
	return order.Event{
		CompanyID: e.CompanyID, ID: newID(), OrderID: e.OrderID, Type: what, At: now, ActorSub: "system", RequestID: e.RequestID,
		Changes: []order.Change{}, Data: map[string]any{"email_id": e.ID, "kind": string(e.Kind), "to": e.Recipients, "attempts": e.Attempts, "error": nullable(e.ErrorCode)},
	}
}

// ReceiveEmailEvent takes in what the mail provider tells of an e-mail. One about an e-mail that is not ours changes nothing.
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

// Reconcile moves on the e-mails that nobody will: attempts that never ended, and waits that are over; and wakes whoever
// sends mail where an e-mail is due, whose own job may be lost. It returns how many e-mails it moved.
func (s *Service) Reconcile(ctx context.Context) (moved int, err error) {
	overdue, err := s.store.System().OverdueEmails(ctx, s.now())
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, ref := range overdue {
		var is bool
		err := s.updateEmail(ctx, ref, func(_ *store.Tx, e *email.Email, now time.Time) (bool, error) {
			is = e.Overdue(now)
			return is, nil
		})
		switch {
		case err != nil:
			failed = append(failed, fmt.Errorf("e-mail %s: %w", ref.ID, err)) // one that fails does not keep the others
		case is:
			moved++
		}
	}
	return moved, errors.Join(append(failed, s.wakeIfDue(ctx))...)
}

// wakeIfDue wakes whoever sends mail where an e-mail is due. A token too many finds nothing to do.
func (s *Service) wakeIfDue(ctx context.Context) error {
	due, err := s.store.System().CompaniesWithDueMail(ctx, s.now(), 1)
	if err != nil || len(due) == 0 {
		return err
	}
	_, err = store.InTx(ctx, s.store.For(due[0]), func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.WakeMail(ctx, time.Time{})
	})
	return err
}

var _ mail.Sender = (*mail.Files)(nil)

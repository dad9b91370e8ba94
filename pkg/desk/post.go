package desk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/letter"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// How the post office works.
const (
	sendLimit  = 30 * time.Second // for wording and sending one letter; far below letter.SendingLimit
	mailPause  = 5 * time.Minute  // how long sending stops when the provider refuses our key
	fairChoice = 16               // companies looked at for a letter that nobody else is claiming
)

// Post sends one due letter: the oldest of the company served least recently. It reports false where none is due, or
// sending is paused. The outbox row decides; whoever calls this is only awake.
//
// The claim commits before anything is sent and the outcome is settled after, so a process that dies in between
// leaves the letter sending, which Reconcile finds.
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
		l, claimed, err := s.claim(ctx, company, now)
		if err != nil {
			return false, err
		}
		if claimed {
			return true, s.deliver(ctx, l)
		}
	}
	return false, nil
}

func (s *Service) claim(ctx context.Context, company string, now time.Time) (l letter.Letter, claimed bool, err error) {
	err = again(ctx, func() error {
		l, err = store.InTx(ctx, s.store.For(company), func(tx *store.Tx) (letter.Letter, error) {
			l, claimed, err = tx.ClaimDue(ctx, now)
			return l, err
		})
		return err
	})
	return l, claimed, err
}

// deliver words a claimed letter, hands it to the sender and settles what came of it.
func (s *Service) deliver(ctx context.Context, l letter.Letter) error {
	sending, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	message, err := s.word(sending, l)
	var outcome letter.Outcome
	if err != nil {
		s.log.ErrorContext(ctx, "a letter could not be worded", "letter", l.ID, "kind", l.Kind, "error", err)
		outcome = letter.RetryAfter(time.Time{}, letter.CodeUnavailable, "The letter could not be worded.")
	} else {
		outcome = s.sender.Send(sending, message)
	}
	// The outcome is settled even if the process is told to stop meanwhile.
	return s.settle(context.WithoutCancel(ctx), l, outcome)
}

// settle writes what came of an attempt: on the letter, on its order, in the timeline; and when to wake up next.
func (s *Service) settle(ctx context.Context, claimed letter.Letter, outcome letter.Outcome) error {
	s.observe(Occurrence{"mail_" + string(outcome.Cause), 1})
	if outcome.RaisesAlarm() {
		s.log.ErrorContext(ctx, "mail needs a person", "letter", claimed.ID, "cause", outcome.Cause, "code", outcome.Code) // not its detail: providers quote addresses
	}
	return s.turn(ctx, store.LetterRef{CompanyID: claimed.CompanyID, ID: claimed.ID}, func(tx *store.Tx, l *letter.Letter, now time.Time) (bool, error) {
		if outcome.PausesSending() {
			tx.PauseMail(now.Add(mailPause), outcome.Detail)
		}
		return l.Settle(now, claimed.Attempts, outcome, rand.Float64), nil
	})
}

// turn changes one letter, and writes what follows from it: its order's email_status, an event where its shown status
// moved, and the job that wakes up when it is due again.
func (s *Service) turn(ctx context.Context, ref store.LetterRef, do func(*store.Tx, *letter.Letter, time.Time) (bool, error)) error {
	return again(ctx, func() error {
		_, err := store.InTx(ctx, s.store.For(ref.CompanyID), func(tx *store.Tx) (none struct{}, err error) {
			now := s.now()
			l, found, err := tx.Letter(ctx, ref.ID)
			if err != nil || !found {
				return none, err
			}
			was := l
			changed, err := do(tx, &l, now)
			if err != nil || !changed {
				return none, err
			}
			if err := tx.UpdateLetter(&l, was); err != nil {
				return none, err
			}
			tx.ShowEmailStatus(&l)
			if what, moved := mailEvent(&was, &l); moved {
				if err := tx.Record([]order.Event{letterEvent(what, &l, now)}); err != nil {
					return none, err
				}
			}
			if l.State == letter.Queued || l.State == letter.Unknown {
				return none, tx.WakeMail(ctx, l.NextAttemptAt)
			}
			return none, nil
		})
		return err
	})
}

// mailEvent is what the timeline says of a letter's step, if it says anything.
func mailEvent(was, is *letter.Letter) (order.EventType, bool) {
	if is.State == letter.Unknown && was.State != letter.Unknown {
		return order.EventEmailUnknown, true
	}
	if was.ShownStatus() == is.ShownStatus() {
		return "", false
	}
	switch is.ShownStatus() {
	case letter.StatusSent:
		return order.EventEmailSent, true
	case letter.StatusDelivered:
		return order.EventEmailDelivered, true
	case letter.StatusBounced:
		return order.EventEmailBounced, true
	case letter.StatusFailed:
		return order.EventEmailFailed, true
	case letter.StatusQueued:
	}
	return "", false
}

func letterEvent(what order.EventType, l *letter.Letter, now time.Time) order.Event {
	return order.Event{
		CompanyID: l.CompanyID, ID: newID(), OrderID: l.OrderID, Type: what, At: now, ActorSub: "system", RequestID: l.RequestID,
		Changes: []order.Change{}, Data: map[string]any{"email_id": l.ID, "kind": string(l.Kind), "to": l.Recipients, "attempts": l.Attempts, "error": nullable(l.ErrorCode)},
	}
}

// LetterEvent takes in what the mail provider tells of a letter. One about a letter that is not ours changes nothing.
func (s *Service) LetterEvent(ctx context.Context, letterID string, e letter.Event) error {
	id, err := uuid.Parse(letterID)
	if err != nil {
		return nil
	}
	ref, found, err := s.store.System().FindLetter(ctx, id.String())
	if err != nil || !found {
		return err
	}
	return s.turn(ctx, ref, func(_ *store.Tx, l *letter.Letter, now time.Time) (bool, error) { return l.Event(now, e), nil })
}

// Reconcile moves on the letters that nobody will: attempts that never ended, and waits that are over; and wakes whoever
// sends mail where a letter is due, whose own job may be lost. It returns how many letters it moved.
func (s *Service) Reconcile(ctx context.Context) (moved int, err error) {
	overdue, err := s.store.System().OverdueLetters(ctx, s.now())
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, ref := range overdue {
		var is bool
		err := s.turn(ctx, ref, func(_ *store.Tx, l *letter.Letter, now time.Time) (bool, error) {
			is = l.Overdue(now)
			return is, nil
		})
		switch {
		case err != nil:
			failed = append(failed, fmt.Errorf("letter %s: %w", ref.ID, err)) // one that fails does not keep the others
		case is:
			moved++
		}
	}
	return moved, errors.Join(append(failed, s.rouse(ctx))...)
}

// rouse wakes whoever sends mail where a letter is due. A token too many finds nothing to do.
func (s *Service) rouse(ctx context.Context) error {
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

package desk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// How e-mails are sent.
const (
	sendLimit = 30 * time.Second // for rendering and sending one e-mail; far below email.SendingLimit
	mailPause = 5 * time.Minute  // how long sending pauses when the provider refuses our API key, and at most when it takes no more e-mails

	settleLimit        = 10 * time.Second // for one try to write an outcome
	settlePause        = 200 * time.Millisecond
	longestSettlePause = 5 * time.Second
	settleTries        = 8 // of an outcome that the database refuses: 16 s, far below email.SendingLimit
	bareTries          = 2 // and of the same without the provider's words
)

// Posted is what Post did. If Wait is positive, an e-mail is due, but its turn comes only after this time.
type Posted struct {
	Sent bool
	Wait time.Duration
}

// Post sends one due e-mail, as Claim and Deliver do.
func (s *Service) Post(ctx context.Context) (Posted, error) {
	claimed, wait, err := s.Claim(ctx, 1)
	if len(claimed) == 0 {
		return Posted{Wait: wait}, err
	}
	return Posted{Sent: true}, s.Deliver(ctx, claimed[0])
}

// ResumeMail ends a pause of sending, so that the provider is asked at once. It reports whether there was one.
func (s *Service) ResumeMail(ctx context.Context) (bool, error) {
	return s.store.System().ResumeMail(ctx, s.now())
}

// Deliver renders a claimed e-mail, gives it to the sender and writes the outcome. If the process dies in between, the e-mail stays
// in the state sending, which Reconcile finds.
func (s *Service) Deliver(ctx context.Context, e email.Email) (err error) {
	defer fault.CatchPanic("deliver the e-mail", &err)
	defer s.posting.leave(e.CompanyID, 1)
	sending, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	message, err := s.render(sending, e)
	var outcome email.Outcome
	if err != nil {
		outcome = email.RetryAfter(time.Time{}, email.CodeUnavailable, "the e-mail could not be rendered: "+err.Error())
		if !databaseAway(err) && ctx.Err() == nil { // a defect, which waiting does not mend
			s.log.ErrorContext(ctx, "mail needs a person", "email_id", e.ID, "kind", e.Kind, "cause", "not_rendered", "error", err)
		}
	} else {
		outcome = s.sender.Send(sending, message)
	}
	e.Subject = message.Subject
	s.report(ctx, e, outcome)
	return s.settleForSure(ctx, e, outcome)
}

// report counts an outcome and logs a fault. Its words stay out of the log, because providers quote addresses in them.
func (s *Service) report(ctx context.Context, e email.Email, outcome email.Outcome) {
	s.observe(Occurrence{"mail_" + string(outcome.Cause), 1})
	fields := []any{"email_id", e.ID, "kind", e.Kind, "cause", outcome.Cause, "code", outcome.Code, "error", outcome.Inside}
	switch {
	case outcome.RaisesAlarm():
		s.log.ErrorContext(ctx, "mail needs a person", fields...)
	case outcome.Cause != email.CauseAccepted:
		s.log.WarnContext(ctx, "an attempt to send an e-mail failed", fields...)
	}
}

// settleForSure writes a known outcome, again and again until it commits or ctx ends. An outcome that is thrown away because the
// database is away for a moment costs the customer a second copy.
//
// An outcome that the database refuses holds no worker for ever. After some tries the provider's own words are left out, because
// they may be what is refused. If that is refused too, the outcome is given up, and Reconcile finds the e-mail.
func (s *Service) settleForSure(ctx context.Context, claimed email.Email, outcome email.Outcome) error {
	for pause, refused := s.settlePause, 0; ; pause = min(2*pause, longestSettlePause) {
		// The outcome is written even if the process is told to stop.
		try, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
		err := s.settle(try, claimed, outcome)
		cancel()
		if err == nil {
			return nil
		}
		if !databaseAway(err) {
			refused++
		}
		fields := []any{"email_id", claimed.ID, "cause", outcome.Cause, "code", outcome.Code, "provider_id", outcome.ProviderID, "error", err}
		switch {
		case ctx.Err() != nil, refused == settleTries+bareTries:
			s.log.ErrorContext(ctx, "the outcome of an attempt to send an e-mail was never written", fields...)
			return err
		case refused == settleTries:
			s.log.ErrorContext(ctx, "the outcome of an attempt to send an e-mail is written without the provider's words", fields...)
			outcome = outcome.Bare()
		default:
			s.log.WarnContext(ctx, "the outcome of an attempt to send an e-mail is written again", fields...)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// databaseAway reports whether a write failed because the database is away or busy. Then nothing else can be written either.
func databaseAway(err error) bool {
	for _, code := range []fault.Code{fault.DatabaseUnavailable, fault.CapacityReached, fault.OutcomeUnknown, fault.RequestTimeout} {
		if fault.Is(err, code) {
			return true
		}
	}
	return false
}

// settle writes the outcome of an attempt to the e-mail, its order and the timeline, and schedules the next attempt.
func (s *Service) settle(ctx context.Context, claimed email.Email, outcome email.Outcome) error {
	return s.updateEmail(ctx, store.EmailRef{CompanyID: claimed.CompanyID, ID: claimed.ID}, func(tx *store.Tx, e *email.Email, now time.Time) (bool, error) {
		if outcome.PausesSending() {
			tx.PauseMail(now.Add(mailPause), outcome.Inside)
		}
		if reset := outcome.Reset(); reset.After(now) { // every other e-mail would be refused too
			tx.LimitMail(earlier(reset, now.Add(mailPause)))
		}
		changed := e.Settle(now, claimed.Attempts, outcome, rand.Float64)
		if changed && e.Subject == "" { // queued by an earlier version
			e.Subject = claimed.Subject
		}
		return changed, nil
	})
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Reconcile handles e-mails that no worker will: attempts that never ended, and waits that are over. If an e-mail is
// due it also enqueues a mail job, because the original job may be lost. It returns how many e-mails it changed.
func (s *Service) Reconcile(ctx context.Context) (moved int, err error) {
	now, err := s.databaseNow(ctx)
	if err != nil {
		return 0, err
	}
	overdue, err := s.store.System().OverdueEmails(ctx, now)
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
			failed = append(failed, fmt.Errorf("e-mail %s: %w", ref.ID, err)) // one failure does not stop the others
		case is:
			moved++
		}
	}
	return moved, errors.Join(append(failed, s.wakeIfDue(ctx))...)
}

// wakeIfDue enqueues a mail job if an e-mail is due. An extra job finds nothing to do.
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

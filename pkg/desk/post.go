package desk

import (
	"context"
	"errors"
	"fmt"
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
func (s *Service) Deliver(ctx context.Context, claimed ClaimedEmail) (err error) {
	e := claimed.Email
	defer fault.CatchPanic("deliver the e-mail", &err)
	defer s.posting.leave(e.CompanyID, 1)
	sending, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	message, err := s.render(sending, claimed.company, e)
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

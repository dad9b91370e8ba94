package desk

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// How outcomes are written.
const (
	settleLimit        = 10 * time.Second // for one try to write an outcome
	settlePause        = 200 * time.Millisecond
	longestSettlePause = 5 * time.Second
	settleTries        = 8 // of an outcome that the database refuses: 16 s, far below email.SendingLimit
	bareTries          = 2 // and of the same without the provider's words

	settledTogether = 64 // acceptances in one transaction, at most
)

// settleForSure writes a known outcome, again and again until it commits or ctx ends. An outcome that is thrown away because the
// database is away for a moment costs the customer a second copy.
//
// An outcome that the database refuses holds no worker for ever. After some tries the provider's own words are left out, because
// they may be what is refused. If that is refused too, the outcome is given up, and Reconcile finds the e-mail.
//
// An acceptance is first written together with others.
func (s *Service) settleForSure(ctx context.Context, claimed email.Email, outcome email.Outcome) error {
	if outcome.Cause == email.CauseAccepted && s.settleAccepted(claimed, outcome) == nil {
		return nil
	}
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

// acceptance is an e-mail that the provider has, as it was claimed.
type acceptance struct {
	claimed email.Email
	outcome email.Outcome
	written chan error
}

// acceptances are those to be written, by company. While a transaction of a company is underway, the others wait for the next one, which
// writes all of them.
type acceptances struct {
	mu sync.Mutex
	of map[string][]acceptance // of companies with a transaction underway
}

// settleAccepted writes an acceptance, together with others of its company. After an error nothing is known of it, and it is written
// alone: one that the database refuses must not hold up the others.
func (s *Service) settleAccepted(claimed email.Email, outcome email.Outcome) error {
	own := acceptance{claimed, outcome, make(chan error, 1)}
	a := &s.acceptances
	a.mu.Lock()
	if a.of == nil {
		a.of = map[string][]acceptance{}
	}
	waiting, underway := a.of[claimed.CompanyID]
	a.of[claimed.CompanyID] = append(waiting, own)
	a.mu.Unlock()
	if !underway {
		go s.writeAccepted(claimed.CompanyID)
	}
	return <-own.written
}

// writeAccepted writes the company's acceptances until there are none.
func (s *Service) writeAccepted(company string) {
	a := &s.acceptances
	for {
		a.mu.Lock()
		next := a.of[company]
		if len(next) == 0 {
			delete(a.of, company)
			a.mu.Unlock()
			return
		}
		next = next[:min(len(next), settledTogether)]
		a.of[company] = a.of[company][len(next):]
		a.mu.Unlock()
		ctx, cancel := context.WithTimeout(store.ForJobs(context.Background()), settleLimit)
		err := s.writeTogether(ctx, company, next)
		cancel()
		for _, n := range next {
			n.written <- err
		}
	}
}

// writeTogether writes acceptances to their e-mails, orders and timelines in one transaction. It reads nothing: each e-mail must still be
// as it was claimed.
func (s *Service) writeTogether(ctx context.Context, company string, all []acceptance) (err error) {
	defer fault.CatchPanic("write that e-mails were accepted", &err)
	_, err = store.InTx(ctx, s.store.For(company), func(tx *store.Tx) (none struct{}, err error) {
		now := s.at(tx)
		var steps []order.Event
		for _, a := range all {
			e := a.claimed
			if !e.Settle(now, e.Attempts, a.outcome, rand.Float64) {
				continue
			}
			if err := tx.UpdateEmail(&e, a.claimed); err != nil {
				return none, err
			}
			tx.ShowEmailStatus(&e, s.stamp(tx, now))
			if eventType, moved := emailEventType(&a.claimed, &e); moved {
				step := emailEvent(eventType, &e, now)
				step.Seal(e.Digest(), "")
				steps = append(steps, step)
			}
		}
		return none, tx.Record(steps)
	})
	return err
}

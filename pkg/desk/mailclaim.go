package desk

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// MailWorkers is how many e-mails a process sends at the same time.
const MailWorkers = mail.AtOnce

// How e-mails are claimed.
const (
	fairChoice   = 32 // how many companies are considered for the next e-mails
	claimsAtOnce = 4  // companies whose e-mails are claimed at the same time
)

// ClaimedEmail is an e-mail that this process must deliver, and its company as it was when it was claimed.
type ClaimedEmail struct {
	email.Email

	company company.Company
}

// Claim claims e-mails that are due, at most room: the oldest ones of the companies that were served least recently, one of each company
// in turn. It claims none if none is due, if sending is paused, or if this process is sending as many e-mails of the companies as
// it may. After a pause the backlog goes out slowly, over all processes. The outbox row decides what is sent; the caller only
// triggers it.
//
// The claims are committed, and the caller must call Deliver with each e-mail, also if there is an error. If wait is positive, an
// e-mail is due, but its turn comes only after this time.
func (s *Service) Claim(ctx context.Context, room int) (claimed []ClaimedEmail, wait time.Duration, err error) {
	now := s.now()
	pause, err := s.store.System().MailPause(ctx)
	if err != nil || !pause.Over(now) {
		return nil, 0, err
	}
	if wait := pause.Wait(now); wait > 0 {
		return nil, wait, nil
	}
	if pause.Releasing(now) {
		room = 1
	}
	companies, err := s.store.System().CompaniesWithDueMail(ctx, now, fairChoice)
	for err == nil && len(claimed) == 0 && wait == 0 && len(companies) > 0 {
		var turns []mailTurn
		turns, companies = s.posting.enter(companies, room, s.mailShare)
		claimed, wait, err = s.claimTurns(ctx, turns, pause)
	}
	return claimed, wait, err
}

// claimTurns claims e-mails of companies, a few companies at a time.
func (s *Service) claimTurns(ctx context.Context, turns []mailTurn, pause store.MailPause) (claimed []ClaimedEmail, wait time.Duration, err error) {
	var mu sync.Mutex
	var claims sync.WaitGroup
	claiming := make(chan struct{}, claimsAtOnce)
	for _, t := range turns {
		claiming <- struct{}{}
		claims.Go(func() {
			defer func() { <-claiming }()
			of, failed := s.claimOf(ctx, t, pause)
			s.posting.leave(t.company, t.emails-len(of))
			mu.Lock()
			defer mu.Unlock()
			claimed = append(claimed, of...)
			if store.Retryable(failed) { // somebody else was first: look again
				wait = retryPause + rand.N(longestPause) //nolint:gosec // jitter, no secret
			} else {
				err = errors.Join(err, failed)
			}
		})
	}
	claims.Wait()
	return claimed, wait, err
}

// claimOf claims the oldest due e-mails of one company.
func (s *Service) claimOf(ctx context.Context, t mailTurn, pause store.MailPause) (claimed []ClaimedEmail, err error) {
	defer fault.CatchPanic("claim e-mails", &err)
	return store.InTx(ctx, s.store.For(t.company), func(tx *store.Tx) ([]ClaimedEmail, error) {
		due, err := tx.ClaimDue(ctx, s.at(tx), pause, t.emails)
		if err != nil || len(due) == 0 {
			return nil, err
		}
		co, err := tx.Company(ctx)
		if err != nil {
			return nil, err
		}
		claimed := make([]ClaimedEmail, len(due))
		for i, e := range due {
			claimed[i] = ClaimedEmail{e, co}
		}
		return claimed, nil
	})
}

// posting counts the e-mails that this process is sending, by company.
type posting struct {
	mu sync.Mutex
	of map[string]int
}

// mailTurn is how many e-mails of a company may be claimed.
type mailTurn struct {
	company string
	emails  int
}

// enter gives the companies their turns, for as many e-mails as there is room: one e-mail of each company, then another one of each, as
// long as a company has fewer than most underway. It returns the companies for which there was no room. Leave must be called for each
// e-mail.
func (p *posting) enter(companies []string, room, most int) (turns []mailTurn, rest []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[string]int{}
	}
	for i, company := range companies {
		if len(turns) == room {
			rest = companies[i:]
			break
		}
		if p.of[company] < most {
			turns = append(turns, mailTurn{company: company})
		}
	}
	for given := true; given; {
		given = false
		for i := range turns {
			t := &turns[i]
			if room > 0 && p.of[t.company] < most {
				p.of[t.company]++
				t.emails++
				room--
				given = true
			}
		}
	}
	return turns, rest
}

// leave ends e-mails of the company.
func (p *posting) leave(company string, emails int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of[company] -= emails; p.of[company] == 0 {
		delete(p.of, company)
	}
}

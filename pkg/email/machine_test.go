package email_test

import (
	"flag"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/orderdesk/orderdesk/pkg/email"
)

// machine applies random operations to an e-mail at random times, and checks the rules of ADR 7 against its own record
// of what happened. It does not use the table of transitions.
type machine struct {
	e   *email.Email
	now time.Time

	proven    bool      // an answer or an event showed that the provider has the e-mail
	dropped   bool      // an event said that the provider dropped it for a recipient
	rejected  bool      // the provider refused the e-mail for good
	lost      int       // attempts with an unknown outcome
	lostAt    time.Time // the last of them
	first     time.Time // the first attempt since our key was last refused
	claimedAt time.Time // the attempt under way
	attempts  []int     // every attempt number so far
	before    email.State
}

func (m *machine) wait(t *rapid.T) {
	m.now = m.now.Add(rapid.SampledFrom([]time.Duration{
		time.Second, 5 * time.Second, email.SendingLimit + time.Second, 2 * time.Minute, 3 * time.Hour, 30 * time.Hour,
	}).Draw(t, "wait"))
}

func (m *machine) claim(t *rapid.T) {
	was, due := m.e.State, m.e.NextAttemptAt
	if !m.e.Claim(m.now) {
		if (was == email.Queued || was == email.Unknown && m.lost < 3) && !m.now.Before(due) {
			t.Fatalf("a due e-mail was not claimed: %+v", m.e)
		}
		return
	}
	switch {
	case m.proven || m.rejected:
		t.Fatalf("sent again although accepted or refused")
	case was == email.Unknown && m.now.Sub(m.lostAt) < 2*time.Minute:
		t.Fatalf("sent again %v after an unknown outcome", m.now.Sub(m.lostAt))
	case m.lost >= 3:
		t.Fatalf("sent again after %d unknown outcomes", m.lost)
	}
	if m.first.IsZero() {
		m.first = m.now
	}
	m.claimedAt = m.now
	m.attempts = append(m.attempts, m.e.Attempts)
}

func (m *machine) settle(t *rapid.T, o email.Outcome) {
	if len(m.attempts) == 0 {
		return
	}
	attempt := m.attempts[len(m.attempts)-1]
	if late := rapid.IntRange(0, 4).Draw(t, "late") == 0; late {
		attempt = rapid.SampledFrom(m.attempts).Draw(t, "attempt")
	}
	was, attempts, due := m.e.State, m.e.Attempts, m.e.NextAttemptAt
	rnd := rapid.Float64Range(0, 0.999).Draw(t, "rnd")
	m.e.Settle(m.now, attempt, o, func() float64 { return rnd })
	if o.Cause == email.CauseAccepted {
		m.proven = true
		return
	}
	if was != email.Sending || attempt != attempts {
		if m.e.State != was || m.e.NextAttemptAt != due {
			t.Fatalf("a late %s moved the e-mail from %s to %s", o.Cause, was, m.e.State)
		}
		return
	}
	switch o.Cause {
	case email.CauseRejected:
		m.rejected = true
	case email.CauseLost:
		m.lost, m.lostAt = m.lost+1, m.now
	case email.CauseUnauthorized:
		m.first = time.Time{}
		if m.e.State != email.Queued || m.e.Attempts != attempts-1 || m.e.NextAttemptAt != due {
			t.Fatalf("a refused key changed more than it should: %+v", m.e)
		}
	case email.CauseRetry:
		m.afterRetry(t, o)
	}
}

func (m *machine) afterRetry(t *rapid.T, o email.Outcome) {
	if m.now.Sub(m.first) >= 72*time.Hour {
		if m.e.State != email.Failed || m.e.ErrorCode != email.CodeRetriesExhausted {
			t.Fatalf("not failed after 72 hours: %+v", m.e)
		}
		return
	}
	delay, deadline := m.e.NextAttemptAt.Sub(m.now), m.first.Add(72*time.Hour)
	switch {
	case m.e.State != email.Queued:
		t.Fatalf("given up after %v", m.now.Sub(m.first))
	case m.e.NextAttemptAt.Equal(deadline):
	case m.e.NextAttemptAt.After(deadline), delay > 6*time.Hour:
		t.Fatalf("retry only after %v", delay)
	case o.RetryAt.IsZero() && delay < 5*time.Second:
		t.Fatalf("retry after %v already", delay)
	case !o.RetryAt.IsZero() && delay > 0 && !m.e.NextAttemptAt.Equal(o.RetryAt):
		t.Fatalf("retry at %v, but the provider asked for %v", m.e.NextAttemptAt, o.RetryAt)
	}
}

func (m *machine) event(t *rapid.T) {
	event := genEvent().Draw(t, "event")
	m.e.Event(m.now, event)
	m.proven = m.proven || event.Kind != "open"
	m.dropped = m.dropped || event.Kind == "dropped" && event.Recipient != "eve@evil.example"
}

func (m *machine) overdue(t *rapid.T) {
	was, lost := m.e.State, m.lost
	if !m.e.Overdue(m.now) {
		if was == email.Sending && m.now.Sub(m.claimedAt) > email.SendingLimit {
			t.Fatalf("still sending after %v", m.now.Sub(m.claimedAt))
		}
		return
	}
	switch {
	case was == email.Sending && m.now.Sub(m.claimedAt) > email.SendingLimit && m.e.State == email.Unknown:
		m.lost, m.lostAt = m.lost+1, m.now
	case was == email.Unknown && lost == 3 && m.now.Sub(m.lostAt) >= 2*time.Minute && m.e.State == email.Failed:
	default:
		t.Fatalf("overdue from %s after %v: %+v", was, m.now.Sub(m.claimedAt), m.e)
	}
}

// check verifies what must hold after every step.
func (m *machine) check(t *rapid.T) {
	e := m.e
	if e.State != m.before && !legal[[2]email.State{m.before, e.State}] {
		t.Fatalf("%s became %s", m.before, e.State)
	}
	m.before = e.State
	want := map[email.State]email.Status{email.Queued: "queued", email.Sending: "queued", email.Unknown: "queued", email.Failed: "failed"}
	switch shown := e.ShownStatus(); {
	case m.proven && m.dropped && shown != email.StatusFailed, m.proven && !m.dropped && e.State != email.Sent:
		t.Fatalf("the provider has it (dropped: %v), but it shows as %s: %+v", m.dropped, shown, e)
	case e.State != email.Sent && shown != want[e.State]:
		t.Fatalf("%s shows as %s", e.State, shown)
	case !m.proven && e.State == email.Sent:
		t.Fatalf("sent without proof")
	case e.UnknownAttempts != m.lost || m.lost > 3:
		t.Fatalf("%d unknown attempts, counted %d", m.lost, e.UnknownAttempts)
	case (e.SendingSince != nil) != (e.State == email.Sending):
		t.Fatalf("%s with SendingSince %v", e.State, e.SendingSince)
	case (e.State == email.Failed) && e.ErrorCode == "", e.State == email.Sent && e.ErrorCode != "":
		t.Fatalf("%s with error %q", e.State, e.ErrorCode)
	}
}

// legal lists the transitions of ADR 7, independently of the code.
var legal = func() map[[2]email.State]bool {
	m := map[[2]email.State]bool{}
	for from, targets := range map[email.State][]email.State{
		email.Queued:  {email.Sending, email.Sent, email.Failed},
		email.Sending: {email.Queued, email.Unknown, email.Sent, email.Failed},
		email.Unknown: {email.Sending, email.Sent, email.Failed},
		email.Sent:    {email.Failed},
		email.Failed:  {email.Sent},
	} {
		for _, to := range targets {
			m[[2]email.State{from, to}] = true
		}
	}
	return m
}()

func TestTheMachineKeepsTheRules(t *testing.T) {
	sequences := "10000"
	if testing.Short() {
		sequences = "1000"
	}
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	if err := flag.Set("rapid.checks", sequences); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = flag.Set("rapid.checks", before) }()

	reached := map[email.State]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{e: fresh(), now: noon, before: email.Queued}
		settle := func(o email.Outcome) func(*rapid.T) { return func(t *rapid.T) { m.settle(t, o) } }
		t.Repeat(map[string]func(*rapid.T){
			"wait":        m.wait,
			"claim":       m.claim,
			"claim_again": m.claim, // twice as likely, because without an attempt nothing else happens
			"overdue":     m.overdue,
			"event":       m.event,
			"accepted":    settle(email.Accepted("sg1")),
			"rejected":    settle(email.Rejected(email.CodeMessageRejected, "400")),
			"retry":       settle(email.RetryAfter(time.Time{}, email.CodeUnavailable, "503")),
			"retry_at": func(t *rapid.T) {
				m.settle(t, email.RetryAfter(m.now.Add(time.Minute), email.CodeRateLimited, "429"))
			},
			"unauthorized": settle(email.Unauthorized("401")),
			"lost":         settle(email.Lost("reset")),
			"":             m.check,
		})
		reached[m.e.State]++
	})
	for _, s := range []email.State{email.Queued, email.Sending, email.Unknown, email.Sent, email.Failed} {
		if reached[s] == 0 {
			t.Errorf("no sequence ended %s, so the test does not reach all states", s)
		}
	}
	t.Logf("%s sequences ended: %v", sequences, reached)
}

func TestTheTableNamesEachStepOnce(t *testing.T) {
	type from struct {
		email.State
		email.Cause
	}
	seen := map[from]bool{}
	for _, s := range email.Transitions() {
		if seen[from{s.From, s.Cause}] {
			t.Errorf("%s by %s leads to two states", s.From, s.Cause)
		}
		seen[from{s.From, s.Cause}] = true
		if !legal[[2]email.State{s.From, s.To}] {
			t.Errorf("%s to %s is not a transition of ADR 7", s.From, s.To)
		}
	}
}

package letter_test

import (
	"flag"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/orderdesk/orderdesk/pkg/letter"
)

// machine drives a letter through everything that can happen to it, at any time, and checks the rules of
// domain.md, Letters, against its own memory of what happened. It does not look at the table of transitions.
type machine struct {
	l   *letter.Letter
	now time.Time

	proven    bool      // the provider said, by answer or event, that it has the letter
	dropped   bool      // an event said that it dropped it for a recipient
	rejected  bool      // the provider refused the letter for good
	lost      int       // attempts with an unknown outcome
	lostAt    time.Time // the last of them
	first     time.Time // the first attempt since the last refusal of our key
	claimedAt time.Time // the attempt under way
	attempts  []int     // every attempt number ever given out
	before    letter.State
}

func (m *machine) wait(t *rapid.T) {
	m.now = m.now.Add(rapid.SampledFrom([]time.Duration{
		time.Second, 5 * time.Second, letter.SendingLimit + time.Second, 2 * time.Minute, 3 * time.Hour, 30 * time.Hour,
	}).Draw(t, "wait"))
}

func (m *machine) claim(t *rapid.T) {
	was, due := m.l.State, m.l.NextAttemptAt
	if !m.l.Claim(m.now) {
		if (was == letter.Queued || was == letter.Unknown && m.lost < 3) && !m.now.Before(due) {
			t.Fatalf("a due letter was not claimed: %+v", m.l)
		}
		return
	}
	switch {
	case m.proven || m.rejected:
		t.Fatalf("sent again although accepted or refused")
	case was == letter.Unknown && m.now.Sub(m.lostAt) < 2*time.Minute:
		t.Fatalf("sent again %v after an unknown outcome", m.now.Sub(m.lostAt))
	case m.lost >= 3:
		t.Fatalf("sent again after %d unknown outcomes", m.lost)
	}
	if m.first.IsZero() {
		m.first = m.now
	}
	m.claimedAt = m.now
	m.attempts = append(m.attempts, m.l.Attempts)
}

func (m *machine) settle(t *rapid.T, o letter.Outcome) {
	if len(m.attempts) == 0 {
		return
	}
	attempt := m.attempts[len(m.attempts)-1]
	if late := rapid.IntRange(0, 4).Draw(t, "late") == 0; late {
		attempt = rapid.SampledFrom(m.attempts).Draw(t, "attempt")
	}
	was, attempts, due := m.l.State, m.l.Attempts, m.l.NextAttemptAt
	rnd := rapid.Float64Range(0, 0.999).Draw(t, "rnd")
	m.l.Settle(m.now, attempt, o, func() float64 { return rnd })
	if o.Cause == letter.CauseAccepted {
		m.proven = true
		return
	}
	if was != letter.Sending || attempt != attempts {
		if m.l.State != was || m.l.NextAttemptAt != due {
			t.Fatalf("a late %s moved the letter from %s to %s", o.Cause, was, m.l.State)
		}
		return
	}
	switch o.Cause {
	case letter.CauseRejected:
		m.rejected = true
	case letter.CauseLost:
		m.lost, m.lostAt = m.lost+1, m.now
	case letter.CauseUnauthorized:
		m.first = time.Time{}
		if m.l.State != letter.Queued || m.l.Attempts != attempts-1 || m.l.NextAttemptAt != due {
			t.Fatalf("a refused key cost the letter something: %+v", m.l)
		}
	case letter.CauseRetry:
		m.afterRetry(t, o)
	}
}

func (m *machine) afterRetry(t *rapid.T, o letter.Outcome) {
	if m.now.Sub(m.first) >= 72*time.Hour {
		if m.l.State != letter.Failed || m.l.ErrorCode != letter.CodeRetriesExhausted {
			t.Fatalf("still tried after 72 hours: %+v", m.l)
		}
		return
	}
	delay, deadline := m.l.NextAttemptAt.Sub(m.now), m.first.Add(72*time.Hour)
	switch {
	case m.l.State != letter.Queued:
		t.Fatalf("given up after %v", m.now.Sub(m.first))
	case m.l.NextAttemptAt.Equal(deadline):
	case m.l.NextAttemptAt.After(deadline), delay > 6*time.Hour:
		t.Fatalf("retry only after %v", delay)
	case o.RetryAt.IsZero() && delay < 5*time.Second:
		t.Fatalf("retry after %v already", delay)
	case !o.RetryAt.IsZero() && delay > 0 && !m.l.NextAttemptAt.Equal(o.RetryAt):
		t.Fatalf("retry at %v, asked for %v", m.l.NextAttemptAt, o.RetryAt)
	}
}

func (m *machine) event(t *rapid.T) {
	e := genEvent().Draw(t, "event")
	m.l.Event(m.now, e)
	m.proven = m.proven || e.Kind != "open"
	m.dropped = m.dropped || e.Kind == "dropped" && e.Recipient != "eve@evil.example"
}

func (m *machine) overdue(t *rapid.T) {
	was, lost := m.l.State, m.lost
	if !m.l.Overdue(m.now) {
		if was == letter.Sending && m.now.Sub(m.claimedAt) > letter.SendingLimit {
			t.Fatalf("still sending after %v", m.now.Sub(m.claimedAt))
		}
		return
	}
	switch {
	case was == letter.Sending && m.now.Sub(m.claimedAt) > letter.SendingLimit && m.l.State == letter.Unknown:
		m.lost, m.lostAt = m.lost+1, m.now
	case was == letter.Unknown && lost == 3 && m.now.Sub(m.lostAt) >= 2*time.Minute && m.l.State == letter.Failed:
	default:
		t.Fatalf("overdue from %s after %v: %+v", was, m.now.Sub(m.claimedAt), m.l)
	}
}

// check holds after every step.
func (m *machine) check(t *rapid.T) {
	l := m.l
	if l.State != m.before && !legal[[2]letter.State{m.before, l.State}] {
		t.Fatalf("%s became %s", m.before, l.State)
	}
	m.before = l.State
	want := map[letter.State]letter.Status{letter.Queued: "queued", letter.Sending: "queued", letter.Unknown: "queued", letter.Failed: "failed"}
	switch shown := l.ShownStatus(); {
	case m.proven && m.dropped && shown != letter.StatusFailed, m.proven && !m.dropped && l.State != letter.Sent:
		t.Fatalf("the provider has it (dropped: %v), and it shows as %s: %+v", m.dropped, shown, l)
	case l.State != letter.Sent && shown != want[l.State]:
		t.Fatalf("%s shows as %s", l.State, shown)
	case !m.proven && l.State == letter.Sent:
		t.Fatalf("sent without proof")
	case l.UnknownAttempts != m.lost || m.lost > 3:
		t.Fatalf("%d unknown attempts, counted %d", m.lost, l.UnknownAttempts)
	case (l.SendingSince != nil) != (l.State == letter.Sending):
		t.Fatalf("%s with SendingSince %v", l.State, l.SendingSince)
	case (l.State == letter.Failed) && l.ErrorCode == "", l.State == letter.Sent && l.ErrorCode != "":
		t.Fatalf("%s with error %q", l.State, l.ErrorCode)
	}
}

// legal are the moves of domain.md, Letters, written down a second time.
var legal = func() map[[2]letter.State]bool {
	m := map[[2]letter.State]bool{}
	for from, tos := range map[letter.State][]letter.State{
		letter.Queued:  {letter.Sending, letter.Sent, letter.Failed},
		letter.Sending: {letter.Queued, letter.Unknown, letter.Sent, letter.Failed},
		letter.Unknown: {letter.Sending, letter.Sent, letter.Failed},
		letter.Sent:    {letter.Failed},
		letter.Failed:  {letter.Sent},
	} {
		for _, to := range tos {
			m[[2]letter.State{from, to}] = true
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

	reached := map[letter.State]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{l: born(), now: noon, before: letter.Queued}
		settle := func(o letter.Outcome) func(*rapid.T) { return func(t *rapid.T) { m.settle(t, o) } }
		t.Repeat(map[string]func(*rapid.T){
			"wait":        m.wait,
			"claim":       m.claim,
			"claim_again": m.claim, // twice as likely: without an attempt nothing else happens
			"overdue":     m.overdue,
			"event":       m.event,
			"accepted":    settle(letter.Accepted("sg1")),
			"rejected":    settle(letter.Rejected(letter.CodeMessageRejected, "400")),
			"retry":       settle(letter.RetryAfter(time.Time{}, letter.CodeUnavailable, "503")),
			"retry_at": func(t *rapid.T) {
				m.settle(t, letter.RetryAfter(m.now.Add(time.Minute), letter.CodeRateLimited, "429"))
			},
			"unauthorized": settle(letter.Unauthorized("401")),
			"lost":         settle(letter.Lost("reset")),
			"":             m.check,
		})
		reached[m.l.State]++
	})
	for _, s := range []letter.State{letter.Queued, letter.Sending, letter.Unknown, letter.Sent, letter.Failed} {
		if reached[s] == 0 {
			t.Errorf("no sequence ended %s: the test does not get around", s)
		}
	}
	t.Logf("%s sequences ended: %v", sequences, reached)
}

func TestTheTableNamesEachStepOnce(t *testing.T) {
	type from struct {
		letter.State
		letter.Cause
	}
	seen := map[from]bool{}
	for _, s := range letter.Transitions() {
		if seen[from{s.From, s.Cause}] {
			t.Errorf("%s by %s leads to two states", s.From, s.Cause)
		}
		seen[from{s.From, s.Cause}] = true
		if !legal[[2]letter.State{s.From, s.To}] {
			t.Errorf("%s to %s is no move of domain.md", s.From, s.To)
		}
	}
}

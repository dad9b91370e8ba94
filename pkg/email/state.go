package email

import "time"

// State is where an e-mail stands.
type State string

// The states.
const (
	Queued  State = "queued"  // due at NextAttemptAt
	Sending State = "sending" // an attempt is under way since SendingSince
	Unknown State = "unknown" // an attempt may have reached the provider; an event is awaited until NextAttemptAt
	Sent    State = "sent"    // the provider accepted it
	Failed  State = "failed"  // ErrorCode says why
)

// Cause is what moves an e-mail from one state to the next.
type Cause string

// The causes.
const (
	CauseClaim        Cause = "claim"        // somebody begins an attempt
	CauseAccepted     Cause = "accepted"     // the provider's answer: it has the e-mail
	CauseRejected     Cause = "rejected"     // the provider's answer: it will never take this e-mail
	CauseRetry        Cause = "retry"        // the provider is away or busy
	CauseUnauthorized Cause = "unauthorized" // the provider refuses our key
	CauseLost         Cause = "lost"         // no answer, or none within SendingLimit
	CauseGiveUp       Cause = "give_up"      // 72 hours of retries, or three unknown outcomes, are over
	CauseSeen         Cause = "seen"         // a provider's event shows that it has the e-mail
	CauseDropped      Cause = "dropped"      // a provider's event: it dropped the e-mail for a recipient
)

// Transition is one permitted step.
type Transition struct {
	From  State
	Cause Cause
	To    State
}

// Transitions are all the permitted steps; the code runs on this table. What it does not list changes nothing:
// an answer that comes late never takes back what is already known.
//
// Acceptance and events are proof, whenever they come: a failed e-mail that a provider's event shows to be under
// way is sent. An e-mail dropped for one recipient stays failed.
func Transitions() []Transition {
	return []Transition{
		{Queued, CauseClaim, Sending},
		{Queued, CauseAccepted, Sent}, // the answer of an earlier attempt, given up as lost
		{Queued, CauseSeen, Sent},
		{Queued, CauseDropped, Failed},

		{Sending, CauseAccepted, Sent},
		{Sending, CauseRejected, Failed},
		{Sending, CauseRetry, Queued},
		{Sending, CauseUnauthorized, Queued},
		{Sending, CauseLost, Unknown},
		{Sending, CauseGiveUp, Failed},
		{Sending, CauseSeen, Sent},
		{Sending, CauseDropped, Failed},

		{Unknown, CauseClaim, Sending},
		{Unknown, CauseAccepted, Sent},
		{Unknown, CauseGiveUp, Failed},
		{Unknown, CauseSeen, Sent},
		{Unknown, CauseDropped, Failed},

		{Sent, CauseDropped, Failed},

		{Failed, CauseAccepted, Sent},
		{Failed, CauseSeen, Sent},
	}
}

type step struct {
	from  State
	cause Cause
}

var next = func() map[step]State {
	m := map[step]State{}
	for _, t := range Transitions() {
		m[step{t.From, t.Cause}] = t.To
	}
	return m
}()

// move takes the step that the table permits, and reports whether there is one.
func (e *Email) move(cause Cause, now time.Time) bool {
	to, ok := next[step{e.State, cause}]
	if !ok {
		return false
	}
	e.State, e.UpdatedAt, e.SendingSince = to, now, nil
	switch to {
	case Sending:
		e.SendingSince = &now
	case Sent:
		e.ErrorCode, e.LastError = "", ""
	}
	return true
}

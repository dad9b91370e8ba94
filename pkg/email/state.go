package email

import "time"

// State is the state of an e-mail in the outbox.
type State string

// The states.
const (
	Queued  State = "queued"  // due at NextAttemptAt
	Sending State = "sending" // an attempt began at SendingSince
	Unknown State = "unknown" // an attempt may have reached the provider; wait for an event until NextAttemptAt
	Sent    State = "sent"    // the provider accepted it
	Failed  State = "failed"  // ErrorCode says why
)

// Cause is what moves an e-mail from one state to another.
type Cause string

// The causes.
const (
	CauseClaim        Cause = "claim"        // a worker begins an attempt
	CauseAccepted     Cause = "accepted"     // the provider's answer: it has the e-mail
	CauseRejected     Cause = "rejected"     // the provider's answer: it will never accept this e-mail
	CauseRetry        Cause = "retry"        // the provider is unavailable or busy
	CauseUnauthorized Cause = "unauthorized" // the provider refuses our key
	CauseLost         Cause = "lost"         // no answer, or none within SendingLimit
	CauseGiveUp       Cause = "give_up"      // 72 hours of retries, or three unknown outcomes
	CauseSeen         Cause = "seen"         // a provider's event shows that it has the e-mail
	CauseDropped      Cause = "dropped"      // a provider's event: it dropped the e-mail for a recipient
)

// Transition is one permitted step.
type Transition struct {
	From  State
	Cause Cause
	To    State
}

// Transitions returns all permitted steps. The code runs on this table. Any other step changes nothing, so a late
// answer never undoes what is known.
//
// Acceptance and events are proof at any time: a failed e-mail becomes sent if an event shows that the provider has it.
// An e-mail that was dropped for one recipient stays failed.
func Transitions() []Transition {
	return []Transition{
		{Queued, CauseClaim, Sending},
		{Queued, CauseAccepted, Sent}, // the answer of an earlier attempt that was given up as lost
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

// move takes the permitted step and reports whether there is one.
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

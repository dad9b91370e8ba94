package email

import "time"

// The limits of ADR 7. An attempt must be found lost within 90 s. It counts as lost after 70 s already, since Reconcile
// looks only from time to time.
const (
	SendingLimit  = 70 * time.Second // an attempt that takes longer is lost
	UnknownWait   = 2 * time.Minute  // how long an event is awaited before the e-mail is sent again
	UnknownLimit  = 3                // attempts with an unknown outcome
	RetryWindow   = 72 * time.Hour   // retries end this long after the first attempt
	ShortestDelay = 5 * time.Second
	LongestDelay  = 6 * time.Hour
)

// Claim begins an attempt and reports whether it may: the e-mail must be due, and not wait for its last unknown
// outcome. The attempt's number is e.Attempts; Settle asks for it. The caller stores the e-mail, compared and
// set, before anything is sent.
func (e *Email) Claim(now time.Time) bool {
	if now.Before(e.NextAttemptAt) || e.UnknownAttempts >= UnknownLimit || !e.move(CauseClaim, now) {
		return false
	}
	e.Attempts++
	if e.FirstAttemptAt == nil {
		e.FirstAttemptAt = &now
	}
	return true
}

// Settle takes in what came of an attempt, and reports whether the e-mail changed. Only acceptance counts for an
// attempt that was given up meanwhile. The random source rnd gives numbers in [0, 1), for the jitter of retries.
func (e *Email) Settle(now time.Time, attempt int, o Outcome, rnd func() float64) bool {
	if o.Cause == CauseAccepted {
		return e.accept(now, o.ProviderID)
	}
	if e.State != Sending || attempt != e.Attempts {
		return false
	}
	cause := o.Cause
	if cause == CauseRetry && !now.Before(e.retryDeadline()) {
		cause, o.Code = CauseGiveUp, CodeRetriesExhausted
	}
	if !e.move(cause, now) {
		return false
	}
	e.blame(o.Code, o.Detail)
	switch cause {
	case CauseRetry:
		e.NextAttemptAt = e.retryAt(now, o.RetryAt, rnd)
	case CauseUnauthorized:
		// The e-mail has nothing to do with it: it keeps its turn, and the wait for a new key takes nothing
		// from its 72 hours.
		e.Attempts--
		e.FirstAttemptAt = nil
	case CauseLost:
		e.lose(now)
	}
	return true
}

// accept notes that the provider has the e-mail. It may know more by now: an e-mail that was dropped stays failed.
func (e *Email) accept(now time.Time, providerID string) bool {
	changed := false
	if providerID != "" && e.ProviderID != providerID {
		e.ProviderID, e.UpdatedAt, changed = providerID, now, true
	}
	if e.ErrorCode == CodeDropped || e.ErrorCode == CodeRecipientMissing || !e.move(CauseAccepted, now) {
		return changed
	}
	if e.SentAt == nil {
		e.SentAt = &now
	}
	return true
}

// Overdue moves an e-mail on that has waited too long, and reports whether it did: an attempt that takes longer
// than SendingLimit is lost, and after the last unknown outcome, when its wait for an event is over, the e-mail has failed.
func (e *Email) Overdue(now time.Time) bool {
	switch {
	case e.State == Sending && now.Sub(*e.SendingSince) > SendingLimit:
		e.move(CauseLost, now)
		e.blame(CodeOutcomeUnknown, "The attempt did not end within 70 seconds.")
		e.lose(now)
		return true
	case e.State == Unknown && e.UnknownAttempts >= UnknownLimit && !now.Before(e.NextAttemptAt):
		e.move(CauseGiveUp, now)
		e.blame(CodeOutcomeUnknown, "Three attempts may have sent the e-mail, and the provider confirmed none of them.")
		return true
	}
	return false
}

func (e *Email) lose(now time.Time) {
	e.UnknownAttempts++
	e.NextAttemptAt = now.Add(UnknownWait)
}

func (e *Email) retryDeadline() time.Time { return e.FirstAttemptAt.Add(RetryWindow) }

// retryAt is when to try again: as asked, else after a delay that doubles with each attempt. The last try of all
// is at the deadline, so that a long delay does not cut the 72 hours short.
func (e *Email) retryAt(now, asked time.Time, rnd func() float64) time.Time {
	at := asked
	if asked.IsZero() {
		at = now.Add(backoff(e.Attempts, rnd))
	}
	at = latest(at, now)
	at = earliest(at, now.Add(LongestDelay)) // a reset further away is a mistake or an attack
	return earliest(at, e.retryDeadline())
}

// backoff is a random delay after the attempt-th attempt: 5 to 10 s after the first, then 10 to 20 s, and so on
// up to 3 to 6 h. The spread keeps e-mails that failed together from coming back together.
func backoff(attempt int, rnd func() float64) time.Duration {
	low := ShortestDelay
	for i := 1; i < attempt && low < LongestDelay/2; i++ {
		low *= 2
	}
	low = min(low, LongestDelay/2)
	return (low + time.Duration(rnd()*float64(low))).Truncate(time.Microsecond)
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

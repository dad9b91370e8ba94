package email

import "time"

// The limits of ADR 7. A lost attempt must be found within 90 s. It counts as lost after 70 s, because Reconcile runs
// only from time to time.
const (
	SendingLimit  = 70 * time.Second // an attempt that takes longer is lost
	UnknownWait   = 2 * time.Minute  // how long to wait for an event before the e-mail is sent again
	UnknownLimit  = 3                // attempts with an unknown outcome
	RetryWindow   = 72 * time.Hour   // retries end this long after the first attempt
	ShortestDelay = 5 * time.Second
	LongestDelay  = 6 * time.Hour
)

// Claim begins an attempt and reports whether it may begin: the e-mail must be due, and must not wait for the event of
// an unknown outcome. The attempt's number is e.Attempts, which Settle needs. The caller must store the e-mail, with a
// check that nobody changed it, before it sends anything.
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

// Settle applies the outcome of an attempt and reports whether the e-mail changed. If the attempt was given up
// meanwhile, only an acceptance counts. rnd returns random numbers in [0, 1) for the jitter of retries.
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
	e.recordError(o.Code, o.Words)
	switch cause {
	case CauseRetry:
		e.NextAttemptAt = e.retryAt(now, o.RetryAt, rnd)
	case CauseUnauthorized:
		// The e-mail is not to blame. It keeps its place in the queue, and the wait for a new key does not count
		// towards its 72 hours.
		e.Attempts--
		e.FirstAttemptAt = nil
	case CauseLost:
		e.lose(now)
	}
	return true
}

// accept records that the provider has the e-mail. An e-mail that was dropped stays failed.
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

// Overdue moves an e-mail that has waited too long, and reports whether it did. An attempt that takes longer than
// SendingLimit is lost. After the last unknown outcome, once the wait for an event is over, the e-mail has failed.
func (e *Email) Overdue(now time.Time) bool {
	switch {
	case e.State == Sending && now.Sub(*e.SendingSince) > SendingLimit:
		e.move(CauseLost, now)
		e.recordError(CodeOutcomeUnknown, "")
		e.lose(now)
		return true
	case e.State == Unknown && e.UnknownAttempts >= UnknownLimit && !now.Before(e.NextAttemptAt):
		e.move(CauseGiveUp, now)
		e.recordError(CodeOutcomeUnknown, "")
		return true
	}
	return false
}

func (e *Email) lose(now time.Time) {
	e.UnknownAttempts++
	e.NextAttemptAt = now.Add(UnknownWait)
}

func (e *Email) retryDeadline() time.Time { return e.FirstAttemptAt.Add(RetryWindow) }

// retryAt returns the time of the next attempt: after a delay that doubles with each attempt, or at the requested time if
// that is later. A provider that asks for no wait at all is not sent the e-mail again and again. The last attempt is at the
// deadline, so that a long delay does not shorten the 72 hours.
func (e *Email) retryAt(now, requested time.Time, rnd func() float64) time.Time {
	at := latest(requested, now.Add(backoff(e.Attempts, rnd)))
	at = earliest(at, now.Add(LongestDelay)) // a reset further away is a mistake or an attack
	return earliest(at, e.retryDeadline())
}

// backoff is a random delay after the given attempt: 5 to 10 s after the first, then 10 to 20 s, and so on up to 3 to 6
// h. Jitter keeps e-mails that failed together from being retried together.
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

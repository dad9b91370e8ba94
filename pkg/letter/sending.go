package letter

import "time"

// The limits of domain.md, Letters. It calls an attempt lost after 90 s; ours is lost sooner, so that it is found lost
// within 90 s, by who only looks from time to time.
const (
	SendingLimit  = 70 * time.Second // an attempt that takes longer is lost
	UnknownWait   = 2 * time.Minute  // how long an event is awaited before the letter is sent again
	UnknownLimit  = 3                // attempts with an unknown outcome
	RetryWindow   = 72 * time.Hour   // retries end this long after the first attempt
	ShortestDelay = 5 * time.Second
	LongestDelay  = 6 * time.Hour
)

// Claim begins an attempt and reports whether it may: the letter must be due, and not wait for its last unknown
// outcome. The attempt's number is l.Attempts; Settle asks for it. The caller stores the letter, compared and
// set, before anything is sent.
func (l *Letter) Claim(now time.Time) bool {
	if now.Before(l.NextAttemptAt) || l.UnknownAttempts >= UnknownLimit || !l.move(CauseClaim, now) {
		return false
	}
	l.Attempts++
	if l.FirstAttemptAt == nil {
		l.FirstAttemptAt = &now
	}
	return true
}

// Settle takes in what came of an attempt, and reports whether the letter changed. Only acceptance counts for an
// attempt that was given up meanwhile. The random source rnd gives numbers in [0, 1), for the jitter of retries.
func (l *Letter) Settle(now time.Time, attempt int, o Outcome, rnd func() float64) bool {
	if o.Cause == CauseAccepted {
		return l.accept(now, o.ProviderID)
	}
	if l.State != Sending || attempt != l.Attempts {
		return false
	}
	cause := o.Cause
	if cause == CauseRetry && !now.Before(l.retryDeadline()) {
		cause, o.Code = CauseGiveUp, CodeRetriesExhausted
	}
	if !l.move(cause, now) {
		return false
	}
	l.blame(o.Code, o.Detail)
	switch cause {
	case CauseRetry:
		l.NextAttemptAt = l.retryAt(now, o.RetryAt, rnd)
	case CauseUnauthorized:
		// The letter has nothing to do with it: it keeps its turn, and the wait for a new key takes nothing
		// from its 72 hours.
		l.Attempts--
		l.FirstAttemptAt = nil
	case CauseLost:
		l.lose(now)
	}
	return true
}

// accept notes that the provider has the letter. It may know more by now: a letter that was dropped stays failed.
func (l *Letter) accept(now time.Time, providerID string) bool {
	changed := false
	if providerID != "" && l.ProviderID != providerID {
		l.ProviderID, l.UpdatedAt, changed = providerID, now, true
	}
	if l.ErrorCode == CodeDropped || l.ErrorCode == CodeRecipientMissing || !l.move(CauseAccepted, now) {
		return changed
	}
	if l.SentAt == nil {
		l.SentAt = &now
	}
	return true
}

// Overdue moves a letter on that has waited too long, and reports whether it did: an attempt that takes longer
// than SendingLimit is lost, and after the last unknown outcome, when its wait for an event is over, the letter has failed.
func (l *Letter) Overdue(now time.Time) bool {
	switch {
	case l.State == Sending && now.Sub(*l.SendingSince) > SendingLimit:
		l.move(CauseLost, now)
		l.blame(CodeOutcomeUnknown, "The attempt did not end within 70 seconds.")
		l.lose(now)
		return true
	case l.State == Unknown && l.UnknownAttempts >= UnknownLimit && !now.Before(l.NextAttemptAt):
		l.move(CauseGiveUp, now)
		l.blame(CodeOutcomeUnknown, "Three attempts may have sent the letter, and the provider confirmed none of them.")
		return true
	}
	return false
}

func (l *Letter) lose(now time.Time) {
	l.UnknownAttempts++
	l.NextAttemptAt = now.Add(UnknownWait)
}

func (l *Letter) retryDeadline() time.Time { return l.FirstAttemptAt.Add(RetryWindow) }

// retryAt is when to try again: as asked, else after a delay that doubles with each attempt. The last try of all
// is at the deadline, so that a long delay does not cut the 72 hours short.
func (l *Letter) retryAt(now, asked time.Time, rnd func() float64) time.Time {
	at := asked
	if asked.IsZero() {
		at = now.Add(backoff(l.Attempts, rnd))
	}
	at = latest(at, now)
	at = earliest(at, now.Add(LongestDelay)) // a reset further away is a mistake or an attack
	return earliest(at, l.retryDeadline())
}

// backoff is a random delay after the attempt-th attempt: 5 to 10 s after the first, then 10 to 20 s, and so on
// up to 3 to 6 h. The spread keeps letters that failed together from coming back together.
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

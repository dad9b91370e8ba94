package email

import "time"

// Codes of errors that an e-mail shows in ErrorCode.
const (
	CodeRecipientMissing = "recipient_missing"   // there is no address to send to
	CodeMessageInvalid   = "message_invalid"     // a header or an address is malformed; it was never sent
	CodeMessageRejected  = "message_rejected"    // the provider refuses this e-mail for good
	CodeMessageTooLarge  = "message_too_large"   // the provider refuses the e-mail because of its size
	CodeRateLimited      = "rate_limited"        // the provider asks us to slow down
	CodeUnavailable      = "mail_unavailable"    // the provider is away
	CodeUnauthorized     = "mail_unauthorized"   // the provider refuses our key or our sender address
	CodeRetriesExhausted = "retries_exhausted"   // 72 hours of attempts did not succeed
	CodeOutcomeUnknown   = "outcome_unknown"     // three attempts may have succeeded, but the provider confirmed none
	CodeDropped          = "dropped_by_provider" // the provider dropped it for a recipient, for example after earlier bounces
)

// Outcome is the result of one attempt to send. Its cause is CauseAccepted, CauseRejected, CauseRetry,
// CauseUnauthorized or CauseLost.
type Outcome struct {
	Cause      Cause
	Code       string
	Words      string    // what the provider said about the e-mail, such as why it refuses it; shown to people
	Inside     string    // what went wrong, for the log alone: it may name paths, hosts and the provider's answers about us
	RetryAt    time.Time // when the provider wants the next attempt; zero if it does not say
	ProviderID string    // the provider's id of an accepted e-mail
}

// Accepted is the outcome of an e-mail that the provider accepted.
func Accepted(providerID string) Outcome {
	return Outcome{Cause: CauseAccepted, ProviderID: clean(providerID)}
}

// Rejected is the outcome of an e-mail that the provider will never accept, with its words about it.
func Rejected(code, words string) Outcome {
	return Outcome{Cause: CauseRejected, Code: code, Words: words}
}

// RetryAfter is the outcome of an attempt that certainly did not send the e-mail and may succeed later. The next
// attempt is not before the time at, and never before the usual delay.
func RetryAfter(at time.Time, code, inside string) Outcome {
	return Outcome{Cause: CauseRetry, Code: code, Inside: inside, RetryAt: at}
}

// Unauthorized is the outcome of an attempt with a key or a sender address that the provider refuses. No e-mail will be
// sent until a person fixes that.
func Unauthorized(inside string) Outcome {
	return Outcome{Cause: CauseUnauthorized, Code: CodeUnauthorized, Inside: inside}
}

// Lost is the outcome of an attempt that may or may not have sent the e-mail.
func Lost(inside string) Outcome {
	return Outcome{Cause: CauseLost, Code: CodeOutcomeUnknown, Inside: inside}
}

// Bare returns the outcome without anything that the provider said. It is what remains of one that the database refuses.
func (o Outcome) Bare() Outcome { return Outcome{Cause: o.Cause, Code: o.Code, RetryAt: o.RetryAt} }

// PausesSending reports whether all sending must stop until a person has looked at it.
func (o Outcome) PausesSending() bool { return o.Cause == CauseUnauthorized }

// Reset returns when the provider takes e-mails again, if it takes none from us until then. Otherwise it is zero.
func (o Outcome) Reset() time.Time {
	if o.Cause == CauseRetry && o.Code == CodeRateLimited {
		return o.RetryAt
	}
	return time.Time{}
}

// RaisesAlarm reports whether a person must be told at once, because waiting will not help this e-mail or any other.
func (o Outcome) RaisesAlarm() bool {
	return o.Cause == CauseUnauthorized || o.Cause == CauseRejected
}

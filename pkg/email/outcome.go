package email

import "time"

// Codes of faults that an e-mail shows in ErrorCode.
const (
	CodeRecipientMissing = "recipient_missing"   // there is no address to send to
	CodeMessageInvalid   = "message_invalid"     // a header or an address is malformed; it was never sent
	CodeMessageRejected  = "message_rejected"    // the provider refuses this e-mail for good
	CodeMessageTooLarge  = "message_too_large"   // the provider refuses its size
	CodeRateLimited      = "rate_limited"        // the provider asks us to slow down
	CodeUnavailable      = "mail_unavailable"    // the provider is away
	CodeUnauthorized     = "mail_unauthorized"   // the provider refuses our key or our sender address
	CodeRetriesExhausted = "retries_exhausted"   // 72 hours of attempts did not succeed
	CodeOutcomeUnknown   = "outcome_unknown"     // three attempts may have succeeded, and none was heard of
	CodeDropped          = "dropped_by_provider" // the provider dropped it for a recipient, for example after earlier bounces
)

// Outcome is what came of one attempt to send. Its cause is one of CauseAccepted, CauseRejected, CauseRetry,
// CauseUnauthorized and CauseLost.
type Outcome struct {
	Cause      Cause
	Code       string
	Detail     string    // for people; may quote the provider
	RetryAt    time.Time // when the provider asks to be tried again; zero: not said
	ProviderID string    // the provider's name for an accepted e-mail
}

// Accepted is the outcome of an e-mail that the provider has taken on.
func Accepted(providerID string) Outcome {
	return Outcome{Cause: CauseAccepted, ProviderID: providerID}
}

// Rejected is the outcome of an e-mail that will never be taken, however often it is sent.
func Rejected(code, detail string) Outcome {
	return Outcome{Cause: CauseRejected, Code: code, Detail: detail}
}

// RetryAfter is the outcome of an attempt that surely did not send the e-mail and may succeed later: at the time
// at, or, where it is zero, after the usual delay.
func RetryAfter(at time.Time, code, detail string) Outcome {
	return Outcome{Cause: CauseRetry, Code: code, Detail: detail, RetryAt: at}
}

// Unauthorized is the outcome of an attempt with a key or a sender address that the provider refuses. No e-mail
// will pass until a person mends it.
func Unauthorized(detail string) Outcome {
	return Outcome{Cause: CauseUnauthorized, Code: CodeUnauthorized, Detail: detail}
}

// Lost is the outcome of an attempt that may or may not have sent the e-mail.
func Lost(detail string) Outcome {
	return Outcome{Cause: CauseLost, Code: CodeOutcomeUnknown, Detail: detail}
}

// PausesSending reports whether all sending should stop until a person has looked.
func (o Outcome) PausesSending() bool { return o.Cause == CauseUnauthorized }

// RaisesAlarm reports whether a person should be told at once: the e-mail, or all of them, will not go by waiting.
func (o Outcome) RaisesAlarm() bool {
	return o.Cause == CauseUnauthorized || o.Cause == CauseRejected
}

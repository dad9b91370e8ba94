package desk

import (
	"fmt"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Call is one write request: who sends it, and how.
type Call struct {
	Actor       auth.Actor
	RequestID   string
	Operation   string // the operation's name, part of the key's scope
	Key         string // Idempotency-Key; empty if there is none
	Fingerprint []byte // hash of the request; a key belongs to one request
	DryRun      bool
	IfMatch     *Match // nil if the caller named no version

	// Faults lists what could not be read of the body. The members concerned have their zero values. If it is not
	// empty, nothing is written, but the use case still checks its rules, so that the caller gets all faults at once.
	Faults []fault.Field
}

// MergeFaults adds the faults of the body's form to the error of the use case's rules, so that the caller gets all of
// them at once. It returns nil if there are neither. Permission, existence and version are checked before the form. The
// state of the document (409) is checked after it.
func (c Call) MergeFaults(err error) error {
	switch {
	case len(c.Faults) == 0:
		return err
	case fault.Is(err, fault.BodyInvalid):
		return fault.InvalidBody(fault.Merge(c.Faults, fault.Of(err).Fields))
	case err == nil || fault.Of(err).Kind() == fault.Conflict:
		return fault.InvalidBody(c.Faults)
	default:
		return err
	}
}

// Match lists the versions that a caller accepts.
type Match struct {
	Any      bool
	Versions []int
}

// versionMatches reports whether the caller accepts this version.
func (c Call) versionMatches(version int) bool {
	return c.IfMatch == nil || c.IfMatch.Any || slices.Contains(c.IfMatch.Versions, version)
}

// lastRead is the newest version that the caller says it has read, or 0.
func (c Call) lastRead() int {
	if c.IfMatch == nil || len(c.IfMatch.Versions) == 0 {
		return 0
	}
	return slices.Max(c.IfMatch.Versions)
}

// mismatch refuses a write whose If-Match does not name the current version. If it names no version of this service at
// all, the detail says that instead, because nobody has changed anything.
func (c Call) mismatch(code fault.Code, version int, format string, args ...any) *fault.Error {
	refusal := fault.New(code, format, args...)
	if len(c.IfMatch.Versions) == 0 {
		refusal.Detail = fmt.Sprintf("If-Match is not an ETag of this service. Send the one that it answered: \"v%d\" is the current version.", version)
	}
	return refusal.With("current_version", version)
}

// Answer is the answer of a write, as bytes. It is kept with the effect and sent again to a repeated request.
type Answer = store.Answer

// Reply is an answer and how it was made.
type Reply struct {
	Answer
	Replayed bool // the kept answer of an earlier request with the key
	DryRun   bool // nothing was written
}

// written reports whether this request itself wrote something. Metrics count only such requests.
func (r Reply) written() bool { return !r.Replayed && !r.DryRun }

// Encode makes the answer from a use case's result. It is called inside the transaction, just before COMMIT.
type Encode[T any] func(T) (Answer, error)

// Warning is a problem that a person should know of although the write succeeded.
type Warning struct {
	OrderID string
	Code    WarningCode
	Message string
}

// WarningCode says what a warning is about.
type WarningCode string

// The codes of warnings.
const (
	WarnUnpaid            WarningCode = "order_unpaid"
	WarnNoEmail           WarningCode = "customer_has_no_email"
	WarnAutoconfirmFailed WarningCode = "autoconfirm_refused"
	WarnNotPrintable      WarningCode = "text_not_printable"
)

// requireMatch checks that a PATCH names the version that it edits.
func (c Call) requireMatch() error {
	if c.IfMatch == nil {
		return fault.New(fault.IfMatchRequired, "Send If-Match with the ETag you last read, so that you do not overwrite what somebody else changed.")
	}
	return nil
}

package desk

import (
	"slices"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Call is who asks for a write, and how.
type Call struct {
	Actor       auth.Actor
	RequestID   string
	Operation   string // the operation's name: a part of the key's scope
	Key         string // Idempotency-Key; empty: none
	Fingerprint []byte // of the request; a key is good for one
	DryRun      bool
	IfMatch     *Match // nil: the caller asked for no version

	// Faults is what of the body could not be read; its members have their zero values then. Nothing is written, and
	// the use case's rules judge the rest, so that all faults are told at once.
	Faults []fault.Field
}

// MergeFaults adds the faults of the body's form to the error of the use case's rules, so that the caller gets all of them
// at once. It returns nil where there are neither. Permission, existence and version are checked before the form; the
// state of the document (409) comes after it.
func (c Call) MergeFaults(err error) error {
	switch {
	case len(c.Faults) == 0:
		return err
	case fault.Is(err, fault.BodyInvalid):
		return fault.Content(fault.Together(c.Faults, fault.Of(err).Fields))
	case err == nil || fault.Of(err).Kind() == fault.Conflict:
		return fault.Content(c.Faults)
	default:
		return err
	}
}

// Match is the versions that a caller accepts.
type Match struct {
	Any      bool
	Versions []int
}

// versionMatches reports whether the caller means this version.
func (c Call) versionMatches(version int) bool {
	return c.IfMatch == nil || c.IfMatch.Any || slices.Contains(c.IfMatch.Versions, version)
}

// read is the newest version that the caller says it has read; 0 where it says none.
func (c Call) read() int {
	if c.IfMatch == nil || len(c.IfMatch.Versions) == 0 {
		return 0
	}
	return slices.Max(c.IfMatch.Versions)
}

// Answer is what a write answers, as bytes: they are kept with the effect and sent again to whoever repeats it.
type Answer = store.Answer

// Reply is an answer and how it came about.
type Reply struct {
	Answer
	Replayed bool // the kept answer of an earlier request with the key
	DryRun   bool // nothing was written
}

// written reports whether this request itself wrote something: only then it counts.
func (r Reply) written() bool { return !r.Replayed && !r.DryRun }

// Encode makes the answer of a use case's result. It is called inside the transaction, just before COMMIT.
type Encode[T any] func(T) (Answer, error)

// Warning is something a person should know about a write that succeeded.
type Warning struct {
	OrderID string
	Code    string
	Message string
}

// Warning codes.
const (
	WarnUnpaid            = "order_unpaid"
	WarnNoEmail           = "customer_has_no_email"
	WarnAutoconfirmFailed = "autoconfirm_refused"
)

// requireMatch is the precondition of a PATCH: it must say which version it edits.
func (c Call) requireMatch() error {
	if c.IfMatch == nil {
		return fault.New(fault.IfMatchRequired, "Send If-Match with the ETag you last read, so that you do not overwrite what somebody else changed.")
	}
	return nil
}

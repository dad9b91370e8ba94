// Package fault defines the errors that a caller can act on.
//
// A fault has a stable code and a sentence for a person. [Catalogue] describes each code. Any other error is internal:
// package api/web logs it once and does not show its text to the caller.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind is a group of codes that a caller handles in the same way. Package api/web maps each kind to an HTTP status.
type Kind int

// The kinds, sorted by their HTTP statuses.
const (
	Internal        Kind = iota // a defect, or a failure that the service did not expect
	Unreadable                  // the body is not JSON, or a parameter or header is wrong
	Unauthenticated             // there is no token, or it is refused
	Forbidden                   // the token is valid, but its roles do not permit this
	NotFound                    // it does not exist, or this caller may not see it
	NotAllowed                  // the path exists, but not with this method
	NotAcceptable               // the service cannot answer in an accepted media type
	Conflict                    // the state of the order, prebook or customer does not permit it
	Gone                        // it existed, and never will again
	Stale                       // the caller's version is not the current one
	TooLarge                    // the body exceeds its limit
	Unsupported                 // the service does not read this media type
	Invalid                     // the content of the body breaks a rule
	VersionRequired             // the request needs an If-Match header
	Limited                     // there were too many requests
	Unavailable                 // the caller may retry later, with the same Idempotency-Key
)

// Error is a fault. Errors with the same code differ in detail, fields and members.
type Error struct {
	Code    Code
	Detail  string         // one or two sentences for a person: what is wrong and what to do
	Fields  []Field        // all faults of the content, at most MaxFields
	Members map[string]any // extra members, which the catalogue's entry lists
	Wait    time.Duration  // how long to wait before a retry; 0 means the default of the code
	cause   error          // for the log; the caller never sees it
}

// Field is one fault in the content of a request.
type Field struct {
	Pointer string // JSON pointer (RFC 6901) into the body, or the name of a query parameter or header
	Code    Code
	Detail  string
	Related []string // pointers to the other members that the broken rule reads; see Merge
}

// New returns a fault. format and args make its detail, a sentence for a person.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Missing returns the fault of a resource that does not exist for the caller. Its detail is the cause in the catalogue, so that an
// id that is malformed, unknown or another company's is answered with the same words.
func Missing(code Code) *Error { return New(code, "%s", code.Entry().Cause) }

// MaxFields is the largest number of field faults in one answer. Nobody corrects more at once, and a body of a megabyte
// can have many thousands.
const MaxFields = 100

// InvalidBody returns a fault with the code body_invalid that lists the fields, at most the first [MaxFields] of them. Its
// detail says if there are more. It returns nil if there are no fields.
func InvalidBody(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	detail := "One field of the request is not valid. See errors."
	switch {
	case len(fields) > MaxFields:
		fields = fields[:MaxFields]
		detail = fmt.Sprintf("The request has more than %d faults. See the first %[1]d in errors.", MaxFields)
	case len(fields) > 1:
		detail = fmt.Sprintf("The request has %d faults. See errors.", len(fields))
	}
	return &Error{Code: BodyInvalid, Detail: detail, Fields: fields}
}

// Merge returns the faults of members that could not be read, and those that a rule found in the rest.
//
// It drops the fault of a rule that reads a member which could not be read, or a member inside it or around it: that fault
// may be only a consequence. If it is real, the caller sees it after correcting the other. An unknown member cannot have
// such consequences, so it drops only faults of the member itself.
func Merge(unreadable, rules []Field) []Field {
	all := slices.Clone(unreadable)
	for _, f := range rules {
		reads := append([]string{f.Pointer}, f.Related...)
		consequence := slices.ContainsFunc(unreadable, func(u Field) bool {
			return u.Pointer == f.Pointer || u.Code != FieldUnknown && slices.ContainsFunc(reads, func(pointer string) bool {
				return within(u.Pointer, pointer) || within(pointer, u.Pointer)
			})
		})
		if !consequence {
			all = append(all, f)
		}
	}
	return all
}

// within reports whether a pointer is the other one or points into it.
func within(pointer, other string) bool {
	rest, ok := strings.CutPrefix(pointer, other)
	return ok && (rest == "" || rest[0] == '/')
}

// With adds a member to the fault and returns the fault. The catalogue's entry must list the member.
func (e *Error) With(member string, value any) *Error {
	if e.Members == nil {
		e.Members = map[string]any{}
	}
	e.Members[member] = value
	return e
}

// RetryAfter sets how long the caller waits before a retry, and returns the fault.
func (e *Error) RetryAfter(wait time.Duration) *Error {
	e.Wait = wait
	return e
}

// Because sets the cause, which only the log shows, and returns the fault.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// Kind returns the kind of the fault's code.
func (e *Error) Kind() Kind { return e.Code.Entry().Kind }

// Error returns the text for the log, with the code and the cause.
func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Detail
	for _, f := range e.Fields {
		s += fmt.Sprintf(" [%s %s: %s]", f.Pointer, f.Code, f.Detail)
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Of returns the fault that err wraps. If there is none, it returns a fault with the code internal_error whose cause is
// err. It returns nil for a nil error.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(InternalError, "Something went wrong in the service. Try again. If it fails again, report the request_id.").Because(err)
}

// Is reports whether err is or wraps a fault with the code.
func Is(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

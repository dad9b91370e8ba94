// Package fault is the vocabulary of everything that can go wrong and that a caller can act on.
//
// A fault has a stable code, from which its kind follows (see [Catalogue]), and a sentence for a person.
// Any other error is internal: it is logged once at the edge and never shown.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind says what a caller can do about a fault. The HTTP status follows from it, in one place in api.
type Kind int

// The kinds, in the order of the HTTP statuses they become.
const (
	Internal        Kind = iota // a defect or an unexpected failure of ours
	Unreadable                  // the request could not be read, or a parameter or header is wrong
	Unauthenticated             // no token, or one that is refused
	Forbidden                   // a good token without the right
	NotFound                    // there is no such thing for this caller
	NotAllowed                  // the path exists, the method does not
	NotAcceptable               // none of the representations asked for exists
	Conflict                    // the state of the thing does not permit it
	Stale                       // the caller's version is not the current one
	TooLarge                    // the body exceeds its limit
	Unsupported                 // the media type of the body is not read here
	Invalid                     // the content breaks a rule
	VersionRequired             // a conditional request is required
	Limited                     // too many requests
	Unavailable                 // try again later, with the same key
)

// Error is a fault. Errors of one code differ in their detail, their field faults and their members.
type Error struct {
	Code    Code
	Detail  string         // one or two sentences for a person, naming the thing and the remedy
	Fields  []Field        // every fault of the content at once; empty unless the kind is Invalid or Unreadable
	Members map[string]any // the extra members that the code's catalogue entry documents
	Wait    time.Duration  // how long until the same request may succeed; 0: as its code has it
	cause   error          // why, for the log; never shown
}

// Field is one fault of a request's content.
type Field struct {
	Pointer string // JSON pointer (RFC 6901) into the body, or the name of a query parameter or header
	Code    Code
	Detail  string
	Beside  []string // pointers to the other members that the broken rule looks at; see Together
}

// New is a fault with a sentence for a person.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// MaxFields is how many faults one answer lists.
const MaxFields = 1000

// Content is the fault of a body that was read but breaks rules: all of them at once, or the first [MaxFields]. It is nil
// for no fields.
func Content(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	fields = fields[:min(len(fields), MaxFields)]
	detail := "The request has a field that breaks a rule; errors names it."
	if len(fields) > 1 {
		detail = fmt.Sprintf("The request has %d faults; errors names each field.", len(fields))
	}
	return &Error{Code: BodyInvalid, Detail: detail, Fields: fields}
}

// Together is the faults of a body's form (what could not be read) with those that rules found in what could. A rule's fault
// is left out where a member that it is about, one inside it or one around it is in the first list: it may only follow
// from that, and is found anew once the form is right. A member that nobody knows hides nothing but itself.
func Together(form, rules []Field) []Field {
	all := slices.Clone(form)
	for _, f := range rules {
		about := append([]string{f.Pointer}, f.Beside...)
		follows := slices.ContainsFunc(form, func(unread Field) bool {
			return unread.Pointer == f.Pointer || unread.Code != FieldUnknown && slices.ContainsFunc(about, func(pointer string) bool {
				return within(unread.Pointer, pointer) || within(pointer, unread.Pointer)
			})
		})
		if !follows {
			all = append(all, f)
		}
	}
	return all
}

// within says whether a pointer is the other one, or leads further into it.
func within(pointer, other string) bool {
	rest, ok := strings.CutPrefix(pointer, other)
	return ok && (rest == "" || rest[0] == '/')
}

// With adds a documented member to the fault and returns it.
func (e *Error) With(member string, value any) *Error {
	if e.Members == nil {
		e.Members = map[string]any{}
	}
	e.Members[member] = value
	return e
}

// After says how long it takes until the same request may succeed, and returns the fault.
func (e *Error) After(wait time.Duration) *Error {
	e.Wait = wait
	return e
}

// Because keeps the cause for the log and returns the fault.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// Kind is the kind of the fault's code.
func (e *Error) Kind() Kind { return e.Code.Entry().Kind }

// Error is for the log: it names the code and the cause too.
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

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.cause }

// Of is the fault in err, or an internal one that wraps it. It is nil for a nil error.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(InternalError, "Something went wrong on our side. Try again; if it stays, report the request id.").Because(err)
}

// Is reports whether err is a fault of the code.
func Is(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

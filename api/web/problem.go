package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// statusOf is the only place where a kind of fault becomes an HTTP status.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Unreadable:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.NotAllowed:
		return http.StatusMethodNotAllowed
	case fault.NotAcceptable:
		return http.StatusNotAcceptable
	case fault.Conflict:
		return http.StatusConflict
	case fault.Gone:
		return http.StatusGone
	case fault.Stale:
		return http.StatusPreconditionFailed
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unsupported:
		return http.StatusUnsupportedMediaType
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.VersionRequired:
		return http.StatusPreconditionRequired
	case fault.Limited:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
	}
	return http.StatusInternalServerError
}

// Status is the HTTP status of a code's problem.
func Status(code fault.Code) int { return statusOf(code.Entry().Kind) }

// statusClientGone is the status in logs and metrics if the caller left before the answer. It is never sent.
const statusClientGone = 499

// Problem is the reason why a request was refused (RFC 9457). Some codes add members, which GET /v1/errors lists.
type Problem struct {
	Type string `json:"type" format:"uri-reference"` // the address of the error's description
	// The title, which is the same for every occurrence.
	Title string `json:"title" maxLength:"100"`
	// The HTTP status.
	Status int `json:"status"`
	// What is wrong and what to do, for people.
	Detail   string `json:"detail" maxLength:"4000"`
	Instance string `json:"instance" format:"uri-reference"` // the path of the request
	Code     string `json:"code" maxLength:"50"`             // the code, for programs; its meaning never changes
	// The id of the request, as in the logs.
	RequestID string       `json:"request_id" maxLength:"64"`
	Retryable bool         `json:"retryable"`             // whether the same request may succeed later
	Errors    []FieldError `json:"errors" maxItems:"100"` // the errors of the request's content, at most 100; empty for other problems

	members map[string]any
} // @name Problem

// FieldError is one error of a request's content.
type FieldError struct {
	Pointer string `json:"pointer" maxLength:"500"` // the JSON pointer into the body, or the parameter's name
	// The code. Its meaning never changes.
	Code string `json:"code" maxLength:"50"`
	// What is wrong and what to do, for people.
	Detail string `json:"detail" maxLength:"4000"`
} // @name FieldError

// MarshalJSON adds the members of the code. A member that the catalogue documents is always there.
func (p Problem) MarshalJSON() ([]byte, error) {
	type plain Problem
	out, err := EncodeJSON(plain(p))
	if err != nil {
		return nil, fmt.Errorf("encode the problem: %w", err)
	}
	for _, m := range fault.Code(p.Code).Entry().Members {
		value, err := EncodeJSON(p.members[m.Name])
		if err != nil {
			return nil, fmt.Errorf("encode the problem's %s: %w", m.Name, err)
		}
		out = append(out[:len(out)-1], ',')
		out = append(strconv.AppendQuote(out, m.Name), ':')
		out = append(append(out, value...), '}')
	}
	return out, nil
}

// What the API document promises of texts that are the caller's own: a name or a path may be as long as its request.
const (
	longestPointer  = 500
	longestInstance = 2000
)

// ProblemOf is the problem of a fault, for a request or for a row of a batch.
func ProblemOf(c Request, f *fault.Error) Problem {
	entry, written := f.Code.Entry(), exchangeOf(c).written
	p := Problem{
		Type: "/v1/errors/" + string(entry.Code), Title: entry.Title, Status: statusOf(entry.Kind), Detail: written(f.Detail),
		Instance: strictjson.Shorten(strictjson.ValidText(c.Request().URL.Path), longestInstance), Code: string(entry.Code), RequestID: RequestID(c),
		Retryable: entry.Retryable, Errors: make([]FieldError, len(f.Fields)), members: maps.Clone(f.Members),
	}
	for i, field := range f.Fields {
		p.Errors[i] = FieldError{strictjson.Shorten(field.Pointer, longestPointer), string(field.Code), written(field.Detail)}
	}
	if remedy, ok := p.members["remedy"].(string); ok {
		p.members["remedy"] = written(remedy)
	}
	return p
}

// NoResource is the fault of a path at which there is nothing.
func NoResource() *fault.Error {
	return fault.New(fault.RouteNotFound, "There is no resource at this path.")
}

// faultOf is the fault for an error of a handler, of Echo or of a context.
func faultOf(err error) *fault.Error {
	var known *fault.Error
	var framework *echo.HTTPError
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.RequestTimeout, "The request took longer than its limit, and nothing was changed.").Because(err)
	case errors.As(err, &framework) && framework.Code == http.StatusNotFound:
		return NoResource()
	case errors.As(err, &framework) && framework.Code == http.StatusMethodNotAllowed:
		return fault.New(fault.MethodNotAllowed, "The path does not have this method. Allow lists its methods.")
	}
	return fault.Of(err)
}

// writeProblem answers with the problem of the fault and the headers that belong to it.
func writeProblem(c Request, f *fault.Error) error {
	header := c.Response().Header()
	entry := f.Code.Entry()
	switch entry.Code {
	case fault.TokenMissing:
		header.Set("WWW-Authenticate", `Bearer realm="orderdesk"`)
	case fault.TokenInvalid:
		header.Set("WWW-Authenticate", `Bearer realm="orderdesk", error="invalid_token"`)
	case fault.SignatureInvalid:
		header.Set("WWW-Authenticate", `Signature realm="orderdesk"`)
	default:
	}
	if header.Get("Retry-After") == "" && entry.Retryable && entry.Kind != fault.Internal {
		header.Set("Retry-After", strconv.Itoa(retryAfter(f)))
	}
	body, err := ProblemOf(c, f).MarshalJSON()
	if err != nil {
		return fmt.Errorf("encode a problem: %w", err)
	}
	header.Del("ETag")
	header.Set("Content-Type", mediaProblem)
	c.Response().WriteHeader(statusOf(entry.Kind))
	if _, err := c.Response().Write(body); err != nil {
		return fmt.Errorf("write a problem: %w", err)
	}
	return nil
}

// retryAfter is the number of seconds until a retry: that of the fault, or a default, which is longer if the database is
// unavailable.
func retryAfter(f *fault.Error) int {
	switch {
	case f.Wait > 0:
		return int((f.Wait + time.Second - 1) / time.Second)
	case f.Code == fault.DatabaseUnavailable:
		return 5
	default:
		return 1
	}
}

// rewordWithoutKey explains an unknown outcome of a request without an Idempotency-Key, which the caller cannot retry by key.
func rewordWithoutKey(call *exchange, f *fault.Error) *fault.Error {
	if f.Code != fault.OutcomeUnknown || call.route == nil || call.key != "" {
		return f
	}
	then := "Read the current state before you repeat the request."
	if call.route.Tokenless() {
		then = "Send the same events again: events that were already processed change nothing."
	}
	return fault.New(fault.OutcomeUnknown, "The database did not confirm the commit in time. %s", then).Because(f)
}

package web

import (
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// exchange is the state of a request while it is served.
type exchange struct {
	requestID string
	route     *Route // nil if none matched
	reader    *strictjson.Reader
	wording   func(string) string
	actor     auth.Actor
	known     bool  // actor is set
	lacking   error // why a known actor has no rights; nil if it has some
	key       string
	dryRun    bool
	live      bool          // see Live
	step      time.Duration // see Step
	canonical []byte        // the body's canonical bytes, after it was read
	read      bool
	faults    []fault.Field // of the body; see BodyFaults
}

const exchangeKey = "orderdesk.call"

func exchangeOf(c Request) *exchange {
	if call, ok := c.Get(exchangeKey).(*exchange); ok {
		return call
	}
	call := &exchange{}
	c.Set(exchangeKey, call)
	return call
}

// Actor is the caller. It is the zero actor on public routes.
func Actor(c Request) auth.Actor { return exchangeOf(c).actor }

// RequestID is the request's id, as in the header of the answer.
func RequestID(c Request) string { return exchangeOf(c).requestID }

// Operation is the route's name: a part of the scope of an Idempotency-Key.
func Operation(c Request) string { return exchangeOf(c).route.Operation }

// IdempotencyKey is the caller's key. It is empty if none was sent and in a dry run.
func IdempotencyKey(c Request) string { return exchangeOf(c).key }

// DryRun reports whether the caller only wants to know what would happen.
func DryRun(c Request) bool { return exchangeOf(c).dryRun }

// BodyFaults is the faults of a decoded body: each breaks a rule of its tags.
func BodyFaults(c Request) []fault.Field { return exchangeOf(c).faults }

// PathText is a part of the path, decoded: Echo decodes it only if no slash is encoded in the path. The error names it.
func PathText(c Request, name string) (string, error) {
	text := c.Param(name)
	if c.Request().URL.RawPath == "" {
		return text, nil
	}
	plain, err := url.PathUnescape(text)
	if err != nil {
		return "", fault.New(fault.ParameterInvalid, "The path has a misplaced %%.")
	}
	return plain, nil
}

// PathID is the path's id as a UUID in lower case. A malformed id is the same fault as an unknown one, so
// that nobody learns which ids could exist.
func PathID(c Request, notFound fault.Code) (string, error) {
	if id := PathUUID(c, "id"); id != "" {
		return id, nil
	}
	return "", fault.Missing(notFound)
}

// PathUUID is a part of the path as a UUID in lower case, or empty if it is none.
func PathUUID(c Request, name string) string {
	text := c.Param(name)
	if id, err := uuid.Parse(text); err == nil && len(text) == 36 {
		return id.String()
	}
	return ""
}

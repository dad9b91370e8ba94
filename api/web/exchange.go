package web

import (
	"github.com/google/uuid"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// exchange is what is known of a request while it is served.
type exchange struct {
	requestID string
	route     *Route // nil until one matched
	reader    *strictjson.Reader
	wording   func(string) string
	actor     auth.Actor
	known     bool  // actor is set
	lacking   error // why a known actor may do nothing here
	key       string
	dryRun    bool
	canonical []byte // the body's canonical bytes, once it was read
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

// Actor is who calls. It is the zero actor on public routes.
func Actor(c Request) auth.Actor { return exchangeOf(c).actor }

// RequestID is the request's id, as the answer carries it.
func RequestID(c Request) string { return exchangeOf(c).requestID }

// Operation is the route's name: a part of the scope of an Idempotency-Key.
func Operation(c Request) string { return exchangeOf(c).route.Operation }

// IdempotencyKey is the caller's key, or empty where none was sent or the run is dry.
func IdempotencyKey(c Request) string { return exchangeOf(c).key }

// DryRun says whether the caller only wants to know what would happen.
func DryRun(c Request) bool { return exchangeOf(c).dryRun }

// BodyFaults is what the body breaks of the rules of its tags, once it was decoded.
func BodyFaults(c Request) []fault.Field { return exchangeOf(c).faults }

// PathID is the path's id as a UUID in lower case. A malformed one is the same fault as an unknown one, so
// that nobody learns which ids could exist.
func PathID(c Request, notFound fault.Code) (string, error) {
	text := c.Param("id")
	if id, err := uuid.Parse(text); err == nil && len(text) == 36 {
		return id.String(), nil
	}
	return "", fault.New(notFound, "%s", notFound.Entry().Cause)
}

package api

import (
	"github.com/google/uuid"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// exchange is what is known of a request while it is served.
type exchange struct {
	requestID string
	route     *webRoute // nil until one matched
	reader    *strictjson.Reader
	actor     auth.Actor
	known     bool  // actor is set
	lacking   error // why a known actor may do nothing here
	key       string
	dryRun    bool
	canonical []byte // the body's canonical bytes, once it was read
	read      bool
	faults    []fault.Field // of the body; see decode
}

const callKey = "orderdesk.call"

func callOf(c request) *exchange {
	if call, ok := c.Get(callKey).(*exchange); ok {
		return call
	}
	call := &exchange{}
	c.Set(callKey, call)
	return call
}

// actor is who calls. It is the zero actor on public routes.
func actor(c request) auth.Actor { return callOf(c).actor }

// requestID is the request's id, as the answer carries it.
func requestID(c request) string { return callOf(c).requestID }

// operation is the route's name: a part of the scope of an Idempotency-Key.
func operation(c request) string { return callOf(c).route.Operation }

// idempotencyKey is the caller's key, or empty where none was sent or the run is dry.
func idempotencyKey(c request) string { return callOf(c).key }

// dryRun says whether the caller only wants to know what would happen.
func dryRun(c request) bool { return callOf(c).dryRun }

// bodyFaults is what the body breaks of the rules of its tags, once it was decoded.
func bodyFaults(c request) []fault.Field { return callOf(c).faults }

// pathID is the path's id as a UUID in lower case. A malformed one is the same fault as an unknown one, so
// that nobody learns which ids could exist.
func pathID(c request, notFound fault.Code) (string, error) {
	text := c.Param("id")
	if id, err := uuid.Parse(text); err == nil && len(text) == 36 {
		return id.String(), nil
	}
	return "", fault.New(notFound, "%s", notFound.Entry().Cause)
}

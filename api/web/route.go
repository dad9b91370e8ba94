package web

import (
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Route is one operation as data. The zero value of each field is the strict one.
type Route struct {
	Method     string
	Path       string          // as the API document writes it: /v1/orders/{id}
	Operation  string          // lowerCamel, as operationId; the scope of an Idempotency-Key
	Permission auth.Permission // the row of the role matrix that the use case checks; empty if it checks none
	Auth       Auth
	Key        Key
	Limit      Limit
	DryRun     bool // takes ?dry_run=true
	Primary    bool // reads from the primary database only, because a read replica does not know what it reads
	Spec
	Sunset *Sunset // set once it is decided that the operation will be removed

	alternate *Route // answers the same rows in other media types; see alternates
}

// media is the media types that the operation answers, the default first.
func (r *Route) media() []string {
	if r.Produces == nil {
		return []string{MediaJSON}
	}
	return r.Produces
}

// Spec is what an operation takes and answers.
type Spec struct {
	Query        any      // a value of the struct that the handler gives to DecodeQuery; nil takes no parameters
	Body         any      // a value of the struct that the handler gives to Decode, or a list with one; nil has no members
	BodyOptional bool     // no body at all counts as {}
	Streamed     any      // a value of the struct that each event of a text/event-stream has as its data
	Produces     []string // media types, the default first; nil is JSON alone, and checked before the handler
	Columns      []string // of text/csv, if it produces that

	Answers []Answer     // its answers other than problems; of an export, Body is a row
	Version Version      // what its answers say about versions
	Refuses []fault.Code // the codes of its problems, except those that follow from the other fields

	Undocumented bool // pages and files, which are not part of the API
}

// Endpoint is a route and what answers it.
type Endpoint struct {
	Route
	Handle Handler
}

// Auth is the class of callers that a route accepts.
type Auth int

// The classes of callers.
const (
	Member   Auth = iota // a token of a seller company with a known role
	AnyToken             // any valid token
	Public               // tokens are ignored
	Signed               // no token: another service signs its requests
)

// Tokenless reports whether tokens are ignored.
func (r Route) Tokenless() bool { return r.Auth == Public || r.Auth == Signed }

// Probe reports whether an orchestrator asks the route for the state of the instance. No quota limits it.
func (r Route) Probe() bool { return r.Path == "/livez" || r.Path == "/readyz" }

// Answer is one of a route's answers, except problems.
type Answer struct {
	Status   int
	Body     any  // a value of the struct that is answered as JSON, or as each line of an NDJSON; nil if there is none
	Location bool // a resource was created, and Location is its address
}

// Version says what a route's answers say about versions.
type Version int

// The classes of operations by their versions.
const (
	Unversioned Version = iota
	Tagged              // answers have an ETag
	Conditional         // the same, and If-None-Match can lead to 304
)

// Precondition says what a route does with If-Match.
type Precondition int

// The classes of operations by their use of If-Match.
const (
	IfMatchIgnored  Precondition = iota
	IfMatchHonoured              // may be sent
	IfMatchRequired              // must be sent
)

// Key says what a route does with an Idempotency-Key.
type Key int

// The classes of operations by their need for a key.
const (
	KeyNone     Key = iota // reads, and writes that are idempotent by themselves
	KeyHonoured            // may be sent
	KeyRequired            // must be sent, except in a dry run
)

// Limit is the class of a route's time limit.
type Limit int

// The classes of time limits.
const (
	Normal    Limit = iota // Options.RequestTimeout
	Export                 // Options.ExportTimeout: exports and batches
	Unlimited              // none: the handler calls Live, and Step for each of its steps
)

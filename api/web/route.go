package web

import (
	"context"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Route is one operation as data. The zero value of each field is the strict one.
type Route struct {
	Method     string
	Path       string          // as the API document writes it: /v1/orders/{id}
	Operation  string          // lowerCamel, as operationId; the scope of an Idempotency-Key
	Permission auth.Permission // the row of the role matrix that the use case asks for; empty where none is
	Auth       Auth
	Key        Key
	Limit      Limit
	DryRun     bool     // takes ?dry_run=true
	Produces   []string // media types, the default first; nil is JSON alone, and checked before the handler
	Query      any      // a value of the struct that the handler gives to DecodeQuery; nil takes no parameters

	Sunset *Sunset // set once the operation is to go

	Undocumented bool // pages and files, which are no part of the API
}

// Auth says whose call a route takes.
type Auth int

// The classes of callers.
const (
	Member   Auth = iota // a token of a seller company with a known role
	AnyToken             // any good token
	Public               // no token is looked at
)

// Key says what a route does with an Idempotency-Key.
type Key int

// The classes of operations by their need for a key.
const (
	KeyNone     Key = iota // reads, and writes that are the same twice
	KeyHonoured            // may be sent
	KeyRequired            // must be sent, save with a dry run
)

// Limit is the class of a route's time limit.
type Limit int

// The classes of time limits.
const (
	Normal Limit = iota // Options.RequestTimeout
	Export              // Options.ExportTimeout: streams and batches
)

// wrap is the checks a route asks for, in their order, around its handler: time limit, token, rate, parameters,
// Accept, key. A replay therefore always comes after the token and the rate.
func (s *router) wrap(r Route, handle handler) handler {
	return func(c Request) error {
		call := exchangeOf(c)
		call.route, call.reader = &r, s.Reader
		limit, export := s.limit(c, r)
		r.Sunset.announce(c.Response().Header())
		ctx, cancel := context.WithTimeout(c.Request().Context(), limit)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		if export {
			if err := keepOpen(c, limit); err != nil {
				return err
			}
		}
		for _, check := range []func(Request, *exchange) error{s.authenticate, s.limitRate, s.authorize, checkParameters, checkAccept, readKey} {
			if err := check(c, call); err != nil {
				return err
			}
		}
		return handle(c)
	}
}

// limit is the request's time limit, and whether it is an export's: a list's page, beside its export, takes no longer
// than any other read.
func (s *router) limit(c Request, r Route) (time.Duration, bool) {
	if r.Limit != Export {
		return s.RequestTimeout, false
	}
	if len(r.Produces) > 1 {
		if media, err := Accept(c); err != nil || media == MediaJSON {
			return s.RequestTimeout, false
		}
	}
	return s.ExportTimeout, true
}

// checkParameters reads dry_run and refuses parameters of an operation that takes none.
func checkParameters(c Request, call *exchange) error {
	if call.route.DryRun {
		dry, err := readDryRun(c)
		if err != nil {
			return err
		}
		if call.dryRun = dry; dry {
			c.Response().Header().Set("Dry-Run", "true")
		}
	}
	if call.route.Query == nil {
		return DecodeQuery(c, &struct{}{})
	}
	return nil
}

func checkAccept(c Request, call *exchange) error {
	if len(call.route.Produces) > 1 {
		return nil // the handler asks Accept, as it may have a parameter that goes first
	}
	_, err := Accept(c)
	return err
}

// readKey leaves a dry run without a key, since it keeps nothing.
func readKey(c Request, call *exchange) error {
	if call.route.Key == KeyNone || call.dryRun {
		return nil
	}
	key, err := parseKey(c.Request().Header.Values("Idempotency-Key"))
	if err != nil {
		return err
	}
	if key == "" && call.route.Key == KeyRequired {
		return fault.New(fault.IdempotencyKeyMissing, "Send Idempotency-Key with a fresh UUID, and the same one with each retry.")
	}
	call.key = key
	return nil
}

// echoPath writes a path's {id} as Echo's :id.
func echoPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

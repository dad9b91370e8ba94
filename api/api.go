package api

import (
	"context"
	"crypto/ecdsa"
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/console"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// New is the whole API as one handler.
func New(o Options) http.Handler { return build(o, append(Routes(), consoleRoutes(o.Console)...)) }

func build(o Options, routes []Route) http.Handler {
	s := &service{Options: o.withDefaults(), consoleFiles: map[string]*web.File{}}
	if o.Console != nil {
		for name, f := range o.Console.Files() {
			s.consoleFiles[name] = web.NewFile(f.Media, f.Raw)
		}
	}
	s.Wording = wording(routes)
	endpoints := make([]web.Endpoint, len(routes))
	for i, r := range routes {
		endpoints[i] = web.Endpoint{Route: r.Route, Handle: func(c web.Request) error { return r.handle(s, c) }}
	}
	return web.New(s.Options.Options, endpoints)
}

// Written is a text of the trade in which the operations that it names have their methods and paths. The API document
// needs it; a handler has service.Wording.
func Written(text string) string { return wording(Routes())(text) }

func wording(routes []Route) func(text string) string {
	rows := make([]web.Route, len(routes))
	for i, r := range routes {
		rows[i] = r.Route
	}
	return web.Wording(rows)
}

func (o Options) withDefaults() Options {
	o.Reader = Reader()
	if o.Desk != nil {
		o.Known = o.Desk.Known
	}
	if o.Draining == nil {
		o.Draining = func() bool { return false }
	}
	return o
}

// Options is what the API needs from outside. Verifier, Logger and Now are required; Reader, Known and Wording are set by New.
type Options struct {
	web.Options
	Desk        *desk.Service    // the use cases; nil in tests without them
	Checks      []Check          // what /readyz runs, all at once
	Draining    func() bool      // reports whether the instance is stopping; nil means never
	SendGridKey *ecdsa.PublicKey // verifies SendGrid's events; nil refuses them
	Console     *console.Console // the Order Summary page; nil serves none
	PublicURL   string           // prefix of the addresses in Link, without a final slash; empty leaves them relative
}

// Degraded is the failure of a check that no other instance would pass either. It is shown, and the instance stays ready.
type Degraded struct{ Cause error }

func (d Degraded) Error() string { return d.Cause.Error() }

// Check is one thing that must work for the instance to be ready.
type Check struct {
	Name string // as /readyz shows it, such as database
	Run  func(context.Context) error
}

// service has the handlers as its methods, and everything they need from outside.
type service struct {
	Options
	consoleFiles map[string]*web.File // by name; empty where the console is off
}

package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
)

// New is the whole API as one handler.
func New(o Options) http.Handler { return build(o, append(Routes(), consoleRoutes(o.Console)...)) }

func build(o Options, routes []Route) http.Handler {
	s := &service{o.withDefaults()}
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

package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
)

// New is the whole API as one handler.
func New(o Options) http.Handler { return build(o, Routes()) }

func build(o Options, routes []Route) http.Handler {
	s := &service{o.withDefaults()}
	endpoints := make([]web.Endpoint, len(routes))
	for i, r := range routes {
		endpoints[i] = web.Endpoint{Route: r.Route, Handle: func(c web.Request) error { return r.handle(s, c) }}
	}
	return web.New(s.Options.Options, endpoints)
}

func (o Options) withDefaults() Options {
	o.Reader, o.Wording = Reader(), Written
	if o.Desk != nil {
		o.Known = o.Desk.Known
	}
	if o.Draining == nil {
		o.Draining = func() bool { return false }
	}
	return o
}

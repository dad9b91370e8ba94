package api

import "net/http"

// service is what handlers hang on: everything they need from outside.
type service struct{ Options }

// New is the whole API as one handler.
func New(o Options) http.Handler { return build(o, Routes()) }

func build(o Options, routes []Route) http.Handler {
	s := &service{o.withDefaults()}
	endpoints := make([]Endpoint, len(routes))
	for i, r := range routes {
		endpoints[i] = Endpoint{r.webRoute, func(c request) error { return r.handle(s, c) }}
	}
	return newRouter(s.webOptions, endpoints)
}

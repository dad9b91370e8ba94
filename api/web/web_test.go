package web

import (
	"net/http"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/orderdesk/orderdesk/pkg/testkit/webtest"
)

// serveWeb starts the endpoints of the test together with endpoints that every test may use.
func serve(t *testing.T, change func(*Options), endpoints ...Endpoint) *webtest.Server {
	t.Helper()
	return serveTuned(t, change, func(*http.Server) {}, endpoints...)
}

func serveTuned(t *testing.T, change func(*Options), tune func(*http.Server), endpoints ...Endpoint) *webtest.Server {
	t.Helper()
	log := &webtest.Log{}
	o := Options{Verifier: webtest.Verifier{}, Now: time.Now, Reader: strictjson.New(nil), Logger: log.Logger()}
	if change != nil {
		change(&o)
	}
	alive := func(c Request) error { return WriteJSON(c, http.StatusOK, map[string]string{"status": "alive"}) }
	endpoints = append([]Endpoint{
		{Route{Method: "GET", Path: "/livez", Auth: Public}, alive},
		{Route{Method: "GET", Path: "/v1/errors", Auth: Public}, alive},
		{Route{Method: "GET", Path: "/v1/orders/{id}"}, done},
		{Route{Method: "GET", Path: "/v1/me", Auth: AnyToken}, func(c Request) error {
			return WriteJSON(c, http.StatusOK, map[string]string{"sub": Actor(c).Subject})
		}},
	}, endpoints...)
	server := NewServer("", New(o, endpoints), o.Logger)
	tune(server.Server)
	return webtest.Start(t, server.Server, log)
}

// done is a handler that answers without a body.
func done(c Request) error { return c.NoContent(http.StatusNoContent) }

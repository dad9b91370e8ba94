package api

import (
	"net/http"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/orderdesk/orderdesk/pkg/testkit/webtest"
)

// serveWeb starts the endpoints of the test, beside some that every test may ask.
func serveWeb(t *testing.T, change func(*webOptions), endpoints ...Endpoint) *webtest.Server {
	t.Helper()
	return serveTuned(t, change, func(*http.Server) {}, endpoints...)
}

func serveTuned(t *testing.T, change func(*webOptions), tune func(*http.Server), endpoints ...Endpoint) *webtest.Server {
	t.Helper()
	log := &webtest.Log{}
	o := webOptions{Verifier: webtest.Verifier{}, Now: time.Now, Reader: strictjson.New(nil), Logger: log.Logger()}
	if change != nil {
		change(&o)
	}
	alive := func(c request) error { return answer(c, http.StatusOK, map[string]string{"status": "alive"}) }
	endpoints = append([]Endpoint{
		{webRoute{Method: "GET", Path: "/livez", Auth: Public}, alive},
		{webRoute{Method: "GET", Path: "/v1/errors", Auth: Public}, alive},
		{webRoute{Method: "GET", Path: "/v1/orders/{id}"}, done},
		{webRoute{Method: "GET", Path: "/v1/me", Auth: AnyToken}, func(c request) error {
			return answer(c, http.StatusOK, map[string]string{"sub": actor(c).Subject})
		}},
	}, endpoints...)
	server := Server("", newRouter(o, endpoints), o.Logger)
	tune(server)
	return webtest.Start(t, server, log)
}

// done is a handler with nothing to say.
func done(c request) error { return c.NoContent(http.StatusNoContent) }

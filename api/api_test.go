package api

import (
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/testkit/webtest"
)

// serve starts the API without a desk on a real socket.
func serve(t *testing.T, change func(*Options)) *webtest.Server {
	t.Helper()
	log := &webtest.Log{}
	o := Options{Options: web.Options{Verifier: webtest.Verifier{}, Now: time.Now, Logger: log.Logger()}}
	if change != nil {
		change(&o)
	}
	return webtest.Start(t, web.NewServer("", New(o), o.Logger).Server, log)
}

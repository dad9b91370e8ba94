package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/orderdesk/orderdesk/pkg/testkit/webtest"
)

// fuzzed is the query route without a socket, for speed.
type fuzzed struct {
	once sync.Once
	h    http.Handler
}

func (f *fuzzed) ask(rawQuery string) (int, string) {
	f.once.Do(func() {
		o := Options{Verifier: webtest.Verifier{}, Now: time.Now, Reader: strictjson.New(nil), Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
		f.h = New(o, []Endpoint{{Route{Method: "GET", Path: "/q", Auth: Public, Spec: Spec{Query: sampleQuery{}}}, queries}})
	})
	req := &http.Request{Method: "GET", URL: &url.URL{Path: "/q", RawQuery: rawQuery}, Header: http.Header{}, Body: http.NoBody}
	w := httptest.NewRecorder()
	f.h.ServeHTTP(w, req)
	return w.Code, w.Body.String()
}

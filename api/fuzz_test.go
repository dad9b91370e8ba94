package api

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"time"
)

// fuzzed is the query route without a socket, for speed.
type fuzzed struct {
	once sync.Once
	h    http.Handler
}

func (f *fuzzed) ask(rawQuery string) (int, string) {
	f.once.Do(func() {
		o := Options{Verifier: passes{}, Now: time.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
		f.h = build(o, []Route{{Method: "GET", Path: "/q", Auth: Public, Query: sampleQuery{}, handle: queries}})
	})
	req := &http.Request{Method: "GET", URL: &url.URL{Path: "/q", RawQuery: rawQuery}, Header: http.Header{}, Body: http.NoBody}
	w := httptest.NewRecorder()
	f.h.ServeHTTP(w, req)
	return w.Code, w.Body.String()
}

package api

import (
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/testkit/webtest"
	"github.com/stretchr/testify/require"
)

// The binary serves the docs page with every file that it uses. The page loads nothing from other hosts.
func TestDocsPage(t *testing.T) {
	s := serve(t, nil)
	index := s.Ask(t, "GET", "/docs/", "")
	require.Equal(t, 200, index.StatusCode)
	require.Contains(t, index.Header.Get("Content-Security-Policy"), "script-src 'self'")
	require.NotContains(t, index.Text, "http")
	for _, file := range []string{"swagger-ui.css", "swagger-ui-bundle.js", "docs.js", "docs.css", "favicon-32x32.png"} {
		require.Contains(t, index.Text, "/docs/"+file)
		require.Equal(t, 200, s.Ask(t, "GET", "/docs/"+file, "").StatusCode, file)
	}
	require.Equal(t, 404, s.Ask(t, "GET", "/docs/swagger-ui-bundle.js.map", "").StatusCode)
	require.Equal(t, 404, s.Ask(t, "GET", "/docs/..%2fopenapi.yaml", "").StatusCode)
	for _, path := range []string{"/openapi.yaml", "/openapi.json"} {
		document := s.Ask(t, "GET", path, "")
		require.Equal(t, 200, document.StatusCode)
		require.Contains(t, document.Text, "3.1.0")
		require.Equal(t, 304, s.Ask(t, "GET", path, "", "If-None-Match: "+document.Header.Get("ETag")).StatusCode)
	}
}

// The docs page is HTML, whatever Accept says.
func TestDocsPageIgnoresAccept(t *testing.T) {
	s := serve(t, nil)
	for _, path := range []string{"/docs", "/docs/", "/docs/docs.css", "/openapi.yaml", "/openapi.json"} {
		for _, accept := range []string{"text/html", "application/json", "text/html;q=0.9, image/webp"} {
			require.Equal(t, 200, s.Ask(t, "GET", path, "", "Accept: "+accept).StatusCode, "%s as %s", path, accept)
		}
	}
}

// The service's address redirects a person to the docs page, without a token.
func TestHomeLeadsToTheDocsPage(t *testing.T) {
	s := serve(t, nil)
	for _, method := range []string{"GET", "HEAD"} {
		home := s.Ask(t, method, "/", "", "Authorization: ")
		require.Equal(t, 302, home.StatusCode)
		page, err := home.Request.URL.Parse(home.Header.Get("Location"))
		require.NoError(t, err)
		require.Equal(t, "/docs/", page.Path)
		require.Equal(t, 200, s.Ask(t, method, page.Path, "", "Authorization: ").StatusCode)
	}
	require.Equal(t, 405, s.Ask(t, "POST", "/", "{}").StatusCode)
	require.Equal(t, 404, s.Ask(t, "GET", "//", "").StatusCode)
}

// The files of Swagger UI answer HEAD too.
func TestFilesOfTheDocsPageAnswerHead(t *testing.T) {
	s := serve(t, nil)
	for name := range docsFiles() {
		get, head := s.Ask(t, "GET", "/docs/"+name, "", "Authorization: "), s.Ask(t, "HEAD", "/docs/"+name, "", "Authorization: ")
		require.Equal(t, []int{200, 200}, []int{get.StatusCode, head.StatusCode}, name)
		require.NotEmpty(t, get.Text, name)
		require.Empty(t, head.Text, name)
		require.Equal(t, get.Header.Get("Content-Type"), head.Header.Get("Content-Type"), name)
	}
}

// Nobody makes the service compress its files again: each was compressed once.
func TestFilesAreCompressedOnce(t *testing.T) {
	s := serve(t, nil)
	for _, path := range []string{"/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/docs.js", "/openapi.yaml", "/openapi.json"} {
		zipped := s.Ask(t, "GET", path, "", "Accept-Encoding: gzip")
		require.Equal(t, "gzip", zipped.Header.Get("Content-Encoding"), path)
		require.Equal(t, strconv.Itoa(len(zipped.Text)), zipped.Header.Get("Content-Length"), "%s: a stream has no length", path)
		plain := s.Ask(t, "GET", path, "", "Accept-Encoding: identity")
		require.Empty(t, plain.Header.Get("Content-Encoding"), path)
		reader, err := gzip.NewReader(strings.NewReader(zipped.Text))
		require.NoError(t, err)
		text, err := io.ReadAll(reader)
		require.NoError(t, err)
		require.Equal(t, plain.Text, string(text), path)
	}
}

// What a request without a token, or with a useless body, costs: make amplification prints it for docs/security.md.
func BenchmarkAmplification(b *testing.B) {
	handler := New(Options{Options: web.Options{Verifier: webtest.Verifier{}, Logger: slog.New(slog.DiscardHandler), Now: time.Now}})
	ask := func(b *testing.B, method, path, body string) {
		b.Helper()
		r := httptest.NewRequestWithContext(b.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
	read := func(b *testing.B, body string) {
		b.Helper()
		var cart cartBody
		if read, err := Reader().Read([]byte(body), &cart); err == nil && len(read.Faults) == 0 {
			b.Fatal("the body was taken")
		}
	}
	var members strings.Builder
	for i := range 80_000 {
		fmt.Fprintf(&members, `,"m%d":1`, i)
	}
	for _, c := range []struct {
		name string
		do   func(b *testing.B)
	}{
		{"80000_unknown_members", func(b *testing.B) { read(b, `{"customer_code":"A"`+members.String()+`}`) }},
		{"300000_empty_lines", func(b *testing.B) { read(b, `{"lines":[`+strings.TrimSuffix(strings.Repeat("{},", 300_000), ",")+`]}`) }},
		{"swagger-ui-bundle.js", func(b *testing.B) { ask(b, "GET", "/docs/swagger-ui-bundle.js", "") }},
		{"openapi.json", func(b *testing.B) { ask(b, "GET", "/openapi.json", "") }},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.do(b)
			before := cpuTime(b)
			for b.Loop() {
				c.do(b)
			}
			b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
}

// cpuTime is the time that the process has computed, whatever else the machine does.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

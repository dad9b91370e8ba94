package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
)

// isSafeID is the pattern that the API document has, without a regular expression.
func TestSafeIDsHaveThePattern(t *testing.T) {
	pattern := regexp.MustCompile(RequestIDPattern)
	ids := []string{"", "a", strings.Repeat("a", LongestRequestID), strings.Repeat("a", LongestRequestID+1), "é", "a\n", "\xff"}
	for c := range rune(256) {
		ids = append(ids, string(c), "a"+string(c)+"b", string([]byte{byte(c)}))
	}
	for _, id := range ids {
		require.Equal(t, pattern.MatchString(id), isSafeID(id), "%q", id)
	}
}

func TestRequestID(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/t"}, func(c Request) error {
		return c.String(http.StatusOK, RequestID(c))
	}})
	for _, good := range []string{"a", "Ab-1._", strings.Repeat("x", 64)} {
		r := s.Ask(t, "GET", "/v1/t", "", "X-Request-Id: "+good)
		require.Equal(t, good, r.Text)
		require.Equal(t, good, r.Header.Get("X-Request-Id"))
		require.Contains(t, s.Log.String(), `"request_id":"`+good+`"`)
	}
	for _, bad := range []string{"", strings.Repeat("x", 65), "a b", "a/b", "é", `a"`} {
		id, err := uuid.Parse(s.Ask(t, "GET", "/v1/t", "", "X-Request-Id: "+bad).Text)
		require.NoError(t, err, bad)
		require.EqualValues(t, 7, id.Version())
	}
	require.Equal(t, "mine", s.Ask(t, "GET", "/nowhere", "", "X-Request-Id: mine").Problem(t)["request_id"])
}

func TestLogLine(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "POST", Path: "/v1/t/{id}", Spec: Spec{Query: struct {
		Q string `query:"q"`
	}{}}}, func(c Request) error { return c.String(http.StatusCreated, "12345") }})
	s.Ask(t, "POST", "/v1/t/canary-id?q=canary-query", `{"canary-body":1}`, "Authorization: Bearer c1/anna/Sales", "Cookie: canary-cookie", "Idempotency-Key: canary-key")
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(s.Log.String()), &line))
	require.NotContains(t, s.Log.String(), "canary")
	require.NotContains(t, s.Log.String(), "c1/anna")
	for name, want := range map[string]any{"method": "POST", "route": "/v1/t/{id}", "status": 201.0, "bytes": 5.0, "company": "c1", "sub": "anna", "level": "INFO"} {
		require.Equal(t, want, line[name], name)
	}
	require.Contains(t, line, "ms")
	s.Ask(t, "BREW", "/canary?canary=1", "")
	require.NotContains(t, s.Log.String(), "canary")
	require.Contains(t, s.Log.String(), `"method":"OTHER","route":"unmatched","status":404`)
}

func TestSecurityHeaders(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/docs/", Auth: Public}, done})
	for _, path := range []string{"/livez", "/v1/me", "/nowhere"} {
		h := s.Ask(t, "GET", path, "").Header
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		require.Equal(t, "no-store", h.Get("Cache-Control"))
		require.Equal(t, "DENY", h.Get("X-Frame-Options"))
		require.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
		require.Equal(t, "default-src 'none'; frame-ancestors 'none'", h.Get("Content-Security-Policy"))
	}
	require.Empty(t, s.Ask(t, "GET", "/docs/", "").Header.Get("Content-Security-Policy"))
	require.Empty(t, s.Ask(t, "GET", "/livez", "").Header.Get("Strict-Transport-Security"))
	s = serve(t, func(o *Options) { o.HTTPSOnly = true })
	for _, path := range []string{"/livez", "/v1/me", "/nowhere"} {
		require.Equal(t, "max-age=31536000", s.Ask(t, "GET", path, "").Header.Get("Strict-Transport-Security"), path)
	}
}

// A body with Content-Length and Transfer-Encoding can hide a request from a proxy. The connection ends after it, so that
// the bytes behind it are never read as a request.
func TestRequestSmuggling(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "POST", Path: "/v1/put", Auth: Public}, func(c Request) error { return WriteJSON(c, http.StatusOK, "done") }})
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", u.Host)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, "POST /v1/put HTTP/1.1\r\nHost: desk.example\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"+
		"2\r\n{}\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: desk.example\r\n\r\n")
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	all, err := io.ReadAll(conn)
	require.NoError(t, err, "the service closes the connection")
	require.Equal(t, 1, strings.Count(string(all), "HTTP/1.1 "), "%s", all)
	require.Contains(t, string(all), "Connection: close")
}

func TestCORS(t *testing.T) {
	s := serve(t, func(o *Options) { o.CORSOrigins = []string{"https://shop.example", "null"} })
	r := s.Ask(t, "GET", "/v1/me", "", "Origin: https://shop.example")
	require.Equal(t, "https://shop.example", r.Header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "Content-Disposition, Deprecation, Dry-Run, ETag, Idempotency-Replayed, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, Sunset, WWW-Authenticate, X-Request-Id", r.Header.Get("Access-Control-Expose-Headers"))
	require.Contains(t, r.Header.Values("Vary"), "Origin")
	require.NotEmpty(t, s.Ask(t, "GET", "/v1/me", "", "Authorization: ", "Origin: https://shop.example").Header.Get("Access-Control-Allow-Origin"), "errors are readable too")
	flight := s.Ask(t, "OPTIONS", "/v1/me", "", "Authorization: ", "Origin: https://shop.example", "Access-Control-Request-Method: GET")
	require.Equal(t, 204, flight.StatusCode)
	require.Contains(t, flight.Header.Get("Access-Control-Allow-Headers"), "Idempotency-Key")
	require.Contains(t, flight.Header.Get("Access-Control-Allow-Methods"), "PATCH")
	require.Empty(t, flight.Header.Get("Access-Control-Allow-Credentials"))
	for _, origin := range []string{"null", "https://shop.example.evil", "http://shop.example", "https://shop.example:444", "https://SHOP.example", "https://a.shop.example", "*", "https://evil"} {
		for _, method := range []string{"GET", "OPTIONS"} {
			h := s.Ask(t, method, "/v1/me", "", "Origin: "+origin, "Access-Control-Request-Method: GET").Header
			require.Empty(t, h.Get("Access-Control-Allow-Origin"), origin)
			require.Contains(t, h.Values("Vary"), "Origin")
		}
	}
	require.Empty(t, serve(t, nil).Ask(t, "GET", "/v1/me", "", "Origin: https://shop.example").Header.Get("Access-Control-Allow-Origin"))
}

// The demo allows pages that this machine serves, so that a front end can be developed against it.
func TestCORSOfLocalPages(t *testing.T) {
	s := serve(t, func(o *Options) { o.CORSLocal, o.CORSOrigins = true, []string{"https://shop.example"} })
	allowed := func(origin string) string {
		return s.Ask(t, "GET", "/v1/me", "", "Origin: "+origin).Header.Get("Access-Control-Allow-Origin")
	}
	for _, origin := range []string{"http://localhost", "http://localhost:5173", "https://localhost:8443", "http://127.0.0.1:3000", "http://[::1]:3000", "https://shop.example"} {
		require.Equal(t, origin, allowed(origin))
	}
	for _, origin := range []string{"null", "http://localhost.evil.example", "http://evil.example", "http://192.168.1.2:3000", "http://x@localhost:3000", "http://localhost:3000/", "ftp://localhost", "localhost:3000", "file://"} {
		require.Empty(t, allowed(origin), origin)
	}
}

func TestGzip(t *testing.T) {
	text := func(n int) func(Request) error {
		return func(c Request) error { return WriteJSON(c, http.StatusOK, strings.Repeat("x", n)) }
	}
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/long"}, text(5000)}, Endpoint{Route{Method: "GET", Path: "/v1/short"}, text(500)})
	for header, zipped := range map[string]bool{"gzip": true, "gzip;q=0": false, "*": false, "br, gzip;q=0.5": true, "br": false, "identity": false, "*;q=1, gzip;q=0": false} {
		r := s.Ask(t, "GET", "/v1/long", "", "Accept-Encoding: "+header)
		require.Equal(t, zipped, r.Header.Get("Content-Encoding") == "gzip", header)
		if zipped {
			z, err := gzip.NewReader(strings.NewReader(r.Text))
			require.NoError(t, err)
			plain, err := io.ReadAll(z)
			require.NoError(t, err)
			require.Len(t, plain, 5002)
		}
	}
	require.Empty(t, s.Ask(t, "GET", "/v1/short", "", "Accept-Encoding: gzip").Header.Get("Content-Encoding"))
	require.Equal(t, "token_missing", s.Ask(t, "GET", "/v1/long", "", "Accept-Encoding: gzip", "Authorization: ").Code(t))
}

func TestAuthentication(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/member"}, done})
	var refused string
	for _, token := range []string{"Bearer x", "Bearer a/b/c/d", "bearer eyJ"} {
		r := s.Ask(t, "GET", "/v1/member", "", "Authorization: "+token, "X-Request-Id: same")
		require.Equal(t, 401, r.StatusCode)
		require.Equal(t, `Bearer realm="orderdesk", error="invalid_token"`, r.Header.Get("WWW-Authenticate"))
		if refused == "" {
			refused = r.Text
		}
		require.Equal(t, refused, r.Text)
	}
	missing := s.Ask(t, "GET", "/v1/member", "", "Authorization: ")
	require.Equal(t, "token_missing", missing.Code(t))
	require.Equal(t, `Bearer realm="orderdesk"`, missing.Header.Get("WWW-Authenticate"))
	require.Equal(t, 401, s.Ask(t, "GET", "/v1/member?access_token=c1/anna/Admin", "", "Authorization: ").StatusCode)
	require.Equal(t, 401, s.Ask(t, "GET", "/v1/member", "", "Authorization: Basic YTpi").StatusCode)
	require.Equal(t, 204, s.Ask(t, "GET", "/v1/member", "", "Authorization: bearer c1/anna/Sales Allocation").StatusCode)
	require.Equal(t, "company_not_seller", s.Ask(t, "GET", "/v1/member", "", "Authorization: Bearer buyer/bob/Admin").Code(t))
	require.Equal(t, "role_missing", s.Ask(t, "GET", "/v1/member", "", "Authorization: Bearer c1/bob/Janitor").Code(t))
	require.Equal(t, 200, s.Ask(t, "GET", "/v1/me", "", "Authorization: Bearer c1/bob/Janitor").StatusCode)
	require.Contains(t, s.Ask(t, "GET", "/v1/me", "").Text, `"sub":"anna"`)
	require.Equal(t, 200, s.Ask(t, "GET", "/livez", "", "Authorization: Bearer nonsense").StatusCode)
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/v1/member", nil)
	require.NoError(t, err)
	req.Header["Authorization"] = []string{"Bearer c1/anna/Admin", "Bearer c1/anna/Admin"}
	require.Equal(t, "header_invalid", s.Send(t, req).Code(t))
}

func TestRateLimit(t *testing.T) {
	now := time.Date(2026, 5, 31, 12, 0, 0, 0, time.UTC)
	s := serve(t, func(o *Options) { o.RateLimit, o.Now = 6, func() time.Time { return now } }, Endpoint{Route{Method: "GET", Path: "/v1/t"}, done})
	for left := 5; left >= 0; left-- {
		r := s.Ask(t, "GET", "/v1/t", "")
		require.Equal(t, 204, r.StatusCode)
		require.Equal(t, `"token";q=6;w=60`, r.Header.Get("RateLimit-Policy"))
		require.Equal(t, `"token";r=`+string(rune('0'+left))+`;t=`+map[int]string{5: "10", 4: "20", 3: "30", 2: "40", 1: "50", 0: "60"}[left], r.Header.Get("RateLimit"))
	}
	r := s.Ask(t, "GET", "/v1/t", "")
	require.Equal(t, "rate_limited", r.Code(t))
	require.Equal(t, "10", r.Header.Get("Retry-After"))
	require.Equal(t, `"token";r=0;t=10`, r.Header.Get("RateLimit"))
	require.Equal(t, 204, s.Ask(t, "GET", "/v1/t", "", "Authorization: Bearer c1/bob/Admin").StatusCode, "another subject")
	require.Equal(t, 204, s.Ask(t, "GET", "/v1/t", "", "Authorization: Bearer c2/anna/Admin").StatusCode, "another company")
	require.Equal(t, 429, s.Ask(t, "GET", "/v1/t", "", "Authorization: Bearer c1/anna/Cashier").StatusCode, "another token of the same caller")
	require.Equal(t, 200, s.Ask(t, "GET", "/livez", "").StatusCode)
	require.Equal(t, 403, s.Ask(t, "GET", "/v1/t", "", "Authorization: Bearer c1/eve/None").StatusCode)
	for range 5 {
		s.Ask(t, "GET", "/v1/t", "", "Authorization: Bearer c1/eve/None")
	}
	require.Equal(t, 429, s.Ask(t, "GET", "/v1/t", "", "Authorization: Bearer c1/eve/None").StatusCode, "refused callers have a quota too")
	now = now.Add(10 * time.Second)
	require.Equal(t, 204, s.Ask(t, "GET", "/v1/t", "").StatusCode)
	require.Equal(t, 429, s.Ask(t, "GET", "/v1/t", "").StatusCode)
}

func TestLimiterForgets(t *testing.T) {
	l, now := newLimiter(60, nil), time.Unix(0, 0)
	l.maxCallers = 3
	for _, who := range []string{"a", "b", "c", "a", "d"} {
		l.take(who, now)
	}
	require.Len(t, l.buckets, 3)
	require.NotContains(t, l.buckets, "b", "the one away longest")
	require.Contains(t, l.buckets, "a")
	l.take("e", now.Add(time.Minute))
	require.Len(t, l.buckets, 1, "the idle are forgotten")
	require.Equal(t, 1, l.recent.Len())
}

func TestAddressOfTheCaller(t *testing.T) {
	for trusted, want := range map[string]string{"": "10.1.1.1", "10.0.0.0/8": "203.0.113.9", "192.0.2.0/24": "10.1.1.1"} {
		var prefixes []netip.Prefix
		if trusted != "" {
			prefixes = append(prefixes, netip.MustParsePrefix(trusted))
		}
		req := httptest.NewRequest("GET", "/", nil)
		req.RemoteAddr = "10.1.1.1:999"
		req.Header.Set("X-Forwarded-For", "198.51.100.7, 203.0.113.9")
		require.Equal(t, want, ipExtractor(prefixes)(req), trusted)
	}
}

func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	s := serve(t, func(o *Options) { o.Metrics = NewMetrics(registry) }, Endpoint{Route{Method: "GET", Path: "/v1/t/{id}"}, done})
	for _, path := range []string{"/v1/t/1", "/v1/t/2", "/a", "/b"} {
		s.Ask(t, "GET", path, "")
	}
	s.Ask(t, "BREW", "/c", "")
	families, err := registry.Gather()
	require.NoError(t, err)
	var text bytes.Buffer
	for _, f := range families {
		for _, m := range f.GetMetric() {
			text.WriteString(f.GetName() + " " + m.String() + "\n")
		}
	}
	require.Contains(t, text.String(), `value:"/v1/t/{id}"`)
	require.Contains(t, text.String(), `value:"2xx"`)
	require.Contains(t, text.String(), `value:"OTHER"`)
	require.NotContains(t, text.String(), "BREW")
	require.Equal(t, 6, strings.Count(text.String(), "\n"), "one series for both ids, one for both unknown paths, one for the odd method, each twice")
	require.Panics(t, func() { NewMetrics(registry) })
}

func TestServerLimits(t *testing.T) {
	h := NewServer("addr", nil, slog.New(slog.DiscardHandler))
	require.Equal(t, []time.Duration{5 * time.Second, 15 * time.Second, 20 * time.Second, 60 * time.Second},
		[]time.Duration{h.ReadHeaderTimeout, h.ReadTimeout, h.WriteTimeout, h.IdleTimeout})
	require.Equal(t, 64<<10, h.MaxHeaderBytes)
}

// A caller with too large or endless headers does not keep a connection.
func TestServerRefusesLargeHeaders(t *testing.T) {
	s := serve(t, nil)
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("GET /livez HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 80<<10) + "\r\n\r\n"))
	require.NoError(t, err)
	reply := make([]byte, 12)
	_, err = io.ReadFull(conn, reply)
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 431", string(reply))
}

// A text that is not an HTTP request gets one line of text, and the connection closes (ADR 9). Every HTTP request gets
// a problem.
func TestOnlyWhatIsNoRequestGetsNoProblem(t *testing.T) {
	s := serve(t, nil)
	ask := func(text string) *http.Response {
		t.Helper()
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		_, err = conn.Write([]byte(text))
		require.NoError(t, err)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		t.Cleanup(func() { _ = answer.Body.Close() })
		return answer
	}
	for name, text := range map[string]string{
		"an escape that is none": "GET /v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
		"no host":                "GET /livez HTTP/1.1\r\n\r\n",
		"two hosts":              "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"no HTTP":                "HELLO\r\n\r\n",
		"a header without colon": "GET /livez HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n",
	} {
		a := ask(text)
		body, err := io.ReadAll(a.Body)
		require.NoError(t, err, name)
		require.Equal(t, http.StatusBadRequest, a.StatusCode, name)
		require.Less(t, len(body), 100, "%s: %s", name, body)
		require.True(t, a.Close, name)
	}
	for name, text := range map[string]string{
		"all there is":    "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
		"an absolute URL": "GET http://x/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n",
		"an odd method":   "BREW /v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
		"a null":          "GET /v1/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
		"no UTF-8":        "GET /v1/orders/%ff HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		a := ask(text)
		require.Equal(t, "application/problem+json", a.Header.Get("Content-Type"), "%s: %d", name, a.StatusCode)
		require.GreaterOrEqual(t, a.StatusCode, 400, name)
		require.Less(t, a.StatusCode, 500, name)
	}
}

package api

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// passes is a Verifier whose tokens say who they are: company/subject/role. Tokens themselves are auth's business.
type passes struct{}

func (passes) Verify(token string) (auth.Actor, error) {
	parts := strings.Split(token, "/")
	if len(parts) != 3 {
		return auth.Actor{}, fault.New(fault.TokenInvalid, "The token is not valid here.")
	}
	who := auth.Actor{CompanyID: parts[0], Subject: parts[1]}
	if parts[0] == "buyer" {
		return who, fault.New(fault.CompanyNotSeller, "Not a seller.")
	}
	role, err := auth.ParseRole(parts[2])
	if err != nil {
		return who, fault.New(fault.RoleMissing, "No known role.")
	}
	who.Roles = []auth.Role{role}
	return who, nil
}

// server is the API on a real socket, with what it logged.
type server struct {
	*httptest.Server
	log *logged
}

type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// serve starts the API with the routes of the test beside its own.
func serve(t *testing.T, change func(*Options), routes ...Route) *server {
	t.Helper()
	return serveTuned(t, change, func(*http.Server) {}, routes...)
}

func serveTuned(t *testing.T, change func(*Options), tune func(*http.Server), routes ...Route) *server {
	t.Helper()
	log := &logged{}
	o := Options{Verifier: passes{}, Now: time.Now, Logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if change != nil {
		change(&o)
	}
	s := httptest.NewUnstartedServer(nil)
	s.Config = Server("", build(o, append(Routes(), routes...)), o.Logger)
	tune(s.Config)
	s.Start()
	t.Cleanup(s.Close)
	return &server{s, log}
}

// reply is an answer, read to its end.
type reply struct {
	*http.Response
	body string
}

// problem is the answer's problem, whose own members must fit the answer.
func (r reply) problem(t *testing.T) map[string]any {
	t.Helper()
	require.Equal(t, mediaProblem, r.Header.Get("Content-Type"), r.body)
	var p map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.body), &p), r.body)
	require.EqualValues(t, r.StatusCode, p["status"])
	require.Equal(t, r.Header.Get("X-Request-Id"), p["request_id"])
	require.Equal(t, "/v1/errors/"+mustText(t, p["code"]), p["type"])
	return p
}

func (r reply) code(t *testing.T) string {
	t.Helper()
	return mustText(t, r.problem(t)["code"])
}

// mustText is a value of JSON that must be a string.
func mustText(t *testing.T, v any) string {
	t.Helper()
	s, ok := v.(string)
	require.True(t, ok, "%v is no string", v)
	return s
}

// faults is the problem's errors as "pointer code".
func (r reply) faults(t *testing.T) []string {
	t.Helper()
	var all []string
	r.problem(t)
	var p struct{ Errors []FieldError }
	require.NoError(t, json.Unmarshal([]byte(r.body), &p))
	for _, f := range p.Errors {
		require.NotEmpty(t, f.Detail)
		all = append(all, f.Pointer+" "+f.Code)
	}
	return all
}

// ask sends a request of the Admin of company c1. Headers are "Name: value"; an empty value removes the header.
func (s *server) ask(t *testing.T, method, target, body string, headers ...string) reply {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+target, reader)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer c1/anna/Admin")
	if body != "" {
		req.Header.Set("Content-Type", mediaJSON)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if value == "" {
			req.Header.Del(name)
			continue
		}
		req.Header.Set(name, value)
	}
	return s.send(t, req)
}

func (s *server) send(t *testing.T, req *http.Request) reply {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return reply{res, string(all)}
}

// done is a handler with nothing to say.
func done(_ *service, c request) error { return c.NoContent(http.StatusNoContent) }

// readAll is the body, or why it broke off.
func readAll(res *http.Response) string {
	all, err := io.ReadAll(res.Body)
	if err != nil {
		return err.Error()
	}
	return string(all)
}

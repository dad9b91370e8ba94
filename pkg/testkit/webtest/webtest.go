// Package webtest serves a handler on a real socket, for tests of HTTP without a database.
package webtest

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

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Verifier accepts tokens of the form company/subject/role.
type Verifier struct{}

// Verify refuses a token without three parts, an unknown role, and the company buyer, which is not a seller.
func (Verifier) Verify(token string) (auth.Actor, error) {
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

// Log records the log.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write adds a line.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String returns everything that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Logger returns a logger that writes JSON to the log.
func (l *Log) Logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Server is a handler on a real socket, and its log.
type Server struct {
	*httptest.Server
	Log *Log
}

// Start serves until the test ends.
func Start(t *testing.T, config *http.Server, log *Log) *Server {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.Config = config
	s.Start()
	t.Cleanup(s.Close)
	return &Server{s, log}
}

// Ask sends a request of the Admin of company c1. Headers are "Name: value"; an empty value removes the header.
func (s *Server) Ask(t *testing.T, method, target, body string, headers ...string) Reply {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+target, reader)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer c1/anna/Admin")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if value == "" {
			req.Header.Del(name)
			continue
		}
		req.Header.Set(name, value)
	}
	return s.Send(t, req)
}

// Send sends the request and reads the whole answer. It does not follow redirects.
func (s *Server) Send(t *testing.T, req *http.Request) Reply {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return Reply{res, string(all)}
}

// Reply is an answer whose body was read.
type Reply struct {
	*http.Response
	Text string // the body
}

// Problem returns the answer's problem, whose members must match the answer.
func (r Reply) Problem(t *testing.T) map[string]any {
	t.Helper()
	require.Equal(t, "application/problem+json", r.Header.Get("Content-Type"), r.Text)
	var p map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.Text), &p), r.Text)
	require.EqualValues(t, r.StatusCode, p["status"])
	require.Equal(t, r.Header.Get("X-Request-Id"), p["request_id"])
	require.Equal(t, "/v1/errors/"+MustText(t, p["code"]), p["type"])
	return p
}

// Code returns the code of the answer's problem.
func (r Reply) Code(t *testing.T) string {
	t.Helper()
	return MustText(t, r.Problem(t)["code"])
}

// Faults returns the errors of the answer's problem, as "pointer code".
func (r Reply) Faults(t *testing.T) []string {
	t.Helper()
	var all []string
	r.Problem(t)
	var p struct {
		Errors []struct{ Pointer, Code, Detail string }
	}
	require.NoError(t, json.Unmarshal([]byte(r.Text), &p))
	for _, f := range p.Errors {
		require.NotEmpty(t, f.Detail)
		all = append(all, f.Pointer+" "+f.Code)
	}
	return all
}

// MustText returns a JSON value that must be a string.
func MustText(t *testing.T, v any) string {
	t.Helper()
	s, ok := v.(string)
	require.True(t, ok, "%v is not a string", v)
	return s
}

// ReadAll returns the body, or why it ended early.
func ReadAll(res *http.Response) string {
	all, err := io.ReadAll(res.Body)
	if err != nil {
		return err.Error()
	}
	return string(all)
}

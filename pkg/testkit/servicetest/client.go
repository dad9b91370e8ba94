package servicetest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/stretchr/testify/require"
)

// Client calls the service with one token.
type Client struct {
	Service *Service
	Token   string
	t       testing.TB
	roles   []auth.Role
}

// Is reports whether the client was created with the role.
func (c *Client) Is(role auth.Role) bool { return slices.Contains(c.roles, role) }

// As returns a client with these roles in the company. Its subject is its first role in lower case.
func (s *Service) As(t testing.TB, roles ...auth.Role) *Client {
	return s.Actor(t, auth.Actor{
		CompanyID: Company, Subject: strings.ToLower(strings.ReplaceAll(string(roles[0]), " ", "-")) + "@rosefields.example",
		Name: string(roles[0]) + " Person", Email: strings.ToLower(strings.ReplaceAll(string(roles[0]), " ", "-")) + "@rosefields.example", Roles: roles,
	})
}

// Actor returns a client for this actor.
func (s *Service) Actor(t testing.TB, who auth.Actor) *Client {
	t.Helper()
	token, err := s.tokens.Issue(auth.Grant{Actor: who, TTL: 24 * time.Hour})
	require.NoError(t, err)
	return &Client{Service: s, Token: token, t: t, roles: who.Roles}
}

// Answer is an answer of the service.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	t      testing.TB
}

// JSON returns the answer's body as a value with members.
func (a Answer) JSON() Value {
	var v any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		a.t.Fatalf("the answer %d is not JSON: %s", a.Status, a.Body)
	}
	return Value{v, a.t}
}

// Is fails the test unless the answer has the status, and returns its body.
func (a Answer) Is(status int) Value {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("answered %d, want %d: %s", a.Status, status, a.Body)
	}
	return a.JSON()
}

// Refused fails the test unless the answer is a problem with this status and code, and returns it.
func (a Answer) Refused(status int, code string) Value {
	a.t.Helper()
	problem := a.Is(status)
	if got := problem.At("code").Text(); got != code {
		a.t.Fatalf("refused with %s, want %s: %s", got, code, a.Body)
	}
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Fatalf("a problem has the media type %s", got)
	}
	return problem
}

// Faults returns the problem's faults, each as "pointer code".
func (a Answer) Faults() []string {
	a.t.Helper()
	faults := []string{}
	for _, e := range a.JSON().At("errors").Items() {
		faults = append(faults, e.At("pointer").Text()+" "+e.At("code").Text())
	}
	return faults
}

// Get requests a path. Headers come in pairs.
func (c *Client) Get(path string, headers ...string) Answer {
	return c.Do("GET", path, nil, headers...)
}

// Post sends a body with a new Idempotency-Key, unless headers name one.
func (c *Client) Post(path string, body any, headers ...string) Answer {
	return c.Do("POST", path, body, append([]string{"Idempotency-Key", uuid.NewString()}, headers...)...)
}

// Patch sends a merge patch.
func (c *Client) Patch(path string, body any, headers ...string) Answer {
	return c.Do("PATCH", path, body, headers...)
}

// Delete sends a DELETE without a body.
func (c *Client) Delete(path string, headers ...string) Answer {
	c.t.Helper()
	return c.Do("DELETE", path, nil, headers...)
}

// Do sends a request. body is JSON as text or bytes, or a value to encode; nil means no body.
func (c *Client) Do(method, path string, body any, headers ...string) Answer {
	c.t.Helper()
	a, err := c.Try(method, path, body, headers...)
	require.NoError(c.t, err)
	return a
}

// Persist is Try with retries: an answer that asks for a retry, which a busy machine may give, is requested again with
// the same headers.
func (c *Client) Persist(method, path string, body any, headers ...string) (a Answer, err error) {
	for range 30 {
		a, err = c.Try(method, path, body, headers...)
		if err != nil || a.Status < 400 || a.Header.Get("Retry-After") == "" || !a.JSON().At("retryable").Bool() {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return a, err
}

// Try is Do for callers that expect the connection to fail or run beside the test.
func (c *Client) Try(method, path string, body any, headers ...string) (Answer, error) {
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return Answer{}, err
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, c.Service.URL+path, reader)
	if err != nil {
		return Answer{}, err
	}
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	return Answer{Status: res.StatusCode, Header: res.Header, Body: raw, t: c.t}, err
}

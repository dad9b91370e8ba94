package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/testkit/webtest"
)

func fails(err error) func(Request) error {
	return func(Request) error { return err }
}

// A handler's error with any code of the catalogue gives a problem with the right status, headers, members and page.
func TestEveryCodeBecomesItsProblem(t *testing.T) {
	var routes []Endpoint
	for _, e := range fault.Catalogue() {
		routes = append(routes, Endpoint{Route{Method: "GET", Path: "/v1/t/" + string(e.Code), Auth: Public, Key: KeyHonoured},
			fails(fmt.Errorf("deep: %w", fault.New(e.Code, "Detail <of> %s.", e.Code)))})
	}
	s := serve(t, nil, routes...)
	kinds := map[fault.Kind]bool{}
	for _, e := range fault.Catalogue() {
		r := s.Ask(t, "GET", "/v1/t/"+string(e.Code), "", "Idempotency-Key: k")
		p := r.Problem(t)
		kinds[e.Kind] = true
		require.Equal(t, string(e.Code), p["code"])
		require.Equal(t, e.Title, p["title"])
		require.Equal(t, "Detail <of> "+string(e.Code)+".", p["detail"])
		require.Contains(t, r.Text, "<of>")
		require.Equal(t, e.Retryable, p["retryable"])
		require.Equal(t, "/v1/t/"+string(e.Code), p["instance"])
		require.Equal(t, []any{}, p["errors"])
		require.Len(t, p, 9+len(e.Members))
		for _, m := range e.Members {
			require.Contains(t, p, m.Name)
		}
		require.Equal(t, r.StatusCode == 401, r.Header.Get("WWW-Authenticate") != "", e.Code)
		if r.StatusCode == 429 || r.StatusCode == 503 || e.Code == fault.IdempotencyInProgress {
			require.NotEmpty(t, r.Header.Get("Retry-After"), e.Code)
		}
		require.Equal(t, Status(e.Code), r.StatusCode)
		require.Equal(t, "/v1/errors/"+string(e.Code), p["type"])
	}
	require.Len(t, kinds, int(fault.Unavailable)+1, "a kind without a code")
	require.NotContains(t, s.Ask(t, "GET", "/v1/t/token_invalid", "").Text, "realm")
}

func TestProblemMembersAndRetryAfter(t *testing.T) {
	stale := fault.New(fault.OrderChanged, "x").With("current_version", 8).With("secret", "never shown")
	later := fault.New(fault.EmailLimitReached, "x").RetryAfter(3599*time.Second + time.Nanosecond)
	s := serve(t, nil,
		Endpoint{Route{Method: "GET", Path: "/v1/stale"}, fails(stale)},
		Endpoint{Route{Method: "GET", Path: "/v1/later"}, fails(later)})
	p := s.Ask(t, "GET", "/v1/stale", "").Problem(t)
	require.EqualValues(t, 8, p["current_version"])
	require.Nil(t, p["changes"])
	require.NotContains(t, p, "secret")
	require.Equal(t, "3600", s.Ask(t, "GET", "/v1/later", "").Header.Get("Retry-After"))
}

func TestNothingOfTheInsideIsShown(t *testing.T) {
	s := serve(t, nil,
		Endpoint{Route{Method: "GET", Path: "/v1/err"}, fails(errors.New("pq: hunter2 at 10.0.0.1"))},
		Endpoint{Route{Method: "GET", Path: "/v1/panic"}, func(Request) error { panic("hunter2 inside") }},
		Endpoint{Route{Method: "GET", Path: "/v1/half"}, func(c Request) error {
			_, _ = c.Response().Write([]byte(strings.Repeat("half ", 1000)))
			c.Response().Flush()
			return errors.New("hunter2 later")
		}})
	for _, path := range []string{"/v1/err", "/v1/panic"} {
		r := s.Ask(t, "GET", path, "")
		require.Equal(t, 500, r.StatusCode)
		require.Equal(t, "internal_error", r.Code(t))
		require.NotContains(t, r.Text, "hunter2")
	}
	require.Contains(t, s.Log.String(), "hunter2 inside")
	require.Contains(t, s.Log.String(), "problem_test.go", "the stack")
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/v1/half", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer c1/anna/Admin")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Contains(t, webtest.ReadAll(res), "unexpected EOF", "a half answer must not look whole")
}

func TestTimeLimit(t *testing.T) {
	waits := func(c Request) error {
		select {
		case <-c.Request().Context().Done():
			return fmt.Errorf("query: %w", c.Request().Context().Err())
		case <-time.After(time.Second):
			return done(c)
		}
	}
	s := serve(t, func(o *Options) { o.RequestTimeout = 50 * time.Millisecond },
		Endpoint{Route{Method: "GET", Path: "/v1/slow"}, waits},
		Endpoint{Route{Method: "GET", Path: "/v1/export", Limit: Export}, waits})
	r := s.Ask(t, "GET", "/v1/slow", "")
	require.Equal(t, 503, r.StatusCode)
	require.Equal(t, "request_timeout", r.Code(t))
	require.Equal(t, "1", r.Header.Get("Retry-After"))
	require.Equal(t, 204, s.Ask(t, "GET", "/v1/export", "").StatusCode)
}

func TestCallerGone(t *testing.T) {
	reached := make(chan struct{})
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/slow"}, func(c Request) error {
		close(reached)
		<-c.Request().Context().Done()
		return c.Request().Context().Err()
	}})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-reached; cancel() }()
	req, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/v1/slow", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer c1/anna/Admin")
	_, err = http.DefaultClient.Do(req) //nolint:bodyclose // there is no answer
	require.ErrorIs(t, err, context.Canceled)
	require.Eventually(t, func() bool { return strings.Contains(s.Log.String(), `"status":499`) }, 10*time.Second, 10*time.Millisecond)
	require.NotContains(t, s.Log.String(), `"level":"ERROR"`)
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

func fails(err error) func(*service, request) error {
	return func(*service, request) error { return err }
}

// Every code of the catalogue, thrown by a handler, is a problem of its kind, with its headers, members and page.
func TestEveryCodeBecomesItsProblem(t *testing.T) {
	var routes []Route
	for _, e := range fault.Catalogue() {
		routes = append(routes, Route{Method: "GET", Path: "/v1/t/" + string(e.Code), Auth: Public, Key: KeyHonoured,
			handle: fails(fmt.Errorf("deep: %w", fault.New(e.Code, "Detail <of> %s.", e.Code)))})
	}
	s := serve(t, nil, routes...)
	kinds := map[fault.Kind]bool{}
	for _, e := range fault.Catalogue() {
		r := s.ask(t, "GET", "/v1/t/"+string(e.Code), "")
		p := r.problem(t)
		kinds[e.Kind] = true
		require.Equal(t, string(e.Code), p["code"])
		require.Equal(t, e.Title, p["title"])
		require.Equal(t, "Detail <of> "+string(e.Code)+".", p["detail"])
		require.Contains(t, r.body, "<of>")
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
		page := s.ask(t, "GET", mustText(t, p["type"]), "", "Authorization: ")
		require.Equal(t, 200, page.StatusCode)
		require.Contains(t, page.body, `"status":`+fmt.Sprint(r.StatusCode))
	}
	require.Len(t, kinds, int(fault.Unavailable)+1, "a kind without a code")
	require.NotContains(t, s.ask(t, "GET", "/v1/t/token_invalid", "").body, "realm")
}

func TestProblemMembersAndRetryAfter(t *testing.T) {
	stale := fault.New(fault.OrderChanged, "x").With("current_version", 8).With("secret", "never shown")
	later := fault.New(fault.EmailLimitReached, "x").After(3599*time.Second + time.Nanosecond)
	s := serve(t, nil,
		Route{Method: "GET", Path: "/v1/stale", handle: fails(stale)},
		Route{Method: "GET", Path: "/v1/later", handle: fails(later)})
	p := s.ask(t, "GET", "/v1/stale", "").problem(t)
	require.EqualValues(t, 8, p["current_version"])
	require.Nil(t, p["changes"])
	require.NotContains(t, p, "secret")
	require.Equal(t, "3600", s.ask(t, "GET", "/v1/later", "").Header.Get("Retry-After"))
}

func TestNothingOfTheInsideIsShown(t *testing.T) {
	s := serve(t, nil,
		Route{Method: "GET", Path: "/v1/err", handle: fails(errors.New("pq: hunter2 at 10.0.0.1"))},
		Route{Method: "GET", Path: "/v1/panic", handle: func(*service, request) error { panic("hunter2 inside") }},
		Route{Method: "GET", Path: "/v1/half", handle: func(_ *service, c request) error {
			_, _ = c.Response().Write([]byte(strings.Repeat("half ", 1000)))
			c.Response().Flush()
			return errors.New("hunter2 later")
		}})
	for _, path := range []string{"/v1/err", "/v1/panic"} {
		r := s.ask(t, "GET", path, "")
		require.Equal(t, 500, r.StatusCode)
		require.Equal(t, "internal_error", r.code(t))
		require.NotContains(t, r.body, "hunter2")
	}
	require.Contains(t, s.log.String(), "hunter2 inside")
	require.Contains(t, s.log.String(), "problem_test.go", "the stack")
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/v1/half", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer c1/anna/Admin")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Contains(t, readAll(res), "unexpected EOF", "a half answer must not look whole")
}

func TestTimeLimit(t *testing.T) {
	waits := func(_ *service, c request) error {
		select {
		case <-c.Request().Context().Done():
			return fmt.Errorf("query: %w", c.Request().Context().Err())
		case <-time.After(time.Second):
			return done(nil, c)
		}
	}
	s := serve(t, func(o *Options) { o.RequestTimeout = 50 * time.Millisecond },
		Route{Method: "GET", Path: "/v1/slow", handle: waits},
		Route{Method: "GET", Path: "/v1/export", Limit: Export, handle: waits})
	r := s.ask(t, "GET", "/v1/slow", "")
	require.Equal(t, 503, r.StatusCode)
	require.Equal(t, "request_timeout", r.code(t))
	require.Equal(t, "1", r.Header.Get("Retry-After"))
	require.Equal(t, 204, s.ask(t, "GET", "/v1/export", "").StatusCode)
}

func TestCallerGone(t *testing.T) {
	reached := make(chan struct{})
	s := serve(t, nil, Route{Method: "GET", Path: "/v1/slow", handle: func(_ *service, c request) error {
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
	require.Eventually(t, func() bool { return strings.Contains(s.log.String(), `"status":499`) }, 10*time.Second, 10*time.Millisecond)
	require.NotContains(t, s.log.String(), `"level":"ERROR"`)
}

func TestErrorPages(t *testing.T) {
	s := serve(t, nil)
	list := s.ask(t, "GET", "/v1/errors", "", "Authorization: ")
	require.Equal(t, 200, list.StatusCode)
	var body errorListBody
	require.NoError(t, json.Unmarshal([]byte(list.body), &body))
	require.Len(t, body.Data, len(fault.Catalogue()))
	page := s.ask(t, "GET", "/v1/errors/order_changed", "", "Accept: text/html,application/xhtml+xml,*/*;q=0.8")
	require.Equal(t, "text/html; charset=UTF-8", page.Header.Get("Content-Type"))
	require.Contains(t, page.body, "<h2 id=\"order_changed\">Order changed</h2>")
	require.Contains(t, page.body, "current_version")
	require.Contains(t, page.Header.Get("Content-Security-Policy"), "style-src 'sha256-")
	require.Equal(t, "application/json", s.ask(t, "GET", "/v1/errors/order_changed", "", "Accept: */*").Header.Get("Content-Type"))
	require.Equal(t, "error_not_found", s.ask(t, "GET", "/v1/errors/nope", "").code(t))
	require.Equal(t, "not_acceptable", s.ask(t, "GET", "/v1/errors", "", "Accept: image/png").code(t))
}

package api

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHealth(t *testing.T) {
	broken, draining := errors.New("secret dsn"), false
	s := serve(t, func(o *Options) {
		o.Checks = []Check{{"database", func(context.Context) error { return broken }}, {"schema", func(context.Context) error { return nil }}}
		o.Draining = func() bool { return draining }
	})
	r := s.Ask(t, "GET", "/readyz", "", "Authorization: ")
	require.Equal(t, 503, r.StatusCode)
	require.Equal(t, `{"status":"unready","checks":[{"name":"database","status":"failed"},{"name":"schema","status":"ok"}]}`, r.Text)
	require.Equal(t, 503, s.Ask(t, "HEAD", "/readyz", "").StatusCode)
	require.Equal(t, 200, s.Ask(t, "GET", "/livez", "", "Authorization: ").StatusCode)
	broken = nil
	require.Equal(t, 200, s.Ask(t, "GET", "/readyz", "").StatusCode)
	draining = true
	require.Contains(t, s.Ask(t, "GET", "/readyz", "").Text, `"status":"draining"`)
	require.Equal(t, 200, s.Ask(t, "GET", "/livez", "").StatusCode)

	full := Degraded{errors.New("no space left on /var/lib")}
	s = serve(t, func(o *Options) {
		o.Checks = []Check{{"writes", func(context.Context) error { return full }}, {"database", func(context.Context) error { return broken }}}
	})
	r = s.Ask(t, "GET", "/readyz", "")
	require.Equal(t, 200, r.StatusCode)
	require.Equal(t, `{"status":"ready","checks":[{"name":"writes","status":"failed"},{"name":"database","status":"ok"}]}`, r.Text)
	broken = errors.New("away")
	require.Equal(t, 503, s.Ask(t, "GET", "/readyz", "").StatusCode)

	s = serve(t, func(o *Options) { o.Checks = []Check{{"defect", func(context.Context) error { panic("a defect") }}} })
	require.Equal(t, `{"status":"unready","checks":[{"name":"defect","status":"failed"}]}`, s.Ask(t, "GET", "/readyz", "").Text)

	stuck := make(chan struct{})
	defer close(stuck)
	s = serve(t, func(o *Options) { o.Checks = []Check{{"stuck", func(context.Context) error { <-stuck; return nil }}} })
	start := time.Now()
	require.Contains(t, s.Ask(t, "GET", "/readyz", "").Text, `"slow"`)
	require.Less(t, time.Since(start), 2*checkLimit, "a check that heeds no context is not waited for")
}

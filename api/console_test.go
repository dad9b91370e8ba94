package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/console"
)

func withConsole(t *testing.T, roles ...console.Role) func(*Options) {
	t.Helper()
	c, err := console.New(roles)
	require.NoError(t, err)
	return func(o *Options) { o.Console = c }
}

// Where the console is off, none of its paths exists, and the service's address leads to the docs page.
func TestWithoutConsole(t *testing.T) {
	s := serve(t, nil)
	for _, path := range []string{"/console", "/console/", "/console/console.js", "/console/demo/tokens"} {
		require.Equal(t, 404, s.Ask(t, "GET", path, "").StatusCode, path)
	}
	require.Equal(t, "docs/", s.Ask(t, "GET", "/", "").Header.Get("Location"))
}

// The console is the page and the files that it loads, under a policy without exceptions. It needs no token, and has no other file.
func TestConsole(t *testing.T) {
	s := serve(t, withConsole(t))
	require.Equal(t, "console/", s.Ask(t, "GET", "/", "", "Authorization: ").Header.Get("Location"))
	require.Equal(t, "console/", s.Ask(t, "GET", "/console", "", "Authorization: ").Header.Get("Location"))
	page := s.Ask(t, "GET", "/console/?order=7", "", "Authorization: ", "Accept: text/html")
	require.Equal(t, 200, page.StatusCode)
	require.NotContains(t, page.Text, "http", "the page loads nothing from other hosts")
	require.NotContains(t, page.Text, "data-demo", "the page offers no roles")
	require.NotRegexp(t, `<script>|<style|style=| on[a-z]+=`, page.Text)
	policy := page.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'; script-src 'self'; style-src 'self';")
	require.NotContains(t, policy, "unsafe")
	for name, media := range map[string]string{"console.js": "text/javascript", "console.css": "text/css", "icon.svg": "image/svg+xml"} {
		require.Contains(t, page.Text, `"`+name+`"`)
		file := s.Ask(t, "GET", "/console/"+name, "", "Authorization: ")
		require.Equal(t, 200, file.StatusCode, name)
		require.Contains(t, file.Header.Get("Content-Type"), media)
		require.Contains(t, file.Header.Get("Cache-Control"), "no-cache")
		require.Equal(t, policy, file.Header.Get("Content-Security-Policy"))
		require.Equal(t, 304, s.Ask(t, "GET", "/console/"+name, "", "If-None-Match: "+file.Header.Get("ETag")).StatusCode)
		require.Equal(t, 200, s.Ask(t, "HEAD", "/console/"+name, "").StatusCode)
	}
	for _, path := range []string{"/console/index.html.map", "/console/demo", "/console/..%2fconsole.go", "/console//", "/console/demo/tokens"} {
		require.Equal(t, 404, s.Ask(t, "GET", path, "").StatusCode, path)
	}
	require.Equal(t, 405, s.Ask(t, "POST", "/console/", "{}").StatusCode)
}

// The demo's tokens are for its own page on this machine: not for a foreign page, a foreign name or a tunnel.
func TestConsoleTokens(t *testing.T) {
	s := serve(t, withConsole(t, console.Role{Role: "Sales", Name: "Anna Keller", Token: "t"}))
	require.Contains(t, s.Ask(t, "GET", "/console/", "").Text, "data-demo")
	own := s.Ask(t, "GET", "/console/demo/tokens", "", "Authorization: ", "Sec-Fetch-Site: same-origin")
	require.Equal(t, http.StatusOK, own.StatusCode)
	require.JSONEq(t, `[{"role": "Sales", "name": "Anna Keller", "token": "t"}]`, own.Text)
	require.Equal(t, "no-store", own.Header.Get("Cache-Control"))
	for _, site := range []string{"cross-site", "same-site"} {
		require.Equal(t, http.StatusNotFound, s.Ask(t, "GET", "/console/demo/tokens", "", "Sec-Fetch-Site: "+site).StatusCode, site)
	}
	tunnel, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/console/demo/tokens", http.NoBody)
	require.NoError(t, err)
	tunnel.Host = "orders.example"
	require.Equal(t, http.StatusNotFound, s.Send(t, tunnel).StatusCode)
}

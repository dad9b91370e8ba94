package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The docs page comes from the binary, with every file it asks for and nothing from elsewhere.
func TestDocsPage(t *testing.T) {
	s := serve(t, nil)
	index := s.ask(t, "GET", "/docs/", "")
	require.Equal(t, 200, index.StatusCode)
	require.Contains(t, index.Header.Get("Content-Security-Policy"), "script-src 'self'")
	require.NotContains(t, index.body, "http")
	for _, file := range []string{"swagger-ui.css", "swagger-ui-bundle.js", "docs.js", "docs.css", "favicon-32x32.png"} {
		require.Contains(t, index.body, "/docs/"+file)
		require.Equal(t, 200, s.ask(t, "GET", "/docs/"+file, "").StatusCode, file)
	}
	require.Equal(t, 404, s.ask(t, "GET", "/docs/swagger-ui-bundle.js.map", "").StatusCode)
	require.Equal(t, 404, s.ask(t, "GET", "/docs/..%2fopenapi.yaml", "").StatusCode)
	for _, path := range []string{"/openapi.yaml", "/openapi.json"} {
		document := s.ask(t, "GET", path, "")
		require.Equal(t, 200, document.StatusCode)
		require.Contains(t, document.body, "3.1.0")
		require.Equal(t, 304, s.ask(t, "GET", path, "", "If-None-Match: "+document.Header.Get("ETag")).StatusCode)
	}
}

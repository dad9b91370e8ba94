package api

import (
	"testing"

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
	for name := range docsFiles {
		get, head := s.Ask(t, "GET", "/docs/"+name, "", "Authorization: "), s.Ask(t, "HEAD", "/docs/"+name, "", "Authorization: ")
		require.Equal(t, []int{200, 200}, []int{get.StatusCode, head.StatusCode}, name)
		require.NotEmpty(t, get.Text, name)
		require.Empty(t, head.Text, name)
		require.Equal(t, get.Header.Get("Content-Type"), head.Header.Get("Content-Type"), name)
	}
}

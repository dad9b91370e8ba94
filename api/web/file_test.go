package web

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file is compressed once, however often it is asked for.
func TestFileIsCompressedOnce(t *testing.T) {
	text := strings.Repeat("roses and tulips ", 1000)
	f := NewFile("text/plain", []byte(text))
	random := make([]byte, 5000)
	_, _ = rand.NewChaCha8([32]byte{}).Read(random)
	picture := NewFile("image/png", random)
	s := serve(t, nil,
		Endpoint{Route{Method: "GET", Path: "/file", Auth: Public, Spec: Spec{Undocumented: true, Produces: []string{"*/*"}}}, func(c Request) error { return WriteFile(c, f) }},
		Endpoint{Route{Method: "GET", Path: "/noise", Auth: Public, Spec: Spec{Undocumented: true, Produces: []string{"*/*"}}}, func(c Request) error {
			return WriteFile(c, picture)
		}})
	var first string
	for range 3 {
		r := s.Ask(t, "GET", "/file", "", "Accept-Encoding: gzip")
		require.Equal(t, []string{"gzip", "text/plain"}, []string{r.Header.Get("Content-Encoding"), r.Header.Get("Content-Type")})
		require.Contains(t, r.Header.Values("Vary"), "Accept-Encoding")
		require.Less(t, len(r.Text), len(text)/10)
		require.NotEmpty(t, r.Header.Get("ETag"))
		if first == "" {
			first = r.Text
		}
		require.Equal(t, first, r.Text)
	}
	require.Same(t, &f.gzipped()[0], &f.gzipped()[0], "the same bytes")
	plain := s.Ask(t, "GET", "/file", "", "Accept-Encoding: identity")
	require.Equal(t, text, plain.Text)
	require.Empty(t, plain.Header.Get("Content-Encoding"))
	require.Contains(t, plain.Header.Values("Vary"), "Accept-Encoding")
	require.Equal(t, http.StatusNotModified, s.Ask(t, "GET", "/file", "", "If-None-Match: "+plain.Header.Get("ETag")).StatusCode)
	require.Empty(t, s.Ask(t, "HEAD", "/file", "").Text)
	noise := s.Ask(t, "GET", "/noise", "", "Accept-Encoding: gzip")
	require.Empty(t, noise.Header.Get("Content-Encoding"), "what is short already stays")
}

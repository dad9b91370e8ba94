package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every route without a token: HEAD answers as GET, OPTIONS lists the methods, and other methods get 405.
func TestEveryRouteAnswersHeadOptionsAndOtherMethods(t *testing.T) {
	s := serve(t, nil)
	for _, r := range Routes() {
		path := strings.NewReplacer("{id}", "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80", "{line_id}", "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f81", "{code}", "order_changed", "{file}", "docs.js").Replace(r.Path)
		options := s.Ask(t, "OPTIONS", path, "", "Authorization: ")
		require.Equal(t, 204, options.StatusCode, path)
		allow := strings.Split(options.Header.Get("Allow"), ", ")
		require.Contains(t, allow, r.Method, path)
		require.Contains(t, allow, "OPTIONS", path)
		if r.Method == http.MethodGet {
			get, head := s.Ask(t, "GET", path, "", "Authorization: "), s.Ask(t, "HEAD", path, "", "Authorization: ")
			require.Equal(t, get.StatusCode, head.StatusCode, path)
			want := map[bool]int{true: 200, false: 401}[r.Tokenless()]
			if path == "/" { // it redirects
				want = 302
			}
			require.Equal(t, want, get.StatusCode, path)
			require.Empty(t, head.Text)
			require.Equal(t, get.Header.Get("Content-Type"), head.Header.Get("Content-Type"))
			require.Contains(t, allow, "HEAD", path)
		}
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} {
			if slices.Contains(allow, method) {
				continue
			}
			other := s.Ask(t, method, path, "")
			require.Equal(t, 405, other.StatusCode, "%s %s", method, path)
			require.Equal(t, options.Header.Get("Allow"), other.Header.Get("Allow"))
			if method != "HEAD" {
				require.Equal(t, "method_not_allowed", other.Code(t))
			}
		}
	}
}

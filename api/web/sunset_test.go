package web

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Every answer of a deprecated operation says so, and no answer of another operation does.
func TestSunsetIsAnnounced(t *testing.T) {
	day := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/old", Operation: "old", Auth: Public,
		Sunset: &Sunset{Deprecated: day, Gone: day.AddDate(0, 6, 0), Instead: "/docs/#/orders"}},
		func(c Request) error { return WriteJSON(c, 200, map[string]string{}) }})
	old := s.Ask(t, "GET", "/v1/old", "")
	require.Equal(t, "@1803859200", old.Header.Get("Deprecation"))
	require.Equal(t, "Wed, 01 Sep 2027 00:00:00 GMT", old.Header.Get("Sunset"))
	require.Equal(t, `</docs/#/orders>; rel="deprecation"; type="text/html"`, old.Header.Get("Link"))
	require.Empty(t, s.Ask(t, "GET", "/v1/errors", "").Header.Get("Deprecation"))
}

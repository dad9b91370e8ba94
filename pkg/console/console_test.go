package console_test

import (
	"bytes"
	"compress/gzip"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/console"
)

// The roles go to this machine alone, whatever name it is called by.
func TestRolesAreForThisMachine(t *testing.T) {
	c, err := console.New([]console.Role{{Role: "Sales", Name: "Anna Keller", Token: "t"}})
	require.NoError(t, err)
	for _, at := range []struct {
		peer, host string
		local      bool
	}{
		{"127.0.0.1:4711", "127.0.0.1:8080", true},
		{"127.0.0.1:4711", "localhost:8080", true},
		{"127.0.0.1:4711", "localhost", true},
		{"[::1]:4711", "[::1]:8080", true},
		{"[::1]:4711", "[::1]", true},
		{"192.0.2.7:4711", "127.0.0.1:8080", false},
		{"127.0.0.1:4711", "rebound.example:8080", false},
		{"127.0.0.1:4711", "127.0.0.1.rebound.example", false},
		{"127.0.0.1:4711", "0.0.0.0:8080", false},
		{"127.0.0.1:4711", "", false},
	} {
		r := httptest.NewRequest("GET", "/console/demo/tokens", nil)
		r.RemoteAddr, r.Host = at.peer, at.host
		require.Equal(t, at.local, c.Roles(r) != nil, "%+v", at)
	}
}

// The page's JavaScript is small, gzipped.
func TestBudget(t *testing.T) {
	c, err := console.New(nil)
	require.NoError(t, err)
	script, found := c.Files()["console.js"]
	require.True(t, found)
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	require.NoError(t, err)
	_, err = w.Write(script.Raw)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.Greater(t, out.Len(), 10_000, "dist is not built: make console")
	require.LessOrEqual(t, out.Len(), 40_000)
}

package api

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

func TestErrorPages(t *testing.T) {
	s := serve(t, nil)
	list := s.Ask(t, "GET", "/v1/errors", "", "Authorization: ")
	require.Equal(t, 200, list.StatusCode)
	var body errorListBody
	require.NoError(t, json.Unmarshal([]byte(list.Text), &body))
	require.Len(t, body.Data, len(fault.Catalogue()))
	for _, e := range fault.Catalogue() { // every problem's type leads to a page
		page := s.Ask(t, "GET", "/v1/errors/"+string(e.Code), "", "Authorization: ")
		require.Equal(t, 200, page.StatusCode)
		require.Contains(t, page.Text, fmt.Sprintf(`"status":%d`, web.Status(e.Code)))
	}
	page := s.Ask(t, "GET", "/v1/errors/order_changed", "", "Accept: text/html,application/xhtml+xml,*/*;q=0.8")
	require.Equal(t, "text/html; charset=UTF-8", page.Header.Get("Content-Type"))
	require.Contains(t, page.Text, "<h2 id=\"order_changed\">Order changed</h2>")
	require.Contains(t, page.Text, "current_version")
	require.Contains(t, page.Header.Get("Content-Security-Policy"), "style-src 'sha256-")
	require.Equal(t, "application/json", s.Ask(t, "GET", "/v1/errors/order_changed", "", "Accept: */*").Header.Get("Content-Type"))
	require.Equal(t, "error_not_found", s.Ask(t, "GET", "/v1/errors/nope", "").Code(t))
	require.Equal(t, "not_acceptable", s.Ask(t, "GET", "/v1/errors", "", "Accept: image/png").Code(t))
}

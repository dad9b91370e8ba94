package api_test

import (
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// A proxy that compresses makes entity tags weak. Vary tells a proxy that caches which headers an answer depends on.
func TestProxiesAndEntityTags(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customerID := customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		id := placed(admin, cart("BLOOM", line("on_hand", 1)))
		weak := func(a servicetest.Answer) string { return "W/" + a.Header.Get("ETag") }
		for path, patch := range map[string]object{
			at(id): {"po_number": "P1"}, "/v1/customers/" + customerID: {"name": "Bloom & Daughters"}, "/v1/settings": {"tax_id": "59-1"},
		} {
			read := admin.Get(path)
			tag := weak(read)
			edited := admin.Patch(path, patch, "If-Match", tag)
			edited.Is(200)
			require.NotEqual(t, tag, weak(edited))
			require.Equal(t, 412, admin.Patch(path, object{}, "If-Match", tag).Status)
			admin.Patch(path, object{}, "If-Match", `"v999", `+weak(edited)).Is(200)
			for _, coding := range []string{"-gzip", "--gzip", "-br"} { // Apache and Jetty put it into the tag
				zipped := strings.TrimSuffix(admin.Get(path).Header.Get("ETag"), `"`) + coding + `"`
				admin.Patch(path, object{}, "If-Match", zipped).Is(200)
				require.Equal(t, path != at(id), admin.Get(path, "If-None-Match", zipped).Status == 304, "%s, whose details are never 304", path)
			}
		}
		admin.Post(at(id, "confirm"), nil, "If-Match", weak(admin.Get(at(id)))).Is(200)
		a := admin.Patch(at(id), object{"po_number": "P2"}, "If-Match", `"5f3a-gzip"`)
		require.Contains(t, a.Refused(412, "order_changed").At("detail").Text(), "not an ETag of this service")

		for _, path := range []string{at(id), "/v1/orders", "/v1/orders/export", "/v1/me", "/v1/settings", "/v1/errors", "/v1/meta/roles", "/v1/orders/nonsense", at(id, "print"), "/docs"} {
			for _, encoding := range []string{"gzip", "identity", "br"} {
				a := admin.Get(path, "Accept-Encoding", encoding)
				require.Contains(t, a.Header.Values("Vary"), "Accept-Encoding", "%s %s", path, encoding)
			}
		}
		for path, negotiated := range map[string]bool{"/v1/orders/export": true, at(id, "print"): true, "/v1/errors": true, at(id): false, "/v1/orders": false} {
			n := 0
			for _, v := range admin.Get(path).Header.Values("Vary") {
				if v == "Accept" {
					n++
				}
			}
			require.Equal(t, map[bool]int{true: 1, false: 0}[negotiated], n, path)
		}
	})
}

package api_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/stretchr/testify/require"
)

// A client that asks with the last synced_until gets the customers that changed since, and no change is lost in between.
func TestCustomersUpdatedSince(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		for _, code := range []string{"ALPHA", "BETA", "GAMMA"} {
			customer(t, s, code)
		}
		admin := s.As(t, auth.Admin)
		codes := func(since string) (codes []string, next string) {
			a := admin.Get("/v1/customers?limit=200&updated_since=" + since).Is(200)
			for _, c := range a.At("data").Items() {
				codes = append(codes, c.At("code").Text())
			}
			return codes, a.At("page/synced_until").Text()
		}
		all, next := codes("2020-01-01T00:00:00Z")
		require.Equal(t, []string{"ALPHA", "BETA", "GAMMA"}, all)
		id := admin.Get("/v1/customers?code=beta").Is(200).At("data/0/id").Text()
		changed := admin.Patch("/v1/customers/"+id, object{"phone": "+1 555 0100"}, "If-Match", "*").Is(200).At("updated_at").Text()
		seen, later := codes(next)
		require.Contains(t, seen, "BETA")
		require.GreaterOrEqual(t, later, next)
		seen, _ = codes(changed)
		require.Equal(t, []string{"BETA"}, seen, "inclusive")
		none, _ := codes("2100-01-01T00:00:00Z")
		require.Empty(t, none)
		require.False(t, admin.Get("/v1/customers?limit=1").Is(200).At("page").Has("synced_until"))
		admin.Get("/v1/customers?updated_since=yesterday").Is(400)
	})
}

package store_test

import (
	"fmt"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// Deliveries of one event to several endpoints have one id. The list of an endpoint has only its own, by every filter and on
// every page.
func TestDeliveriesOfOneEndpoint(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 34, 5)
		sh.add(t, s, 5)
		e := sh.hooked(t, s, 1000)
		some := all(t, s, sh.id, store.DeliveryFilter{EndpointID: e.ID})
		require.Len(t, some, 1000)
		for name, c := range map[string]struct {
			filter store.DeliveryFilter
			want   func(hook.Delivery) bool
		}{
			"type":           {store.DeliveryFilter{Types: []string{"order.edited"}}, func(hook.Delivery) bool { return true }},
			"state":          {store.DeliveryFilter{States: []string{"failed", "sending"}}, func(d hook.Delivery) bool { return d.State == hook.Failed || d.State == hook.Sending }},
			"state and type": {store.DeliveryFilter{States: []string{"failed"}, Types: []string{"order.edited"}}, func(d hook.Delivery) bool { return d.State == hook.Failed }},
			"event":          {store.DeliveryFilter{EventID: some[3].ID}, func(d hook.Delivery) bool { return d.ID == some[3].ID }},
			"event and type": {store.DeliveryFilter{EventID: some[3].ID, Types: []string{"order.edited"}}, func(d hook.Delivery) bool { return d.ID == some[3].ID }},
		} {
			c.filter.EndpointID = e.ID
			var want []string
			for _, d := range some {
				if c.want(d) {
					want = append(want, d.ID)
				}
			}
			var got []string
			for _, d := range all(t, s, sh.id, c.filter) {
				require.Equal(t, e.ID, d.EndpointID, name)
				got = append(got, d.ID)
			}
			require.Equal(t, fmt.Sprint(want), fmt.Sprint(got), name)
		}
	})
}

// all walks every page of a list of deliveries.
func all(t *testing.T, s *store.Store, companyID string, f store.DeliveryFilter) (rows []hook.Delivery) {
	t.Helper()
	for f.Limit = 200; ; {
		page, err := s.For(companyID).Deliveries(t.Context(), f)
		require.NoError(t, err)
		rows = append(rows, page.Rows...)
		if page.Next == nil {
			return rows
		}
		f.After = page.Next
	}
}

package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// Two loads that make the same customers those of the same storefronts must not wait for each other. PostgreSQL would end one of them.
func TestSeedsOfTheSameOwnersAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 5, 300)
		for round := range 5 {
			var halves [2][]order.Order
			for i, c := range sh.customers {
				for half := range halves {
					o := sh.document(map[string]string{})
					o.Origin, o.CustomerID, o.OwnerSub = order.Web, c.ID, fmt.Sprintf("storefront-%d-%d", round, i)
					o.Number = order.NumberOf(o.Origin, o.Sequence)
					o.Kind, o.Status, o.PaymentIndicator = order.KindOrder, order.StatusPending, false
					o.ConfirmedAt, o.InvoiceID, o.VoidedAt, o.VoidCause = nil, nil, nil, ""
					o.CheckoutID, o.ExternalReference, o.ReferenceKey = sh.uuid(), "", ""
					halves[half] = append(halves[half], o)
				}
			}
			slices.Reverse(halves[1])
			var seeds sync.WaitGroup
			var errs [2]error
			for half := range halves {
				seeds.Go(func() { errs[half] = s.System().Seed(t.Context(), sh.id, store.Seeding{Orders: halves[half]}) })
			}
			seeds.Wait()
			require.NoError(t, errs[0])
			require.NoError(t, errs[1])
		}
	})
}

package store_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// The lookup of a cart's reference uses its index and does not scan the company's checkouts. The plan is generic, made
// without knowing the value.
func TestPlanOfCheckoutByReference(t *testing.T) {
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t, address(t), store.Options{})
			newShop(t, s, 33, 5).add(t, s, 1_000)
			conn, err := s.DB(t).Conn(t.Context())
			require.NoError(t, err)
			defer conn.Close()
			if name == "sqlite" {
				plan := explain(t, conn, "EXPLAIN QUERY PLAN "+store.CheckoutByReference, "c", "c", "r")
				require.Contains(t, plan, "checkouts_reference")
				return
			}
			for _, text := range []string{"VACUUM ANALYZE", "SET plan_cache_mode = force_generic_plan", "PREPARE p AS " + store.Dollars(store.CheckoutByReference)} {
				_, err := conn.ExecContext(t.Context(), text)
				require.NoError(t, err, text)
			}
			require.Contains(t, explain(t, conn, "EXPLAIN EXECUTE p(NULL, NULL, NULL)"), "checkouts_reference")
		})
	}
}

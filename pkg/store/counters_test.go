package store_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// A transaction takes the numbers that it expects in one statement. If it does not use all of them, it does not commit, and the
// next transaction gets the same numbers.
func TestSeriesHaveNoGaps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Company(t, s, "0197a3c4-0000-7000-8000-00000000000a", "Acme", "USD")
		take := func(expected, used int) ([]int64, error) {
			return store.InTx(t.Context(), s.For(c.ID), func(tx *store.Tx) ([]int64, error) {
				tx.Expect(store.InvoiceSeries, expected)
				var taken []int64
				for range used {
					n, err := tx.Next(t.Context(), store.InvoiceSeries)
					if err != nil {
						return nil, err
					}
					taken = append(taken, n)
				}
				return taken, nil
			})
		}
		for _, step := range []struct {
			expected, used int
			taken          []int64
		}{{3, 3, []int64{1, 2, 3}}, {0, 0, nil}, {4, 2, nil}, {2, 0, nil}, {0, 2, []int64{4, 5}}, {1, 3, []int64{6, 7, 8}}} {
			taken, err := take(step.expected, step.used)
			require.Equal(t, step.taken, taken)
			require.Equal(t, step.expected > step.used, err != nil, err)
		}
	})
}

package store_test

import (
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// people lists everybody that a row names, each as subject/name.
const people = `SELECT 'placed ' || number || ' ' || placed_by || '/' || placed_by_name FROM orders
	UNION ALL SELECT 'confirmed ' || number || ' ' || confirmed_by || '/' || confirmed_by_name FROM orders WHERE confirmed_by <> ''
	UNION ALL SELECT 'voided ' || number || ' ' || voided_by || '/' || voided_by_name FROM orders WHERE voided_by <> ''
	UNION ALL SELECT 'checked out ' || id || ' ' || checked_out_by || '/' || checked_out_by_name FROM order_lines WHERE checked_out_by <> ''
	UNION ALL SELECT 'recorded ' || id || ' ' || recorded_by || '/' || recorded_by_name FROM payments`

// Rows of earlier versions had subjects and no names. The migration takes the names from the timeline, and leaves the others empty.
func TestEarlierRowsGetTheirNames(t *testing.T) {
	desktest.Each(t, func(t *testing.T, w *desktest.Fixture) {
		w.Furnish(t)
		before := texts(t, w.DB, people)
		for _, act := range []string{"placed", "confirmed", "voided", "checked out", "recorded"} {
			require.Regexp(t, `(?m)^`+act+` \S+ (\w+)(@rosefields\.example)?/(shop|manager|cashier|system)$`, strings.Join(before, "\n"))
		}
		require.NotContains(t, strings.Join(before, "\n")+"\n", "/\n", "every act of the fixture has a name")
		migrate := func() {
			storetest.MigrateDownTo(t, w.Store, 17)
			require.Error(t, w.Store.TryForTest("SELECT placed_by_name FROM orders"))
			_, err := w.Store.Migrate(t.Context())
			require.NoError(t, err)
		}

		migrate()
		require.Equal(t, before, texts(t, w.DB, people))
		w.RequireClean(t)

		w.Store.Write(t, "UPDATE events SET actor_name = '' WHERE actor_sub = 'cashier@rosefields.example'")
		w.Store.Write(t, "UPDATE events SET actor_sub = 'somebody' WHERE type = 'order.confirmed' AND actor_sub = 'system'")
		migrate()
		var expected []string
		for _, row := range before {
			row = strings.Replace(row, "cashier@rosefields.example/cashier", "cashier@rosefields.example/", 1)
			if strings.HasPrefix(row, "confirmed ") {
				row = strings.Replace(row, "system/system", "system/", 1)
			}
			expected = append(expected, row)
		}
		require.NotEqual(t, before, expected)
		require.ElementsMatch(t, expected, texts(t, w.DB, people))
	})
}

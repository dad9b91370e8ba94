package desk_test

import (
	"sync/atomic"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// The included ledger is the one that the document's sums are of, also while payments are booked.
func TestIncludedLedgerFitsTheSums(t *testing.T) {
	desktest.Each(t, func(t *testing.T, w *desktest.Fixture) {
		id := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
		var done atomic.Bool
		go func() {
			defer done.Store(true)
			for range 60 {
				w.MustBook(t, id, billing.KindPayment, "0.10")
			}
		}()
		for last := false; !last; {
			last = done.Load()
			d, err := w.DetailsWith(t.Context(), desktest.Sales, id, desk.Parts{Payments: true})
			require.NoError(t, err)
			paid, refunded := billing.Sums(d.Ledger)
			require.Equal(t, []any{d.Paid, d.Refunded}, []any{paid, refunded})
			if last {
				require.Len(t, d.Ledger, 60)
			}
		}
	})
}

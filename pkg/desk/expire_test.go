package desk_test

import (
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// A draft with a payment does not expire, even if everything was refunded. A payment that was taken back as a mistake
// does not count.
func TestPaidDraftsDoNotExpire(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		unpaid, paid, refunded, corrected := w.MustPlace(t, desktest.Draft(w.Cart(w.Card, 1)))[0], w.MustPlace(t, desktest.Draft(w.Cart(w.Card, 1)))[0],
			w.MustPlace(t, desktest.Draft(w.Cart(w.Card, 1)))[0], w.MustPlace(t, desktest.Draft(w.Cart(w.Card, 1)))[0]
		w.MustBook(t, paid.ID, billing.KindPayment, "5.00")
		w.MustBook(t, refunded.ID, billing.KindPayment, "5.00")
		w.MustBook(t, refunded.ID, billing.KindRefund, "5.00")
		mistake := w.MustBook(t, corrected.ID, billing.KindPayment, "5.00").Ledger[0]
		_, err := w.Book(t.Context(), desktest.Keyed(desktest.Cashier), corrected.ID, desk.Booking{Kind: billing.KindRefund, Method: billing.Card, Amount: "5.00",
			Reference: "typo", Corrects: mistake.ID}, desktest.Encode)
		require.NoError(t, err)
		w.Clock.Move(73 * time.Hour)
		n, err := w.ExpireDrafts(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, n)
		for id, want := range map[string]order.Status{unpaid.ID: order.StatusVoided, corrected.ID: order.StatusVoided, paid.ID: order.StatusDraft, refunded.ID: order.StatusDraft} {
			v, err := w.Details(t.Context(), desktest.Manager, id)
			require.NoError(t, err)
			require.Equal(t, want, v.Status)
		}
		w.RequireClean(t)
	})
}

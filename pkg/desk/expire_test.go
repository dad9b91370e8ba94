package desk_test

import (
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

// A draft with a payment does not expire, even if everything was refunded. A payment that was taken back as a mistake
// does not count.
func TestPaidDraftsDoNotExpire(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		unpaid, paid, refunded, corrected := w.place(t, draft(w.cart(w.card, 1)))[0], w.place(t, draft(w.cart(w.card, 1)))[0],
			w.place(t, draft(w.cart(w.card, 1)))[0], w.place(t, draft(w.cart(w.card, 1)))[0]
		w.book(t, paid.ID, billing.KindPayment, "5.00")
		w.book(t, refunded.ID, billing.KindPayment, "5.00")
		w.book(t, refunded.ID, billing.KindRefund, "5.00")
		mistake := w.book(t, corrected.ID, billing.KindPayment, "5.00").Ledger[0]
		_, err := w.Book(t.Context(), keyed(cashier), corrected.ID, desk.Booking{Kind: billing.KindRefund, Method: billing.Card, Amount: "5.00",
			Reference: "typo", Corrects: mistake.ID}, encode)
		require.NoError(t, err)
		w.clock.move(73 * time.Hour)
		n, err := w.ExpireDrafts(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, n)
		for id, want := range map[string]order.Status{unpaid.ID: order.StatusVoided, corrected.ID: order.StatusVoided, paid.ID: order.StatusDraft, refunded.ID: order.StatusDraft} {
			v, err := w.Details(t.Context(), manager, id)
			require.NoError(t, err)
			require.Equal(t, want, v.Status)
		}
		w.clean(t)
	})
}

package desk_test

import (
	"sync"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// A card payment on the wrong order, or with a wrong amount, is taken back and booked again with the same reference. A
// late callback for the first booking changes nothing.
func TestCorrectedReferenceIsFree(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		wrong, right, third := w.MustPlace(t, w.Cart(w.Card, 1))[0].ID, w.MustPlace(t, w.Cart(w.Card, 1))[0].ID, w.MustPlace(t, w.Cart(w.Card, 1))[0].ID
		pay := func(id, amount string) (desk.PaymentStatus, error) {
			var s desk.PaymentStatus
			_, err := w.Book(t.Context(), desktest.Keyed(desktest.Cashier), id, desk.Booking{Kind: billing.KindPayment, Method: billing.Card, Amount: amount, Reference: "pi_1"}, desktest.Into(&s))
			return s, err
		}
		correct := func(id string, p billing.Payment) desk.PaymentStatus {
			t.Helper()
			var s desk.PaymentStatus
			_, err := w.Book(t.Context(), desktest.Keyed(desktest.Cashier), id, desk.Booking{Kind: billing.KindRefund, Method: billing.Card, Amount: p.Amount.Format(2),
				Reference: "oops", Corrects: p.ID}, desktest.Into(&s))
			require.NoError(t, err)
			return s
		}
		first, err := pay(wrong, "10.00")
		require.NoError(t, err)
		_, err = pay(right, "10.00")
		require.True(t, fault.Is(err, fault.PaymentReferenceTaken), "%v", err)

		require.False(t, correct(wrong, first.Ledger[0]).Replayed)
		again := correct(wrong, first.Ledger[0]) // with a new key
		require.True(t, again.Replayed)
		require.Len(t, again.Ledger, 2)
		replayed, err := pay(wrong, "10.00")
		require.NoError(t, err)
		require.True(t, replayed.Replayed)
		require.EqualValues(t, 0, replayed.Order.Paid)

		errs := make([]error, 2) // two concurrent bookings, one of them on the wrong order
		var wg sync.WaitGroup
		for i, id := range []string{right, third} {
			wg.Go(func() { _, errs[i] = pay(id, "10.00") })
		}
		wg.Wait()
		if errs[0] != nil {
			right, errs[0], errs[1] = third, errs[1], errs[0]
		}
		require.NoError(t, errs[0])
		require.True(t, fault.Is(errs[1], fault.PaymentReferenceTaken), "%v", errs[1])

		for _, id := range []string{right, wrong} { // both callbacks, late
			replayed, err := pay(id, "10.00")
			require.NoError(t, err)
			require.True(t, replayed.Replayed)
		}
		_, err = pay(wrong, "11.00")
		require.True(t, fault.Is(err, fault.PaymentReferenceTaken), "%v", err)
		status, err := w.PaymentStatus(t.Context(), desktest.Cashier, right)
		require.NoError(t, err)
		correct(right, status.Ledger[0]) // the amount was also wrong
		status, err = pay(right, "11.00")
		require.NoError(t, err)
		require.Equal(t, "11.00", status.Order.Paid.Format(2))
		w.RequireClean(t)
	})
}

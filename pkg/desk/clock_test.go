package desk_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// A process whose clock is 4 s ahead is allowed. By its clock a kept answer of 1.5 s has expired, but by the database's it is
// replayed and not purged. When it has expired for the database, it has for everybody.
func TestKeysExpireByTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		id := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
		var ahead atomic.Int64
		const kept = 1500 * time.Millisecond
		open := func() *desk.Service {
			st, err := store.Open(t.Context(), w.Address, store.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
			require.NoError(t, err)
			t.Cleanup(st.Close)
			return desk.New(desk.Options{Store: st, IdempotencyTTL: kept})
		}
		d := open()
		call := desktest.Keyed(desktest.Cashier)
		pay := func() desk.Reply {
			reply, err := d.Book(t.Context(), call, id, desk.Booking{Kind: billing.KindPayment, Method: billing.Cash, Amount: "1.00"}, desktest.Encode)
			require.NoError(t, err)
			return reply
		}
		_, err := d.PurgeKeys(t.Context()) // those of the fixture's past
		require.NoError(t, err)
		began := time.Now()
		first := pay()
		paid := time.Now()
		for _, off := range []time.Duration{4 * time.Second, -4 * time.Second} {
			ahead.Store(int64(off))
			purged, err := d.PurgeKeys(t.Context())
			require.NoError(t, err)
			again := pay()
			if time.Since(began) < kept { // the machine was fast enough
				require.Zero(t, purged)
				require.True(t, again.Replayed)
				require.Equal(t, first.Answer, again.Answer)
			}
		}
		time.Sleep(time.Until(paid.Add(kept + 100*time.Millisecond)))
		require.False(t, pay().Replayed)
		ahead.Store(int64(6 * time.Second))
		_, err = d.Book(t.Context(), desktest.Keyed(desktest.Cashier), id, desk.Booking{Kind: billing.KindPayment, Method: billing.Cash, Amount: "1.00"}, desktest.Encode)
		require.True(t, fault.Is(err, fault.ClockSkewed), err)
	})
}

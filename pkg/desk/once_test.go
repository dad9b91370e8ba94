package desk_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// The rules of a key: the same request gets the same bytes, another request is refused, and another scope is another
// key.
func TestOneKeyOneEffect(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		id := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
		pay := func(c desk.Call) (desk.Reply, error) {
			return w.Book(t.Context(), c, id, desk.Booking{Kind: billing.KindPayment, Method: billing.Cash, Amount: "1.00"}, desktest.Encode)
		}
		c := desktest.Keyed(desktest.Cashier)
		first, err := pay(c)
		require.NoError(t, err)
		require.False(t, first.Replayed)
		before := w.CountRows(t, "payments", "1 = 1")
		for range 3 {
			again, err := pay(c)
			require.NoError(t, err)
			require.True(t, again.Replayed)
			require.Equal(t, first.Answer, again.Answer)
		}
		w.Clock.Move(23 * time.Hour)
		again, err := pay(c)
		require.NoError(t, err)
		require.Equal(t, first.Answer, again.Answer)

		other := c
		other.Fingerprint = []byte("another request")
		_, err = pay(other)
		require.True(t, fault.Is(err, fault.IdempotencyKeyReused), err)
		require.Equal(t, before, w.CountRows(t, "payments", "1 = 1"))

		operation, subject := c, c
		operation.Operation = "another"
		subject.Actor = desktest.Manager
		for i, scope := range []desk.Call{operation, subject} {
			reply, err := pay(scope)
			require.NoError(t, err)
			require.False(t, reply.Replayed)
			require.Equal(t, before+i+1, w.CountRows(t, "payments", "1 = 1"))
		}
		stranger := c
		stranger.Actor.CompanyID = desktest.Tulip
		_, err = pay(stranger)
		require.True(t, fault.Is(err, fault.OrderNotFound), "another company's key does not reveal ours: %v", err)

		w.Clock.Move(2 * time.Hour) // 25 hours in all, so the key has expired
		reply, err := pay(c)
		require.NoError(t, err)
		require.False(t, reply.Replayed)
		require.Equal(t, before+3, w.CountRows(t, "payments", "1 = 1"))
		w.RequireClean(t)
	})
}

// A refusal is not kept. The same key takes effect once the action is permitted.
func TestRefusalsAreNotKept(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		id := w.MustPlace(t, w.Prebook(w.Plain, 1, 0))[0].ID
		c := desktest.Keyed(desktest.Manager)
		before := w.Digest(t)
		_, err := w.Bill(t.Context(), c, id, nil, desktest.Encode)
		require.True(t, fault.Is(err, fault.LineNotCheckedOut), err)
		require.Equal(t, before, w.Digest(t))
		_, err = w.Checkout(t.Context(), desktest.Keyed(desktest.Shop), id, nil, desktest.Encode)
		require.NoError(t, err)
		reply, err := w.Bill(t.Context(), c, id, nil, desktest.Encode)
		require.NoError(t, err)
		require.False(t, reply.Replayed)
		w.RequireClean(t)
	})
}

// atOnce runs requests concurrently, half of them in a second process. Each repeats until its answer is neither "in
// progress" nor "locked".
func (w *fixture) atOnce(t *testing.T, n int, do func(d *desk.Service, i int) (desk.Reply, error)) ([]desk.Reply, []error) {
	t.Helper()
	processes := []*desk.Service{w.Service, w.DeskOn(t, storetest.Open(t, w.Address, store.Options{}))}
	replies, errs := make([]desk.Reply, n), make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			for range 50 {
				replies[i], errs[i] = do(processes[i%2], i)
				switch {
				case fault.Is(errs[i], fault.IdempotencyInProgress), fault.Is(errs[i], fault.OrderLocked), fault.Is(errs[i], fault.DatabaseUnavailable),
					fault.Is(errs[i], fault.CapacityReached):
					continue // as a client does
				}
				return
			}
		})
	}
	close(start)
	wg.Wait()
	return replies, errs
}

// 100 identical concurrent requests have one effect and one answer.
func TestIdenticalRequestsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		c := desktest.Keyed(desktest.Shop)
		cart := w.Cart(w.Plain, 2)
		cart.ExternalReference = "one"
		replies, errs := w.atOnce(t, 100, func(d *desk.Service, _ int) (desk.Reply, error) {
			return d.Place(context.Background(), c, cart, desktest.Encode)
		})
		fresh := 0
		for i, r := range replies {
			require.NoError(t, errs[i])
			require.Equal(t, replies[0].Answer, r.Answer)
			if !r.Replayed {
				fresh++
			}
		}
		require.Equal(t, 1, fresh)
		require.Equal(t, 1, w.CountRows(t, "orders", "1 = 1"))

		cash := desktest.Keyed(desktest.Cashier)
		var o order.Order
		require.NoError(t, w.DB.QueryRowContext(t.Context(), "SELECT id FROM orders").Scan(&o.ID))
		replies, errs = w.atOnce(t, 100, func(d *desk.Service, _ int) (desk.Reply, error) {
			return d.Book(context.Background(), cash, o.ID, desk.Booking{Kind: billing.KindPayment, Method: billing.Cash, Amount: "1.00"}, desktest.Encode)
		})
		for i, r := range replies {
			require.NoError(t, errs[i])
			require.Equal(t, replies[0].Answer, r.Answer)
		}
		require.Equal(t, 1, w.CountRows(t, "payments", "1 = 1"))
		w.RequireClean(t)
	})
}

// 100 different concurrent requests with one external reference make one checkout, and 99 of them get its id.
func TestOneReferenceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		cart := w.Cart(w.Plain, 1)
		cart.ExternalReference = "one"
		_, errs := w.atOnce(t, 100, func(d *desk.Service, i int) (desk.Reply, error) {
			c := desktest.Keyed(desktest.Shop)
			c.Fingerprint = []byte{byte(i)}
			return d.Place(context.Background(), c, cart, desktest.Encode)
		})
		taken := 0
		var id string
		require.NoError(t, w.DB.QueryRowContext(t.Context(), "SELECT id FROM orders").Scan(&id))
		for _, err := range errs {
			if err == nil {
				continue
			}
			require.True(t, fault.Is(err, fault.ExternalReferenceTaken), err)
			require.Equal(t, id, fault.Of(err).Members["orders"].([]order.Order)[0].ID)
			taken++
		}
		require.Equal(t, 99, taken)
		require.Equal(t, 1, w.CountRows(t, "checkouts", "1 = 1"))
		require.Equal(t, 1, w.CountRows(t, "orders", "1 = 1"))
		w.MustVoid(t, id) // also after a void
		_, err := w.Place(t.Context(), desktest.Keyed(desktest.Shop), cart, desktest.Encode)
		require.True(t, fault.Is(err, fault.ExternalReferenceTaken), err)
		w.RequireClean(t)
	})
}

// A gateway reports a payment many times at once, each with its own key. The payment is booked once.
func TestOnePaymentReferenceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		one, two := w.MustPlace(t, w.Cart(w.Card, 1))[0].ID, w.MustPlace(t, w.Cart(w.Card, 1))[0].ID
		_, errs := w.atOnce(t, 60, func(d *desk.Service, i int) (desk.Reply, error) {
			id := one
			if i%3 == 0 {
				id = two
			}
			return d.Book(context.Background(), desktest.Keyed(desktest.Shop), id, desk.Booking{Kind: billing.KindPayment, Method: billing.Card, Amount: "50.00", Reference: "ch_1"}, desktest.Encode)
		})
		for _, err := range errs {
			if err != nil {
				require.True(t, fault.Is(err, fault.PaymentReferenceTaken), err)
			}
		}
		require.Equal(t, 1, w.CountRows(t, "payments", "1 = 1"))
		w.RequireClean(t)
	})
}

// Many requests confirm an order at once, each with its own key. There is one invoice and one e-mail, and every answer
// names them.
func TestConfirmedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		id := w.MustPlace(t, w.Cart(w.Plain, 2))[0].ID
		numbers := make([]string, 40)
		first := make([]bool, 40)
		_, errs := w.atOnce(t, len(numbers), func(d *desk.Service, i int) (desk.Reply, error) {
			var done desk.Confirmed
			reply, err := d.Confirm(context.Background(), desktest.Keyed(desktest.Manager), id, desktest.Into(&done))
			numbers[i], first[i] = done.Invoice.Number, !done.AlreadyConfirmed
			return reply, err
		})
		n := 0
		for i := range numbers {
			require.NoError(t, errs[i])
			require.Equal(t, "INV-000001", numbers[i])
			if first[i] {
				n++
			}
		}
		require.Equal(t, 1, n)
		require.Equal(t, 1, w.CountRows(t, "invoices", "1 = 1"))
		require.Equal(t, 1, w.CountRows(t, "emails", "kind = 'invoice'"))
		w.RequireClean(t)
	})
}

// Of several writers that read the same version, one succeeds. The others get the changes since then. Writers that name
// no version run again on the new state, and no write is lost.
func TestOneVersionOneWriter(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		o := w.MustPlace(t, w.Cart(w.Plain, 1))[0]
		_, errs := w.atOnce(t, 20, func(d *desk.Service, i int) (desk.Reply, error) {
			c := desktest.Keyed(desktest.Sales)
			c.IfMatch = &desk.Match{Versions: []int{o.Version}}
			po := fmt.Sprint("PO-", i)
			return d.Edit(context.Background(), c, o.ID, desktest.Revising(order.Revision{HeaderRevision: order.HeaderRevision{PONumber: &po}}), desktest.Encode)
		})
		written := 0
		for _, err := range errs {
			if err == nil {
				written++
				continue
			}
			require.True(t, fault.Is(err, fault.OrderChanged), err)
			require.Equal(t, 2, fault.Of(err).Members["current_version"])
		}
		require.Equal(t, 1, written)

		_, errs = w.atOnce(t, 20, func(d *desk.Service, _ int) (desk.Reply, error) {
			return d.Book(context.Background(), desktest.Keyed(desktest.Cashier), o.ID, desk.Booking{Kind: billing.KindPayment, Method: billing.Cash, Amount: "1.00"}, desktest.Encode)
		})
		for _, err := range errs {
			require.NoError(t, err)
		}
		is, err := w.Details(t.Context(), desktest.Admin, o.ID)
		require.NoError(t, err)
		require.Equal(t, 22, is.Version)
		require.Equal(t, "20.00", is.Paid.Format(2))
		w.RequireClean(t)
	})
}

// The store's own guards, each alone: a document that changed since it was read, and a second invoice of an order.
func TestStoreRefusesStaleWritesAndSecondInvoices(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		id := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
		tenant := w.Store.For(desktest.Rosefields)
		save := func() error {
			_, err := store.InTx(t.Context(), tenant, func(tx *store.Tx) (struct{}, error) {
				o, err := tx.Order(t.Context(), id)
				if err != nil {
					return struct{}{}, err
				}
				o.Version = 2
				return struct{}{}, tx.UpdateOrder(&o, 1, false) // as if it had been read at version 1
			})
			return err
		}
		require.NoError(t, save())
		require.ErrorIs(t, save(), store.ErrStale)

		invoice := w.MustConfirm(t, w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID).Invoice
		_, err := store.InTx(t.Context(), tenant, func(tx *store.Tx) (struct{}, error) {
			invoice.ID, invoice.Sequence, invoice.Number = uuid.NewString(), 99, "INV-000099"
			return struct{}{}, tx.CreateInvoice(invoice)
		})
		require.ErrorIs(t, err, store.ErrStale)
	})
}

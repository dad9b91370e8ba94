package desk_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// deed is a write to break at each of its statements.
type deed struct {
	name   string
	ready  func(t *testing.T, w *fixture) string // creates what the write needs and returns its id
	do     func(ctx context.Context, d *desk.Service, c desk.Call, subject string) (desk.Reply, error)
	proves func(t *testing.T, w *fixture, subject string) // checks that the write took effect once
}

func (w *fixture) mailed(t *testing.T) company.Customer {
	t.Helper()
	return w.customer(t, admin, company.Customer{Code: uuid.NewString(), Name: "Mailed Flowers", Emails: []string{"m@mailed.example"},
		SalespersonEmail: "sam@rosefields.example", Autoconfirm: company.On})
}

func deeds(w *fixture) []deed {
	mixed := func(cu company.Customer, reference string) order.Cart {
		c := w.cart(cu, 2)
		c.Lines = append(c.Lines, w.prebook(cu, 2, 1).Lines...)
		c.ExternalReference = reference
		return c
	}
	return []deed{
		{"confirm", func(t *testing.T, w *fixture) string { return w.place(t, draft(w.cart(w.plain, 3)))[0].ID },
			func(ctx context.Context, d *desk.Service, c desk.Call, id string) (desk.Reply, error) {
				return d.Confirm(ctx, c, id, encode)
			},
			func(t *testing.T, w *fixture, id string) {
				require.Equal(t, 1, w.count(t, "invoices", "order_id = '"+id+"'"))
				require.Equal(t, 1, w.count(t, "emails", "kind = 'invoice' AND order_id = '"+id+"'"))
				require.Equal(t, 1, w.count(t, "events", "type = 'order.confirmed' AND order_id = '"+id+"'"))
			}},
		{"place", func(t *testing.T, w *fixture) string { return w.mailed(t).ID },
			func(ctx context.Context, d *desk.Service, c desk.Call, id string) (desk.Reply, error) {
				return d.Place(ctx, c, mixed(company.Customer{ID: id}, "cart-of-"+id), encode)
			},
			func(t *testing.T, w *fixture, id string) {
				require.Equal(t, 2, w.count(t, "orders", "customer_id = '"+id+"'"))
				require.Equal(t, 1, w.count(t, "invoices", "customer_id = '"+id+"'"), "it confirms itself")
				require.Equal(t, 1, w.count(t, "emails", "kind = 'invoice' AND order_id IN (SELECT id FROM orders WHERE customer_id = '"+id+"')"))
				require.Equal(t, 1, w.count(t, "emails", "kind = 'order_placed' AND order_id IN (SELECT id FROM orders WHERE customer_id = '"+id+"')"))
			}},
		{"bill", func(t *testing.T, w *fixture) string { return w.place(t, w.prebook(w.plain, 3, 3))[0].ID },
			func(ctx context.Context, d *desk.Service, c desk.Call, id string) (desk.Reply, error) {
				return d.Bill(ctx, c, id, nil, encode)
			},
			func(t *testing.T, w *fixture, id string) {
				require.Equal(t, 1, w.count(t, "orders", "billed_from_id = '"+id+"'"))
			}},
		{"void", func(t *testing.T, w *fixture) string {
			bill := w.bill(t, w.place(t, w.prebook(w.plain, 1, 1))[0].ID, nil).ID
			w.confirm(t, bill)
			return bill
		},
			func(ctx context.Context, d *desk.Service, c desk.Call, id string) (desk.Reply, error) {
				return d.Void(ctx, c, id, "A test.", encode)
			},
			func(t *testing.T, w *fixture, id string) {
				require.Equal(t, 1, w.count(t, "credit_notes", "order_id = '"+id+"'"))
				require.Equal(t, 1, w.count(t, "emails", "kind = 'credit_note' AND order_id = '"+id+"'"))
			}},
	}
}

// A statement of a write fails, or the caller goes away just before it. Then the whole write is there or nothing of it,
// and a repeat with the same key ends with everything there once. This holds for each statement.
func TestBrokenAtEachStatement(t *testing.T) {
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newFixture(t, address(t), store.Options{})
			broken, options := newBreaker()
			breaking := w.deskOn(t, storetest.Open(t, w.address, options))
			for i, d := range deeds(w) {
				if i > 1 && !everyWrite() {
					break
				}
				for _, way := range []string{"fails", "is cancelled"} {
					t.Run(fmt.Sprintf("%s %s", d.name, way), func(t *testing.T) {
						statements := 0
						for w.breakOne(t, broken, breaking, d, way, statements) {
							statements++
						}
						require.Greater(t, statements, 4)
						t.Logf("broken at each of %d statements", statements)
					})
				}
			}
			w.clean(t)
		})
	}
}

// breakOne runs a deed with one statement broken, and reports whether that statement exists.
func (w *fixture) breakOne(t *testing.T, b *breaker, breaking *desk.Service, d deed, way string, at int) bool {
	t.Helper()
	subject := d.ready(t, w)
	before := w.digest(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	call := keyed(manager)
	if way == "fails" {
		b.breakAt(at, nil)
	} else {
		b.breakAt(at, cancel)
	}
	first, err := d.do(ctx, breaking, call, subject)
	broke := b.stop()
	if err != nil {
		require.NotEmpty(t, broke, "nothing was broken: %v", err)
		require.Equal(t, before, w.digest(t), "half done after %q: %v", broke, err)
	}
	again, err := d.do(t.Context(), breaking, call, subject)
	require.NoError(t, err, "after %q", broke)
	d.proves(t, w, subject)
	if first.Body != nil {
		require.True(t, again.Replayed)
		require.Equal(t, first.Answer, again.Answer)
	}
	third, err := d.do(t.Context(), w.Service, call, subject)
	require.NoError(t, err)
	require.True(t, third.Replayed)
	require.Equal(t, again.Answer, third.Answer)
	return broke != ""
}

// A panic in a use case rolls back and releases the key and the connection.
func TestPanicsRollBack(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		for _, d := range deeds(w) {
			subject := d.ready(t, w)
			before := w.digest(t)
			call := keyed(manager)
			for n := range 40 { // more often than there are connections
				panicking := desk.New(desk.Options{Store: w.store, Now: func() time.Time { panic("broken by the test") }})
				require.Panics(t, func() { _, _ = d.do(t.Context(), panicking, call, subject) }, n)
			}
			require.Equal(t, before, w.digest(t))
			_, err := d.do(t.Context(), w.Service, call, subject)
			require.NoError(t, err)
			d.proves(t, w, subject)
		}
		id := w.place(t, w.cart(w.plain, 1))[0].ID
		before := w.digest(t)
		call := keyed(manager)
		require.Panics(t, func() { // after all statements except COMMIT
			_, _ = w.Confirm(t.Context(), call, id, func(desk.Confirmed) (desk.Answer, error) { panic("broken by the test") })
		})
		require.Equal(t, before, w.digest(t))
		_, err := w.Confirm(t.Context(), call, id, encode)
		require.NoError(t, err)
		w.clean(t)
	})
}

// If the outcome of COMMIT is unknown, the answer says so, and a repeated request gets the real outcome.
func TestUnknownOutcomeIsRepeated(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		impatient := w.deskOn(t, storetest.Open(t, w.address, store.Options{CommitWait: time.Nanosecond}))
		unknown := 0
		for _, d := range deeds(w) {
			subject := d.ready(t, w)
			call := keyed(manager)
			_, err := d.do(t.Context(), impatient, call, subject)
			if err != nil {
				require.True(t, fault.Is(err, fault.OutcomeUnknown), err)
				unknown++
			}
			require.Eventually(t, func() bool {
				again, err := d.do(t.Context(), w.Service, call, subject)
				return err == nil && again.Replayed
			}, 5*time.Second, time.Millisecond, d.name)
			d.proves(t, w, subject)
		}
		require.NotZero(t, unknown)
		w.clean(t)
	})
}

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
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// deed is a write to break at each of its statements.
type deed struct {
	name   string
	ready  func(t *testing.T, w *fixture) string // creates what the write needs and returns its id
	do     func(ctx context.Context, d *desk.Service, c desk.Call, subject string) (desk.Reply, error)
	proves func(t *testing.T, w *fixture, subject string) // checks that the write took effect once
}

func (w *fixture) mailed(t *testing.T, autoconfirm company.Autoconfirm) company.Customer {
	t.Helper()
	return w.MustCreateCustomer(t, desktest.Admin, company.Customer{Code: uuid.NewString(), Name: "Mailed Flowers", Emails: []string{"m@mailed.example"},
		SalespersonEmail: "sam@rosefields.example", Autoconfirm: autoconfirm})
}

func deeds(w *fixture) []deed {
	mixed := func(cu company.Customer, reference string) order.Cart {
		c := w.Cart(cu, 2)
		c.Lines = append(c.Lines, w.Prebook(cu, 2, 1).Lines...)
		c.ExternalReference = reference
		return c
	}
	return []deed{
		{"confirm", func(t *testing.T, w *fixture) string { return w.MustPlace(t, desktest.Draft(w.Cart(w.Plain, 3)))[0].ID },
			func(ctx context.Context, d *desk.Service, c desk.Call, id string) (desk.Reply, error) {
				return d.Confirm(ctx, c, id, desktest.Encode)
			},
			func(t *testing.T, w *fixture, id string) {
				require.Equal(t, 1, w.CountRows(t, "invoices", "order_id = '"+id+"'"))
				require.Equal(t, 1, w.CountRows(t, "emails", "kind = 'invoice' AND order_id = '"+id+"'"))
				require.Equal(t, 1, w.CountRows(t, "events", "type = 'order.confirmed' AND order_id = '"+id+"'"))
			}},
		{"place", func(t *testing.T, w *fixture) string { return w.mailed(t, company.On).ID },
			func(ctx context.Context, d *desk.Service, c desk.Call, id string) (desk.Reply, error) {
				return d.Place(ctx, c, mixed(company.Customer{ID: id}, "cart-of-"+id), desktest.Encode)
			},
			func(t *testing.T, w *fixture, id string) {
				require.Equal(t, 2, w.CountRows(t, "orders", "customer_id = '"+id+"'"))
				require.Equal(t, 1, w.CountRows(t, "invoices", "customer_id = '"+id+"'"), "it confirms itself")
				require.Equal(t, 1, w.CountRows(t, "emails", "kind = 'invoice' AND order_id IN (SELECT id FROM orders WHERE customer_id = '"+id+"')"))
				require.Equal(t, 1, w.CountRows(t, "emails", "kind = 'order_placed' AND order_id IN (SELECT id FROM orders WHERE customer_id = '"+id+"')"))
			}},
		{"place and acknowledge", func(t *testing.T, w *fixture) string {
			c := desktest.Keyed(desktest.Admin)
			c.IfMatch = &desk.Match{Any: true}
			_, err := w.EditSettings(t.Context(), c, desk.Fixed[desk.Settings](company.SettingsRevision{EmailCustomerOnOrder: new(true)}), desktest.Encode)
			require.NoError(t, err)
			return w.mailed(t, company.Off).ID
		},
			func(ctx context.Context, d *desk.Service, c desk.Call, id string) (desk.Reply, error) {
				return d.Place(ctx, c, mixed(company.Customer{ID: id}, "cart-of-"+id), desktest.Encode)
			},
			func(t *testing.T, w *fixture, id string) {
				require.Equal(t, 2, w.CountRows(t, "orders", "customer_id = '"+id+"'"))
				require.Equal(t, 1, w.CountRows(t, "emails", "kind = 'order_received' AND order_id IN (SELECT id FROM orders WHERE customer_id = '"+id+"')"))
			}},
		{"bill", func(t *testing.T, w *fixture) string { return w.MustPlace(t, w.Prebook(w.Plain, 3, 3))[0].ID },
			func(ctx context.Context, d *desk.Service, c desk.Call, id string) (desk.Reply, error) {
				return d.Bill(ctx, c, id, nil, desktest.Encode)
			},
			func(t *testing.T, w *fixture, id string) {
				require.Equal(t, 1, w.CountRows(t, "orders", "billed_from_id = '"+id+"'"))
			}},
		{"void", func(t *testing.T, w *fixture) string {
			bill := w.MustBill(t, w.MustPlace(t, w.Prebook(w.Plain, 1, 1))[0].ID, nil).ID
			w.MustConfirm(t, bill)
			return bill
		},
			func(ctx context.Context, d *desk.Service, c desk.Call, id string) (desk.Reply, error) {
				return d.Void(ctx, c, id, "A test.", desktest.Encode)
			},
			func(t *testing.T, w *fixture, id string) {
				require.Equal(t, 1, w.CountRows(t, "credit_notes", "order_id = '"+id+"'"))
				require.Equal(t, 1, w.CountRows(t, "emails", "kind = 'credit_note' AND order_id = '"+id+"'"))
			}},
	}
}

// A statement of a write fails, or the caller goes away just before it. Then the whole write is there or nothing of it,
// and a repeat with the same key ends with everything there once. This holds for each statement.
func TestBrokenAtEachStatement(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string) {
		w := newFixture(t, address, store.Options{})
		broken, options := newBreaker()
		breaking := w.DeskOn(t, storetest.Open(t, w.Address, options))
		for i, d := range deeds(w) {
			if i > 2 && !desktest.EveryWrite() {
				break
			}
			for _, way := range []string{"fails", "is cancelled"} {
				t.Run(fmt.Sprintf("%s %s", d.name, way), func(t *testing.T) {
					statements := 0
					for w.breakOne(t, broken, breaking, d, way, statements) {
						statements++
					}
					require.Greater(t, statements, 2) // BEGIN with the first reads, at least one more, and the writes with COMMIT
					t.Logf("broken at each of %d statements", statements)
				})
			}
		}
		w.RequireClean(t)
	})
}

// breakOne runs a deed with one statement broken, and reports whether that statement exists.
func (w *fixture) breakOne(t *testing.T, b *breaker, breaking *desk.Service, d deed, way string, at int) bool {
	t.Helper()
	subject := d.ready(t, w)
	before := w.Digest(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	call := desktest.Keyed(desktest.Manager)
	if way == "fails" {
		b.breakAt(at, nil)
	} else {
		b.breakAt(at, cancel)
	}
	first, err := d.do(ctx, breaking, call, subject)
	broke := b.stop()
	if err != nil {
		require.NotEmpty(t, broke, "nothing was broken: %v", err)
		require.Equal(t, before, w.Digest(t), "half done after %q: %v", broke, err)
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
			before := w.Digest(t)
			call := desktest.Keyed(desktest.Manager)
			for n := range 40 { // more often than there are connections
				panicking := desk.New(desk.Options{Store: w.Store, Now: func() time.Time { panic("broken by the test") }})
				require.Panics(t, func() { _, _ = d.do(t.Context(), panicking, call, subject) }, n)
			}
			require.Equal(t, before, w.Digest(t))
			_, err := d.do(t.Context(), w.Service, call, subject)
			require.NoError(t, err)
			d.proves(t, w, subject)
		}
		id := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
		before := w.Digest(t)
		call := desktest.Keyed(desktest.Manager)
		require.Panics(t, func() { // after all statements except COMMIT
			_, _ = w.Confirm(t.Context(), call, id, func(desk.Confirmed) (desk.Answer, error) { panic("broken by the test") })
		})
		require.Equal(t, before, w.Digest(t))
		_, err := w.Confirm(t.Context(), call, id, desktest.Encode)
		require.NoError(t, err)
		w.RequireClean(t)
	})
}

// If the outcome of COMMIT is unknown, the answer says so, and a repeated request gets the real outcome.
func TestUnknownOutcomeIsRepeated(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		impatient := w.DeskOn(t, storetest.Open(t, w.Address, store.Options{CommitWait: time.Nanosecond}))
		unknown := 0
		for _, d := range deeds(w) {
			subject := d.ready(t, w)
			call := desktest.Keyed(desktest.Manager)
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
		w.RequireClean(t)
	})
}

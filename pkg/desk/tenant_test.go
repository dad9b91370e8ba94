package desk_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// Another company's document does not exist for any operation. The same holds for a Storefront and another one's
// document. The refusal is byte for byte that of an unknown id.
func TestNobodyMeetsAnothersDocuments(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		ctx := t.Context()
		id := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
		prebook := w.MustPlace(t, w.Prebook(w.Plain, 1, 1))[0].ID
		stranger := desktest.Admin
		stranger.CompanyID = desktest.Tulip
		before := w.Digest(t)
		both, err := w.Store.For(stranger.CompanyID).OrdersByID(ctx, []string{id, prebook}) // several are read by statements of their own
		require.NoError(t, err)
		require.Empty(t, both)
		for _, who := range []auth.Actor{stranger, desktest.OtherShop} {
			reads := map[string]func(id string) error{
				"details":  func(id string) error { _, err := w.Details(ctx, who, id); return err },
				"payments": func(id string) error { _, err := w.PaymentStatus(ctx, who, id); return err },
				"emails":   func(id string) error { _, err := w.Emails(ctx, who, desk.EmailFilter{OrderID: id}); return err },
				"confirm":  func(id string) error { _, err := w.Confirm(ctx, desktest.Keyed(who), id, desktest.Encode); return err },
				"checkout": func(id string) error {
					_, err := w.Checkout(ctx, desktest.Keyed(who), id, nil, desktest.Encode)
					return err
				},
				"void": func(id string) error {
					_, err := w.Void(ctx, desktest.Keyed(who), id, "r", desktest.Encode)
					return err
				},
				"bill": func(id string) error {
					_, err := w.Bill(ctx, desktest.Keyed(who), id, nil, desktest.Encode)
					return err
				},
				"email": func(id string) error {
					_, err := w.Email(ctx, desktest.Keyed(who), id, desk.ManualEmail{}, desktest.Encode)
					return err
				},
				"edit": func(id string) error {
					c := desktest.Keyed(who)
					c.IfMatch = &desk.Match{Versions: []int{99}}
					_, err := w.Edit(ctx, c, id, desktest.Revising(order.Revision{}), desktest.Encode)
					return err
				},
				"pay": func(id string) error {
					_, err := w.Book(ctx, desktest.Keyed(who), id, desk.Booking{Kind: billing.KindPayment, Method: billing.Cash, Amount: "1"}, desktest.Encode)
					return err
				},
			}
			for name, ask := range reads {
				nobodys := fault.Of(ask("0197a3c4-ffff-7000-8000-000000000009"))
				require.Equal(t, fault.OrderNotFound, nobodys.Code, name)
				for _, id := range []string{id, prebook} {
					refusal := fault.Of(ask(id))
					require.NotNil(t, refusal, "%s: %s", who.Subject, name)
					require.Equal(t, nobodys.Error(), refusal.Error(), "%s: %s", who.Subject, name)
					require.Equal(t, nobodys.Members, refusal.Members, name)
				}
			}
			if who.Permits(auth.Permission(order.Confirm)) {
				var b desk.Batch
				_, err := w.ConfirmMany(ctx, desktest.Call(who), desk.BestEffort, []desk.BatchOrder{{ID: id}}, desktest.Into(&b))
				require.NoError(t, err)
				require.Equal(t, desk.OutcomeRefused, b.Rows[0].Outcome)
				require.Empty(t, b.Rows[0].Number)
			}
		}
		_, err = w.Payments(ctx, desktest.OtherShop, desk.PaymentFilter{}, desk.Extras{})
		require.True(t, fault.Is(err, fault.RoleNotAllowed), err)
		_, _, err = w.ExportPayments(ctx, desktest.OtherShop, desk.PaymentFilter{})()
		require.True(t, fault.Is(err, fault.RoleNotAllowed), err)
		for _, who := range []auth.Actor{stranger, desktest.OtherShop} {
			page, err := w.Lines(ctx, who, desk.OrderFilter{}, desk.Extras{Count: true})
			require.NoError(t, err)
			require.Empty(t, page.Rows)
			require.Zero(t, *page.Total)
			lines, more, err := w.ExportLines(ctx, who, desk.OrderFilter{})()
			require.NoError(t, err)
			require.False(t, more)
			require.Empty(t, lines)
		}
		_, err = w.Place(ctx, desktest.Call(stranger), w.Cart(w.Plain, 1), desktest.Encode)
		require.Equal(t, fault.CustomerUnknown, fault.Of(err).Fields[0].Code, "another company's customer")
		_, err = w.Customer(ctx, stranger, w.Plain.ID)
		require.True(t, fault.Is(err, fault.CustomerNotFound), err)
		require.Equal(t, before, w.Digest(t))
		w.RequireClean(t)
	})
}

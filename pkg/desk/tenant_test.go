package desk_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

// Another company's document does not exist for any operation. The same holds for a Storefront and another one's
// document. The refusal is byte for byte that of an unknown id.
func TestNobodyMeetsAnothersDocuments(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		ctx := t.Context()
		id := w.place(t, w.cart(w.plain, 1))[0].ID
		prebook := w.place(t, w.prebook(w.plain, 1, 1))[0].ID
		stranger := admin
		stranger.CompanyID = tulip
		before := w.digest(t)
		for _, who := range []auth.Actor{stranger, otherShop} {
			asked := map[string]func(id string) error{
				"details":  func(id string) error { _, err := w.Details(ctx, who, id); return err },
				"payments": func(id string) error { _, err := w.PaymentStatus(ctx, who, id); return err },
				"emails":   func(id string) error { _, err := w.Emails(ctx, who, desk.EmailFilter{OrderID: id}); return err },
				"confirm":  func(id string) error { _, err := w.Confirm(ctx, keyed(who), id, encode); return err },
				"checkout": func(id string) error { _, err := w.Checkout(ctx, keyed(who), id, nil, encode); return err },
				"void":     func(id string) error { _, err := w.Void(ctx, keyed(who), id, "r", encode); return err },
				"bill":     func(id string) error { _, err := w.Bill(ctx, keyed(who), id, nil, encode); return err },
				"email":    func(id string) error { _, err := w.Email(ctx, keyed(who), id, desk.ManualEmail{}, encode); return err },
				"edit": func(id string) error {
					c := keyed(who)
					c.IfMatch = &desk.Match{Versions: []int{99}}
					_, err := w.Edit(ctx, c, id, revising(order.Revision{}), encode)
					return err
				},
				"pay": func(id string) error {
					_, err := w.Book(ctx, keyed(who), id, desk.Booking{Kind: billing.KindPayment, Method: billing.Cash, Amount: "1"}, encode)
					return err
				},
			}
			for name, ask := range asked {
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
				_, err := w.ConfirmMany(ctx, call(who), desk.BestEffort, []desk.Wanted{{ID: id}}, into(&b))
				require.NoError(t, err)
				require.Equal(t, desk.OutcomeRefused, b.Rows[0].Outcome)
				require.Empty(t, b.Rows[0].Number)
			}
		}
		_, err := w.Place(ctx, call(stranger), w.cart(w.plain, 1), encode)
		require.Equal(t, fault.CustomerUnknown, fault.Of(err).Fields[0].Code, "another company's customer")
		_, err = w.Customer(ctx, stranger, w.plain.ID)
		require.True(t, fault.Is(err, fault.CustomerNotFound), err)
		require.Equal(t, before, w.digest(t))
		w.clean(t)
	})
}

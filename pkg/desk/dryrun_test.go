package desk_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// writes has every write, each with documents that permit it.
func (w *fixture) writes(t *testing.T) map[string]func(desk.Call) (desk.Reply, error) {
	t.Helper()
	ctx := t.Context()
	mixed := w.Cart(w.Auto, 1)
	mixed.Lines = append(mixed.Lines, w.Prebook(w.Auto, 2, 1).Lines...)
	mixed.ExternalReference = uuid.NewString()
	pending, open := w.MustPlace(t, w.Cart(w.Plain, 2))[0].ID, w.MustPlace(t, desktest.Draft(w.Cart(w.Plain, 1)))[0].ID
	confirmed := w.MustPlace(t, w.Cart(w.Plain, 1))[0].ID
	w.MustConfirm(t, confirmed)
	w.MustBook(t, confirmed, billing.KindPayment, "5.00")
	prebook := w.MustPlace(t, w.Prebook(w.Plain, 2, 1))[0]
	bill := w.MustBill(t, w.MustPlace(t, w.Prebook(w.Plain, 1, 1))[0].ID, nil).ID
	po, fresh := "PO-"+uuid.NewString(), company.Customer{Code: uuid.NewString(), Name: "New", Autoconfirm: company.Inherit}
	many := []desk.BatchOrder{{ID: pending}, {ID: open}}
	matched := func(c desk.Call) desk.Call {
		c.IfMatch = &desk.Match{Any: true}
		return c
	}
	return map[string]func(desk.Call) (desk.Reply, error){
		"place": func(c desk.Call) (desk.Reply, error) { return w.Place(ctx, c, mixed, desktest.Encode) },
		"edit": func(c desk.Call) (desk.Reply, error) {
			return w.Edit(ctx, matched(c), pending, desktest.Revising(order.Revision{HeaderRevision: order.HeaderRevision{PONumber: &po}}), desktest.Encode)
		},
		"checkout":       func(c desk.Call) (desk.Reply, error) { return w.Checkout(ctx, c, open, nil, desktest.Encode) },
		"check out line": func(c desk.Call) (desk.Reply, error) { return w.Checkout(ctx, c, prebook.ID, nil, desktest.Encode) },
		"confirm":        func(c desk.Call) (desk.Reply, error) { return w.Confirm(ctx, c, open, desktest.Encode) },
		"confirm each": func(c desk.Call) (desk.Reply, error) {
			return w.ConfirmMany(ctx, c, desk.BestEffort, many, desktest.Encode)
		},
		"confirm all": func(c desk.Call) (desk.Reply, error) {
			return w.ConfirmMany(ctx, c, desk.AllOrNothing, many, desktest.Encode)
		},
		"void":        func(c desk.Call) (desk.Reply, error) { return w.Void(ctx, c, confirmed, "r", desktest.Encode) },
		"void a bill": func(c desk.Call) (desk.Reply, error) { return w.Void(ctx, c, bill, "r", desktest.Encode) },
		"bill": func(c desk.Call) (desk.Reply, error) {
			return w.Bill(ctx, c, prebook.ID, []string{prebook.Lines[0].ID}, desktest.Encode)
		},
		"pay": func(c desk.Call) (desk.Reply, error) {
			return w.Book(ctx, c, pending, desk.Booking{Kind: billing.KindPayment, Method: billing.Card, Amount: "1.00", Reference: po}, desktest.Encode)
		},
		"refund": func(c desk.Call) (desk.Reply, error) {
			return w.Book(ctx, c, confirmed, desk.Booking{Kind: billing.KindRefund, Method: billing.Cash, Amount: "1.00"}, desktest.Encode)
		},
		"email": func(c desk.Call) (desk.Reply, error) {
			return w.Email(ctx, c, pending, desk.ManualEmail{Message: "m"}, desktest.Encode)
		},
		"new customer": func(c desk.Call) (desk.Reply, error) { return w.CreateCustomer(ctx, c, fresh, desktest.Encode) },
		"edit customer": func(c desk.Call) (desk.Reply, error) {
			return w.EditCustomer(ctx, matched(c), w.Plain.ID, desk.Fixed[company.Customer](company.CustomerRevision{RequireCreditCardPayment: new(true)}), desktest.Encode)
		},
		"edit settings": func(c desk.Call) (desk.Reply, error) {
			return w.EditSettings(ctx, matched(c), desk.Fixed[desk.Settings](company.SettingsRevision{TaxID: &po}), desktest.Encode)
		},
	}
}

// A dry run of any write answers and changes nothing: no row, no number, no key, no job.
func TestDryRunsLeaveNoTrace(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		writes := w.writes(t)
		for name, write := range writes {
			before := w.Digest(t)
			c := desktest.Keyed(desktest.Admin)
			c.DryRun = true
			for range 2 {
				reply, err := write(c)
				require.NoError(t, err, name)
				require.True(t, reply.DryRun, name)
				require.False(t, reply.Replayed, name)
				require.NotEmpty(t, reply.Body, name)
				require.Equal(t, before, w.Digest(t), name)
			}
		}
		w.RequireClean(t)
		for name := range writes { // without DryRun each of them changes something
			before := w.Digest(t)
			reply, err := w.writes(t)[name](desktest.Keyed(desktest.Admin))
			require.NoError(t, err, name)
			require.False(t, reply.DryRun)
			require.NotEqual(t, before, w.Digest(t), name)
		}
		w.RequireClean(t)
	})
}

// No use case writes a body with faults, and each reports the faults unchanged.
func TestFaultyBodiesWriteNothing(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		for name, write := range w.writes(t) {
			before := w.Digest(t)
			c := desktest.Keyed(desktest.Admin)
			c.Faults = []fault.Field{{Pointer: "/colour", Code: fault.FieldUnknown, Detail: "This member does not exist."}}
			_, err := write(c)
			require.Equal(t, fault.InvalidBody(c.Faults), err, name)
			require.Equal(t, before, w.Digest(t), name)
		}
		w.RequireClean(t)
	})
}

// A dry run of placing shows the next number and does not take it.
func TestDryRunsTakeNoNumber(t *testing.T) {
	each(t, func(t *testing.T, w *fixture) {
		dry := desktest.Keyed(desktest.Shop)
		dry.DryRun = true
		var would, did desk.Placed
		_, err := w.Place(t.Context(), dry, w.Cart(w.Plain, 1), desktest.Into(&would))
		require.NoError(t, err)
		_, err = w.Place(t.Context(), desktest.Keyed(desktest.Shop), w.Cart(w.Plain, 1), desktest.Into(&did))
		require.NoError(t, err)
		require.Equal(t, would.Orders[0].Number, did.Orders[0].Number)
		var first, second desk.Confirmed
		_, err = w.Confirm(t.Context(), desk.Call{Actor: desktest.Manager, DryRun: true}, did.Orders[0].ID, desktest.Into(&first))
		require.NoError(t, err)
		_, err = w.Confirm(t.Context(), desktest.Keyed(desktest.Manager), did.Orders[0].ID, desktest.Into(&second))
		require.NoError(t, err)
		require.Equal(t, first.Invoice.Number, second.Invoice.Number)
		w.RequireClean(t)
	})
}

package demo_test

import (
	"slices"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/demo"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

const company = "0197a3c4-0000-7000-8000-0000000000b0"

// The rules of the trade accept the documents that Bulk writes directly.
func TestLong_BulkObeysTheRules(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		storetest.Company(t, s, company, "Bulk", "USD")
		now := time.Now().UTC()
		d := desk.New(desk.Options{Store: s, Now: time.Now})
		progress := 0
		b := demo.Bulk{Store: s, Desk: d, Company: company, Orders: 600, Customers: 12, Lines: 3, Confirmed: 5, Rand: 1, Now: now, Progress: func(done, of int) {
			require.Equal(t, 600, of)
			progress = max(progress, done)
		}}
		require.NoError(t, b.Run(t.Context()))
		require.Equal(t, 600, progress)

		tenant := s.For(company)
		seen := map[string]int{}
		var invoices []string
		var after *store.Position
		for {
			page, err := tenant.Orders(t.Context(), store.OrderFilter{Window: store.Window{Limit: 200, After: after}})
			require.NoError(t, err)
			for _, row := range page.Rows {
				o, err := tenant.Order(t.Context(), row.ID)
				require.NoError(t, err)
				cu, err := tenant.Customer(t.Context(), o.CustomerID)
				require.NoError(t, err)
				again := o.Clone()
				again.Charges, again.Taxes = append([]order.Charge{}, o.Charges...), append([]order.Tax{}, o.Taxes...) // Clone turns an empty list into nil
				require.Empty(t, again.Recalculate())
				again.Derive(cu.RequireCreditCardPayment)
				require.Equal(t, o, again, "derived values match the rules")
				ledger, err := tenant.Payments(t.Context(), o.ID)
				require.NoError(t, err)
				paid, refunded := billing.Sums(ledger)
				require.Equal(t, o.Paid, paid)
				require.Equal(t, o.Refunded, refunded)
				timeline, err := tenant.Events(t.Context(), store.EventFilter{OrderID: o.ID, Limit: 1000})
				require.NoError(t, err)
				events := slices.DeleteFunc(timeline.Events, func(e order.Event) bool { return e.Version == nil })
				require.Len(t, events, o.Version)
				for i, e := range events {
					require.Equal(t, i+1, *e.Version)
				}
				require.Equal(t, order.EventPlaced, events[0].Type)
				if o.InvoiceID != nil {
					invoices = append(invoices, o.InvoiceNumber)
				}
				seen[string(o.Kind)+" "+string(o.Status)]++
				seen[string(o.PaymentStatus)]++
				seen[map[bool]string{true: "$"}[o.PaymentIndicator]]++
				seen[string(o.Origin)]++
			}
			if page.Next == nil {
				break
			}
			after = page.Next
		}
		require.Equal(t, 600, seen["W"]+seen["P"]+seen["S"]+seen["X"])
		require.Equal(t, 30, seen["order confirmed"])
		for _, what := range []string{"order draft", "order pending", "order voided", "prebook draft", "prebook checked_out", "paid", "unpaid", "$", "W", "P", "S", "X"} {
			require.NotZero(t, seen[what], what)
		}
		require.Len(t, invoices, 30)
		waiting, _, err := s.System().MailBacklog(t.Context(), now.Add(time.Hour))
		require.NoError(t, err)
		require.Zero(t, waiting, "there is no e-mail to send")

		// No draft expires soon.
		due, err := s.System().ExpiredDrafts(t.Context(), now.Add(24*time.Hour), 1000)
		require.NoError(t, err)
		require.Empty(t, due)

		// A second run adds to the first.
		b.Rand, b.Orders, b.Confirmed, b.Progress = 2, 300, 0, nil
		require.NoError(t, b.Run(t.Context()))
	})
}

package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// timeline is a shop whose rows come one after the other, as they do in life: what was placed late is shipped, issued, due and
// paid late. A page of an old range would have to pass all later rows.
type timeline struct {
	*shop
	notes []billing.CreditNote
}

func newTimeline(t *testing.T, s *store.Store) timeline {
	sh := timeline{shop: newShop(t, s, 71, 120)}
	r := sh.rng
	begin := storetest.Noon.AddDate(0, 0, -200)
	fresh := map[string]string{}
	for i := range 600 {
		o := sh.document(fresh)
		o.PlacedAt = begin.Add(time.Duration(i) * 4 * time.Hour)
		o.CreatedAt, o.UpdatedAt = o.PlacedAt, o.PlacedAt.Add(time.Hour)
		o.ShipDate = o.PlacedAt.Truncate(24*time.Hour).AddDate(0, 0, 2+r.IntN(8))
		o.Kind, o.Status, o.InvoiceID, o.ConfirmedAt = order.KindOrder, pick(r, order.StatusDraft, order.StatusPending), nil, nil
		o.VoidedAt, o.VoidCause = nil, ""
		sh.docs = append(sh.docs, o)
	}
	sh.write(t, s, func(tx *store.Tx) error {
		for id, reference := range fresh {
			if _, err := tx.CreateCheckout(context.Background(), id, reference, "somebody", storetest.Noon); err != nil {
				return err
			}
		}
		return tx.CreateOrders(sh.docs)
	})
	sh.write(t, s, func(tx *store.Tx) error {
		for i, o := range sh.docs {
			invoice := sh.invoice(o, sh.uuid())
			invoice.IssuedAt = o.PlacedAt.Add(time.Hour)
			invoice.IssueDate = invoice.IssuedAt.Add(-5 * time.Hour).Truncate(24 * time.Hour) // in the company's time zone
			invoice.DueDate = invoice.IssueDate.AddDate(0, 0, 7*r.IntN(3))
			sh.invoices[i] = invoice
			note := billing.CreditNote{Document: invoice.Document, InvoiceID: invoice.ID, InvoiceNumber: invoice.Number, Reason: "r"}
			note.ID = sh.uuid()
			sh.notes = append(sh.notes, note)
			paid := billing.Payment{
				CompanyID: sh.id, ID: sh.uuid(), OrderID: o.ID, Kind: billing.KindPayment, Method: pick(r, billing.Cash, billing.Wire), Amount: money.Amount(1 + i),
				Currency: "USD", RecordedBy: company.Person{Sub: "r"}, PaidAt: invoice.IssuedAt, RecordedAt: invoice.IssuedAt.Add(time.Duration(r.IntN(200)) * time.Hour),
			}
			sh.payments = append(sh.payments, paid)
			for _, err := range []error{tx.CreateInvoice(invoice), tx.CreateCreditNote(note), tx.CreatePayment(paid)} {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	return sh
}

// ranged is a list with a filter by a range, in its default sort: a page of it, and how many rows the whole has.
type ranged struct {
	page func(w store.Window, desc bool) (ids []string, next *store.Position, err error)
	want int
}

// tight makes the bounds of a page as narrow for 600 rows as they are for a million.
var tight = keyset.Bounds{Examined: 70, Few: 4}

// sorting adds to tight that the rows of a range may be sorted, but not for a sort that indexes must serve.
func sorting(indexed bool) keyset.Bounds {
	b := tight
	if b.Sorted = 400; indexed {
		b.Sorted = 40 // the payments of some days
	}
	return b
}

// rangesOfLists has an example for each range that a list may be filtered by, by table and column.
func (sh timeline) rangesOfLists(of store.Tenant) map[string][]ranged {
	ctx := context.Background()
	from, before := sh.docs[60].PlacedAt.Truncate(24*time.Hour), sh.docs[330].PlacedAt.Truncate(24*time.Hour) // 45 days, long ago
	cheap, dear := money.Amount(200), money.Amount(1500)
	ordersBy := func(key store.SortKey, f store.OrderFilter) ranged {
		f.Sort.Key = key
		return ranged{func(w store.Window, desc bool) ([]string, *store.Position, error) {
			f.Window, f.Sort.Desc = w, desc
			p, err := of.OrdersWithin(ctx, f, sorting(key == store.ByPlacedAt || key == store.ByShipDate || key == store.ByNumber || key == store.ByUpdatedAt))
			return idsOf(p.Rows), p.Next, err
		}, count(sh.docs, func(o *order.Order) bool { return sh.matches(&f, o) })}
	}
	orders := func(f store.OrderFilter) ranged { return ordersBy(store.ByPlacedAt, f) }
	invoices := func(f store.InvoiceFilter) ranged {
		return ranged{func(w store.Window, desc bool) ([]string, *store.Position, error) {
			f.Window, f.Desc = w, desc
			p, err := of.InvoicesWithin(ctx, f, sorting(true))
			return mapped(p.Rows, func(i billing.Invoice) string { return i.ID }), p.Next, err
		}, count(sh.invoices, func(i *billing.Invoice) bool { return matchesInvoice(f, i) })}
	}
	notes := func(f store.IssuedFilter) ranged {
		return ranged{func(w store.Window, desc bool) ([]string, *store.Position, error) {
			f.Window, f.Desc = w, desc
			p, err := of.CreditNotesWithin(ctx, f, tight)
			return mapped(p.Rows, func(n billing.CreditNote) string { return n.ID }), p.Next, err
		}, count(sh.notes, func(n *billing.CreditNote) bool { return issuedWant(f).matches(&n.Document) })}
	}
	paymentsBy := func(key store.SortKey, f store.PaymentFilter) ranged {
		return ranged{func(w store.Window, desc bool) ([]string, *store.Position, error) {
			f.Window, f.Sort = w, store.Sort{Key: key, Desc: desc}
			p, err := of.PaymentsWithin(ctx, f, sorting(true))
			return mapped(p.Rows, func(p store.OrderPayment) string { return p.ID }), p.Next, err
		}, count(sh.payments, func(p *billing.Payment) bool {
			return oneOf(f.Methods, p.Method) && !p.PaidAt.Before(f.PaidFrom) && (f.PaidBefore.IsZero() || p.PaidAt.Before(f.PaidBefore)) &&
				!p.RecordedAt.Before(f.RecordedFrom) && (f.RecordedBefore.IsZero() || p.RecordedAt.Before(f.RecordedBefore))
		})}
	}
	payments := func(f store.PaymentFilter) ranged { return paymentsBy("recorded_at", f) }
	wire, pending, unpaid := []billing.Method{billing.Wire}, []order.Status{order.StatusPending}, []billing.Status{billing.Paid}
	issued := store.IssuedFilter{IssuedFrom: from, IssuedBefore: before}
	changed := sh.customers[30].UpdatedAt
	lists := map[string][]ranged{
		"orders.ship_date": {
			orders(store.OrderFilter{ShipFrom: from, ShipTo: before}), orders(store.OrderFilter{ShipTo: before}), orders(store.OrderFilter{ShipFrom: from}),
			orders(store.OrderFilter{ShipFrom: from, ShipTo: before, Statuses: pending}), orders(store.OrderFilter{ShipFrom: before, ShipTo: before}),
		},
		"orders.placed_at":  {orders(store.OrderFilter{PlacedFrom: from, PlacedBefore: before}), orders(store.OrderFilter{PlacedBefore: before, Statuses: pending})},
		"orders.placed_day": {ordersBy(store.ByNumber, store.OrderFilter{PlacedFrom: from.Add(time.Hour), Statuses: pending})},
		"orders.updated_at": {orders(store.OrderFilter{UpdatedSince: sh.docs[400].UpdatedAt})},
		"orders.total":      {orders(store.OrderFilter{TotalMin: &cheap, TotalMax: &dear})},
		"invoices.issued_at": {
			invoices(store.InvoiceFilter{IssuedFilter: issued}), invoices(store.InvoiceFilter{IssuedFilter: store.IssuedFilter{IssuedBefore: before.Add(7 * time.Hour)}}),
			invoices(store.InvoiceFilter{IssuedFilter: issued, PaymentStatuses: unpaid}),
		},
		"invoices.issue_date":     {invoices(store.InvoiceFilter{IssuedFilter: store.IssuedFilter{IssuedFrom: from.Add(time.Hour)}})},
		"invoices.due_date":       {invoices(store.InvoiceFilter{DueFrom: from, DueTo: before}), invoices(store.InvoiceFilter{DueTo: before, PaymentStatuses: unpaid})},
		"credit_notes.issued_at":  {notes(issued), notes(store.IssuedFilter{IssuedBefore: before})},
		"credit_notes.issue_date": {notes(store.IssuedFilter{IssuedFrom: from.Add(time.Hour)})},
		"payments.paid_at":        {payments(store.PaymentFilter{PaidFrom: from, PaidBefore: before}), payments(store.PaymentFilter{PaidBefore: before, Methods: wire})},
		"payments.paid_day":       {payments(store.PaymentFilter{PaidFrom: from.Add(3 * time.Hour)})},
		"payments.recorded_at":    {payments(store.PaymentFilter{RecordedFrom: from, RecordedBefore: before}), payments(store.PaymentFilter{RecordedBefore: before, Methods: wire})},
		"customers.updated_at": {{func(w store.Window, _ bool) ([]string, *store.Position, error) {
			p, err := of.CustomersWithin(ctx, store.CustomerFilter{UpdatedSince: changed, Window: w}, tight)
			return mapped(p.Rows, func(c company.Customer) string { return c.ID }), p.Next, err
		}, count(sh.customers, func(c *company.Customer) bool { return !c.UpdatedAt.Before(changed) })}},
	}
	for _, key := range []store.SortKey{store.ByShipDate, store.ByNumber, store.ByTotal, store.ByCustomer, store.ByUpdatedAt, store.ByStatus} {
		lists["orders.ship_date"] = append(lists["orders.ship_date"], ordersBy(key, store.OrderFilter{ShipFrom: from, ShipTo: before}), ordersBy(key, store.OrderFilter{ShipTo: before}))
		lists["orders.placed_at"] = append(lists["orders.placed_at"], ordersBy(key, store.OrderFilter{PlacedFrom: from, PlacedBefore: before, Statuses: pending}))
		lists["orders.total"] = append(lists["orders.total"], ordersBy(key, store.OrderFilter{TotalMin: &cheap, TotalMax: &dear}))
		lists["orders.placed_at"] = append(lists["orders.placed_at"], ordersBy(key, store.OrderFilter{PlacedFrom: from, PlacedBefore: before}))
		lists["orders.ship_date"] = append(lists["orders.ship_date"], ordersBy(key, store.OrderFilter{ShipFrom: from, ShipTo: before, Statuses: pending}))
	}
	lists["payments.recorded_at"] = append(lists["payments.recorded_at"], paymentsBy("paid_at", store.PaymentFilter{RecordedFrom: from, RecordedBefore: before}))
	lists["payments.paid_at"] = append(lists["payments.paid_at"], paymentsBy("paid_at", store.PaymentFilter{PaidFrom: from, PaidBefore: before}))
	lists["payments.paid_at"] = append(lists["payments.paid_at"], paymentsBy("paid_at", store.PaymentFilter{PaidFrom: from, RecordedFrom: from, RecordedBefore: before}))
	lists["invoices.issued_at"] = append(lists["invoices.issued_at"], invoices(store.InvoiceFilter{IssuedFilter: store.IssuedFilter{IssuedBefore: before}, PaymentStatuses: unpaid, ByDue: true}))
	lists["invoices.issued_at"] = append(lists["invoices.issued_at"], invoices(store.InvoiceFilter{IssuedFilter: issued, ByDue: true}))
	return lists
}

func mapped[T any](rows []T, id func(T) string) (ids []string) {
	for _, row := range rows {
		ids = append(ids, id(row))
	}
	return ids
}

func count[T any](rows []T, matches func(*T) bool) (n int) {
	for i := range rows {
		if matches(&rows[i]) {
			n++
		}
	}
	return n
}

// A list that is filtered by a range has full pages as long as there are rows, wherever they lie. In other sorts than its default, the
// range must not have too many rows.
func TestPagesOfRangesAreFull(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newTimeline(t, s)
		lists := sh.rangesOfLists(s.For(sh.id))
		within := store.OrderFilter{ShipTo: sh.docs[100].ShipDate, Statuses: []order.Status{order.StatusPending}}
		totals, err := s.For(sh.id).TotalsWithin(context.Background(), within, tight)
		require.NoError(t, err)
		require.NotZero(t, totals.Documents, "the first rows of an old range are added up, not later ones that do not match")
		for _, name := range store.RangesForTest() {
			require.NotEmpty(t, lists[name], "no example of a list that is filtered by %s", name)
			for i, list := range lists[name] {
				for _, desc := range []bool{true, false} {
					if name == "orders.updated_at" && !desc {
						continue // what changed lately is placed lately: the earliest orders come first, and are passed
					}
					requireFullPages(t, fmt.Sprintf("%s %d, desc %v", name, i+1, desc), list, desc)
				}
			}
		}
	})
}

func requireFullPages(t *testing.T, name string, list ranged, desc bool) {
	t.Helper()
	const limit = 12
	var all []string
	for w := (store.Window{Limit: limit}); ; {
		ids, next, err := list.page(w, desc)
		require.NoError(t, err, name)
		all = append(all, ids...)
		if next == nil {
			break
		}
		if len(all) < list.want {
			require.Len(t, ids, limit, "%s: a page has few rows after %d of %d", name, len(all), list.want)
		}
		w.After = next
	}
	require.NotZero(t, list.want, name)
	require.Len(t, all, list.want, name)
	slices.Sort(all)
	require.Len(t, slices.Compact(all), list.want, name)
}

// A page of a long range of days may end at a row that does not match. Whatever filter is left to be examined there, the next page goes on.
func TestRangesEndAtAnyFilter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 74, 3)
		const days = 120
		for i := range days {
			sh.addOne(t, s, func(o *order.Order) {
				o.ShipDate, o.PlacedAt, o.PONumber = storetest.Noon.Truncate(24*time.Hour).AddDate(0, 0, i), storetest.Noon.AddDate(0, 0, i), "common"
				if i == 0 {
					o.PONumber = "common rare"
				}
			})
		}
		first := sh.docs[0]
		for name, f := range map[string]store.OrderFilter{
			"words":    {Query: "common rare"},
			"sources":  {Sources: []order.Source{order.FutureSales, order.OnHand}, CustomerIDs: []string{first.CustomerID}, Query: "rare"},
			"sku":      {SKUs: []string{"NO-SUCH-SKU"}},
			"customer": {CustomerCodes: []string{first.CustomerCode}, Query: "rare"},
		} {
			f.ShipFrom, f.ShipTo, f.Limit = first.ShipDate, first.ShipDate.AddDate(0, 0, days-10), 5
			for _, desc := range []bool{false, true} {
				f.Sort = store.Sort{Key: store.ByPlacedAt, Desc: desc}
				there, _ := walk(t, func(f store.OrderFilter) (store.Page[order.Order], error) {
					return s.For(sh.id).OrdersWithin(t.Context(), f, keyset.Bounds{Examined: 30, Few: 0, Sorted: 1})
				}, f)
				requireSame(t, sh.expected(f), there, "%s", name)
			}
		}
	})
}

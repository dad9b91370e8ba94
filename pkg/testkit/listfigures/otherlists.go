package main

import (
	"context"
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// otherShapes are the shapes of the lists of lines, payments and invoices that their filters and sorts add.
func otherShapes(e examples) []shape {
	var all []shape
	for _, one := range []struct {
		name string
		f    store.OrderFilter
	}{
		{"lines: source=k2k", store.OrderFilter{Sources: []order.Source{order.K2K}}},
		{"lines: line_status=checked_out", store.OrderFilter{LineStatuses: []order.LineStatus{order.LineCheckedOut}}},
		{"lines: line_status=billed", store.OrderFilter{LineStatuses: []order.LineStatus{order.LineBilled}}},
		{"lines: a SKU, line_status=billed", store.OrderFilter{SKUs: []string{"PEO-SARAH"}, LineStatuses: []order.LineStatus{order.LineBilled}}},
		{"lines: a SKU", store.OrderFilter{SKUs: []string{"PEO-SARAH"}}},
		{"lines: one customer", store.OrderFilter{CustomerIDs: []string{e.latest.CustomerID}}},
	} {
		f := one.f
		f.Sort, f.Limit = store.Sort{Key: store.ByPlacedAt, Desc: true}, 50
		all = append(all, shape{one.name, func(ctx context.Context, t store.Tenant) (string, error) {
			page, err := t.Lines(ctx, f)
			return rowsText(len(page.Rows), page.Next), err
		}})
	}
	for _, one := range []struct {
		name string
		f    store.PaymentFilter
	}{
		{"payments: all", store.PaymentFilter{}},
		{"payments: kind=refund", store.PaymentFilter{Kinds: []billing.PaymentKind{billing.KindRefund}}},
		{"payments: method=wire", store.PaymentFilter{Methods: []billing.Method{billing.Wire}}},
		{"payments: number=W0001", store.PaymentFilter{Numbers: []order.NumberFilter{{Origin: order.Web, Sequence: 100, Through: 199}}}},
		{"payments: one customer", store.PaymentFilter{CustomerIDs: []string{e.latest.CustomerID}}},
		{"payments: paid in an old week", store.PaymentFilter{PaidFrom: e.old, PaidBefore: e.old.AddDate(0, 0, 7)}},
		{"payments: paid in an old half-year", store.PaymentFilter{PaidFrom: e.old, PaidBefore: e.old.AddDate(0, 6, 0)}},
		{"payments: paid before a day", store.PaymentFilter{PaidBefore: e.old.AddDate(0, 6, 0)}},
		{"payments: by wire, paid before a day", store.PaymentFilter{Methods: []billing.Method{billing.Wire}, PaidBefore: e.old.AddDate(0, 6, 0)}},
		{"payments: recorded in an old half-year", store.PaymentFilter{RecordedFrom: e.old, RecordedBefore: e.old.AddDate(0, 6, 0)}},
	} {
		for _, key := range []store.SortKey{"recorded_at", "paid_at"} {
			f := one.f
			f.Limit = 50
			f.Sort = store.Sort{Key: key, Desc: true}
			all = append(all, shape{fmt.Sprintf("%s, by %s", one.name, key), func(ctx context.Context, t store.Tenant) (string, error) {
				page, err := t.AllPayments(ctx, f)
				return rowsText(len(page.Rows), page.Next), err
			}})
		}
	}
	yes := true
	for _, one := range []struct {
		name string
		f    store.InvoiceFilter
	}{
		{"invoices: all", store.InvoiceFilter{}},
		{"invoices: open", store.InvoiceFilter{Open: &yes}},
		{"invoices: open and paid", store.InvoiceFilter{Open: &yes, PaymentStatuses: []billing.Status{billing.Paid}}},
		{"invoices: payment_status=refunded", store.InvoiceFilter{PaymentStatuses: []billing.Status{billing.Refunded}}},
		{"invoices: q, a frequent word", store.InvoiceFilter{IssuedFilter: store.IssuedFilter{Query: "bloom"}}},
		{"invoices: issued in an old week", store.InvoiceFilter{IssuedFilter: store.IssuedFilter{IssuedFrom: e.old, IssuedBefore: e.old.AddDate(0, 0, 7)}}},
		{"invoices: issued in an old half-year", store.InvoiceFilter{IssuedFilter: store.IssuedFilter{IssuedFrom: e.old, IssuedBefore: e.old.AddDate(0, 6, 0)}}},
		{"invoices: issued before a day", store.InvoiceFilter{IssuedFilter: store.IssuedFilter{IssuedBefore: e.old.AddDate(0, 6, 0)}}},
		{"invoices: due in an old half-year", store.InvoiceFilter{DueFrom: e.old, DueTo: e.old.AddDate(0, 6, 0)}},
		{"invoices: open, due before a day", store.InvoiceFilter{Open: &yes, DueTo: e.old.AddDate(0, 6, 0)}},
		{"invoices: one customer", store.InvoiceFilter{IssuedFilter: store.IssuedFilter{CustomerIDs: []string{e.latest.CustomerID}}}},
	} {
		for _, byDue := range []bool{false, true} {
			f := one.f
			f.Limit, f.Desc, f.ByDue = 50, true, byDue
			name := one.name + ", by number"
			if byDue {
				name = one.name + ", by due_date"
			}
			all = append(all, shape{name, func(ctx context.Context, t store.Tenant) (string, error) {
				page, err := t.Invoices(ctx, f)
				return rowsText(len(page.Rows), page.Next), err
			}})
		}
	}
	return all
}

func rowsText(n int, next *store.Position) string {
	if next != nil {
		return fmt.Sprintf("%d rows, more", n)
	}
	return fmt.Sprintf("%d rows", n)
}

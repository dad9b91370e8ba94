package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// shape is one way to use a list.
type shape struct {
	name string
	call func(context.Context, store.Tenant) (answer string, err error)
}

// examples are rows of the company, for filters that find some.
type examples struct {
	orders int64
	latest order.Order
	old    time.Time // a day eleven months ago
}

func examplesOf(ctx context.Context, tenant store.Tenant) (examples, error) {
	first, err := tenant.Orders(ctx, store.OrderFilter{Sort: store.Sort{Key: store.ByNumber}, Window: store.Window{Limit: 1}})
	if err != nil {
		return examples{}, err
	}
	last, err := tenant.Orders(ctx, store.OrderFilter{Sort: store.Sort{Key: store.ByNumber, Desc: true}, Window: store.Window{Limit: 1}})
	if err != nil {
		return examples{}, err
	}
	if len(first.Rows) == 0 {
		return examples{}, errors.New("the company has no orders")
	}
	return examples{
		orders: last.Rows[0].Sequence - first.Rows[0].Sequence + 1, latest: last.Rows[0],
		old: first.Rows[0].PlacedAt.Truncate(24*time.Hour).AddDate(0, 1, 0),
	}, nil
}

func shapes(e examples) []shape {
	latest := store.Sort{Key: store.ByPlacedAt, Desc: true}
	many, rare := money.Amount(100_00), money.Amount(5_000_00)
	yes := true
	filters := []struct {
		name string
		f    store.OrderFilter
	}{
		{"all", store.OrderFilter{}},
		{"W pending", store.OrderFilter{Origins: []order.Origin{order.Web}, Statuses: []order.Status{order.StatusPending}}},
		{"kind=prebook", store.OrderFilter{Kinds: []order.Kind{order.KindPrebook}}},
		{"payment_status=paid", store.OrderFilter{PaymentStatuses: []billing.Status{billing.Paid}}},
		{"payment_indicator=$", store.OrderFilter{PaymentIndicator: &yes}},
		{"one customer", store.OrderFilter{CustomerIDs: []string{e.latest.CustomerID}}},
		{"one salesperson", store.OrderFilter{Salespeople: []string{e.latest.SalespersonEmail}}},
		{"an unknown salesperson", store.OrderFilter{Salespeople: []string{"nobody@nowhere.example"}}},
		{"a salesperson's W pending", store.OrderFilter{
			Salespeople: []string{e.latest.SalespersonEmail}, Origins: []order.Origin{order.Web}, Statuses: []order.Status{order.StatusPending},
		}},
		{"email_status=bounced", store.OrderFilter{EmailStatuses: []string{"bounced"}}},
		{"email_status=delivered", store.OrderFilter{EmailStatuses: []string{"delivered"}}},
		{"an old week of ship dates", store.OrderFilter{ShipFrom: e.old, ShipTo: e.old.AddDate(0, 0, 6)}},
		{"W pending in an old week", store.OrderFilter{
			ShipFrom: e.old, ShipTo: e.old.AddDate(0, 0, 6), Origins: []order.Origin{order.Web}, Statuses: []order.Status{order.StatusPending},
		}},
		{"an old quarter of ship dates", store.OrderFilter{ShipFrom: e.old, ShipTo: e.old.AddDate(0, 3, 0)}},
		{"an old half-year of ship dates", store.OrderFilter{ShipFrom: e.old, ShipTo: e.old.AddDate(0, 6, 0)}},
		{"ship dates before a day", store.OrderFilter{ShipTo: e.old.AddDate(0, 6, 0)}},
		{"W pending in an old half-year", store.OrderFilter{
			ShipFrom: e.old, ShipTo: e.old.AddDate(0, 6, 0), Origins: []order.Origin{order.Web}, Statuses: []order.Status{order.StatusPending},
		}},
		{"one customer in an old half-year", store.OrderFilter{CustomerIDs: []string{e.latest.CustomerID}, ShipFrom: e.old, ShipTo: e.old.AddDate(0, 6, 0)}},
		{"prebooks before a day", store.OrderFilter{Kinds: []order.Kind{order.KindPrebook}, ShipTo: e.old.AddDate(0, 6, 0)}},
		{"placed in an old week", store.OrderFilter{PlacedFrom: e.old, PlacedBefore: e.old.AddDate(0, 0, 7)}},
		{"placed in an old half-year", store.OrderFilter{PlacedFrom: e.old, PlacedBefore: e.old.AddDate(0, 6, 0)}},
		{"total_min=100", store.OrderFilter{TotalMin: &many}},
		{"total_min=5000", store.OrderFilter{TotalMin: &rare}},
		{"q: a frequent word", store.OrderFilter{Query: "bloom"}},
		{"q: two frequent words", store.OrderFilter{Query: "bloom armellini"}},
		{"q: four frequent words", store.OrderFilter{Query: "bloom dahlia armellini florist"}},
		{"q: a customer's code", store.OrderFilter{Query: e.latest.CustomerCode}},
		{"q: a number", store.OrderFilter{Query: e.latest.Number}},
		{"q: an unknown word", store.OrderFilter{Query: "zzzz"}},
		{"q: old numbers", store.OrderFilter{Query: "w0"}},
		{"q: a frequent word, voided", store.OrderFilter{Query: "bloom", Statuses: []order.Status{order.StatusVoided}}},
		{"number=W0000", store.OrderFilter{Numbers: []order.NumberFilter{{Origin: order.Web, Sequence: 1, Through: 99}}}},
	}
	var all []shape
	for _, one := range filters {
		f := one.f
		f.Sort, f.Limit = latest, 50
		all = append(all,
			shape{one.name, func(ctx context.Context, t store.Tenant) (string, error) {
				page, err := t.Orders(ctx, f)
				return pageText(page), err
			}},
			shape{one.name + " + count", func(ctx context.Context, t store.Tenant) (string, error) {
				n, exact, err := t.Count(ctx, f)
				return tallyText(n, exact), err
			}},
			shape{one.name + " + facets", func(ctx context.Context, t store.Tenant) (string, error) {
				facets, err := t.Facets(ctx, f)
				return facetsText(facets), err
			}},
			shape{one.name + " + totals", func(ctx context.Context, t store.Tenant) (string, error) {
				totals, err := t.Totals(ctx, f)
				return tallyText(totals.Documents, totals.Exact), err
			}},
		)
	}
	sorted := map[string]bool{
		"all": true, "W pending": true, "an old week of ship dates": true, "an old half-year of ship dates": true, "placed in an old week": true,
		"placed in an old half-year": true, "total_min=5000": true,
	}
	for _, key := range []store.SortKey{store.ByPlacedAt, store.ByShipDate, store.ByNumber, store.ByTotal, store.ByCustomer, store.ByUpdatedAt, store.ByStatus} {
		for _, one := range filters {
			if !sorted[one.name] {
				continue
			}
			f := one.f
			f.Sort, f.Limit = store.Sort{Key: key}, 50
			all = append(all, shape{fmt.Sprintf("%s, by %s", one.name, key), func(ctx context.Context, t store.Tenant) (string, error) {
				page, err := t.Orders(ctx, f)
				return pageText(page), err
			}})
		}
	}
	return all
}

func pageText(p store.Page[order.Order]) string {
	return rowsText(len(p.Rows), p.Next)
}

func tallyText(n int, exact bool) string {
	if exact {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d+", n)
}

// facetsText says how many counts are exact.
func facetsText(f store.OrderFacets) string {
	all, exact := 0, 0
	note := func(t store.Tally) {
		all++
		if t.Exact {
			exact++
		}
	}
	for _, t := range f.Kinds {
		note(t)
	}
	for _, t := range f.Origins {
		note(t)
	}
	for _, t := range f.Statuses {
		note(t)
	}
	for _, t := range f.PaymentStatuses {
		note(t)
	}
	for _, t := range f.EmailStatuses {
		note(t)
	}
	for _, open := range []store.FrequentValues{f.Salespeople, f.Customers, f.ShipDates} {
		for _, v := range open.Values {
			note(v.Tally)
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%d of %d exact", exact, all))
}

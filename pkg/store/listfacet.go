package store

import (
	"context"
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// OrderFacets are counts by value, each under all fields of the filter but its own.
type OrderFacets struct {
	Origins         map[order.Origin]Tally
	Statuses        map[order.Status]Tally
	PaymentStatuses map[billing.Status]Tally
	Indicator       map[bool]Tally // the $
}

// facet is one of them: how the filter is without its field, which values it counts, and where a count goes.
type facet struct {
	own    func(OrderFilter) OrderFilter
	values []facetValue
}

type facetValue struct {
	only func(*OrderFilter)
	has  func(cell) bool
	to   func(Tally)
}

// cell is how many rows have these values.
type cell struct {
	K                int
	Origin           order.Origin
	Status           order.Status
	PaymentStatus    billing.Status
	PaymentIndicator bool
	N                int
}

// facetFew is up to how many rows are counted together, by all facets at once, instead of value by value.
const facetFew = countTo

// Facets are the counts that a screen shows beside its filters, in at most four statements. Documents that are not too
// many are read once and counted by all their values; of more, each value is counted along an index of its own.
func (r reader) Facets(ctx context.Context, f OrderFilter) (OrderFacets, error) {
	return r.facets(ctx, f, countBounds, facetFew)
}

func (r reader) facets(ctx context.Context, f OrderFilter, b bounds, few int) (OrderFacets, error) {
	result, facets := facetsOf()
	cells, err := r.cells(ctx, f, facets, few)
	if err != nil {
		return result, fmt.Errorf("count facets: %w", err)
	}
	var filters []OrderFilter
	var keep []func(Tally)
	for i, facet := range facets {
		for _, v := range facet.values {
			if cells[i] == nil {
				g := facet.own(f)
				v.only(&g)
				filters, keep = append(filters, g), append(keep, v.to)
				continue
			}
			n := 0
			for _, c := range *cells[i] {
				if v.has(c) {
					n += c.N
				}
			}
			v.to(tallyOf(n))
		}
	}
	tallies, err := r.tallies(ctx, filters, b)
	for i, t := range tallies {
		keep[i](t)
	}
	return result, err
}

// cells reads, for each facet whose documents are few, how many there are of each combination of values.
func (r reader) cells(ctx context.Context, f OrderFilter, facets []facet, few int) ([]*[]cell, error) {
	found := make([]*[]cell, len(facets))
	lists := make([]listing, len(facets))
	ways := make([][]path, len(facets))
	var probes []*query
	for i, facet := range facets {
		list, ok := ordersListing(r.company, facet.own(f))
		if !ok {
			found[i] = &[]cell{}
			continue
		}
		way, narrow := list.countable()
		lists[i], ways[i] = list, append(narrow, way)
		probes = append(probes, list.probes(ways[i], few)...)
	}
	counts, err := counted(ctx, r, probes)
	if err != nil {
		return nil, err
	}
	q := &query{}
	for i := range facets {
		best, ok := fewest(ways[i], counts[:len(ways[i])], few)
		counts = counts[len(ways[i]):]
		if !ok {
			continue
		}
		found[i] = &[]cell{}
		if len(q.args) > 0 {
			q.add(" UNION ALL ")
		}
		q.add(fmt.Sprintf("SELECT %d AS k, origin, status, payment_status, payment_indicator, count(*) AS n FROM (", i)).
			sub(lists[i].drive(best, cut{columns: "*", limit: 2 * few, exact: true})).add(") d")
		if rest, args := joined(lists[i].rest(best)); rest != "" {
			q.add(" WHERE "+rest, args...)
		}
		q.add(" GROUP BY origin, status, payment_status, payment_indicator")
	}
	if len(q.args) == 0 {
		return found, nil
	}
	var cells []cell
	if err := r.in(ctx).Raw(q.text.String(), q.args...).Scan(&cells).Error; err != nil {
		return nil, translate(err)
	}
	for _, c := range cells {
		*found[c.K] = append(*found[c.K], c)
	}
	return found, nil
}

// facetsOf are the facets, and where their counts go.
func facetsOf() (OrderFacets, []facet) {
	result := OrderFacets{map[order.Origin]Tally{}, map[order.Status]Tally{}, map[billing.Status]Tally{}, map[bool]Tally{}}
	origins := facet{own: func(f OrderFilter) OrderFilter { f.Origins = nil; return f }}
	for _, v := range order.Origins {
		origins.values = append(origins.values, facetValue{
			func(f *OrderFilter) { f.Origins = []order.Origin{v} }, func(c cell) bool { return c.Origin == v }, func(t Tally) { result.Origins[v] = t }})
	}
	statuses := facet{own: func(f OrderFilter) OrderFilter { f.Statuses = nil; return f }}
	for _, v := range order.Statuses {
		statuses.values = append(statuses.values, facetValue{
			func(f *OrderFilter) { f.Statuses = []order.Status{v} }, func(c cell) bool { return c.Status == v }, func(t Tally) { result.Statuses[v] = t }})
	}
	payment := facet{own: func(f OrderFilter) OrderFilter { f.PaymentStatuses = nil; return f }}
	for _, v := range billing.Statuses {
		payment.values = append(payment.values, facetValue{
			func(f *OrderFilter) { f.PaymentStatuses = []billing.Status{v} }, func(c cell) bool { return c.PaymentStatus == v }, func(t Tally) { result.PaymentStatuses[v] = t }})
	}
	indicator := facet{own: func(f OrderFilter) OrderFilter { f.PaymentIndicator = nil; return f }}
	for _, v := range []bool{false, true} {
		indicator.values = append(indicator.values, facetValue{
			func(f *OrderFilter) { f.PaymentIndicator = &v }, func(c cell) bool { return c.PaymentIndicator == v }, func(t Tally) { result.Indicator[v] = t }})
	}
	return result, []facet{origins, statuses, payment, indicator}
}

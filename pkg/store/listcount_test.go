package store_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

func TestLong_CountAndFacetsAgainstTheOracle(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 11, 40)
		newShop(t, s, 12, 40).add(t, s, testkit.Sized(500, 200))
		sh.add(t, s, testkit.Sized(1500, 600))
		tally := func(f store.OrderFilter) store.Tally { return store.Tally{N: len(sh.expected(f)), Exact: true} }
		for i := range testkit.Sized(60, 20) {
			f := sh.filter(i % 4)
			n, exact, err := s.For(sh.id).Count(ctx, f)
			require.NoError(t, err)
			require.Equal(t, tally(f), store.Tally{N: n, Exact: exact}, "%+v", f)

			got, err := s.For(sh.id).FacetsWithin(ctx, f, keyset.FacetBounds{
				Pass: pick(sh.rng, 5_000, 200, 0), Read: 30_000, Few: pick(sh.rng, 2_000, 200, 0), Value: 2_000, Counted: 50_000, Branches: 100}) // read in one pass, or by facet
			require.NoError(t, err)
			for v, tallied := range got.Origins {
				g := f
				g.Origins = []order.Origin{v}
				require.Equal(t, tally(g), tallied, "%s of %+v", v, f)
			}
			for v, tallied := range got.Statuses {
				g := f
				g.Statuses = []order.Status{v}
				require.Equal(t, tally(g), tallied, "%s of %+v", v, f)
			}
			for v, tallied := range got.PaymentStatuses {
				g := f
				g.PaymentStatuses = []billing.Status{v}
				require.Equal(t, tally(g), tallied, "%s of %+v", v, f)
			}
			for v, tallied := range got.EmailStatuses {
				g := f
				g.EmailStatuses = []string{string(v)}
				require.Equal(t, tally(g), tallied, "%s of %+v", v, f)
			}
			for v, tallied := range got.Indicator {
				g := f
				g.PaymentIndicator = &v
				require.Equal(t, tally(g), tallied, "%t of %+v", v, f)
			}
			for v, tallied := range got.Kinds {
				g := f
				g.Kinds = []order.Kind{v}
				require.Equal(t, tally(g), tallied, "%s of %+v", v, f)
			}
			require.Equal(t, []int{4, 6, 5, 5, 2, 2},
				[]int{len(got.Origins), len(got.Statuses), len(got.PaymentStatuses), len(got.EmailStatuses), len(got.Indicator), len(got.Kinds)})
			g := f
			g.Salespeople = nil
			sh.requireFrequent(t, got.Salespeople, g, func(o *order.Order) (string, string) { return strings.ToLower(o.SalespersonEmail), "" })
			g = f
			g.CustomerIDs, g.CustomerCodes = nil, nil
			sh.requireFrequent(t, got.Customers, g, func(o *order.Order) (string, string) { return o.CustomerCode, o.CustomerName })
			g = f
			g.ShipFrom, g.ShipTo = time.Time{}, time.Time{}
			sh.requireFrequent(t, got.ShipDates, g, func(o *order.Order) (string, string) { return o.ShipDate.Format(time.DateOnly), "" })

			totals, err := s.For(sh.id).TotalsWithin(ctx, f, keyset.Bounds{Examined: 10_000, Few: pick(sh.rng, 10_000, 200, 0)})
			require.NoError(t, err)
			var total, voided, balance money.Amount
			for j := range sh.docs {
				switch o := &sh.docs[j]; {
				case !sh.matches(&f, o):
				case o.Status == order.StatusVoided:
					voided, balance = voided+o.Total, balance+o.Balance
				default:
					total, balance = total+o.Total, balance+o.Balance
				}
			}
			require.Equal(t, []any{n, true, total.Format(2), voided.Format(2), balance.Format(2)},
				[]any{totals.Documents, totals.Exact, totals.Total.Format(2), totals.Voided.Format(2), totals.Balance.Format(2)}, "%+v", f)
		}
	})
}

// requireFrequent checks an open facet: its values are the most frequent ones of the documents that the filter selects, and their
// counts and names are right.
func (sh *shop) requireFrequent(t *testing.T, got store.FrequentValues, f store.OrderFilter, of func(*order.Order) (value, label string)) {
	t.Helper()
	counts, labels := map[string]int{}, map[string]string{}
	for i := range sh.docs {
		if value, label := of(&sh.docs[i]); value != "" && sh.matches(&f, &sh.docs[i]) {
			counts[value]++
			labels[value] = label
		}
	}
	most := slices.SortedFunc(maps.Values(counts), func(a, b int) int { return b - a })
	require.Equal(t, len(most) > keyset.MostFrequent, got.More, "%+v", f)
	require.Len(t, got.Values, min(len(most), keyset.MostFrequent), "%+v", f)
	for i, counted := range got.Values {
		require.Equal(t, store.CountedValue{Value: counted.Value, Label: labels[counted.Value], Tally: store.Tally{N: counts[counted.Value], Exact: true}}, counted, "%+v", f)
		require.Equal(t, most[i], counted.N, "%+v", f)
	}
}

// A count of a facet that reaches its limit is never marked as exact.
func TestFacetsWithinTheirBound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 13, 40)
		sh.add(t, s, 1500)
		f := store.OrderFilter{Salespeople: []string{"ann@x.example"}} // has no index
		got, err := s.For(sh.id).FacetsWithin(context.Background(), f, keyset.FacetBounds{Read: 100})
		require.NoError(t, err)
		require.Len(t, got.Origins, 4)
		for v, tallied := range got.Origins {
			require.False(t, tallied.Exact, v)
			require.LessOrEqual(t, tallied.N, 100, v)
		}
	})
}

// A range of many ship dates is many branches, and SQLite refuses statements that nest too many.
func TestLongRangesOfShipDates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 14, 40)
		sh.add(t, s, 300)
		from := storetest.Noon.Truncate(24 * time.Hour)
		for _, f := range []store.OrderFilter{
			{Sort: store.Sort{Key: store.ByPlacedAt, Desc: true}},
			{Sort: store.Sort{Key: store.ByPlacedAt}, Origins: []order.Origin{order.Web, order.Phone}, Kinds: []order.Kind{order.KindOrder}, Query: "ro"},
		} {
			f.ShipFrom, f.ShipTo, f.Limit = from, from.AddDate(0, 0, 99), 1000
			want := sh.expected(f)
			page, err := s.For(sh.id).Orders(t.Context(), f)
			require.NoError(t, err)
			requireSame(t, want, idsOf(page.Rows), "%+v", f)
			n, exact, err := s.For(sh.id).Count(t.Context(), f)
			require.NoError(t, err)
			require.Equal(t, []any{len(want), true}, []any{n, exact})
			for _, few := range []int{10_000, 0} {
				facets, err := s.For(sh.id).FacetsWithin(t.Context(), f, keyset.FacetBounds{Pass: few, Read: 5_000, Few: few, Value: 5_000, Counted: 20_000, Branches: 100})
				require.NoError(t, err)
				require.NotEmpty(t, facets.ShipDates.Values)
				totals, err := s.For(sh.id).TotalsWithin(t.Context(), f, keyset.Bounds{Examined: 10_000, Few: few})
				require.NoError(t, err)
				require.Equal(t, len(want), totals.Documents)
			}
		}
	})
}

package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

// expectedLines returns the lines that match the filter, in the order of their documents and then of their ids.
func (sh *shop) expectedLines(f store.OrderFilter) []string {
	var want []string
	byID := map[string]*order.Order{}
	for i := range sh.docs {
		byID[sh.docs[i].ID] = &sh.docs[i]
	}
	for _, id := range sh.expected(f) {
		lines := slices.Clone(byID[id].Lines)
		slices.SortFunc(lines, func(a, b order.Line) int { return strings.Compare(a.ID, b.ID) })
		for _, l := range lines {
			if matchLine(&f, &l) {
				want = append(want, id+" "+l.ID)
			}
		}
	}
	return want
}

// walkLines is walk for a list of lines.
func walkLines(t *testing.T, list func(store.OrderFilter) (store.Page[store.DocumentLine], error), f store.OrderFilter) (there, back []string) {
	t.Helper()
	ids := func(p store.Page[store.DocumentLine]) (all []string) {
		require.LessOrEqual(t, len(p.Rows), f.Limit)
		for _, l := range p.Rows {
			require.Equal(t, l.OrderID, l.Document.ID)
			all = append(all, l.OrderID+" "+l.ID)
		}
		return all
	}
	var last store.Page[store.DocumentLine]
	for pages := 0; ; pages++ {
		require.Less(t, pages, 3000, "a walk makes progress")
		page, err := list(f)
		require.NoError(t, err)
		require.Equal(t, f.After == nil, page.Prev == nil)
		there, last = append(there, ids(page)...), page
		if page.Next == nil {
			break
		}
		f.After = page.Next
	}
	back = ids(last)
	for f.After = nil; last.Prev != nil; {
		f.Before = last.Prev
		page, err := list(f)
		require.NoError(t, err)
		require.NotNil(t, page.Next)
		back, last = append(ids(page), back...), page
	}
	return there, back
}

func TestLong_LinesAgainstTheOracle(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		filters := testkit.Sized(60, 20)
		shops := []*shop{newShop(t, s, 71, 40), newShop(t, s, 72, 40)}
		for _, sh := range shops {
			sh.add(t, s, 100)
			sh.add(t, s, 100) // some are billed from prebooks of the first ones, and have lines from any source
		}
		for _, b := range []struct {
			name string
			keyset.Bounds
			most int
		}{
			{"wide", keyset.PageBounds, 5_000}, {"gathering", keyset.Bounds{Examined: 100, Few: 50}, 50}, {"examining", keyset.Bounds{Examined: 40, Few: 0}, 20},
			{"filling", filling, 20},
		} {
			t.Run(b.name, func(t *testing.T) {
				matched := 0
				for i := range filters {
					sh := shops[i%2]
					f := sh.filter(i % 4)
					if i%3 == 0 {
						pick(sh.rng, conditions[len(conditions)-3:]...).draw(sh.rng, sh, &f)
					}
					want := sh.expectedLines(f)
					f.Limit = min(1+len(want)/(1+sh.rng.IntN(8))+sh.rng.IntN(3), 1000)
					there, back := walkLines(t, func(f store.OrderFilter) (store.Page[store.DocumentLine], error) {
						p, err := s.For(sh.id).LinesWithin(context.Background(), f, b.Bounds, b.most)
						requireFull(t, b.Bounds, f.Window, p)
						return p, err
					}, f)
					requireSame(t, want, there, "there: %+v", f)
					requireSame(t, want, back, "back: %+v", f)
					matched += min(len(want), 1)
					if b.name == "wide" {
						n, exact, err := s.For(sh.id).CountLines(context.Background(), f)
						require.NoError(t, err)
						require.Equal(t, len(want), n, "%+v", f)
						require.True(t, exact)
					}
				}
				require.Greater(t, matched, filters/2, "most filters match something")
			})
		}
	})
}

// A page never begins in the middle of a document and forgets its rest, whatever its limit is, even where an edit removed the
// line at the position.
func TestLinesInTheMiddleOfADocument(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 73, 3)
		sh.add(t, s, 6)
		want := sh.expectedLines(store.OrderFilter{})
		for limit := 1; limit <= len(want)+1; limit++ {
			there, back := walkLines(t, func(f store.OrderFilter) (store.Page[store.DocumentLine], error) {
				return s.For(sh.id).Lines(context.Background(), f)
			}, store.OrderFilter{Window: store.Window{Limit: limit}})
			require.Equal(t, want, there, limit)
			require.Equal(t, want, back, limit)
		}
		// The document moves to the end while it is read: it then comes again, as a whole.
		o := sh.addOne(t, s, func(o *order.Order) {
			o.Status, o.InvoiceID, o.ConfirmedAt, o.VoidedAt, o.VoidCause = order.StatusDraft, nil, nil, nil, ""
			o.UpdatedAt = storetest.Noon.AddDate(0, 0, -1)
			for len(o.Lines) < 2 {
				o.Lines = append(o.Lines, o.Lines[0])
				o.Lines[1].ID, o.Lines[1].Position, o.LineCount = "0197a3c4-0000-7000-8000-000000000009", 2, 2
			}
		})
		f := store.OrderFilter{Sort: store.Sort{Key: store.ByUpdatedAt}, Window: store.Window{Limit: 1}}
		page, err := s.For(sh.id).Lines(context.Background(), f)
		require.NoError(t, err)
		require.Equal(t, o.ID, page.Rows[0].OrderID)
		o, err = s.For(sh.id).Order(context.Background(), o.ID)
		require.NoError(t, err)
		o.Version, o.UpdatedAt = 2, storetest.Noon.AddDate(1, 0, 0)
		sh.write(t, s, func(tx *store.Tx) error { return tx.UpdateOrder(&o, 1, false) })
		f.Limit = 1000 // the page begins in the document, and has it again at its end
		met := map[string]int{}
		for f.After = page.Next; f.After != nil; f.After = page.Next {
			page, err = s.For(sh.id).Lines(context.Background(), f)
			require.NoError(t, err)
			for _, l := range page.Rows {
				met[l.OrderID]++
				if l.OrderID == o.ID {
					require.Equal(t, 2, l.Document.Version)
				}
			}
		}
		require.Equal(t, len(o.Lines), met[o.ID])
	})
}

// A page of documents with their lines has a bound, in both directions, and at least one document.
func TestOrdersWithLines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 74, 5)
		sh.add(t, s, 120)
		byID := map[string]order.Order{}
		for _, o := range sh.docs {
			byID[o.ID] = o
		}
		for _, most := range []int{1, 7, 30, 5_000} {
			f := store.OrderFilter{Sort: store.Sort{Key: store.ByShipDate}, Window: store.Window{Limit: 50}}
			there, back := walk(t, func(f store.OrderFilter) (store.Page[order.Order], error) {
				page, err := s.For(sh.id).OrdersWithLinesWithin(context.Background(), f, most)
				lines := 0
				for _, o := range page.Rows {
					lines += len(o.Lines)
					for i, l := range byID[o.ID].Lines {
						require.Equal(t, l.ID, o.Lines[i].ID)
						require.Equal(t, l.SKU, o.Lines[i].SKU)
					}
					require.Len(t, o.Lines, o.LineCount)
				}
				require.True(t, lines <= most || len(page.Rows) == 1, "%d lines", lines)
				return page, err
			}, f)
			require.Equal(t, sh.expected(f), there, most)
			require.Equal(t, sh.expected(f), back, most)
		}
	})
}

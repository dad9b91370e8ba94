package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

type lister func(store.OrderFilter) (store.Page[order.Order], error)

// walk reads all pages to the end and back again, and returns the ids read in each direction, both in the list's order.
func walk(t *testing.T, list lister, f store.OrderFilter) (there, back []string) {
	t.Helper()
	var last store.Page[order.Order]
	for pages := 0; ; pages++ {
		require.Less(t, pages, 500, "a walk makes progress")
		page, err := list(f)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Rows), f.Limit)
		require.Equal(t, f.After == nil, page.Prev == nil)
		there, last = append(there, idsOf(page.Rows)...), page
		if page.Next == nil {
			break
		}
		f.After = page.Next
	}
	back = idsOf(last.Rows)
	for f.After = nil; last.Prev != nil; {
		f.Before = last.Prev
		page, err := list(f)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Rows), f.Limit)
		require.NotNil(t, page.Next)
		back, last = append(idsOf(page.Rows), back...), page
	}
	return there, back
}

// filling are bounds that end a page after few rows, and go on until it is full, in each of the two ways.
var filling = keyset.Bounds{Examined: 40, Few: 0, Fill: time.Minute, Many: 6_000}

// requireFull requires that a page has as many rows as its limit, if filling read it and there is a page behind it.
func requireFull[R any](t *testing.T, b keyset.Bounds, w store.Window, p store.Page[R]) {
	t.Helper()
	_, back := w.From()
	if more := !back && p.Next != nil || back && p.Prev != nil; b == filling && more {
		require.Len(t, p.Rows, w.Limit)
	}
}

// requireSame is require.Equal for long lists.
func requireSame(t *testing.T, want, got []string, format string, args ...any) {
	t.Helper()
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || want[i] != got[i] {
			t.Fatalf("row %d differs (expected %d rows, got %d): %s", i, len(want), len(got), fmt.Sprintf(format, args...))
		}
	}
}

func TestLong_OrdersAgainstTheOracle(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		shops := []*shop{newShop(t, s, 1, 60), newShop(t, s, 2, 60)}
		documents, filters := testkit.Sized(250, 80), testkit.Sized(60, 20)
		for range 5 {
			for _, sh := range shops {
				sh.add(t, s, documents)
			}
		}
		// Limits that are to these documents as the real ones are to a company's, and small ones that most filters reach: then pages
		// are sparse, but nothing is lost.
		for _, b := range []struct {
			name string
			keyset.Bounds
		}{
			{"wide", keyset.Bounds{Examined: 10_000, Few: 1_000}}, {"gathering", keyset.Bounds{Examined: 200, Few: 150}}, {"examining", keyset.Bounds{Examined: 75, Few: 0}},
			{"filling", filling},
		} {
			t.Run(b.name, func(t *testing.T) {
				matched := 0
				for i := range filters {
					sh := shops[i%2]
					f := sh.filter(i % 5)
					want := sh.expected(f)
					f.Limit = 1 + len(want)/(1+sh.rng.IntN(8)) + sh.rng.IntN(3)
					f.Limit = min(f.Limit, 1000)
					there, back := walk(t, func(f store.OrderFilter) (store.Page[order.Order], error) {
						p, err := s.For(sh.id).OrdersWithin(ctx, f, b.Bounds)
						requireFull(t, b.Bounds, f.Window, p)
						return p, err
					}, f)
					requireSame(t, want, there, "there: %+v", f)
					requireSame(t, want, back, "back: %+v", f)
					matched += min(len(want), 1)
				}
				require.Greater(t, matched, filters/2, "most filters match something")
			})
		}
	})
}

// A row that exists during a whole walk is read once, even if others are inserted; no row is read twice.
func TestLong_OrdersAreStableUnderInserts(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 3, 10)
		sh.add(t, s, testkit.Sized(400, 200))
		for _, key := range []store.SortKey{store.ByPlacedAt, store.ByShipDate, store.ByNumber, store.ByTotal, store.ByCustomer, store.ByStatus, store.ByUpdatedAt} {
			f := store.OrderFilter{Origins: []order.Origin{order.Web, order.Phone}, Sort: store.Sort{Key: key, Desc: true}, Window: store.Window{Limit: 37}}
			before := sh.expected(f)
			there, back := walk(t, func(f store.OrderFilter) (store.Page[order.Order], error) {
				sh.add(t, s, 5)
				return s.For(sh.id).OrdersWithin(context.Background(), f, keyset.Bounds{Examined: 100, Few: 0})
			}, f)
			after := sh.expected(f)
			for _, met := range [][]string{there, back} {
				seen := map[string]int{}
				for _, id := range met {
					seen[id]++
					require.Equal(t, 1, seen[id], "%s: %s", key, id)
				}
				for _, id := range before {
					require.Equal(t, 1, seen[id], "%s: %s", key, id)
				}
				inOrder := slices.DeleteFunc(slices.Clone(after), func(id string) bool { return seen[id] == 0 })
				require.Equal(t, inOrder, met)
			}
		}
	})
}

// An export is the whole filter in the order of its sort, a thousand documents at a time. It ignores limit and
// positions.
func TestLong_ExportAgainstTheOracle(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 4, 10)
		sizes := testkit.Sized([]int{1000, 1000, 1}, []int{1000, 1})
		for _, n := range sizes {
			sh.add(t, s, n)
		}
		f := store.OrderFilter{Sort: store.Sort{Key: store.ByTotal}, Window: store.Window{Limit: 3, After: &store.Position{Value: "100", ID: sh.docs[0].ID}}}
		who := auth.Actor{CompanyID: sh.id, Subject: "admin", Roles: []auth.Role{auth.Admin}}
		next := desk.New(desk.Options{Store: s, Now: time.Now}).ExportOrders(context.Background(), who, f, desk.Extras{})
		var met []string
		var chunks []int
		for more := true; more; {
			var orders []order.Order
			var err error
			orders, more, err = next()
			require.NoError(t, err)
			met, chunks = append(met, idsOf(orders)...), append(chunks, len(orders))
		}
		require.Equal(t, sh.expected(f), met)
		require.Equal(t, sizes, chunks)
	})
}

func TestOrdersRefuseAPositionOfAnotherList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 5, 1)
		id := sh.add(t, s, 1)[0].ID
		for key, wrong := range map[store.SortKey]string{
			store.ByPlacedAt: "2026-03-02", store.ByShipDate: "2026-03-02T12:00:00Z", store.ByNumber: "W000123", store.ByTotal: "1.5", store.ByUpdatedAt: "",
			store.ByCustomer: "a\x00b",
		} {
			for _, p := range []store.Position{{Value: wrong, ID: id}, {Value: "5", ID: "no-uuid"}} {
				_, err := s.For(sh.id).Orders(context.Background(), store.OrderFilter{Sort: store.Sort{Key: key}, Window: store.Window{After: &p}})
				require.True(t, fault.Is(err, fault.CursorInvalid), "%s %v: %v", key, p, err)
			}
		}
	})
}

// A value that no column can hold matches nothing and is not a database error.
func TestOrdersOfImpossibleValues(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 6, 1)
		sh.add(t, s, 20)
		for _, f := range []store.OrderFilter{
			{CustomerIDs: []string{"x"}}, {CheckoutIDs: []string{""}}, {Query: "a\x00"}, {OwnerSub: "\xff"}, {Salespeople: []string{"\x00"}},
			{Statuses: []order.Status{order.StatusBilled}, Kinds: []order.Kind{order.KindOrder}}, {Origins: []order.Origin{"Q"}},
			{Origins: []order.Origin{order.Web}, Numbers: []order.NumberFilter{{Origin: order.Phone}}},
			{Kinds: []order.Kind{"parcel"}, Sort: store.Sort{Key: store.ByTotal}},
			{PlacedFrom: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)},
		} {
			page, err := s.For(sh.id).Orders(context.Background(), f)
			require.NoError(t, err)
			require.Empty(t, page)
			n, exact, err := s.For(sh.id).Count(context.Background(), f)
			require.NoError(t, err)
			require.Zero(t, n)
			require.True(t, exact)
		}
	})
}

// addOne saves a random document after change has edited it.
func (sh *shop) addOne(t *testing.T, s *store.Store, change func(*order.Order)) order.Order {
	fresh := map[string]string{}
	o := sh.document(fresh)
	change(&o)
	sh.write(t, s, func(tx *store.Tx) error {
		for id, reference := range fresh {
			if _, err := tx.CreateCheckout(context.Background(), id, reference, "p", storetest.Noon); err != nil {
				return err
			}
		}
		if err := tx.CreateOrders([]order.Order{o}); err != nil || o.InvoiceID == nil {
			return err
		}
		return tx.CreateInvoice(sh.invoice(o, *o.InvoiceID))
	})
	sh.docs = append(sh.docs, o)
	return o
}

// A document in which q is a prefix of several columns is found once.
func TestQueryFindsADocumentOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 8, 5)
		sh.add(t, s, 50)
		o := sh.addOne(t, s, func(o *order.Order) {
			o.CustomerCode, o.CodeKey, o.CustomerName, o.NameKey, o.PONumber, o.POKey = "Qq1", "qq1", "QQ1 Ltd", "qq1 ltd", "qq1-7", "qq1-7"
		})
		f := store.OrderFilter{Query: "qQ1"}
		page, err := s.For(sh.id).Orders(context.Background(), f)
		require.NoError(t, err)
		require.Equal(t, []string{o.ID}, idsOf(page.Rows))
		n, exact, err := s.For(sh.id).Count(context.Background(), f)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.True(t, exact)
	})
}

// A page may end at its last examined row, on a row that matches. The way back from the empty page after it finds that
// row.
func TestWayBackFromAnEmptyPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 9, 5)
		sh.add(t, s, 9)
		tenth := sh.addOne(t, s, func(o *order.Order) { o.EmailStatus = "bounced" })
		sh.add(t, s, 15)
		list := func(f store.OrderFilter) store.Page[order.Order] {
			f.EmailStatuses, f.Sort, f.Limit = []string{"bounced"}, store.Sort{Key: store.ByNumber}, 5
			page, err := s.For(sh.id).OrdersWithin(context.Background(), f, keyset.Bounds{Examined: 10, Few: 0})
			require.NoError(t, err)
			return page
		}
		first := list(store.OrderFilter{})
		require.Equal(t, []string{tenth.ID}, idsOf(first.Rows))
		second := list(store.OrderFilter{Window: store.Window{After: first.Next}})
		require.Empty(t, second.Rows)
		require.NotNil(t, second.Next, "five rows are left to examine")
		require.Equal(t, []string{tenth.ID}, idsOf(list(store.OrderFilter{Window: store.Window{Before: second.Prev}}).Rows))
		require.Empty(t, list(store.OrderFilter{Window: store.Window{After: list(store.OrderFilter{Window: store.Window{Before: second.Prev}}).Next}}).Rows)
	})
}

package store_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

// statements records every statement that is sent.
type statements struct {
	mu    sync.Mutex
	texts []string
}

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts = append(s.texts, data.SQL)
	return ctx
}

func (*statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (s *statements) during(fn func()) []string {
	s.mu.Lock()
	from := len(s.texts)
	s.mu.Unlock()
	fn()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.texts[from:]
}

// A list takes at most two statements for any filter, and their texts contain no value: one shape has one text.
func TestLong_ListsTakeAtMostTwoStatements(t *testing.T) {
	testkit.Long(t)
	ctx := context.Background()
	seen := &statements{}
	s := storetest.Open(t, storetest.Postgres(t), store.Options{Tracer: seen})
	sh := newShop(t, s, 51, 20)
	sh.add(t, s, 3000)
	sh.pay(t, s, 500)
	// A partial index serves a statement that names its condition: of an argument, a generic plan cannot know that it is 'refund'. An
	// index of days has the day in UTC.
	constants := strings.NewReplacer("''", "", "kind = 'prebook'", "", "kind = 'refund'", "", "source <> 'on_hand'", "", "AT TIME ZONE 'UTC'", "")
	for i := range 150 {
		f := sh.filter(i % 6)
		list := func() {
			_, err := s.For(sh.id).Orders(ctx, f)
			require.NoError(t, err)
		}
		sent := seen.during(list)
		require.LessOrEqual(t, len(sent), 2, "%+v", f)
		f.Limit = 17
		require.Equal(t, sent, seen.during(list), "the limit is an argument")
		for _, text := range sent {
			require.NotContains(t, text, sh.id)
			require.NotContains(t, constants.Replace(text), "'", "a literal")
		}
		facets := seen.during(func() {
			_, err := s.For(sh.id).Facets(ctx, f)
			require.NoError(t, err)
		})
		require.LessOrEqual(t, len(facets), 4)
		lines := seen.during(func() {
			_, err := s.For(sh.id).Lines(ctx, f)
			require.NoError(t, err)
		})
		require.LessOrEqual(t, len(lines), 3)
		withLines := seen.during(func() {
			_, err := s.For(sh.id).OrdersWithLines(ctx, f)
			require.NoError(t, err)
		})
		require.LessOrEqual(t, len(withLines), len(sent)+1)
		payments := seen.during(func() {
			_, err := s.For(sh.id).AllPayments(ctx, sh.paymentFilter(i%4))
			require.NoError(t, err)
		})
		require.LessOrEqual(t, len(payments), 3)
		for _, text := range slices.Concat(lines, withLines, payments) {
			require.NotContains(t, constants.Replace(text), "'", "a literal")
		}
	}
	// A list that has its own index takes one statement.
	one := seen.during(func() {
		_, err := s.For(sh.id).Orders(ctx, store.OrderFilter{Origins: sh.filter(0).Origins, Sort: store.Sort{Desc: true}})
		require.NoError(t, err)
	})
	require.Len(t, one, 1)
}

// A long range of days has a plan as short as that of a week, because PostgreSQL plans each branch of a UNION ALL.
func TestLongRangesHaveShortPlans(t *testing.T) {
	seen := &statements{}
	s := storetest.Open(t, storetest.Postgres(t), store.Options{Tracer: seen})
	sh := newTimeline(t, s)
	f := store.OrderFilter{ShipFrom: sh.docs[60].ShipDate, ShipTo: sh.docs[500].ShipDate, Sort: store.Sort{Desc: true}}
	sent := seen.during(func() {
		page, err := s.For(sh.id).Orders(t.Context(), f)
		require.NoError(t, err)
		require.Len(t, page.Rows, 50)
	})
	require.Len(t, sent, 2)
	for _, text := range sent {
		require.LessOrEqual(t, strings.Count(text, "UNION ALL"), 7, text)
	}
}

// Rows far behind the beginning of the list are gathered and sorted in a few statements. If there are too many of them, the page is
// walked to.
func TestFarRowsAreGathered(t *testing.T) {
	seen := &statements{}
	s := storetest.Open(t, storetest.Postgres(t), store.Options{Tracer: seen})
	sh := newShop(t, s, 75, 3)
	const documents, first = 200, 40
	for i := range documents {
		sh.addOne(t, s, func(o *order.Order) {
			o.PlacedAt, o.Carrier = storetest.Noon.AddDate(0, 0, i), "Qfleet later"
			if i < first {
				o.Carrier = "Qfleet first"
			}
		})
	}
	f := store.OrderFilter{Query: "first", Sort: store.Sort{Desc: true}, Window: store.Window{Limit: 20}}
	statements := func(examined, many int) int {
		return len(seen.during(func() {
			p, err := s.For(sh.id).OrdersWithin(t.Context(), f, keyset.Bounds{Examined: examined, Fill: time.Minute, Many: many})
			require.NoError(t, err)
			require.Equal(t, sh.expected(f)[:20], idsOf(p.Rows))
			require.NotNil(t, p.Next)
		}))
	}
	require.LessOrEqual(t, statements(first, first), 4) // one part is walked: each counts first
	require.LessOrEqual(t, statements(10, first), 10)   // four are
	require.Greater(t, statements(10, first-1), (documents-first)/10)
}

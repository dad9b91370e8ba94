package store_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

// pay adds random rows to the ledgers of the shop's orders, most of them to few orders.
func (sh *shop) pay(t testing.TB, s *store.Store, n int) {
	r := sh.rng
	for n > 0 {
		batch := min(n, 1000)
		sh.write(t, s, func(tx *store.Tx) error {
			for i := range batch {
				o := sh.docs[r.IntN(1+r.IntN(len(sh.docs)))]
				p := billing.Payment{
					CompanyID: sh.id, ID: sh.uuid(), OrderID: o.ID, Kind: pick(r, billing.KindPayment, billing.KindPayment, billing.KindRefund),
					Method: pick(r, billing.Card, billing.Card, billing.ACH, billing.Cash, billing.Check, billing.Wire, billing.Credit),
					Amount: money.Amount(1 + r.IntN(900)), Currency: "USD", RecordedBy: company.Person{Sub: "r"},
					RecordedAt: storetest.Noon.Add(time.Duration(r.IntN(4000)) * 500 * time.Millisecond), PaidAt: storetest.Noon.Add(time.Duration(r.IntN(100)) * time.Hour),
				}
				switch {
				case p.Method.Referenced():
					p.Reference = fmt.Sprintf("ch_%d_%d", len(sh.payments), i)
				case r.IntN(2) == 0:
					p.Reference = fmt.Sprintf("check %d", r.IntN(40))
				}
				if err := tx.CreatePayment(p); err != nil {
					return err
				}
				sh.payments = append(sh.payments, p)
			}
			return nil
		})
		n -= batch
	}
}

// paymentConditions has every filter of the ledger: how a random filter sets it, and which rows pass.
var paymentConditions = []struct {
	draw  func(r *rand.Rand, sh *shop, f *store.PaymentFilter)
	match func(f *store.PaymentFilter, p *billing.Payment, o *order.Order) bool
}{
	{
		func(r *rand.Rand, _ *shop, f *store.PaymentFilter) {
			f.Kinds = []billing.PaymentKind{pick(r, billing.KindPayment, billing.KindRefund)}
		},
		func(f *store.PaymentFilter, p *billing.Payment, _ *order.Order) bool { return oneOf(f.Kinds, p.Kind) },
	},
	{
		func(r *rand.Rand, _ *shop, f *store.PaymentFilter) {
			f.Methods = append(f.Methods, pick(r, billing.Card, billing.Cash), pick(r, billing.Wire, billing.Card))
		},
		func(f *store.PaymentFilter, p *billing.Payment, _ *order.Order) bool {
			return oneOf(f.Methods, p.Method)
		},
	},
	{
		func(r *rand.Rand, sh *shop, f *store.PaymentFilter) {
			f.References = append(f.References, pick(r, sh.payments...).Reference, pick(r, "check 7", "CHECK 8"))
		},
		func(f *store.PaymentFilter, p *billing.Payment, _ *order.Order) bool {
			return anyOf(f.References, func(s string) bool { return s != "" && s == p.Reference })
		},
	},
	{
		func(_ *rand.Rand, sh *shop, f *store.PaymentFilter) {
			f.OrderIDs = append(f.OrderIDs, sh.docs[0].ID, sh.some().ID, "no uuid")
		},
		func(f *store.PaymentFilter, p *billing.Payment, _ *order.Order) bool {
			return oneOf(f.OrderIDs, p.OrderID)
		},
	},
	{
		func(r *rand.Rand, sh *shop, f *store.PaymentFilter) {
			o := pick(r, sh.docs[0], *sh.some())
			f.Numbers = append(f.Numbers, pick(r, order.NumberFilter{Sequence: o.Sequence}, order.NumberFilter{Origin: o.Origin, Sequence: o.Sequence},
				order.NumberFilter{Origin: o.Origin}, order.NumberFilter{Sequence: o.Sequence, Through: o.Sequence + 50}))
		},
		func(f *store.PaymentFilter, _ *billing.Payment, o *order.Order) bool {
			return matchNumbers(&store.OrderFilter{Numbers: f.Numbers}, o)
		},
	},
	{
		func(r *rand.Rand, sh *shop, f *store.PaymentFilter) {
			f.CustomerIDs = append(f.CustomerIDs, pick(r, sh.customers...).ID, sh.customers[0].ID)
		},
		func(f *store.PaymentFilter, _ *billing.Payment, o *order.Order) bool {
			return oneOf(f.CustomerIDs, o.CustomerID)
		},
	},
	{
		func(r *rand.Rand, sh *shop, f *store.PaymentFilter) {
			f.CustomerCodes = append(f.CustomerCodes, strings.ToUpper(pick(r, sh.customers...).Code), "no such")
		},
		func(f *store.PaymentFilter, _ *billing.Payment, o *order.Order) bool {
			return anyOf(f.CustomerCodes, func(code string) bool { return canon.KeyOf(code) == canon.KeyOf(o.CustomerCode) })
		},
	},
	{
		func(r *rand.Rand, sh *shop, f *store.PaymentFilter) {
			f.RecordedFrom, f.RecordedBefore = pick(r, sh.payments...).RecordedAt, pick(r, sh.payments...).RecordedAt
		},
		func(f *store.PaymentFilter, p *billing.Payment, _ *order.Order) bool {
			return !p.RecordedAt.Before(f.RecordedFrom) && (f.RecordedBefore.IsZero() || p.RecordedAt.Before(f.RecordedBefore))
		},
	},
	{
		func(r *rand.Rand, sh *shop, f *store.PaymentFilter) {
			f.PaidFrom, f.PaidBefore = pick(r, sh.payments...).PaidAt, pick(r, sh.payments...).PaidAt
		},
		func(f *store.PaymentFilter, p *billing.Payment, _ *order.Order) bool {
			return !p.PaidAt.Before(f.PaidFrom) && (f.PaidBefore.IsZero() || p.PaidAt.Before(f.PaidBefore))
		},
	},
}

// paymentFilter returns a random filter with about this many conditions.
func (sh *shop) paymentFilter(n int) store.PaymentFilter {
	var f store.PaymentFilter
	for range n {
		pick(sh.rng, paymentConditions...).draw(sh.rng, sh, &f)
	}
	f.Sort = store.Sort{Key: pick(sh.rng, store.SortKey("recorded_at"), "paid_at"), Desc: sh.rng.IntN(2) == 0}
	return f
}

func (sh *shop) expectedPayments(f store.PaymentFilter) []string {
	byID := map[string]*order.Order{}
	for i := range sh.docs {
		byID[sh.docs[i].ID] = &sh.docs[i]
	}
	var match []billing.Payment
rows:
	for _, p := range sh.payments {
		for _, c := range paymentConditions {
			if !c.match(&f, &p, byID[p.OrderID]) {
				continue rows
			}
		}
		match = append(match, p)
	}
	slices.SortFunc(match, func(a, b billing.Payment) int {
		c := a.RecordedAt.Compare(b.RecordedAt)
		if f.Sort.Key == "paid_at" {
			c = a.PaidAt.Compare(b.PaidAt)
		}
		if c = cmp.Or(c, strings.Compare(a.ID, b.ID)); f.Sort.Desc {
			return -c
		}
		return c
	})
	ids := make([]string, len(match))
	for i := range match {
		ids[i] = match[i].ID
	}
	return ids
}

func TestLong_PaymentsAgainstTheOracle(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		filters := testkit.Sized(60, 20)
		sh, other := newShop(t, s, 81, 30), newShop(t, s, 82, 5)
		sh.add(t, s, 200)
		sh.pay(t, s, 1_000)
		other.add(t, s, 20)
		other.pay(t, s, 100)
		numbers := map[string]order.Order{}
		for _, o := range sh.docs {
			numbers[o.ID] = o
		}
		for _, b := range []struct {
			name string
			keyset.Bounds
		}{
			{"wide", keyset.PageBounds}, {"gathering", keyset.Bounds{Examined: 200, Few: 100}}, {"examining", keyset.Bounds{Examined: 80, Few: 0}},
		} {
			t.Run(b.name, func(t *testing.T) {
				matched := 0
				for i := range filters {
					f := sh.paymentFilter(i % 4)
					want := sh.expectedPayments(f)
					matched += min(len(want), 1)
					f.Limit = min(1+len(want)/(1+sh.rng.IntN(8))+sh.rng.IntN(3), 1000)
					var there, back []string
					read := func(g store.PaymentFilter) (store.Page[store.OrderPayment], []string) {
						page, err := s.For(sh.id).PaymentsWithin(ctx, g, b.Bounds)
						require.NoError(t, err)
						var ids []string
						for _, p := range page.Rows {
							o := numbers[p.OrderID]
							require.Equal(t, []string{o.ID, o.Number, o.CustomerID, o.CustomerCode, o.CustomerName, string(o.Kind)},
								[]string{p.Order.ID, p.Order.Number, p.Order.CustomerID, p.Order.CustomerCode, p.Order.CustomerName, string(p.Order.Kind)})
							ids = append(ids, p.ID)
						}
						return page, ids
					}
					g, last := f, store.Page[store.OrderPayment]{}
					for {
						page, ids := read(g)
						there, back, last = append(there, ids...), ids, page
						if g.After = page.Next; g.After == nil {
							break
						}
					}
					for last.Prev != nil {
						g.Before = last.Prev
						page, ids := read(g)
						back, last = append(ids, back...), page
					}
					requireSame(t, want, there, "there: %+v", f)
					requireSame(t, want, back, "back: %+v", f)
					n, exact, err := s.For(sh.id).CountPayments(ctx, f)
					require.NoError(t, err)
					require.Equal(t, len(want), n, "%+v", f)
					require.True(t, exact)
				}
				require.Greater(t, matched, filters/2, "most filters match something")
			})
		}
	})
}

// A filter that no random payment passes, or that every one passes, would test nothing.
func TestPaymentConditionsSelectSomePayments(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	sh := newShop(t, s, 83, 5)
	sh.add(t, s, 60)
	sh.pay(t, s, 200)
	for i, c := range paymentConditions {
		passed, failed := false, false
		for range 50 {
			var f store.PaymentFilter
			c.draw(sh.rng, sh, &f)
			n := len(sh.expectedPayments(f))
			passed, failed = passed || n > 0, failed || n < len(sh.payments)
		}
		require.True(t, passed && failed, "paymentConditions[%d] passes no payment, or every one", i)
	}
}

package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

func search(t *testing.T, s *store.Store, sh *shop, q string) []string {
	t.Helper()
	page, err := s.For(sh.id).Orders(t.Context(), store.OrderFilter{Query: q, Window: store.Window{Limit: 1000}})
	require.NoError(t, err)
	n, exact, err := s.For(sh.id).Count(t.Context(), store.OrderFilter{Query: q})
	require.NoError(t, err)
	require.True(t, exact)
	require.Equal(t, n, len(page.Rows), q)
	return idsOf(page.Rows)
}

// Every word of q begins a word of the document, in whatever fields, without accents and case.
func TestSearchByWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 71, 5)
		sh.add(t, s, 50)
		o := sh.addOne(t, s, func(o *order.Order) {
			o.CustomerCode, o.CustomerName, o.PONumber, o.InvoiceNumber, o.Carrier = "QJ-77", "Jardín del Qsol", "Qpo/4711", "QINV-000042", "Qcargo"
			o.Lines = []order.Line{{CompanyID: o.CompanyID, OrderID: o.ID, ID: sh.uuid(), Position: 1, SKU: "QROSE-Ünique-50", Source: order.OnHand, Quantity: 1}}
		})
		for _, q := range []string{
			"jardin", "JARDÍN", "JARD", "qsol", "qsol jardin", "jar qso", "QJ-77", "4711", "qpo/4711", "qinv-000042", "qcar", "qrose", "unique", "qrose-uni", "Qrose jar 4711 qcargo qinv qj del",
			strings.ToLower(o.Number) + " qsol", " -qsol/", "del qsol qsol", "qsol \u0301",
		} {
			require.Equal(t, []string{o.ID}, search(t, s, sh, q), q)
		}
		for _, q := range []string{"ardin", "jardinx", "qsol nowhere", "Qrose jar 4711 qcargo qinv qj del nowhere", "-", "%", "_", "/ -", "\u0301", "q%l", "q_ol", "\x00qsol", "qsol\xff"} {
			require.Empty(t, search(t, s, sh, q), q)
		}
		elsewhere := newShop(t, s, 72, 5)
		elsewhere.add(t, s, 5)
		require.Empty(t, search(t, s, elsewhere, "qsol"), "another company's words")
	})
}

// An edit changes the words that lists search, with its own transaction.
func TestWordsFollowEdits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 73, 5)
		sh.add(t, s, 20)
		o := sh.addOne(t, s, func(o *order.Order) {
			o.Carrier, o.InvoiceNumber = "Qcargo", ""
			o.Lines = []order.Line{{CompanyID: o.CompanyID, OrderID: o.ID, ID: sh.uuid(), Position: 1, SKU: "QROSE-50", Source: order.OnHand, Quantity: 1}}
		})
		require.Len(t, search(t, s, sh, "qrose qcargo"), 1)
		stored, err := s.For(sh.id).Order(t.Context(), o.ID)
		require.NoError(t, err)
		require.Equal(t, o.SearchWords(), stored.Words)

		edited := stored.Clone()
		edited.Carrier, edited.Version, edited.InvoiceNumber = "Qship", stored.Version+1, "QINV-000001"
		edited.Lines[0].SKU = "QTULIP-50"
		sh.write(t, s, func(tx *store.Tx) error {
			if err := tx.UpdateOrder(&edited, stored.Version, false); err != nil {
				return err
			}
			return tx.ReplaceLines(&edited)
		})
		for _, q := range []string{"qrose", "qcargo"} {
			require.Empty(t, search(t, s, sh, q), q)
		}
		for _, q := range []string{"qtulip 50", "qship", "qinv", strings.ToLower(o.Number) + " 50"} {
			require.Equal(t, []string{o.ID}, search(t, s, sh, q), q)
		}
		for _, check := range []store.CrossCheck{store.StrayWords, store.MissingWords} {
			broken, err := s.For(sh.id).Violations(t.Context(), check, 10)
			require.NoError(t, err)
			require.Empty(t, broken, check)
		}

		stale := stored.Clone() // it adds a word that the other transaction added
		stale.Carrier, stale.Version = "Qship", stored.Version+1
		_, err = store.InTx(t.Context(), s.For(sh.id), func(tx *store.Tx) (struct{}, error) {
			return struct{}{}, tx.UpdateOrder(&stale, stored.Version, false)
		})
		require.ErrorIs(t, err, store.ErrStale)
	})
}

// A search examines a bounded number of rows, however frequent its words are, and loses none.
func TestFrequentWordsAreBounded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 74, 5)
		for i := range 300 {
			sh.addOne(t, s, func(o *order.Order) {
				o.Kind, o.Status, o.InvoiceID, o.ConfirmedAt, o.VoidedAt, o.VoidCause = order.KindOrder, order.StatusPending, nil, nil, nil, ""
				o.Carrier = fmt.Sprintf("Qfleet %s", []string{"qa", "qb"}[i%2])
			})
		}
		f := store.OrderFilter{Query: "qfleet qb", Window: store.Window{Limit: 20}}
		want := sh.expected(f)
		require.Len(t, want, 150)
		for _, b := range []keyset.Bounds{{Examined: 50, Few: 40}, {Examined: 50, Few: 0}, {Examined: 1000, Few: 160}} {
			there, back := walk(t, func(f store.OrderFilter) (store.Page[order.Order], error) {
				return s.For(sh.id).OrdersWithin(t.Context(), f, b)
			}, f)
			requireSame(t, want, there, "%+v", b)
			requireSame(t, want, back, "%+v", b)
		}
	})
}

// Migrating fills the words of existing rows, and undoing it takes them away.
func TestMigratingFillsTheWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 75, 5)
		docs := sh.add(t, s, 1200) // more than are read at once
		other := newShop(t, s, 76, 5)
		other.add(t, s, 30)
		storetest.MigrateDownTo(t, s, 10)
		_, err := s.Migrate(t.Context())
		require.NoError(t, err)
		for _, of := range []*shop{sh, other} {
			for _, check := range []store.CrossCheck{store.StrayWords, store.MissingWords} {
				broken, err := s.For(of.id).Violations(t.Context(), check, 10)
				require.NoError(t, err)
				require.Empty(t, broken, check)
			}
		}
		var ids []string
		for _, o := range docs {
			ids = append(ids, o.ID)
		}
		stored, err := s.For(sh.id).OrdersByID(t.Context(), ids[:500])
		require.NoError(t, err)
		require.Len(t, stored, 500)
		for _, o := range stored {
			require.NotEmpty(t, o.Words)
			require.Equal(t, o.SearchWords(), o.Words)
		}
	})
}

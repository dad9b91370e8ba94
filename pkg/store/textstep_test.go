package store_test

import (
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// A database from before NFC gets canonical texts and their keys. If two customers get the same code, one of them stays
// as it is.
func TestOlderTextsGetTheirCanonicalForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 61, 4)
		docs := sh.add(t, s, 3)
		ids := map[string]string{}
		for i, code := range []string{"PE\u0301RA", "P\u00c9RA", "ZO\u0308E", "plain"} {
			c := sh.customers[i]
			ids[code] = c.ID
			s.Write(t, "UPDATE customers SET code = '"+code+"', code_key = '"+strings.ToLower(code)+"', code_search = '', name = 'Florer\u0131\u0301a', name_key = 'old' WHERE id = '"+c.ID+"'")
		}
		s.Write(t, "UPDATE orders SET customer_name = 'E\u0301clat', name_key = 'x', po_number = 'N\u0303-1', po_key = 'x', external_reference = 'u\u0308', reference_key = 'x' WHERE id = '"+docs[0].ID+"'")
		s.Write(t, "UPDATE checkouts SET external_reference = 'u\u0308' WHERE id = '"+docs[0].CheckoutID+"'")

		storetest.MigrateDownTo(t, s, 7)
		_, err := s.Migrate(t.Context())
		require.NoError(t, err)

		codes, changed := map[string]int{}, 0
		for was, id := range ids {
			c, err := s.For(sh.id).Customer(t.Context(), id)
			require.NoError(t, err)
			codes[c.Code]++
			if c.Code != was {
				changed++
			}
			if c.CodeSearch != "" {
				require.Equal(t, []string{canon.KeyOf(c.Code), canon.SearchKeyOf(c.Code)}, []string{c.CodeKey, c.CodeSearch})
			}
			require.Equal(t, canon.SearchKeyOf("floreria"), c.NameKey)
			require.Equal(t, canon.Text(c.Name), c.Name)
		}
		require.Equal(t, map[string]int{"P\u00c9RA": 1, "PE\u0301RA": 1, "Z\u00d6E": 1, "plain": 1}, codes)
		require.Equal(t, 1, changed)

		found := func(f store.OrderFilter) []order.Order {
			page, err := s.For(sh.id).Orders(t.Context(), f)
			require.NoError(t, err)
			return page.Rows
		}
		for _, f := range []store.OrderFilter{{Query: "eclat"}, {Query: "n-1"}, {ExternalReference: []string{"\u00fc"}}} {
			rows := found(f)
			require.Len(t, rows, 1, f)
			require.Equal(t, docs[0].ID, rows[0].ID)
			require.Equal(t, []string{"\u00c9clat", "\u00d1-1", "\u00fc"}, []string{rows[0].CustomerName, rows[0].PONumber, rows[0].ExternalReference})
		}
		var kept company.Customer
		kept, err = s.For(sh.id).CustomerByCode(t.Context(), "zo\u0308e")
		require.NoError(t, err)
		require.Equal(t, ids["ZO\u0308E"], kept.ID)
	})
}

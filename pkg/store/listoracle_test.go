package store_test

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/require"
)

// expected returns the documents that match the filter, in the order of its sort, found without an index.
func (sh *shop) expected(f store.OrderFilter) []string {
	var match []order.Order
	for _, o := range sh.docs {
		if sh.matches(&f, &o) {
			match = append(match, o)
		}
	}
	slices.SortFunc(match, func(a, b order.Order) int {
		c := cmp.Or(compare(f.Sort.Key, &a, &b), strings.Compare(a.ID, b.ID))
		if f.Sort.Desc {
			c = -c
		}
		return c
	})
	return idsOf(match)
}

func idsOf(orders []order.Order) []string {
	ids := make([]string, len(orders))
	for i := range orders {
		ids[i] = orders[i].ID
	}
	return ids
}

func compare(key store.SortKey, a, b *order.Order) int {
	switch key {
	case store.ByShipDate:
		return cmp.Or(a.ShipDate.Compare(b.ShipDate), a.PlacedAt.Compare(b.PlacedAt))
	case store.ByNumber:
		return cmp.Compare(a.Sequence, b.Sequence)
	case store.ByTotal:
		return cmp.Compare(a.Total, b.Total)
	case store.ByCustomer:
		return strings.Compare(canon.SearchKeyOf(a.CustomerName), canon.SearchKeyOf(b.CustomerName))
	case store.ByStatus:
		return cmp.Compare(a.Status, b.Status)
	case store.ByUpdatedAt:
		return a.UpdatedAt.Compare(b.UpdatedAt)
	default:
		return a.PlacedAt.Compare(b.PlacedAt)
	}
}

// The random filters of the oracle set each field and each sort at some time; otherwise they would go untested.
func TestOracleDrawsEveryField(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	sh := newShop(t, s, 61, 5)
	sh.add(t, s, 50)
	invoices, _ := sh.issue(t, s)
	sh.pay(t, s, 50)
	drawn, issued, paid := map[string]bool{}, map[string]bool{}, map[string]bool{}
	sorts := map[store.SortKey]bool{}
	for range 1000 {
		f := sh.filter(4)
		noteFields(f, drawn)
		sorts[f.Sort.Key] = true
		noteFields(sh.invoiceFilter(invoices), issued)
		noteFields(sh.paymentFilter(4), paid)
	}
	byTheWalk := []string{"Limit", "After", "Before"}
	for _, name := range fieldtest.Names(store.OrderFilter{}) {
		require.True(t, drawn[name] || slices.Contains(byTheWalk, name), "conditions (listfilter_test.go) never set OrderFilter.%s, so no list by it is compared with the oracle", name)
	}
	for _, name := range fieldtest.Names(store.InvoiceFilter{}) {
		require.True(t, issued[name] || slices.Contains(byTheWalk, name), "shop.invoiceFilter (listissued_test.go) never sets InvoiceFilter.%s, so no list by it is compared with the oracle", name)
	}
	for _, name := range fieldtest.Names(store.PaymentFilter{}) {
		require.True(t, paid[name] || slices.Contains(byTheWalk, name), "paymentConditions (paymentlist_test.go) never set PaymentFilter.%s, so no list by it is compared with the oracle", name)
	}
	for _, key := range fieldtest.Constants[store.SortKey](t, ".", "SortKey") {
		require.True(t, sorts[key], "shop.filter (listfilter_test.go) never sorts by %s", key)
	}
}

func noteFields(filter any, into map[string]bool) {
	v := reflect.ValueOf(filter)
	for _, field := range reflect.VisibleFields(v.Type()) {
		if !v.FieldByIndex(field.Index).IsZero() {
			into[field.Name] = true
		}
	}
}

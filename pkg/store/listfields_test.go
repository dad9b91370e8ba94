package store

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/require"
)

const anID, anotherID = "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80", "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f81"

// A filter field that a table forgets would be ignored silently. Each field, when set, changes the statements.
func TestEveryFieldOfAFilterIsRead(t *testing.T) {
	checkFields(t, "orderTable (ordertable.go)", orderTable, OrderFilter{}, OrderFilter.request, "2026-11-24T10:00:00Z")
	checkFields(t, "newInvoiceTable (issuedlist.go)", invoiceTable, InvoiceFilter{}, InvoiceFilter.request, "7")
	checkFields(t, "issuedTable (issuedlist.go)", creditNoteTable, IssuedFilter{}, IssuedFilter.request, "7")
	checkFields(t, "customerTable (customerlist.go)", customerTable, CustomerFilter{}, CustomerFilter.request, "bloom")
	checkFields(t, "newPaymentTable (paymentlist.go)", somePayments, PaymentFilter{}, PaymentFilter.request, "2026-11-24T10:00:00Z")
	checkFields(t, "eventTable (eventlist.go)", eventTable, EventFilter{}, EventFilter.request, anID)
	checkFields(t, "deliveryTable (delivery.go)", deliveryTable, DeliveryFilter{EndpointID: anotherID}, DeliveryFilter.request, "2026-11-24T10:00:00Z")
	checkFields(t, "emailTable (emaillist.go)", emailTable, EmailFilter{OrderID: anotherID, CheckoutID: anotherID}, EmailFilter.request, "2026-11-24T10:00:00Z")
}

// A page reads its rows by company and id. Where these do not name one row, the filters that do are OfKey.
func TestListsNameTheirRows(t *testing.T) {
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "orderdesk.db"), Options{})
	require.NoError(t, err)
	defer s.Close()
	_, err = s.Migrate(t.Context())
	require.NoError(t, err)
	checkKey(t, s, orderTable)
	checkKey(t, s, invoiceTable)
	checkKey(t, s, creditNoteTable)
	checkKey(t, s, customerTable)
	checkKey(t, s, somePayments)
	checkKey(t, s, eventTable)
	checkKey(t, s, emailTable)
	checkKey(t, s, deliveryTable)
}

func checkKey[F, R any](t *testing.T, s *Store, table *keyset.Table[F, R]) {
	t.Helper()
	named := 2 // the scope and the id
	for _, f := range table.Filters {
		if f.Key {
			named++
		}
	}
	var columns []string
	require.NoError(t, s.Readers().Raw("SELECT name FROM pragma_table_info(?) WHERE pk > 0", table.Name).Scan(&columns).Error)
	require.GreaterOrEqual(t, len(columns), 2, table.Name)
	require.Len(t, columns, named, "%s: a filter for each column of its primary key except %s and id must be OfKey", table.Name, table.Scope)
}

func checkFields[F, R any](t *testing.T, where string, table *keyset.Table[F, R], base F, request func(F) keyset.Request, place string) {
	t.Helper()
	without := statementsOf(t, table, base, request(base))
	for _, field := range reflect.VisibleFields(reflect.TypeFor[F]()) {
		if field.Anonymous {
			continue // VisibleFields lists what an embedded struct brings
		}
		f := base
		reflect.ValueOf(&f).Elem().FieldByIndex(field.Index).Set(valueOf(t, field, place, anotherSort(table, request(base).Sort)))
		if statementsOf(t, table, f, request(f)) == without { // assert.NotEqual prints pages of SQL before its message
			t.Errorf("%s ignores the field %s of %T: add a filter for it, or use it in the request", where, field.Name, f)
		}
	}
}

// statementsOf returns all statements that the list may run, with their arguments, as text.
func statementsOf[F, R any](t *testing.T, table *keyset.Table[F, R], f F, r keyset.Request) string {
	t.Helper()
	var all []keyset.Statement
	for i := range table.Indexes {
		statements, err := table.Statements(keyset.DB{}, "c", f, r, i)
		require.NoError(t, err, "%+v", f)
		all = append(all, statements...)
	}
	require.NotEmpty(t, all, "%+v is treated as a filter that nothing can match", f)
	raw, err := json.Marshal(all)
	require.NoError(t, err)
	return string(raw)
}

// anotherSort is another sort of the table, or the same if it has only one.
func anotherSort[F, R any](table *keyset.Table[F, R], sort Sort) Sort {
	for key := range table.Sorts {
		if key != sort.Key {
			return Sort{Key: key}
		}
	}
	return sort
}

// valueOf returns a value that the field's column can have.
func valueOf(t *testing.T, field reflect.StructField, place string, sort Sort) reflect.Value {
	t.Helper()
	for _, value := range []any{
		anID, []string{anID}, true, new(true), 7, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), new(money.Amount(700)), &Position{Value: place, ID: anID},
		[]order.Origin{order.Web}, []order.Kind{order.KindOrder}, []order.Status{order.StatusDraft}, []billing.Status{billing.Paid},
		[]order.NumberFilter{{Sequence: 7}}, sort,
		[]order.Source{order.K2K}, []order.LineStatus{order.LineOpen}, []billing.PaymentKind{billing.KindRefund}, []billing.Method{billing.Cash},
	} {
		if reflect.TypeOf(value) == field.Type {
			return reflect.ValueOf(value)
		}
	}
	t.Fatalf("the field %s has the type %s: add a value of it here", field.Name, field.Type)
	return reflect.Value{}
}

// Every sort key has a column and an index that holds every row.
func TestEverySortHasAnIndex(t *testing.T) {
	for _, key := range fieldtest.Constants[SortKey](t, ".", "SortKey") {
		require.Contains(t, orderTable.Sorts, key, "orderTable (ordertable.go) has no column for the sort %s", key)
	}
	checkSorts(t, orderTable, OrderFilter{})
	checkSorts(t, invoiceTable, InvoiceFilter{})
	checkSorts(t, creditNoteTable, IssuedFilter{})
	checkSorts(t, customerTable, CustomerFilter{})
	checkSorts(t, somePayments, PaymentFilter{})
	checkSorts(t, eventTable, EventFilter{OrderID: anID})
	checkSorts(t, emailTable, EmailFilter{OrderID: anID, CheckoutID: anID})
}

func checkSorts[F, R any](t *testing.T, table *keyset.Table[F, R], f F) {
	t.Helper()
	for key := range table.Sorts {
		walks := 0
		for i := range table.Indexes {
			statements, err := table.Statements(keyset.DB{}, "c", f, keyset.Request{Sort: Sort{Key: key}}, i)
			require.NoError(t, err)
			for _, s := range statements {
				if s.Kind == "walk" {
					walks++
				}
			}
		}
		require.NotZero(t, walks, "%s has no index to walk in the order of %s", table.Name, key)
	}
}

// A facet that the table counts but OrderFacets does not return would be lost.
func TestEveryFacetIsPassedOn(t *testing.T) {
	require.Equal(t, reflect.TypeFor[OrderFacets]().NumField(), len(orderTable.Facets), "OrderFacets (orderlist.go) has a field for each facet of orderTable (ordertable.go)")
	for _, facet := range orderTable.Facets {
		var f OrderFilter
		value := "2026-12-01" // of an open facet: a ship date, or any text
		if facet.Values != nil {
			value = facet.Values[0]
		}
		facet.Only(&f, value)
		require.NotEqual(t, OrderFilter{}, f, "the facet %s does not restrict the list", facet.Name)
		facet.Any(&f)
		require.Equal(t, OrderFilter{}, f, "the facet %s keeps its own filter", facet.Name)
	}
	for _, v := range fieldtest.Constants[billing.Status](t, "../billing", "Status") {
		require.Contains(t, billing.Statuses, v, fmt.Sprintf("billing.Statuses lacks %s, so its facet lacks it too", v))
	}
	for _, v := range fieldtest.Constants[email.Status](t, "../email", "Status") {
		require.Contains(t, email.Statuses, v, fmt.Sprintf("email.Statuses lacks %s, so its facet lacks it too", v))
	}
}

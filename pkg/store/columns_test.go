package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/assert"
)

// Every field of a row has a column, and every column of its table has a field. Without the column every write fails, and
// without the field the column is never written.
func TestFieldsAndColumnsAgree(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	fields := s.RowColumnsForTest(&order.Order{}, &order.Line{}, &order.Event{}, &billing.Payment{}, &billing.Invoice{}, &billing.CreditNote{},
		&company.Company{}, &company.Customer{}, &email.Email{}, &hook.Endpoint{}, &hook.Delivery{})
	var columns []string
	for _, c := range s.ColumnsForTest(t) {
		columns = append(columns, strings.TrimSuffix(c, " NOT NULL"))
	}
	tables := map[string]bool{}
	for _, f := range fields {
		table, _, _ := strings.Cut(f, ".")
		tables[table] = true
		assert.Contains(t, columns, f, "%s has no column: add a migration to migrations/postgres and to migrations/sqlite", f)
	}
	for _, c := range columns {
		table, _, _ := strings.Cut(c, ".")
		if tables[table] && !slices.Contains(fields, c) {
			t.Errorf("no field of a row is the column %s", c)
		}
	}
}

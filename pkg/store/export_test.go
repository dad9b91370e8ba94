package store

import (
	"strings"
	"testing"
)

// CheckoutByReference is the statement of the reader's method.
const CheckoutByReference = checkoutByReference

// ColumnsForTest lists table.column of the application's tables.
func (s *Store) ColumnsForTest(t *testing.T) []string {
	t.Helper()
	query := `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'`
	if s.name == "sqlite" {
		query = `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	}
	var all, ours []string
	if err := s.read.Raw(query).Scan(&all).Error; err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if !strings.HasPrefix(c, "river_") && !strings.HasPrefix(c, "goose_") && !strings.HasPrefix(c, "sqlite_") {
			ours = append(ours, c)
		}
	}
	return ours
}

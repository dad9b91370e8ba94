package desk_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/stretchr/testify/require"
)

// Check compares each column that is a copy of an issued document's content, by name.
func TestCheckComparesEveryCopyOfWhatWasIssued(t *testing.T) {
	other := "'0197a3c4-0000-7000-8000-00000000dead'"
	changes := map[string]string{
		"id": other, "order_id": "(SELECT id FROM orders WHERE status = 'pending')", "owner_sub": "'thief'", "sequence": "sequence + 90", "number": "'INV-000090'",
		"issued_at": "'2026-01-01 00:00:00+00:00'", "issue_date": "'2026-01-01'", "due_date": "'2026-01-01'",
		"customer_id": other, "customer_code": "'OTHER'", "customer_name": "'Other Flowers'", "currency": "'EUR'", "total": "total + 1",
		"invoice_id": other, "invoice_number": "'INV-000090'", "reason": "'another'",
	}
	each(t, func(t *testing.T, w *fixture) {
		id := w.place(t, w.cart(w.plain, 2))[0].ID
		w.confirm(t, id)
		w.void(t, id)
		w.place(t, w.cart(w.plain, 1))
		w.clean(t)
		saved := w.save(t)
		for table, what := range map[string]string{"invoices": "invoice", "credit_notes": "credit note"} {
			for _, column := range w.columns(t, table) {
				if slices.Contains([]string{"company_id", "snapshot", "hash"}, column) {
					continue // the other columns are compared with this one
				}
				require.Contains(t, changes, column)
				undo := saved.apply(t, sabotage{sql: "UPDATE " + table + " SET " + column + " = " + changes[column]})
				breaches, err := audit.Check(t.Context(), w.store)
				require.NoError(t, err)
				name := strings.ReplaceAll(column, "_", " ")
				if column == "owner_sub" {
					name = "storefront user"
				}
				found := false
				for _, b := range breaches {
					found = found || b.Invariant == "I5" && strings.Contains(b.Detail, "the "+what+" ") && strings.Contains(b.Detail, "the "+name+" ")
				}
				require.True(t, found, "%s of the %s: %v", column, what, breaches)
				undo()
			}
		}
		w.clean(t)
	})
}

func (w *fixture) columns(t *testing.T, table string) []string {
	t.Helper()
	rows, err := w.db.QueryContext(t.Context(), "SELECT * FROM "+table+" WHERE 1 = 0")
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	require.NoError(t, rows.Err())
	return columns
}

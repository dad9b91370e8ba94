package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
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
		"subtotal": "subtotal + 1", "charges_total": "charges_total + 1", "taxes_total": "taxes_total + 1", "balance": "balance + 1", "payment_status": "'paid'",
	}
	desktest.Each(t, func(t *testing.T, w *desktest.Fixture) {
		id := w.MustPlace(t, w.Cart(w.Plain, 2))[0].ID
		w.MustConfirm(t, id)
		w.MustVoid(t, id)
		w.MustPlace(t, w.Cart(w.Plain, 1))
		w.RequireClean(t)
		saved := save(t, w)
		for table, what := range map[string]string{"invoices": "invoice", "credit_notes": "credit note"} {
			for _, column := range columns(t, w, table) {
				if slices.Contains([]string{"company_id", "snapshot", "hash"}, column) {
					continue // the other columns are compared with this one
				}
				require.Contains(t, changes, column)
				undo := saved.apply(t, sabotage{sql: "UPDATE " + table + " SET " + column + " = " + changes[column]})
				breaches, err := audit.CheckAt(t.Context(), w.Store, w.Clock.Now())
				require.NoError(t, err)
				name := strings.ReplaceAll(column, "_", " ")
				if column == "owner_sub" {
					name = "storefront user"
				}
				found := false
				for _, b := range breaches {
					if column == "balance" || column == "payment_status" { // copies of the order's
						found = found || b.Invariant == "I7" && strings.Contains(b.Detail, "its invoice ")
						continue
					}
					found = found || b.Invariant == "I5" && strings.Contains(b.Detail, "the "+what+" ") && strings.Contains(b.Detail, "the "+name+" ")
				}
				require.True(t, found, "%s of the %s: %v", column, what, breaches)
				undo()
			}
		}
		w.RequireClean(t)
	})
}

func columns(t *testing.T, w *desktest.Fixture, table string) []string {
	t.Helper()
	rows, err := w.DB.QueryContext(t.Context(), "SELECT * FROM "+table+" WHERE 1 = 0")
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	require.NoError(t, rows.Err())
	return columns
}

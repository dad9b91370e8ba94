package desk_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sqlcount"
	"github.com/stretchr/testify/require"
)

// growing matches a scan of a table that grows with the documents, in full or over a whole company.
var growing = regexp.MustCompile(`(?m)(SCAN|SEARCH) (\w+ AS )?(orders|order_lines|checkouts|payments|invoices|credit_notes|emails|events|idempotency_keys|customers|[a-z])( USING .* \(company_id=\?\))?$`)

// No use case reads more rows as the number of documents grows. SQLite plans without looking at the number of rows. See
// TestPlansFollowGrowth for PostgreSQL.
func TestNoUseCaseReadsACompany(t *testing.T) {
	t.Parallel()
	counter, options := sqlcount.New()
	w := newFixture(t, storetest.SQLite(t), options)
	w.Furnish(t)
	seen := counter.Statements()
	slices.Sort(seen)
	n := 0
	for _, text := range slices.Compact(seen) {
		if strings.Contains(text, "river_") || strings.Contains(text, "FROM mail_turns t") { // one row for each company
			continue
		}
		if strings.Contains(text, "SELECT max(sequence) FROM orders WHERE company_id = ?)") { // the last entry of its index
			continue
		}
		n++
		plan := w.plan(t, text)
		require.NotRegexp(t, growing, plan, text)
	}
	require.Greater(t, n, 30)
}

// plan returns SQLite's query plan of a statement.
func (w *fixture) plan(t *testing.T, text string) string {
	t.Helper()
	rows, err := w.DB.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "?"))...)
	require.NoError(t, err, text)
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var step string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &step))
		fmt.Fprintln(&plan, step)
	}
	require.NoError(t, rows.Err())
	return plan.String()
}

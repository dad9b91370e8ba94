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

// growing is a table with a row for every document or more, read from end to end or along a whole company.
var growing = regexp.MustCompile(`(?m)(SCAN|SEARCH) (\w+ AS )?(orders|order_lines|checkouts|payments|invoices|credit_notes|emails|events|idempotency_keys|customers|[a-z])( USING .* \(company_id=\?\))?$`)

// No use case reads more with every document that there is. SQLite plans without looking at how many there are; for
// PostgreSQL see TestPlansFollowGrowth.
func TestNoUseCaseReadsACompany(t *testing.T) {
	t.Parallel()
	counter, options := sqlcount.New()
	w := newWorld(t, storetest.SQLite(t), options)
	w.furnish(t)
	seen := counter.Statements()
	slices.Sort(seen)
	n := 0
	for _, text := range slices.Compact(seen) {
		if strings.Contains(text, "river_") || strings.Contains(text, "FROM mail_turns t") { // a row a company
			continue
		}
		n++
		plan := w.plan(t, text)
		require.NotRegexp(t, growing, plan, text)
	}
	require.Greater(t, n, 30)
}

// plan is what SQLite means to do for a statement.
func (w *world) plan(t *testing.T, text string) string {
	t.Helper()
	rows, err := w.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "?"))...)
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

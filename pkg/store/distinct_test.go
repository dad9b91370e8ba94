package store_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// distinct returns the columns whose number of values is set, as "table.column=number".
const distinct = `SELECT c.relname || '.' || a.attname || replace(a.attoptions[1], 'n_distinct', '') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
	WHERE c.relnamespace = current_schema()::regnamespace AND a.attoptions[1] LIKE 'n_distinct=%'`

// PostgreSQL knows that a column can have more values than it has, and that a company can have many rows, so that a plan for all values and
// companies is one for large ones. The numbers are those of the CHECK constraints.
func TestNumbersOfValuesAreSet(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	set := texts(t, s.DB(t), distinct)
	for _, table := range large {
		if table != "river_job" {
			require.Contains(t, set, table+".company_id=10")
		}
	}
	checked := 0
	for _, check := range texts(t, s.DB(t), `SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
		WHERE contype = 'c' AND connamespace = current_schema()::regnamespace AND conrelid <> 0`) {
		m := regexp.MustCompile(`^(\w+) CHECK \(\(\(?(\w+)(?:\)::text)? = ANY \(ARRAY\[(.*)\]\)\)\)$`).FindStringSubmatch(check)
		if m == nil {
			continue
		}
		column, values := m[1]+"."+m[2], strings.Count(m[3], "'::text")
		if i := slices.IndexFunc(set, func(s string) bool { return strings.HasPrefix(s, column+"=") }); i >= 0 {
			checked++
			require.Equal(t, column+"="+string(rune('0'+values)), set[i], check)
		}
	}
	require.GreaterOrEqual(t, checked, 8)
}

// A database that was filled before gets the numbers into its statistics with the step that sets them.
func TestMigratingRenewsStatistics(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	sh := newShop(t, s, 83, 5)
	sh.add(t, s, 50)
	storetest.MigrateDownTo(t, s, 46)
	require.Empty(t, texts(t, s.DB(t), distinct))
	require.NoError(t, s.System().Analyze(t.Context()))
	const known = "SELECT attname || ' ' || n_distinct FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'orders' AND attname IN ('company_id', 'origin')"
	require.Equal(t, []string{"company_id 1", "origin 4"}, texts(t, s.DB(t), known))
	s.Write(t, "UPDATE orders SET origin = 'W'")
	require.NoError(t, s.System().Analyze(t.Context()))
	require.Equal(t, []string{"company_id 1", "origin 1"}, texts(t, s.DB(t), known))
	_, err := s.Migrate(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"company_id 10", "origin 4"}, texts(t, s.DB(t), known))
}

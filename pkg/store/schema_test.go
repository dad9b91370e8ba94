package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// ofCompany matches a foreign key that cannot lead to another company.
var ofCompany = regexp.MustCompile(`FOREIGN KEY \(company_id(, \w+)*\) REFERENCES (\w+\(company_id, (order_id, )?id\)|companies\(id\))`)

// reference matches a foreign key in the text of a table.
var reference = regexp.MustCompile(`,\s*(FOREIGN KEY \([^)]*\) REFERENCES \w+ \([^)]*\)( DEFERRABLE INITIALLY DEFERRED)?)`)

// utcDay is the day of a moment in an index of SQLite, which has no function for it that both databases have.
var utcDay = regexp.MustCompile(`\(substr\((\w+), 1, 10\) \|\| ' 00:00:00\+00:00'\)`)

// The two schemas have the same tables and columns, and the same NOT NULL, keys, foreign keys, checks and indexes.
func TestSchemasAgree(t *testing.T) {
	lite := storetest.Open(t, storetest.SQLite(t), store.Options{})
	post := storetest.Open(t, storetest.Postgres(t), store.Options{})
	columns := lite.ColumnsForTest(t)
	require.Greater(t, len(columns), 150)
	require.Equal(t, post.ColumnsForTest(t), columns)

	conn, err := post.DB(t).Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	ours := rules(t, conn, "public")
	// PostgreSQL runs SQLite's statements, so that both schemas are printed in the same way. References come last, once
	// all tables exist.
	statements := []string{"CREATE SCHEMA lite", "SET search_path = lite", "CREATE DOMAIN datetime AS timestamptz", "CREATE DOMAIN blob AS bytea"}
	var references []string
	for _, text := range texts(t, lite.DB(t), `SELECT sql FROM sqlite_master WHERE sql <> '' AND type <> 'trigger'
		AND tbl_name NOT GLOB 'river_*' AND tbl_name NOT GLOB 'goose_*' AND tbl_name NOT GLOB 'sqlite_*' ORDER BY rowid`) {
		for _, found := range reference.FindAllStringSubmatch(text, -1) {
			references = append(references, "ALTER TABLE "+strings.Fields(text)[2]+" ADD "+found[1])
		}
		statements = append(statements, reference.ReplaceAllString(text, ""))
	}
	for _, text := range append(statements, references...) {
		text = utcDay.ReplaceAllString(text, "(($1 AT TIME ZONE 'UTC')::date)")
		_, err := conn.ExecContext(t.Context(), text)
		require.NoError(t, err, text)
	}
	require.Equal(t, ours, rules(t, conn, "lite"))
	triggers := texts(t, lite.DB(t), "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name NOT GLOB 'river_*' ORDER BY name")
	require.Equal(t, []string{"customer_emails_added", "customer_emails_changed", "customers_deleted", "events_pos"}, triggers)
	require.Equal(t, triggers[:3], texts(t, post.DB(t), "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE '%river%' ORDER BY 1"), "defaults set what events_pos sets")

	count := map[string]int{}
	for _, r := range ours {
		for _, kind := range []string{" CHECK ", " FOREIGN KEY ", " INDEX "} {
			if strings.Contains(r, kind) {
				count[kind]++
			}
		}
		if strings.Contains(r, " FOREIGN KEY ") {
			require.Regexp(t, ofCompany, r)
		}
	}
	require.Greater(t, count[" CHECK "], 50)
	require.Greater(t, count[" FOREIGN KEY "], 15)
	require.Greater(t, count[" INDEX "], 40)
	fmt.Println(len(columns), "columns,", len(ours), "constraints and indexes")
}

// rules returns the constraints and indexes of a schema, without its name.
func rules(t *testing.T, conn *sql.Conn, schema string) []string {
	t.Helper()
	_, err := conn.ExecContext(t.Context(), "SET search_path = "+schema)
	require.NoError(t, err)
	return texts(t, conn, `SELECT rule FROM (
		SELECT conrelid::regclass::text AS tab, conname || ' ' || pg_get_constraintdef(oid) AS rule
			FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND conrelid <> 0
		UNION ALL SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid, 0, true)
			FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = current_schema()::regnamespace
		) r WHERE tab !~ '^(river|goose)_'`)
}

type queries interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

func texts(t *testing.T, db queries, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text))
		all = append(all, text)
	}
	require.NoError(t, rows.Err())
	if !strings.Contains(query, "ORDER BY") {
		sort.Strings(all)
	}
	return all
}

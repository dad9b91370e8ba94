// Package shards_test checks what docs/scaling.md says of a database that is distributed by company.
package shards_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the tables of docs/scaling.md")

// node is a step of a query plan.
type node struct {
	Type      string `json:"Node Type"`
	Operation string `json:"Operation"`
	Relation  string `json:"Relation Name"`
	Filter    string `json:"Filter"`
	Index     string `json:"Index Cond"`
	Recheck   string `json:"Recheck Cond"`
	Plans     []node `json:"Plans"`
}

var (
	oneCompany = regexp.MustCompile(`company_id = '[0-9a-f-]{36}'::uuid`)
	sameAs     = regexp.MustCompile(`company_id = [a-z_0-9]+\.company_id|[a-z_0-9]+\.company_id = [a-z_0-9.]*company_id`)
	oneID      = regexp.MustCompile(`\bid = '[0-9a-f-]{36}'::uuid`)
)

// unbound returns the tables of companies that a plan reads without a company.
func (n node) unbound(ofCompany map[string]bool) (tables []string) {
	conditions := n.Filter + " " + n.Index + " " + n.Recheck
	bound := oneCompany.MatchString(conditions) || sameAs.MatchString(conditions)
	if n.Relation == "companies" {
		bound = oneID.MatchString(conditions)
	}
	if (ofCompany[n.Relation] || n.Relation == "companies") && n.Type != "ModifyTable" && !bound {
		tables = append(tables, n.Relation)
	}
	for _, child := range n.Plans {
		tables = append(tables, child.unbound(ofCompany)...)
	}
	sort.Strings(tables)
	return slices.Compact(tables)
}

// names reports whether any condition of the plan names a company, to whose shard a join can follow it.
func (n node) names() bool {
	conditions := n.Filter + " " + n.Index + " " + n.Recheck
	return oneCompany.MatchString(conditions) || n.Relation == "companies" && oneID.MatchString(conditions) || slices.ContainsFunc(n.Plans, node.names)
}

// scans reports whether the plan reads rows of companies. One that only adds rows does not.
func (n node) scans(ofCompany map[string]bool) bool {
	return n.Type != "ModifyTable" && (ofCompany[n.Relation] || n.Relation == "companies") ||
		slices.ContainsFunc(n.Plans, func(child node) bool { return child.scans(ofCompany) })
}

// touches reports whether the plan reads or writes any table of these.
func (n node) touches(tables map[string]bool) bool {
	return tables[n.Relation] || slices.ContainsFunc(n.Plans, func(child node) bool { return child.touches(tables) })
}

func query[T any](t *testing.T, conn *pgx.Conn, text string, args ...any) []T {
	t.Helper()
	rows, err := conn.Query(t.Context(), text, args...)
	require.NoError(t, err, text)
	found, err := pgx.CollectRows(rows, pgx.RowTo[T])
	require.NoError(t, err, text)
	return found
}

func set(names []string) map[string]bool {
	of := map[string]bool{}
	for _, name := range names {
		of[name] = true
	}
	return of
}

const companyTables = `SELECT DISTINCT table_name::text FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'company_id'`

// Each statement on tables of companies names one company by equality, unless it is listed. The planner decides: every scan of such a
// table has the company in its condition.
func TestStatementsStayInOneCompany(t *testing.T) {
	pgtest.Need(t)
	statements, address := recorded(t)
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	ofCompany := set(query[string](t, conn, companyTables))
	require.Greater(t, len(ofCompany), 15)
	met, bound := map[string]bool{}, 0
	for text, args := range statements {
		plan := plannedFor(t, conn, text, args)
		if !plan.touches(ofCompany) && !plan.touches(map[string]bool{"companies": true}) {
			continue
		}
		tables := plan.unbound(ofCompany)
		if len(tables) == 0 && (plan.names() || !plan.scans(ofCompany)) {
			bound++
			continue
		}
		i := slices.IndexFunc(exceptions, func(e exception) bool { return strings.Contains(text, e.text) })
		if i < 0 {
			t.Errorf("%v without a company: add it, or list the statement in exceptions with the reason\n%s\n%+v", tables, text, plan)
			continue
		}
		met[exceptions[i].what] = true
	}
	t.Logf("%d statements, %d of them in one company, %d listed", len(statements), bound, len(met))
	require.Greater(t, bound, 100)
	for _, e := range exceptions {
		if !met[e.what] {
			t.Errorf("%s: no statement was met that the exception is for", e.what)
		}
	}
}

// Every index of a table of companies begins with the company, unless it is listed. So does every foreign key, on both sides.
func TestKeysHaveTheCompany(t *testing.T) {
	pgtest.Need(t)
	conn, err := pgx.Connect(t.Context(), pgtest.Database(t, storetest.Migrate))
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	ofCompany := query[string](t, conn, companyTables)
	const otherBeginning = `SELECT indexrelid::regclass::text FROM pg_index WHERE indisunique = $2 AND indrelid::regclass::text = ANY ($1)
		AND (SELECT attname FROM pg_attribute WHERE attrelid = indrelid AND attnum = indkey[0]) IS DISTINCT FROM 'company_id' ORDER BY 1`
	require.Equal(t, []string{"emails_id"}, query[string](t, conn, otherBeginning, ofCompany, true), "unique across companies")
	swept := []string{"emails_sending", "idempotency_keys_expiry", "webhook_deliveries_old", "webhook_deliveries_sent", "webhook_endpoints_notify"}
	require.Equal(t, swept, query[string](t, conn, otherBeginning, ofCompany, false), "read by sweeps over all companies")
	astray := query[string](t, conn, `SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint c WHERE contype = 'f' AND conrelid::regclass::text = ANY ($1)
		AND (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) <> 'company_id' ORDER BY 1`, ofCompany)
	require.Empty(t, astray)
	other := query[string](t, conn, `SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY ($1)
		AND (SELECT attname FROM pg_attribute WHERE attrelid = confrelid AND attnum = confkey[1]) <> CASE confrelid::regclass::text WHEN 'companies' THEN 'id' ELSE 'company_id' END`, ofCompany)
	require.Empty(t, other)
	without := query[string](t, conn, `SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND relkind = 'r'
		AND relname NOT LIKE 'river%' AND NOT relname::text = ANY ($1) ORDER BY 1`, ofCompany)
	listed := []string{}
	for _, s := range shared {
		listed = append(listed, s.table)
	}
	require.Equal(t, listed, without, "tables without a company are listed in shared")
}

// The guide shows the lists of this package.
func TestScalingGuideIsCurrent(t *testing.T) {
	const file, begin, end = "../../../docs/scaling.md", "<!-- statements: go test ./pkg/testkit/shards -update -->\n", "<!-- end -->"
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(raw), begin)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	var b strings.Builder
	fmt.Fprint(&b, "\n| statement | reads | on shards |\n|---|---|---|\n")
	for _, e := range exceptions {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", e.what, e.why, e.shards)
	}
	fmt.Fprint(&b, "\n| table without a company | what it has | on shards |\n|---|---|---|\n")
	for _, s := range shared {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.table, s.what, s.shards)
	}
	fmt.Fprintln(&b)
	want := before + begin + b.String() + end + after
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o600))
		return
	}
	require.Equal(t, want, string(raw), "run go test ./pkg/testkit/shards -run TestScalingGuideIsCurrent -update")
}

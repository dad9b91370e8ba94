package audit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// unchecked lists the columns in which a wrong value is not found, and why. A whole table has the column *.
var unchecked = map[string]string{
	"companies.*":                         "settings have no timeline, so nothing tells what they were; issued documents keep their own copy",
	"customers.*":                         "customers have no timeline, so nothing tells what they were; documents keep their own copies",
	"events.pos":                          "a place in the feed of events follows from nothing else",
	"events.seq":                          "as above",
	"event_feeds.*":                       "where the places begin follows from nothing else",
	"mail_turns.served_at":                "it only decides whose turn is next",
	"mail_pauses.released_at":             "it only paces what waited for the end of a pause",
	"mail_pauses.backlog":                 "as above",
	"mail_pauses.released":                "as above",
	"write_probes.*":                      "a row that is written to learn whether the database takes writes",
	"mail_pauses.reason":                  "only the provider knows it",
	"emails.provider_id":                  "only the provider knows it",
	"idempotency_keys.subject":            "a key, its request and its answer are kept for a day and nowhere else",
	"idempotency_keys.operation":          "as above",
	"idempotency_keys.key":                "as above",
	"idempotency_keys.fingerprint":        "as above",
	"idempotency_keys.status":             "as above",
	"idempotency_keys.headers":            "as above",
	"idempotency_keys.body":               "as above",
	"idempotency_keys.replays":            "a count that nothing reads",
	"idempotency_keys.created_at":         "as above",
	"schema_support.*":                    "what a migration says of the programs that work with it, which nothing else does",
	"webhook_endpoints.url":               "a setting, of which nothing else tells",
	"webhook_endpoints.description":       "as above",
	"webhook_endpoints.types":             "as above",
	"webhook_endpoints.scope_sub":         "as above",
	"webhook_endpoints.notify_email":      "as above",
	"webhook_endpoints.secret_key_id":     "which secret signs is agreed with the receiver alone",
	"webhook_endpoints.secret_generation": "as above",
	"webhook_endpoints.old_key_id":        "as above",
	"webhook_endpoints.old_generation":    "as above",
	"webhook_endpoints.old_until":         "as above, up to the longest time that an old secret may sign",
	"webhook_endpoints.pos":               "an endpoint may be anywhere in the feed, but not behind its end",
	"webhook_endpoints.seq":               "as above",
	"webhook_endpoints.last_success_at":   "only the receiver knows it",
	"webhook_endpoints.failing_since":     "as above",
	"webhook_endpoints.notify_at":         "it only says when an e-mail is due",
	"webhook_endpoints.version":           "an endpoint has no timeline",
	"webhook_endpoints.created_at":        "as above",
	"webhook_endpoints.updated_at":        "as above",
	"webhook_deliveries.next_attempt_at":  "a time that has passed only makes it due; one that is far away is found",
	"webhook_deliveries.created_at":       "it only says when the delivery may be removed",
	"webhook_deliveries.updated_at":       "it is shown, and nothing follows from it",
	"customer_owners.owner_sub":           "a storefront user may own customers without an order, and orders of staff own none",
}

// where selects the row in which a value is planted, if not any row tells.
var where = map[string]string{
	"emails.next_attempt_at": "state = 'queued'",
	"emails.attempts":        "state = 'sent'",
	"counters.value":         "series = 'invoice'",
	"events.pos":             "id NOT IN (SELECT id FROM webhook_deliveries)",
	"events.seq":             "id NOT IN (SELECT id FROM webhook_deliveries)",
}

// plant is a column, in which a wrong value is written.
type plant struct{ table, column, kind string }

// A wrong value in any column of any table is found by the check, is refused by the database, or is in the list with a reason.
func TestLong_CheckFindsAWrongValueInEveryColumn(t *testing.T) {
	testkit.Long(t)
	desktest.Each(t, func(t *testing.T, w *desktest.Fixture) {
		w.Furnish(t)
		logo := []byte("a picture")
		for _, statement := range []string{
			"INSERT INTO write_probes (id, at) VALUES (1, '2026-01-01 00:00:00+00:00')",
			"INSERT INTO mail_pauses (id, until, reason) VALUES (1, '2026-01-01 00:00:00+00:00', 'the key is wrong')",
			fmt.Sprintf("INSERT INTO logos (company_id, hash, media_type, data) VALUES ('%s', '%s', 'image/png', CAST('%s' AS %s))", desktest.Rosefields, document.Hash(logo), logo,
				map[string]string{"postgres": "bytea", "sqlite": "blob"}[w.Store.Name()]),
			endpoint("0197a3c4-0000-7000-8000-00000000e4d1", "disabled", "gone", "[]"), endpoint("0197a3c4-0000-7000-8000-00000000e4d2", "enabled", "", `["order.placed"]`),
			delivery("delivered", 1, 0), delivery("failed", hook.MaxAttempts, 1), delivery("pending", 0, 2),
			fmt.Sprintf("UPDATE companies SET logo_hash = '%s' WHERE id = '%s'", document.Hash(logo), desktest.Rosefields),
		} {
			_, err := w.DB.ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		w.RequireClean(t)
		saved := save(t, w)
		tried, seen := map[string]bool{}, map[string]bool{}
		for _, p := range saved.columns(t) {
			name, any := p.table+"."+p.column, p.table+".*"
			seen[p.table] = true
			found := p.found(t, saved)
			switch reason, whole := unchecked[name], unchecked[any]; {
			case found:
				if reason != "" {
					t.Errorf("%s is found: take it off the list", name)
				}
			case reason == "" && whole == "":
				t.Errorf("%s: a wrong value is not found", name)
			default:
				tried[name], tried[any] = true, true
			}
		}
		for name := range unchecked {
			if !tried[name] {
				t.Errorf("%s is in the list and no wrong value was missed", name)
			}
		}
		for _, table := range tables {
			require.True(t, seen[table], table)
		}
		w.RequireClean(t)
	})
}

// endpoint inserts a webhook endpoint.
func endpoint(id, status, reason, types string) string {
	return fmt.Sprintf(`INSERT INTO webhook_endpoints (company_id, id, url, description, types, scope_sub, notify_email, status, disabled_reason, secret_key_id, secret_generation,
		old_key_id, old_generation, pos, seq, version, created_at, updated_at) VALUES ('%s', '%s', 'https://shop.example/hooks', 'the shop', '%s', '', '',
		'%s', '%s', 'one', 1, '', 0, 1, 1, 1, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00')`, desktest.Rosefields, id, types, status, reason)
}

// delivery inserts a webhook of one of the events: in this state, after this many attempts.
func delivery(state string, tried, event int) string {
	attempts := "[" + strings.TrimSuffix(strings.Repeat(`{"Status":500},`, tried), ",") + "]"
	return fmt.Sprintf(`INSERT INTO webhook_deliveries (company_id, endpoint_id, id, event_type, order_id, pos, seq, state, tried, attempts, next_attempt_at, created_at, updated_at)
		SELECT company_id, '0197a3c4-0000-7000-8000-00000000e4d1', id, type, order_id, pos, seq, '%s', %d, '%s', at, at, at
		FROM events WHERE company_id = '%s' AND order_id IS NOT NULL ORDER BY pos, seq LIMIT 1 OFFSET %d`, state, tried, attempts, desktest.Rosefields, event)
}

// columns returns every column of every table, from the schema: without those of the job queue, which lives on its own, and of
// the migrations.
func (s saved) columns(t *testing.T) []plant {
	t.Helper()
	query := `SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`
	if s.Store.Name() == "sqlite" {
		query = `SELECT m.name, c.name, lower(c.type) FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'`
	}
	rows, err := s.DB.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	var all []plant
	for rows.Next() {
		var p plant
		require.NoError(t, rows.Scan(&p.table, &p.column, &p.kind))
		if !slices.ContainsFunc([]string{"river_", "goose_", "sqlite_", "saved_"}, func(prefix string) bool { return strings.HasPrefix(p.table, prefix) }) {
			all = append(all, p)
		}
	}
	require.NoError(t, rows.Err())
	slices.SortFunc(all, func(a, b plant) int { return strings.Compare(a.table+"."+a.column, b.table+"."+b.column) })
	return all
}

// found writes a wrong value into one row and reports whether the check finds it, or whether the database refuses it.
func (p plant) found(t *testing.T, s saved) bool {
	t.Helper()
	condition := where[p.table+"."+p.column]
	if condition == "" {
		condition = "1 = 1"
	}
	row := map[string]string{"postgres": "ctid", "sqlite": "rowid"}[s.Store.Name()]
	// The longest value says most; NULL says least.
	pick := fmt.Sprintf("%[1]s = (SELECT %[1]s FROM %[2]s WHERE %[3]s ORDER BY length(coalesce(CAST(%[4]s AS text), '')) DESC, CAST(%[4]s AS text), CAST(%[1]s AS text) LIMIT 1)",
		row, p.table, condition, p.column)
	refused := false
	for _, wrong := range p.wrong() {
		plant := fmt.Sprintf("UPDATE %[1]s SET %[2]s = %[3]s WHERE %[4]s AND (%[2]s IS NULL OR CAST(%[2]s AS text) <> CAST(%[3]s AS text)) AND %[3]s IS NOT NULL", p.table, p.column, wrong, pick)
		switch n, err := s.tryStrictly(t, plant); {
		case err != nil:
			refused = true
			continue
		case n == 0: // there is no such value
			continue
		}
		s.exec(t, plant)
		breaches, err := audit.CheckAt(t.Context(), s.Store, s.Clock.Now())
		if slices.Contains(tables, p.table) {
			s.restore(t, p.table, "customer_emails")
		}
		return err != nil || len(breaches) > 0
	}
	return refused
}

// tryStrictly runs a statement with all constraints, rolls it back, and returns the number of rows that it would change.
func (s saved) tryStrictly(t *testing.T, statement string) (int64, error) {
	t.Helper()
	conn, err := s.DB.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	if s.Store.Name() == "sqlite" {
		_, err = conn.ExecContext(t.Context(), "PRAGMA foreign_keys = ON")
		require.NoError(t, err)
		defer func() { _, _ = conn.ExecContext(t.Context(), "PRAGMA foreign_keys = OFF") }()
	}
	tx, err := conn.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	done, err := tx.ExecContext(t.Context(), statement)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// wrong returns wrong values as SQL, the most plausible first: one of another row, and one of no row.
func (p plant) wrong() []string {
	other := fmt.Sprintf("(SELECT min(o.v) FROM (SELECT CAST(%[1]s AS text) AS v FROM %[2]s) o WHERE o.v <> coalesce(CAST(%[2]s.%[1]s AS text), ''))", p.column, p.table)
	switch {
	case p.column == "until", p.column == "reset_at": // of a pause, of which only the end is wrong
		return []string{"'2099-01-01 00:00:00+00:00'"}
	case strings.Contains(p.kind, "time"):
		return []string{"'2020-01-01 00:00:00+00:00'"}
	case p.kind == "date":
		return []string{"'2027-01-01'"}
	case p.kind == "boolean":
		return []string{"(NOT " + p.column + ")"}
	case strings.Contains(p.kind, "int"):
		return []string{"coalesce(" + p.column + ", 0) + 1", "coalesce(" + p.column + ", 0) - 1"}
	case p.kind == "uuid":
		return []string{"CAST(" + other + " AS uuid)", "CAST('0197a3c4-0000-7000-8000-00000000dead' AS uuid)"}
	case p.kind == "jsonb":
		return []string{`CAST('["planted"]' AS jsonb)`, `CAST('{}' AS jsonb)`, `CAST('[]' AS jsonb)`}
	case p.kind == "bytea", p.kind == "blob":
		return []string{"substr(" + p.column + ", 2)"}
	}
	return []string{other, "coalesce(" + p.column + ", '') || 'x'", `'["planted"]'`, "'{}'", "'[]'"}
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// poolerMode is the parameter that an address must have if it leads through a pooler, such as PgBouncer in transaction mode.
// Statements are then not prepared by name, because a name is known to one session of the server only.
const poolerMode = "default_query_exec_mode=cache_describe"

// setting is a parameter of a session and the value that it must have.
type setting struct{ name, value string }

// settings are what this program needs of a session, unless the address says otherwise.
var settings = []setting{
	{"lock_timeout", "2000"}, // ms; a row that is locked for longer is a fault
	{"idle_in_transaction_session_timeout", "60000"},
	{"jit", "off"},              // compiling a list's plan takes longer than running it
	{"random_page_cost", "1.1"}, // SSD or cache, so an index scan is worth it
	{"timezone", "UTC"},
}

// throughPoolers are the parameters that a pooler sets for each client.
var throughPoolers = []string{"timezone", "application_name"}

// pooledAddress reports whether the address says that a pooler is in between.
func pooledAddress(variable string, c *pgx.ConnConfig) (bool, error) {
	mode := c.DefaultQueryExecMode
	if mode == pgx.QueryExecModeCacheStatement || mode == pgx.QueryExecModeCacheDescribe {
		return mode == pgx.QueryExecModeCacheDescribe, nil
	}
	return false, fmt.Errorf("read %s: default_query_exec_mode=%s is not supported: leave it out, or write %s for a pooler in transaction mode", variable, mode, poolerMode)
}

// sessionSettings adds the settings to what connections ask for, and returns what each session must have. A pooler refuses
// parameters that it does not know; there the sessions must have them from elsewhere.
func sessionSettings(params map[string]string, pooled bool) (must []setting) {
	if _, given := params["application_name"]; !given {
		params["application_name"] = "orderdesk"
	}
	for _, s := range settings {
		if _, given := params[s.name]; !given && (!pooled || slices.Contains(throughPoolers, s.name)) {
			params[s.name] = s.value
		} else if given {
			s.value = params[s.name]
		}
		must = append(must, s)
	}
	return must
}

// refusedByPooler explains an error of a connection that a pooler has refused.
func refusedByPooler(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && strings.HasPrefix(pg.Message, "unsupported startup parameter") {
		return fmt.Errorf("a pooler refuses the settings of the session: add %s to DATABASE_URL (docs/operations.md, Poolers): %w", poolerMode, err)
	}
	return err
}

// mixedUpByPooler explains an error of a prepared statement that another session has, or that this one lacks.
func mixedUpByPooler(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "42P05" || pg.Code == "26000") { // duplicate or missing prepared statement
		return fmt.Errorf("a pooler in transaction mode mixes up prepared statements: add %s to DATABASE_URL (docs/operations.md, Poolers): %w", poolerMode, err)
	}
	return err
}

// Session is what an operator should know about the sessions with the database.
type Session struct {
	Pooled bool
	Loses  []string // settings with which a crash of the server can lose acknowledged writes, such as fsync=off
}

// Session checks that the sessions with the database are what this program needs, and describes them. A pooler in between can
// drop settings without a word, or hand a prepared statement to another session; the error then says what to change.
func (s *Store) Session(ctx context.Context) (Session, error) {
	found, err := s.suits(ctx, s)
	return found, translate(err)
}

func suitsPostgres(must []setting, pooled bool) func(context.Context, *Store) (Session, error) {
	return func(ctx context.Context, s *Store) (Session, error) {
		found := Session{Pooled: pooled}
		tx, err := s.probes.BeginTx(ctx, nil)
		if err != nil {
			return found, fmt.Errorf("begin a transaction (a pooler in statement mode permits none): %w", err)
		}
		_ = tx.Rollback()
		safety, direct, err := hasSettings(ctx, s.probes, must)
		if err != nil {
			return found, mixedUpByPooler(err) // another check of the start may share its session
		}
		if !direct && !pooled {
			if err := keepsStatements(ctx, s); err != nil {
				return found, err
			}
		}
		for i, value := range safety {
			if value == "off" {
				found.Loses = append(found.Loses, safe[i]+"=off")
			}
		}
		return found, nil
	}
}

// safe are the settings of a server that loses no acknowledged write, unless one is off.
var safe = []string{"synchronous_commit", "fsync", "full_page_writes"}

// hasSettings compares the settings of a session with the wanted ones, in one round trip. PostgreSQL writes both in the same way:
// set_config returns the value as it shows it, and is undone at once. It also returns the values of safe.
//
// The session is direct if the server's process has the id that the connection got when it was opened. A pooler that shares sessions makes
// that id up, because the connection has no session yet.
func hasSettings(ctx context.Context, db *sql.DB, must []setting) (safety []string, direct bool, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("read the settings of the session: %w", err)
	}
	defer func() { _ = conn.Close() }()
	var opened int64
	_ = conn.Raw(func(driverConn any) error { // the driver we opened
		c, _ := pgxConn(driverConn)
		opened = int64(c.PgConn().PID())
		return nil
	})
	var named, wanted []string
	for _, s := range must {
		named, wanted = append(named, s.name), append(wanted, s.value)
	}
	rows, err := conn.QueryContext(ctx, `WITH session AS MATERIALIZED (
			SELECT n, name, wanted, current_setting(name) AS value FROM unnest($1::text[], $2::text[]) WITH ORDINALITY s (name, wanted, n))
		SELECT value, CASE WHEN n <= $3 THEN set_config(name, wanted, true) END, quote_ident(current_user), quote_ident(current_database()),
			pg_backend_pid()
		FROM session ORDER BY n`, append(named, safe...), append(wanted, make([]string, len(safe))...), len(must))
	if err != nil {
		return nil, false, fmt.Errorf("read the settings of the session: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var missing, remedy []string
	for i := 0; rows.Next(); i++ {
		var is, role, database string
		var wanted *string // NULL after those that it must have
		var process int64
		if err := rows.Scan(&is, &wanted, &role, &database, &process); err != nil {
			return nil, false, fmt.Errorf("read the settings of the session: %w", err)
		}
		direct = process == opened
		switch {
		case wanted == nil:
			safety = append(safety, is)
		case is != *wanted:
			missing = append(missing, fmt.Sprintf("%s is %s and not %s", must[i].name, is, *wanted))
			remedy = append(remedy, fmt.Sprintf("ALTER ROLE %s IN DATABASE %s SET %s = '%s';", role, database, must[i].name, must[i].value))
		}
	}
	if err := rows.Err(); err != nil {
		return nil, false, fmt.Errorf("read the settings of the session: %w", err)
	}
	if len(missing) == 0 {
		return safety, direct, nil
	}
	return nil, false, fmt.Errorf("a pooler drops settings of the session (%s): set them at the server, and let the pooler open new sessions:\n%s",
		strings.Join(missing, ", "), strings.Join(remedy, "\n"))
}

// keepsStatements returns an error unless each connection has prepared statements of its own. A pooler in transaction mode hands
// them to whichever session is free.
func keepsStatements(ctx context.Context, s *Store) error {
	if s.Stats().Max < 2 {
		return nil
	}
	const name = "orderdesk-session"
	var open []*sql.Conn
	defer func() {
		for _, c := range open {
			_ = c.Close()
		}
	}()
	for _, db := range []*sql.DB{s.probes, s.db} {
		c, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		open = append(open, c)
	}
	own := func(i int) string { return fmt.Sprint(name, i) }
	run := func(c *pgx.Conn, i int) error { _, err := c.Exec(ctx, own(i)); return err }
	for _, step := range []func(c *pgx.Conn, i int) error{
		func(c *pgx.Conn, _ int) error { _, err := c.Prepare(ctx, name, "SELECT 1"); return err },
		func(c *pgx.Conn, i int) error { _, err := c.Prepare(ctx, own(i), "SELECT 1"); return err },
		run, run, run,
		func(c *pgx.Conn, i int) error { return c.Deallocate(ctx, own(i)) },
		func(c *pgx.Conn, _ int) error { return c.Deallocate(ctx, name) },
	} {
		for i, c := range open {
			err := c.Raw(func(driverConn any) error {
				conn, _ := pgxConn(driverConn)
				return step(conn, i)
			})
			if err != nil {
				return mixedUpByPooler(err)
			}
		}
	}
	return nil
}

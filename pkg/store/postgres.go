package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// defaultConns is the size of the pool, unless the address sets pool_max_conns.
const defaultConns = 16

// How long to wait for a server that does not answer. A connection that was idle for a second is checked before use.
const (
	connectWait = 3 * time.Second
	pingWait    = time.Second
)

// boundedConnector limits the wait for a connection, even if the request has more time.
type boundedConnector struct {
	driver.Connector
	wait time.Duration
}

// Connect takes a connection from the pool.
func (p boundedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	waiting, cancel := context.WithTimeout(ctx, p.wait)
	defer cancel()
	conn, err := p.Connector.Connect(waiting)
	if err != nil {
		if waiting.Err() != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("%w: %w", errNoConnection, err)
		}
		return nil, refusedByPooler(err)
	}
	return openingConn{conn.(*stdlib.Conn)}, nil //nolint:errcheck // the connector's own type
}

func openPostgres(ctx context.Context, address string, o Options) (*Store, error) {
	c, err := readAddress("DATABASE_URL", address, o)
	if err != nil {
		return nil, err
	}
	if c.pool.ConnConfig.ValidateConnect == nil && !strings.Contains(address, "target_session_attrs=") {
		c.pool.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	commits := new(atomic.Int64)
	plans := replanned(o.PlanAge, commits)
	c.pool.PrepareConn = plans
	pool, err := c.open(ctx, func(err *pgconn.PgError) bool {
		return err.Code != readOnlyTransaction // after a failover behind one name, or a switch of the server, the session would stay read-only for ever
	})
	if err != nil {
		return nil, err
	}
	s := &Store{commits: commits, shutdown: []func(){pool.Close}}
	share := newBulkhead(int(c.pool.MaxConns))
	connector := func(use Use) sharedConnector {
		return sharedConnector{boundedConnector{stdlib.GetPoolConnector(pool), o.ConnectionWait}, share, use, o.ShareWait}
	}
	open := func(from driver.Connector) *sql.DB {
		db := sql.OpenDB(from)
		db.SetMaxIdleConns(0) // the pool keeps idle connections
		s.shutdown = append(s.shutdown, func() { _ = db.Close() })
		return db
	}
	writes, jobs, probes := open(connector(UseWrites)), open(connector(UseJobs)), open(connector(UseProbes))
	reads := driver.Connector(connector(UseReads))
	if o.ReadURL != "" {
		s.replica, err = openReplica(ctx, o.ReadURL, o, &marker{db: probes, pooled: c.pooled}, plans)
		if err != nil {
			s.Close()
			return nil, err
		}
		s.shutdown = append(s.shutdown, s.replica.close)
		reads = routedConnector{connector(UseReads), s.replica}
	}
	s.dialect = dialect{
		name:     "postgres",
		db:       writes,
		probes:   probes,
		driver:   newJobDriver(riverdatabasesql.New(jobs), removeJobsOfPostgres),
		migrator: migrator{dialect: goose.DialectPostgres, folder: "postgres", lock: true, open: migratingPostgres(c.pool, c.pooled), settle: analyzeDistinct},
		pool:     func() PoolStats { return share.count(statsOf(pool.Stat())) },
		send:     sendBatch,
		rows:     postgresRows,
		feed:     postgresFeed,

		timelineSQL: timelinePostgres,

		payments: newPaymentTable(utcDayOfPostgres("paid_at")),
		utcDay:   utcDayOfPostgres,
		lengthOf: "jsonb_array_length",
		share:    " FOR SHARE",
		together: true,
		open:     openedByPostgres,
		now:      nowOfPostgres,
		settled:  settledPostgres,
		suits:    suitsPostgres(c.session, c.pooled),

		insertMailJob: insertMailJobPostgres,
	}
	if s.write, err = gorm.Open(postgres.New(postgres.Config{Conn: writes}), gormConfig()); err == nil {
		s.read, err = gorm.Open(postgres.New(postgres.Config{Conn: open(reads)}), gormConfig())
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// utcDayOfPostgres is the day in UTC of a column, as the indexes by such days have it.
func utcDayOfPostgres(column string) string { return "((" + column + " AT TIME ZONE 'UTC')::date)" }

// migratingPostgres opens sessions with a short lock_timeout, because requests wait behind a step that waits for a lock.
func migratingPostgres(cfg *pgxpool.Config, pooled bool) func() (*sql.DB, func(), error) {
	return func() (*sql.DB, func(), error) {
		if pooled {
			return nil, nil, errors.New("DATABASE_URL leads through a pooler, and migrating needs a session of its own: run it with the address of the server itself, without " + poolerMode)
		}
		own := cfg.ConnConfig.Copy()
		own.RuntimeParams["lock_timeout"] = strconv.FormatInt(lockWait.Milliseconds(), 10)
		db := stdlib.OpenDB(*own, stdlib.OptionAfterConnect(cfg.AfterConnect))
		return db, func() { _ = db.Close() }, nil
	}
}

// planAgeIdle is how long plans are kept while this process writes nothing.
const planAgeIdle = 5 * time.Minute

// planned is when a connection began to make its plans, and how many transactions had been committed by then.
type planned struct {
	at      time.Time
	commits int64
}

// replanned returns a hook that discards a connection's plans, those of foreign keys among them, when they are older
// than age. PostgreSQL plans a prepared statement once and keeps the plan until the tables' statistics change. A table
// that was empty then would be read by any index of its company until autovacuum runs. While nothing is committed, tables
// do not grow by this process, and plans are kept longer.
func replanned(age time.Duration, commits *atomic.Int64) func(context.Context, *pgx.Conn) (bool, error) {
	const key = "planned"
	return func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		session := conn.PgConn()
		was, known := session.CustomData()[key].(planned)
		is := planned{time.Now(), commits.Load()} //nolint:forbidigo // a connection's age, not the trade's time
		old := is.at.Sub(was.at)
		if known && (old < age || is.commits == was.commits && old < planAgeIdle) {
			return true, nil
		}
		session.CustomData()[key] = is
		if !known {
			return true, nil
		}
		err := session.Exec(ctx, "DISCARD PLANS").Close()
		return err == nil, err
	}
}

func removeJobsOfPostgres(ctx context.Context, db riverdriver.Executor, ids []int64) error {
	return db.Exec(ctx, "DELETE FROM river_job WHERE state = 'running' AND id = ANY($1::bigint[])", ids)
}

// statsOf converts the statistics of pgx's pool. Those of database/sql are useless here, because it never waits.
func statsOf(s *pgxpool.Stat) PoolStats {
	return PoolStats{Max: int(s.MaxConns()), Open: int(s.TotalConns()), InUse: int(s.AcquiredConns()), Idle: int(s.IdleConns()),
		Waits: s.EmptyAcquireCount(), Waited: s.EmptyAcquireWaitTime()}
}

func openedByPostgres(ctx context.Context, tx *Tx) (*sql.Tx, error) {
	return tx.conn.BeginTx(context.WithValue(ctx, txKey{}, tx), nil)
}

func nowOfPostgres(ctx context.Context, s *Store) (now time.Time, err error) {
	err = s.probes.QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&now)
	return now, err
}

// settledPostgres returns the moment after the newest committed change, or the start of the oldest open transaction if that is
// earlier. Nothing with an earlier stamp can appear later:
//
//   - A transaction that is seen here has no stamp before its xact_start, because it reads the clock after BEGIN reached
//     the server. (Its id is not enough, because it is assigned at its first write.)
//   - PostgreSQL shows xact_start before the transaction takes its first snapshot, and hides it after its commit is
//     visible. This statement takes its own snapshot before it looks. So a transaction that is not seen here is visible to
//     the next reader, or it begins later. Then it sees the newest change too, and Stamp gives it a later stamp.
//
// No two clocks are compared: all times are the server's, and if its clock is set back, the newest change still counts.
//
// Every open transaction holds the result back, even a backup's. Then it lags, but skips nothing.
//
// A session sees when transactions of its own role began. Of other roles it only sees that they are connected, unless
// it is a member of pg_read_all_stats. If a process of ours uses another role, or the server does not track activities,
// the result is unknown: the zero time.
func settledPostgres(ctx context.Context, t Tenant) (time.Time, error) {
	s := t.store
	var seen struct {
		Newest  time.Time
		Oldest  *time.Time
		Tracked bool
		Hidden  int
	}
	err := s.read.WithContext(ctx).Raw(`WITH newest AS MATERIALIZED (`+newestChange+`)
		SELECT coalesce((SELECT max FROM newest), statement_timestamp()) AS newest,
			min(xact_start) FILTER (WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS oldest,
			count(xact_start) FILTER (WHERE pid = pg_backend_pid()) > 0 AS tracked,
			count(*) FILTER (WHERE backend_type IS NULL AND application_name = current_setting('application_name')) AS hidden
		FROM pg_stat_activity WHERE datname = current_database()`, t.company, t.company, t.company).Scan(&seen).Error
	if err != nil {
		return time.Time{}, translate(err)
	}
	if !seen.Tracked || seen.Hidden > 0 {
		s.unsettled.Do(func() {
			s.log.WarnContext(ctx, "lists have no synced_until: transactions of other database roles cannot be seen",
				"sessions", seen.Hidden, "remedy", "use one database role for all processes, or GRANT pg_read_all_stats; track_activities must be on")
		})
		return time.Time{}, nil
	}
	until := seen.Newest.Add(tick)
	if seen.Oldest != nil && seen.Oldest.Before(until) {
		until = *seen.Oldest
	}
	return whole(until), nil
}

// analyzeDistinct renews the statistics of tables in which a step has set how many values a column can have. The planner knows the number
// only after the next ANALYZE, and autovacuum may analyze a large table days later. A table that VACUUM has locked is left to autovacuum.
func analyzeDistinct(ctx context.Context, db *sql.DB) error {
	var tables sql.NullString
	err := db.QueryRowContext(ctx, `SELECT string_agg(DISTINCT quote_ident(s.tablename), ', ') FROM pg_stats s
		JOIN pg_attribute a ON a.attrelid = (quote_ident(s.schemaname) || '.' || quote_ident(s.tablename))::regclass AND a.attname = s.attname
		WHERE s.schemaname = current_schema() AND a.attoptions::text LIKE '%n_distinct=%' AND NOT a.attoptions @> ARRAY['n_distinct=' || s.n_distinct]`).Scan(&tables)
	if err == nil && tables.Valid {
		_, err = db.ExecContext(ctx, "ANALYZE (SKIP_LOCKED) "+tables.String)
	}
	return err
}

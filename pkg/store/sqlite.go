package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/glebarez/sqlite"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"gorm.io/gorm"
)

// openSQLite opens two handles on one file: one connection that writes, and a few that can only read.
func openSQLite(ctx context.Context, path string, o Options) (*Store, error) {
	if o.ReadURL != "" {
		return nil, errors.New("DATABASE_READ_URL names a standby of PostgreSQL, and DATABASE_URL is SQLite, which has none: unset it")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, err
	}
	if err := ownFiles(path); err != nil {
		return nil, err
	}
	driver := o.SQLiteDriver
	if driver == "" {
		driver = "sqlite"
	}
	// synchronous FULL: a change that was answered with 2xx survives a power cut.
	writer, err := sql.Open(driver, sqliteDSN(path, "immediate", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "busy_timeout(5000)"))
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := untilUnlocked(ctx, writer.PingContext); err != nil {
		_ = writer.Close()
		return nil, err
	}
	reader, err := sql.Open(driver, sqliteDSN(path, "deferred", "query_only(1)", "busy_timeout(5000)"))
	if err != nil {
		_ = writer.Close()
		return nil, err
	}
	reader.SetMaxOpenConns(4)
	probes, err := sql.Open(driver, sqliteDSN(path, "deferred", "query_only(1)", "busy_timeout(5000)"))
	if err != nil {
		_, _ = writer.Close(), reader.Close()
		return nil, err
	}
	probes.SetMaxOpenConns(1)
	s := &Store{commits: new(atomic.Int64), shutdown: []func(){func() { _ = writer.Close() }, func() { _ = reader.Close() }, func() { _ = probes.Close() }}}
	stop, err := tendWAL(driver, path, o.WALEvery, o.Log)
	if err != nil {
		s.Close()
		return nil, err
	}
	s.shutdown = append(s.shutdown, stop)
	s.dialect = dialect{
		name:     "sqlite",
		db:       writer,
		probes:   probes,
		driver:   newJobDriver(riversqlite.New(writer), removeJobsOfSQLite),
		migrator: migrator{dialect: goose.DialectSQLite3, folder: "sqlite", open: func() (*sql.DB, func(), error) { return writer, func() {}, nil }, settle: analyzeNewIndexes},
		pool: func() PoolStats {
			st := writer.Stats()
			return PoolStats{Max: st.MaxOpenConnections, Open: st.OpenConnections, InUse: st.InUse, Idle: st.Idle, Waits: st.WaitCount, Waited: st.WaitDuration}
		},
		send:     sendOneByOne,
		rows:     sqliteRows,
		payments: newPaymentTable(utcDayOfSQLite("paid_at")),
		utcDay:   utcDayOfSQLite,
		compound: true,
		lengthOf: "json_array_length",
		feed:     sqliteFeed,

		timelineSQL: untold,

		openDrafts: " INDEXED BY orders_open_drafts",
		open:       openedBySQLite,
		now:        func(context.Context, *Store) (time.Time, error) { return hostClock(), nil },
		settled:    settledSQLite,
		backup:     backupSQLite(driver, path),
		suits:      func(context.Context, *Store) (Session, error) { return Session{}, nil }, // its sessions are what we open
	}
	if s.write, err = gorm.Open(&sqlite.Dialector{Conn: writer}, gormConfig()); err == nil {
		s.read, err = gorm.Open(&sqlite.Dialector{Conn: reader}, gormConfig())
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func removeJobsOfSQLite(ctx context.Context, db riverdriver.Executor, ids []int64) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return db.Exec(ctx, "DELETE FROM river_job WHERE state = 'running' AND id IN (SELECT value FROM json_each(?))", string(list))
}

// untilUnlocked repeats the opening of a connection while another process opens the same new file. Both change its journal mode, and
// SQLite refuses one of them at once, because each would wait for the other. A file that stays locked is refused after 5 s to 10 s: each
// try may wait for the busy timeout.
func untilUnlocked(ctx context.Context, open func(context.Context) error) error {
	const pause, patience = 10 * time.Millisecond, 5 * time.Second
	for began := hostClock(); ; time.Sleep(pause) {
		var lite *gosqlite.Error
		err := open(ctx)
		if !errors.As(err, &lite) || lite.Code()&0xff != sqliteBusy || hostClock().Sub(began) > patience {
			return err
		}
	}
}

// analyzeNewIndexes adds new indexes to the statistics, in a database that has statistics of their tables. SQLite takes an index without
// any for one that leads to ten rows of the company, and would read it in place of the one that is in the order of a list.
func analyzeNewIndexes(ctx context.Context, db *sql.DB) error {
	var kept int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'").Scan(&kept); err != nil || kept == 0 {
		return err
	}
	var names sql.NullString
	err := db.QueryRowContext(ctx, `SELECT group_concat(name) FROM sqlite_master m WHERE type = 'index'
		AND tbl_name IN (SELECT tbl FROM sqlite_stat1) AND name NOT IN (SELECT idx FROM sqlite_stat1 WHERE idx IS NOT NULL)`).Scan(&names)
	for name := range strings.SplitSeq(names.String, ",") {
		if err == nil && name != "" {
			_, err = db.ExecContext(ctx, "ANALYZE "+name)
		}
	}
	return err
}

// utcDayOfSQLite is the day in UTC of a column, as the indexes by such days have it.
func utcDayOfSQLite(column string) string {
	return "(substr(" + column + ", 1, 10) || ' 00:00:00+00:00')"
}

// ownFiles creates the database file if it does not exist, and lets only its owner read it and its companions. SQLite gives
// the permissions of the file to those that it creates beside it.
func ownFiles(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Chmod(file, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func sqliteDSN(path, lock string, pragmas ...string) string {
	q := make([]string, 0, len(pragmas)+1)
	for _, p := range pragmas {
		q = append(q, "_pragma="+url.QueryEscape(p))
	}
	return fmt.Sprintf("file:%s?%s&_txlock=%s", (&url.URL{Path: path}).EscapedPath(), strings.Join(q, "&"), lock)
}

func sendOneByOne(ctx context.Context, tx *Tx, batch []statement) error {
	for _, s := range batch {
		res, err := tx.sql.ExecContext(ctx, s.sql, s.args...)
		var rows int64
		if err == nil {
			rows, err = res.RowsAffected()
		}
		if err := s.settle(rows, err); err != nil {
			return err
		}
	}
	return nil
}

// openedBySQLite begins a transaction. It waits for the one writer, so the clock and the newest change are read after all
// earlier transactions have ended.
func openedBySQLite(ctx context.Context, tx *Tx) (*sql.Tx, error) {
	begun, err := tx.conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	if tx.opening.newest, err = newestOfSQLite(ctx, begun.QueryRowContext, OpeningMark+newestChange, tx.opening.company); err != nil {
		_ = begun.Rollback()
		return nil, err
	}
	tx.opening.now = hostClock()
	return begun, nil
}

// settledSQLite returns the moment after the newest committed change. The open transaction, if there is one, sees that
// change too, and Stamp gives it a later stamp. So no reader waits for a writer.
func settledSQLite(ctx context.Context, t Tenant) (time.Time, error) {
	reader, err := t.store.read.DB()
	if err != nil {
		return time.Time{}, err
	}
	newest, err := newestOfSQLite(ctx, reader.QueryRowContext, newestChange, t.company)
	if newest.IsZero() {
		newest = t.store.Now()
	}
	return whole(newest.Add(tick)), translate(err)
}

// newestOfSQLite is the newest committed stamp of a company, or the zero time. SQLite has texts for times, and the driver
// recognizes them by their column's type, which an expression does not have.
func newestOfSQLite(ctx context.Context, query func(context.Context, string, ...any) *sql.Row, statement, company string) (time.Time, error) {
	var text sql.NullString
	if err := query(ctx, statement, company, company, company).Scan(&text); err != nil || !text.Valid {
		return time.Time{}, err
	}
	return time.Parse("2006-01-02 15:04:05.999999999-07:00", text.String)
}

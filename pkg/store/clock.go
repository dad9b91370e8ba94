package store

import (
	"context"
	"database/sql/driver"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// opening is what a transaction reads when it begins, in the same round trip as BEGIN.
type opening struct {
	company string
	now     time.Time // the database's clock
	newest  time.Time // see newestChange
	skew    time.Duration

	timeline string // of the server; see dialect.timelineSQL
	server   *timelineReader

	ahead *ahead // what is sent with BEGIN too; nil: nothing
}

// newestChange returns the newest committed stamp of the company: the greatest updated_at of its documents, its
// customers and itself.
const newestChange = `SELECT max(at) FROM (SELECT max(updated_at) AS at FROM orders WHERE company_id = ?
	UNION ALL SELECT max(updated_at) FROM customers WHERE company_id = ?
	UNION ALL SELECT updated_at FROM companies WHERE id = ?) changes`

// tick is the precision of the databases.
const tick = time.Microsecond

// Now returns the database's clock when the transaction began. All processes share this clock.
func (tx *Tx) Now() time.Time { return tx.opening.now }

// Stamp returns the updated_at of the changes of this transaction: the given time or, if the company has later changes
// already, a moment after the newest of them. So a clock that was set back hides no change from SyncedUntil.
func (tx *Tx) Stamp(now time.Time) time.Time {
	if least := tx.opening.newest.Add(tick); !tx.opening.newest.IsZero() && now.Before(least) {
		return least
	}
	return now
}

// Skew returns how far this process's clock was ahead of the database's when the transaction began.
func (tx *Tx) Skew() time.Duration { return tx.opening.skew }

// Skew returns how far this process's clock was ahead of the database's when they were last compared, which every
// transaction does. It is negative if the process's clock is behind.
func (s *Store) Skew() time.Duration { return time.Duration(s.skew.Load()) }

// Now returns an estimate of the database's clock without asking the database: this process's clock, corrected by the
// last Skew.
func (s *Store) Now() time.Time { return whole(s.clock().Add(-s.Skew())) }

// DatabaseNow asks the database for its clock. It also measures the Skew.
func (s *Store) DatabaseNow(ctx context.Context) (time.Time, error) {
	before := s.clock()
	now, err := s.now(ctx, s)
	if err != nil {
		return time.Time{}, translate(err)
	}
	s.measure(before, now, s.clock())
	return whole(now), nil
}

// measure compares the clocks. The database was asked between before and after, so that a slow answer is no skew.
func (s *Store) measure(before, database, after time.Time) time.Duration {
	skew := time.Duration(0)
	switch before, after, database := before.Round(0), after.Round(0), database.Round(0); { // without monotonic readings
	case database.Before(before):
		skew = before.Sub(database)
	case database.After(after):
		skew = after.Sub(database)
	}
	s.skew.Store(int64(skew))
	return skew
}

func whole(t time.Time) time.Time { return t.UTC().Truncate(tick) }

// hostClock is the clock of the machine. It is SQLite's too, because the file has no server.
func hostClock() time.Time { return time.Now() } //nolint:forbidigo // what the clock is compared with is not passed in

// txKey is the key of the *Tx in the context of BEGIN.
type txKey struct{}

// openingConn reads an opening together with BEGIN, if the context has one.
type openingConn struct{ *stdlib.Conn }

// PGX is the connection of pgx.
func (c openingConn) PGX() *pgx.Conn { return c.Conn.Conn() }

// OpeningMark begins the statement that is sent with BEGIN, so that whoever counts statements can tell it.
const OpeningMark = "/* opening */ "

const openingPostgres = OpeningMark + `SELECT greatest(now(), clock_timestamp()), (` + newestChange + `), `

// BeginTx begins a transaction.
func (c openingConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	tx, ours := ctx.Value(txKey{}).(*Tx)
	if !ours {
		return c.Conn.BeginTx(ctx, o)
	}
	conn := c.Conn.Conn()
	if conn.IsClosed() {
		return nil, driver.ErrBadConn
	}
	err := tx.opening.server.read(ctx, func(wanted bool) error { return tx.opening.read(ctx, conn, wanted) })
	if err != nil { // the connection may be in a transaction
		closing, cancel := context.WithCancel(context.WithoutCancel(ctx))
		cancel()
		_ = conn.Close(closing)
		return nil, err
	}
	return openedTx{ctx, conn, tx}, nil
}

// read begins a transaction and reads its opening. If an earlier call failed, its transaction is ended first.
func (o *opening) read(ctx context.Context, conn *pgx.Conn, wanted bool) error {
	const idle = 'I'
	if conn.PgConn().TxStatus() != idle {
		if _, err := conn.Exec(ctx, "rollback"); err != nil {
			return err
		}
	}
	text := openingPostgres + untold
	if wanted {
		text = openingPostgres + timelinePostgres
	}
	var b pgx.Batch
	b.Queue("begin")
	b.Queue(dollars(text), o.company, o.company, o.company)
	if o.ahead != nil {
		o.ahead.queueOn(&b)
	}
	provideBuffer(conn)
	results := conn.SendBatch(ctx, &b)
	_, err := results.Exec()
	if o.ahead != nil && notPrepared(err) && !conn.IsClosed() { // whoever has locked a table is told from the statement that waits for it
		_ = results.Close()
		o.ahead = nil
		return o.read(ctx, conn, wanted)
	}
	if err == nil {
		var newest *time.Time
		if err = results.QueryRow().Scan(&o.now, &newest, &o.timeline); newest != nil {
			o.newest = *newest
		}
	}
	if err == nil && o.ahead != nil {
		o.ahead.readFrom(results, conn)
	}
	if broken := results.Close(); err == nil && (o.ahead == nil || o.ahead.err == nil) {
		err = broken
	}
	return err
}

// pgxConn is the pgx connection of a database/sql connection to PostgreSQL.
func pgxConn(driverConn any) (*pgx.Conn, bool) {
	c, ok := driverConn.(*sharedConn)
	if !ok {
		return nil, false
	}
	return c.Conn.Conn(), true
}

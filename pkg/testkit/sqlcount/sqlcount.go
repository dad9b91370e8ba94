// Package sqlcount counts the SQL statements that a store sends, with a pgx tracer and a wrapped SQLite driver.
package sqlcount

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Counter records every statement of the store that is opened with its Options.
type Counter struct {
	mu    sync.Mutex
	seen  []string
	trips []string
	name  string
}

var drivers atomic.Int64

// New returns a counter and the options of the store that it records.
func New() (*Counter, store.Options) {
	c := &Counter{name: fmt.Sprintf("sqlite-counted-%d", drivers.Add(1))}
	sql.Register(c.name, &counted{Driver: &gosqlite.Driver{}, counter: c})
	return c, store.Options{Tracer: c, SQLiteDriver: c.name}
}

// Statements returns the statements since the last call, without BEGIN and the read of the clock that is sent with it,
// COMMIT, ROLLBACK and the job queue's notification.
func (c *Counter) Statements() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.seen
	c.seen = nil
	return seen
}

// RoundTrips returns the round trips to PostgreSQL since the last call, each with its statements. BEGIN and COMMIT count, and a
// statement that is prepared for the first time costs one more, which is left out.
func (c *Counter) RoundTrips() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	trips := c.trips
	c.trips = nil
	return trips
}

func (c *Counter) trip(query string, same bool) {
	text := strings.Join(strings.Fields(query), " ")
	if strings.HasPrefix(text, "-- ping") || strings.Contains(text, "river_leader") {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if same && len(c.trips) > 0 {
		c.trips[len(c.trips)-1] += "; " + text
		return
	}
	c.trips = append(c.trips, text)
}

func (c *Counter) note(query string) {
	text := strings.Join(strings.Fields(query), " ")
	lower := strings.ToLower(text)
	for _, other := range []string{"begin", "commit", "rollback", "pragma", "-- ping", ";"} {
		if strings.HasPrefix(lower, other) {
			return
		}
	}
	if strings.HasPrefix(lower, store.OpeningMark) {
		return
	}
	if strings.Contains(lower, "pg_notify") || strings.Contains(lower, "river_notification") || strings.Contains(lower, "river_leader") {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, text)
}

// TraceQueryStart counts a statement (pgx.QueryTracer).
func (c *Counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	c.note(d.SQL)
	c.trip(d.SQL, false)
	return ctx
}

// TraceQueryEnd is part of pgx.QueryTracer.
func (c *Counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart is part of pgx.BatchTracer.
func (c *Counter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return context.WithValue(ctx, batchKey{}, new(bool))
}

// TraceBatchQuery counts a statement of a batch (pgx.BatchTracer).
func (c *Counter) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchQueryData) {
	c.note(d.SQL)
	begun, _ := ctx.Value(batchKey{}).(*bool)
	c.trip(d.SQL, *begun)
	*begun = true
}

// batchKey is the key of whether a batch has a statement yet.
type batchKey struct{}

// TraceBatchEnd is part of pgx.BatchTracer.
func (c *Counter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// counted wraps the SQLite driver with a counter.
type counted struct {
	driver.Driver
	counter *Counter
}

func (d *counted) Open(name string) (driver.Conn, error) {
	conn, err := d.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	return &countedConn{Conn: conn, counter: d.counter}, nil
}

type countedConn struct {
	driver.Conn
	counter *Counter
}

func (c *countedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.counter.note(query)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c *countedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.counter.note(query)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c *countedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.counter.note(query)
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

func (c *countedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

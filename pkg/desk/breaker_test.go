package desk_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// breaker wraps a store's database and breaks one chosen statement. The statement fails, or the request is cancelled
// just before it. BEGIN and COMMIT count too. A PostgreSQL batch counts as one statement.
type breaker struct {
	mu     sync.Mutex
	armed  bool
	left   int
	cancel func() // nil: the statement fails
	broke  string
	driver string
}

var errBroken = errors.New("broken by the test")

var breakers atomic.Int64

// newBreaker returns a breaker and the store options that install it.
func newBreaker() (*breaker, store.Options) {
	b := &breaker{driver: fmt.Sprintf("sqlite-breaking-%d", breakers.Add(1))}
	sql.Register(b.driver, &breakingDriver{&gosqlite.Driver{}, b})
	return b, store.Options{Tracer: b, SQLiteDriver: b.driver}
}

// breakAt breaks the statement with this index, counted from now.
func (b *breaker) breakAt(index int, cancel func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed, b.left, b.cancel, b.broke = true, index, cancel, ""
}

// stop stops breaking and returns the statement that was broken, or an empty string.
func (b *breaker) stop() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed = false
	return b.broke
}

func (b *breaker) next(query string) error {
	lower := strings.ToLower(strings.TrimSpace(query))
	if strings.HasPrefix(lower, "rollback") || strings.HasPrefix(lower, "-- ping") || strings.HasPrefix(lower, ";") {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.armed {
		return nil
	}
	if b.left > 0 {
		b.left--
		return nil
	}
	b.armed, b.broke = false, strings.Join(strings.Fields(query), " ")
	if b.cancel != nil {
		b.cancel()
		return nil
	}
	return errBroken
}

// context returns a cancelled context if this statement must break.
func (b *breaker) context(ctx context.Context, query string) context.Context {
	if b.next(query) == nil {
		return ctx
	}
	over, cancel := context.WithCancelCause(ctx)
	cancel(errBroken)
	return over
}

// TraceQueryStart breaks a statement on PostgreSQL (pgx.QueryTracer).
func (b *breaker) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	return b.context(ctx, d.SQL)
}

// TraceQueryEnd is part of pgx.QueryTracer.
func (b *breaker) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart breaks a batch (pgx.BatchTracer).
func (b *breaker) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return b.context(ctx, "batch")
}

// TraceBatchQuery is part of pgx.BatchTracer.
func (b *breaker) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd is part of pgx.BatchTracer.
func (b *breaker) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

type breakingDriver struct {
	driver.Driver
	breaker *breaker
}

func (d *breakingDriver) Open(name string) (driver.Conn, error) {
	conn, err := d.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	return &breakingConn{conn, d.breaker}, nil
}

type breakingConn struct {
	driver.Conn
	breaker *breaker
}

func (c *breakingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.breaker.next(query); err != nil {
		return nil, err
	}
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args) //nolint:errcheck // the driver has it
}

func (c *breakingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.breaker.next(query); err != nil {
		return nil, err
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args) //nolint:errcheck // the driver has it
}

func (c *breakingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.breaker.next(query); err != nil {
		return nil, err
	}
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query) //nolint:errcheck // the driver has it
}

func (c *breakingConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := c.breaker.next("begin"); err != nil {
		return nil, err
	}
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o) //nolint:errcheck // the driver has it
	return &breakingTx{tx, c.breaker}, err
}

type breakingTx struct {
	driver.Tx
	breaker *breaker
}

func (t *breakingTx) Commit() error {
	if err := t.breaker.next("commit"); err != nil {
		return errors.Join(err, t.Rollback())
	}
	return t.Tx.Commit()
}

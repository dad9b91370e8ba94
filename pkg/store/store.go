// Package store loads and saves domain values on PostgreSQL or SQLite. It decides nothing. All knowledge of the two
// databases, of GORM and of the migrations stays here; a query without a company cannot be written outside System.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"gorm.io/gorm"
)

// Options are what Open needs beside the address. The zero value is right for production.
type Options struct {
	Log          *slog.Logger
	MaxConns     int             // PostgreSQL connections; default 16
	Tracer       pgx.QueryTracer // sees every statement on PostgreSQL; for tests that count
	SQLiteDriver string          // the database/sql driver for SQLite; default "sqlite". For tests that count
	CommitWait   time.Duration   // how long COMMIT is waited for before its outcome is unknown; default 5 s

	ConnectionWait time.Duration // how long a free PostgreSQL connection is waited for before the database counts as away; default 5 s
	PlanAge        time.Duration // how long a PostgreSQL connection keeps its plans of statements; default 10 s
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect
	write    *gorm.DB // begins transactions; on SQLite the one writer
	read     *gorm.DB // plain reads
	jobs     *river.Client[*sql.Tx]
	numbers  *numbers
	tables   tables
	wait     time.Duration
	shutdown []func()

	log       *slog.Logger
	unsettled sync.Once // the warning that SyncedUntil cannot say
}

// dialect is all that differs between the databases, chosen by the address. Nobody asks which one it is.
type dialect struct {
	name     string
	db       *sql.DB // of the writer
	driver   riverdriver.Driver[*sql.Tx]
	migrator migrator
	pool     func() PoolStats
	send     func(ctx context.Context, tx *Tx, batch []statement) error
	rows     rowsEncoding
	settled  func(ctx context.Context, s *Store, now time.Time) (time.Time, error) // see Tenant.SyncedUntil
}

// Open opens the database at the address: postgres://… or sqlite:PATH. It does not migrate.
func Open(ctx context.Context, address string, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.CommitWait == 0 {
		o.CommitWait = 5 * time.Second
	}
	if o.ConnectionWait == 0 {
		o.ConnectionWait = 5 * time.Second
	}
	if o.PlanAge == 0 {
		o.PlanAge = 10 * time.Second
	}
	open, rest, err := opener(address)
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, rest, o)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s.wait, s.log = o.CommitWait, o.Log
	s.tables, s.numbers = newTables(), newNumbers(s)
	// Insert-only: jobs builds the client that works.
	s.jobs, err = river.NewClient(s.driver, &river.Config{Logger: o.Log})
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return s, nil
}

// Close closes every connection.
func (s *Store) Close() {
	for i := len(s.shutdown) - 1; i >= 0; i-- {
		s.shutdown[i]()
	}
}

// Ping asks the database for an answer.
func (s *Store) Ping(ctx context.Context) error { return translate(s.db.PingContext(ctx)) }

// Name is the database's kind, for logs and metrics: postgres or sqlite.
func (s *Store) Name() string { return s.name }

// River is the job queue's driver and the writer's connections, for pkg/jobs alone.
func (s *Store) River() riverdriver.Driver[*sql.Tx] { return s.driver }

// PoolStats is how a pool of connections is used.
type PoolStats struct {
	Max    int // 1: one writer at a time
	Open   int // being made, idle or in use
	InUse  int
	Idle   int
	Waits  int64         // how often no connection was free
	Waited time.Duration // for one to come free or to be made, in all
}

// Stats are the figures of the pool that writes.
func (s *Store) Stats() PoolStats { return s.pool() }

// For is the store as one company sees it.
func (s *Store) For(companyID string) Tenant {
	return Tenant{reader: reader{db: s.read, company: companyID}, store: s}
}

// Tenant is the store bound to one company: its reads are those of reader, its writes happen in InTx.
type Tenant struct {
	reader
	store *Store
}

// reader is what can be read of one company, in a transaction or outside one. Not found is a fault, never nil.
type reader struct {
	db      *gorm.DB
	company string
}

// in is a fresh statement under the context's deadline.
func (r reader) in(ctx context.Context) *gorm.DB { return r.db.WithContext(ctx) }

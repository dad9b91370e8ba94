// Package store loads and saves domain values on PostgreSQL or SQLite. It decides nothing. Only this package knows the
// two databases, GORM and the migrations. Outside System, a query without a company cannot be written.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"gorm.io/gorm"
)

// Options configure Open. The zero value is right for production.
type Options struct {
	Log          *slog.Logger
	MaxConns     int             // PostgreSQL connections; default pool_max_conns of the address, or 16
	Tracer       pgx.QueryTracer // sees every statement on PostgreSQL; for tests
	SQLiteDriver string          // the database/sql driver for SQLite; default "sqlite"; for tests
	CommitWait   time.Duration   // how long to wait for COMMIT before its outcome is unknown; default 5 s

	Now func() time.Time // this process's clock, which is compared with the database's; default time.Now

	ConnectionWait time.Duration // how long to wait for a free PostgreSQL connection before the database counts as unavailable; default 5 s
	ShareWait      time.Duration // how long a request waits while its use or its company has its share of them; default 750 ms
	WALEvery       time.Duration // how often the size of SQLite's write-ahead log is checked; default 30 s
	PlanAge        time.Duration // how long a PostgreSQL connection keeps its query plans; default 10 s

	ReadURL      string        // the address of a standby for reads (see Store.Reading); PostgreSQL alone; empty: none
	ReplayWait   time.Duration // how long a read waits until the standby has replayed what it must see; default 50 ms
	LockPatience time.Duration // how long migrating waits for a table that others use; default 2 min
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect
	write    *gorm.DB // for transactions; on SQLite the one writer
	read     *gorm.DB // for reads outside transactions
	replica  *replica // answers some of them; nil: there is none
	jobs     *river.Client[*sql.Tx]
	numbers  *numbers
	tables   tables
	commits  *atomic.Int64 // transactions of this process
	writable writability
	wait     time.Duration
	shutdown []func()

	lockPatience time.Duration
	clock        func() time.Time // this process's
	skew         atomic.Int64     // see Skew

	log       *slog.Logger
	unsettled sync.Once // logs once that SyncedUntil is unknown

	timelines timelineReader
	timeline  atomic.Pointer[string] // of the last transaction
	listeners struct {
		sync.RWMutex
		calls    []func(companyID string)
		failover []func()
	}
}

// OnRecord has f called after each commit of this process that adds events, with their company. f must not block.
func (s *Store) OnRecord(f func(companyID string)) {
	s.listeners.Lock()
	defer s.listeners.Unlock()
	s.listeners.calls = append(s.listeners.calls, f)
}

func (s *Store) recorded(companyID string) {
	s.listeners.RLock()
	defer s.listeners.RUnlock()
	for _, call := range s.listeners.calls {
		call(companyID)
	}
}

// OnFailover has f called after the first transaction on another timeline of the server: after a failover or a recovery to a point
// in time, which may have lost what was committed. f must not block.
func (s *Store) OnFailover(f func()) {
	s.listeners.Lock()
	defer s.listeners.Unlock()
	s.listeners.failover = append(s.listeners.failover, f)
}

func (s *Store) noteTimeline(is string) {
	if is == "" {
		return
	}
	if was := s.timeline.Load(); was != nil && *was == is {
		return
	}
	if was := s.timeline.Swap(&is); was == nil || *was == is {
		return
	}
	s.listeners.RLock()
	defer s.listeners.RUnlock()
	for _, call := range s.listeners.failover {
		call()
	}
}

// dialect is everything that differs between the databases. The address selects it, and no other code asks which one it
// is.
type dialect struct {
	name          string
	db            *sql.DB // of the writer
	probes        *sql.DB // reads, and never waits for requests
	driver        jobDriver
	migrator      migrator
	pool          func() PoolStats
	send          func(ctx context.Context, tx *Tx, batch []statement) error
	rows          rowsEncoding
	feed          feedDialect
	timelineSQL   string // an expression: the server's timeline, which a failover changes; empty on a server that only reads or does not tell it
	payments      *paymentTable
	utcDay        func(column string) string
	share         string                                             // locks the rows of a SELECT against writers; SQLite has one writer
	openDrafts    string                                             // makes the sweep of drafts read their index; PostgreSQL finds it
	insertMailJob string                                             // the statement that inserts the job WakeMail; "": River inserts it
	compound      bool                                               // see keyset.DB
	together      bool                                               // BEGIN with what a transaction does first takes one round trip, and so do the last writes with COMMIT
	lengthOf      string                                             // the function that counts the items of a JSON list in a column
	open          func(ctx context.Context, tx *Tx) (*sql.Tx, error) // begins a transaction and reads its opening
	now           func(ctx context.Context, s *Store) (time.Time, error)
	settled       func(ctx context.Context, t Tenant) (time.Time, error) // see Tenant.SyncedUntil
	backup        func(ctx context.Context, to string) error             // nil: the database has programs of its own
	suits         func(ctx context.Context, s *Store) (Session, error)   // see Store.Session
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
	if o.Now == nil {
		o.Now = hostClock
	}
	if o.ShareWait == 0 {
		o.ShareWait = 750 * time.Millisecond
	}
	if o.WALEvery == 0 {
		o.WALEvery = 30 * time.Second
	}
	if o.LockPatience == 0 {
		o.LockPatience = 2 * time.Minute
	}
	if o.PlanAge == 0 {
		o.PlanAge = 10 * time.Second
	}
	if o.ReplayWait == 0 {
		o.ReplayWait = replayWait
	}
	open, rest, err := opener(address)
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, rest, o)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s.wait, s.log, s.clock, s.lockPatience = o.CommitWait, o.Log, o.Now, o.LockPatience
	s.timelines.log = o.Log
	s.tables, s.numbers = mapped, newNumbers(s)
	// Insert-only: pkg/jobs builds the client that works jobs.
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

// Ping checks that the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate(s.probes.PingContext(ctx)) }

// Name is the database's kind, for logs and metrics: postgres or sqlite.
func (s *Store) Name() string { return s.name }

// River returns the job queue's driver, only for pkg/jobs. Its client fetches jobs at once when a transaction of this process
// has enqueued one.
func (s *Store) River() riverdriver.Driver[*sql.Tx] { return s.driver }

// PoolStats describes the use of a connection pool.
type PoolStats struct {
	Max    int // 1 on SQLite
	Open   int // being opened, idle or in use
	InUse  int
	Idle   int
	Waits  int64         // how often no connection was free
	Waited time.Duration // total wait for a free or new connection
	Shed   map[Use]int64 // requests that were refused, because their share was in use; nil on SQLite
}

// Stats returns the statistics of the pool that writes.
func (s *Store) Stats() PoolStats { return s.pool() }

// For returns the store as one company sees it.
func (s *Store) For(companyID string) Tenant {
	return Tenant{reader: reader{db: s.read, company: companyID, compound: s.compound, utcDay: s.utcDay}, store: s}
}

// Whole is the tenant with lists of orders that read every column, for the guard.
func (t Tenant) Whole() Tenant {
	t.whole = true
	return t
}

// Tenant is the store for one company. Its reads are those of reader; its writes happen in InTx.
type Tenant struct {
	reader
	store *Store
}

// reader reads the data of one company, inside or outside a transaction. A missing row is a fault, never nil.
type reader struct {
	db       *gorm.DB
	company  string
	compound bool // see keyset.DB
	utcDay   func(column string) string
	whole    bool // see Whole
}

// lists is the database that lists are read from.
func (r reader) lists() keyset.DB { return keyset.DB{DB: r.db, Compound: r.compound, UTCDay: r.utcDay} }

// in starts a statement with the context's deadline.
func (r reader) in(ctx context.Context) *gorm.DB { return r.db.WithContext(forCompany(ctx, r.company)) }

package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"gorm.io/gorm"
)

// Tx is an open transaction of one company. Reads see what was flushed. Writes are queued and sent together, in order,
// by Flush or with COMMIT.
type Tx struct {
	reader
	store *Store
	conn  *sql.Conn
	sql   *sql.Tx
	end   context.CancelFunc // cancels the transaction's context once it has ended
	queue []statement
	last  []statement // writes that are sent with COMMIT
	claim *claim      // of the key that the next statement claims first; nil: none
	woken bool        // a mail job is enqueued in this transaction

	recorded bool // an event is queued or written
	opening  opening
	counters map[Series]*counted
}

// statement is a queued write.
type statement struct {
	sql   string
	args  []any
	count *int64            // gets the number of rows; nil: nobody asks
	fault func(error) error // translates a violated constraint; nil: it is a defect

	mustMatch bool // if it matches no row, the error is ErrStale
	unbounded bool // it may read or change any number of rows, so it does not go with COMMIT
}

// InTx runs fn in a transaction of the company. It returns fn's result once that is committed. After a rollback it
// returns the zero value and an error.
//
// The transaction does not inherit the request's cancellation, so that only InTx ends it; its statements have the
// request's deadline. COMMIT is not sent after the deadline, whatever the statements returned, because SQLite's
// driver can skip a cancelled statement and report success. The wait for COMMIT, and for the writes that PostgreSQL gets
// with it, is independent of both, because a cancelled COMMIT can be visible and yet not replicated. After the store's wait
// the fault is outcome_unknown, and COMMIT continues.
func InTx[T any](ctx context.Context, t Tenant, fn func(*Tx) (T, error)) (T, error) {
	return InTxFirst(ctx, t, First{}, fn)
}

// InTxFirst is InTx for a transaction whose first statements are known before it begins.
func InTxFirst[T any](ctx context.Context, t Tenant, first First, fn func(*Tx) (T, error)) (T, error) {
	var none T
	tx, err := t.store.begin(ctx, t.company, first)
	if err != nil {
		return none, translate(err)
	}
	defer func() { t.store.writable.learn(err, false) }()
	done := false
	defer func() {
		if !done { // after an error or a panic
			tx.rollback(t.store.wait)
		}
	}()
	out, err := fn(tx)
	if err == nil {
		err = tx.finish(ctx)
	}
	if err == nil {
		err = tx.requireUsed()
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return none, translate(err)
	}
	done = true
	if err = tx.commit(t.store.wait); err != nil {
		return none, translate(err)
	}
	t.store.commits.Add(1)
	if tx.recorded {
		t.store.recorded(t.company)
	}
	if tx.woken {
		t.store.driver.wake()
	}
	return out, nil
}

func (s *Store) begin(ctx context.Context, company string, first First) (*Tx, error) {
	conn, err := s.db.Conn(forCompany(ctx, company)) // waits for a free connection no longer than the request lasts
	if err != nil {
		return nil, err
	}
	// The request's end may cancel BEGIN, which a hanging server never answers. After BEGIN only InTx ends the
	// transaction.
	living, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, end)
	tx := &Tx{store: s, conn: conn, end: end, opening: opening{company: company, server: &s.timelines}, counters: map[Series]*counted{}}
	session := s.write.Session(&gorm.Session{NewDB: true, Context: ctx, SkipDefaultTransaction: true})
	tx.reader = reader{db: session, company: company, compound: s.compound, utcDay: s.utcDay}
	if s.together && first != (First{}) {
		tx.opening.ahead = tx.plan(ctx, first)
	}
	before := s.clock()
	begun, err := s.open(living, tx)
	if !stop() && err == nil {
		_ = begun.Rollback()
		err = ctx.Err()
	}
	if err != nil {
		end()
		_ = conn.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	s.noteTimeline(tx.opening.timeline)
	tx.opening.skew = s.measure(before, tx.opening.now, s.clock())
	tx.opening.now, tx.opening.newest = whole(tx.opening.now), whole(tx.opening.newest)
	session.Statement.ConnPool = sessionTx{begun, tx}
	tx.sql = begun
	tx.claimUnsent(first)
	return tx, nil
}

// close returns the connection to the pool, after COMMIT or ROLLBACK.
func (tx *Tx) close() {
	_ = tx.conn.Close()
	tx.end()
}

// rollback waits at most this long for a server that does not answer.
func (tx *Tx) rollback(wait time.Duration) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = tx.sql.Rollback()
		tx.close()
	}()
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case <-ended:
	case <-patience.C:
	}
}

func (tx *Tx) commit(wait time.Duration) error {
	committed := make(chan error, 1)
	go func() {
		err := tx.sql.Commit()
		if err != nil && !refusedWrite(err) { // SQLite leaves a transaction open if a constraint refused its COMMIT
			_ = tx.conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		committed <- err
		tx.close()
	}()
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case err := <-committed:
		if commitUndecided(err) { // the connection broke during COMMIT
			return unknownOutcome(err)
		}
		return err
	case <-patience.C:
		return unknownOutcome(context.DeadlineExceeded)
	}
}

func unknownOutcome(cause error) error {
	return fault.New(fault.OutcomeUnknown, "The database did not say in time whether it has committed. Repeat the request with the same Idempotency-Key.").Because(cause)
}

// Flush sends the queued writes, in one round trip if the database can.
func (tx *Tx) Flush(ctx context.Context) error {
	if len(tx.queue) == 0 {
		return nil
	}
	if err := tx.sendClaim(ctx); err != nil {
		return err
	}
	batch := tx.queue
	tx.queue = nil
	return tx.store.send(ctx, tx, batch)
}

// mostWithCommit is how many writes COMMIT takes along at most. The wait for COMMIT does not last as long as a request, so what takes
// long must not be part of it.
const mostWithCommit = 64

// takesLong reports whether the queued writes may take longer than the wait for COMMIT.
func (tx *Tx) takesLong() bool {
	return len(tx.queue) > mostWithCommit || slices.ContainsFunc(tx.queue, func(s statement) bool { return s.unbounded })
}

// finish sends the queued writes or, if they take little time and the database can, leaves them to COMMIT.
func (tx *Tx) finish(ctx context.Context) error {
	if !tx.store.together || len(tx.queue) == 0 || tx.takesLong() {
		return tx.Flush(ctx)
	}
	if err := tx.sendClaim(ctx); err != nil {
		return err
	}
	tx.last, tx.queue = tx.queue, nil
	return nil
}

// later queues a write.
func (tx *Tx) later(s statement) { tx.queue = append(tx.queue, s) }

// settle returns the result of one queued statement.
func (s statement) settle(rows int64, err error) error {
	switch {
	case s.mustMatch && (matchedNone(err) || err == nil && rows == 0):
		return ErrStale
	case err != nil && s.fault != nil && violatesConstraint(err):
		return s.fault(err)
	case err != nil:
		return err
	}
	if s.count != nil {
		*s.count = rows
	}
	return nil
}

// exec runs a statement now, after the queued ones, and returns the number of affected rows.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.Flush(ctx); err != nil {
		return 0, err
	}
	res := tx.in(ctx).Exec(query, args...)
	return res.RowsAffected, res.Error
}

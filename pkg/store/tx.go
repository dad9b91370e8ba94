package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"gorm.io/gorm"
)

// Tx is an open transaction of one company. Reads see what was flushed; writes are queued and sent together, in
// order, by Flush or just before COMMIT.
type Tx struct {
	reader
	store *Store
	conn  *sql.Conn
	sql   *sql.Tx
	end   context.CancelFunc // of the transaction's context, once it has ended
	queue []statement
	woken bool // whoever sends mail wakes when this commits
}

// statement is a queued write. check judges the number of rows it touched.
type statement struct {
	sql   string
	args  []any
	check func(rows int64) error
	fault func(error) error // what a broken constraint means here; nil: it is a defect
}

// InTx runs fn in a transaction of the company and returns what it returns once that is committed, or the zero value
// and an error when it was rolled back.
//
// The transaction is begun without the request's cancellation, so that only we end it; its statements carry the
// deadline. Once that has passed nothing is committed, whatever the statements said: SQLite's driver, cancelled at the
// right moment, skips a statement and reports success. COMMIT is waited for apart from both: a cancelled COMMIT can be visible and yet not replicated, so after
// the store's wait the answer is the fault outcome_unknown while COMMIT goes on.
func InTx[T any](ctx context.Context, t Tenant, fn func(*Tx) (T, error)) (T, error) {
	var none T
	tx, err := t.store.begin(ctx, t.company)
	if err != nil {
		return none, translate(err)
	}
	done := false
	defer func() {
		if !done { // an error, or a panic passing through
			tx.rollback(t.store.wait)
		}
	}()
	out, err := fn(tx)
	if err == nil {
		err = tx.Flush(ctx)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return none, translate(err)
	}
	done = true
	if err := tx.commit(t.store.wait); err != nil {
		return none, translate(err)
	}
	return out, nil
}

func (s *Store) begin(ctx context.Context, company string) (*Tx, error) {
	conn, err := s.db.Conn(ctx) // waits for a free connection no longer than the request lasts
	if err != nil {
		return nil, err
	}
	// The request may end BEGIN, which a server that says nothing never answers; after it, only we end the transaction.
	living, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, end)
	begun, err := conn.BeginTx(living, nil)
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
	session := s.write.Session(&gorm.Session{NewDB: true, Context: ctx, SkipDefaultTransaction: true})
	session.Statement.ConnPool = begun
	return &Tx{reader: reader{db: session, company: company}, store: s, conn: conn, sql: begun, end: end}, nil
}

// close gives the connection back, after COMMIT or ROLLBACK.
func (tx *Tx) close() {
	_ = tx.conn.Close()
	tx.end()
}

// rollback waits no longer than wait for a server that says nothing.
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
		if err != nil { // SQLite leaves a transaction open whose COMMIT a constraint refused
			_ = tx.conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		committed <- err
		tx.close()
	}()
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case err := <-committed:
		if undecided(err) { // the connection broke while COMMIT was under way
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

// Flush sends the queued writes, in one round trip where the database can.
func (tx *Tx) Flush(ctx context.Context) error {
	if len(tx.queue) == 0 {
		return nil
	}
	batch := tx.queue
	tx.queue = nil
	return tx.store.send(ctx, tx, batch)
}

// later queues a write.
func (tx *Tx) later(s statement) { tx.queue = append(tx.queue, s) }

// settle is the outcome of one queued statement.
func (s statement) settle(rows int64, err error) error {
	if err != nil {
		if s.fault != nil && broken(err) {
			return s.fault(err)
		}
		return err
	}
	if s.check != nil {
		return s.check(rows)
	}
	return nil
}

// exec runs a statement now, after what is queued, and returns how many rows it touched.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.Flush(ctx); err != nil {
		return 0, err
	}
	res := tx.in(ctx).Exec(query, args...)
	return res.RowsAffected, res.Error
}

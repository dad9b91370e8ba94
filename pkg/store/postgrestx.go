package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// sendBatch sends all statements in one round trip on the transaction's own connection.
func sendBatch(ctx context.Context, tx *Tx, batch []statement) error {
	return tx.conn.Raw(func(driverConn any) error {
		conn, _ := pgxConn(driverConn) // the driver we opened
		var b pgx.Batch
		for _, s := range batch {
			b.Queue(dollars(s.sql), s.args...)
		}
		provideBuffer(conn)
		results := conn.SendBatch(ctx, &b)
		for _, s := range batch {
			tag, err := results.Exec()
			if err := s.settle(tag.RowsAffected(), err); err != nil {
				_ = results.Close()
				return err
			}
		}
		return results.Close()
	})
}

// openedTx is a transaction that BeginTx began itself.
type openedTx struct {
	ctx  context.Context //nolint:containedctx // driver.Tx gets none
	conn *pgx.Conn
	tx   *Tx
}

// refusal is the error of a write that was sent with COMMIT. The server did not commit.
type refusal struct{ error }

// Unwrap returns the write's error.
func (r refusal) Unwrap() error { return r.error }

// refusedWrite reports whether a COMMIT failed because the server refused a write that was sent with it.
func refusedWrite(err error) bool { return errors.As(err, new(refusal)) }

// Commit sends the last writes and COMMIT in one round trip. If a write fails, the server skips the statements after it, COMMIT among
// them. If the server rolled the transaction back, it is an error.
func (t openedTx) Commit() error {
	tag, err := t.commit()
	switch {
	case refusedWrite(err):
		_ = t.Rollback() // it closes the connection if it fails
		return err
	case err != nil && t.conn.PgConn().TxStatus() != 'I':
		_ = t.conn.Close(t.ctx)
		return err
	case err == nil && tag.String() == "ROLLBACK":
		return pgx.ErrTxCommitRollback
	}
	return err
}

// commit does not panic, because it does not run in the goroutine of the request, so nobody else would catch that.
func (t openedTx) commit() (tag pgconn.CommandTag, err error) {
	defer fault.CatchPanic("commit", &err)
	last := t.tx.last
	if len(last) == 0 {
		return t.conn.Exec(t.ctx, "commit")
	}
	var b pgx.Batch
	for _, s := range last {
		b.Queue(s.textWithCommit(), s.args...)
	}
	b.Queue("commit")
	provideBuffer(t.conn)
	results := t.conn.SendBatch(t.ctx, &b)
	for _, write := range last {
		tag, err := results.Exec()
		if settled := write.settle(tag.RowsAffected(), err); settled != nil {
			_ = results.Close()
			if notCommitted(err) {
				settled = refusal{settled}
			}
			return pgconn.CommandTag{}, settled
		}
	}
	tag, err = results.Exec()
	return tag, errors.Join(err, results.Close())
}

// notCommitted reports whether the error of a write says that the server has not committed: it answered that write with an error, or
// got none of the statements. That the connection to the server broke is no such answer: a pooler says it in place of every answer that
// it still owes, even if the server has committed.
func notCommitted(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && !connectionLost(err) || notPrepared(err) || err != nil && pgconn.SafeToRetry(err)
}

// Rollback rolls the transaction back.
func (t openedTx) Rollback() error {
	_, err := t.conn.Exec(t.ctx, "rollback")
	if err != nil {
		_ = t.conn.Close(t.ctx)
	}
	return err
}

// divisionByZero is PostgreSQL's code for it.
const divisionByZero = "22012"

// textWithCommit is the text of the statement where it is sent together with COMMIT. If the statement must match a row and matches none, it
// fails by a division by zero, because Go cannot look at the number of rows before COMMIT.
func (s statement) textWithCommit() string {
	if !s.mustMatch {
		return dollars(s.sql)
	}
	return dollars(failing(s.sql))
}

// failing makes a write fail if it matches no row.
var failing = remembered(func(query string) string {
	return "WITH matched AS (" + query + " RETURNING 1) SELECT 1 / count(*) FROM matched"
})

// matchedNone reports whether a statement failed because of failing.
func matchedNone(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == divisionByZero
}

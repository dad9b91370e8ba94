package store

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
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
	ctx     context.Context //nolint:containedctx // driver.Tx gets none
	conn    *pgx.Conn
	opening *opening
}

// refusal is the error of a write that was sent with COMMIT. The transaction was rolled back.
type refusal struct{ error }

// Unwrap returns the write's error.
func (r refusal) Unwrap() error { return r.error }

// Commit sends the last writes and COMMIT in one round trip. If a write fails, the server skips the statements after it, COMMIT among
// them. If the server rolled the transaction back, it is an error.
func (t openedTx) Commit() error {
	tag, err := t.commit()
	var refused refusal
	switch {
	case errors.As(err, &refused):
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

func (t openedTx) commit() (pgconn.CommandTag, error) {
	last := t.opening.last
	if len(last) == 0 {
		return t.conn.Exec(t.ctx, "commit")
	}
	var b pgx.Batch
	for _, s := range last {
		b.Queue(dollars(s.orFails()), s.args...)
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
	tag, err := results.Exec()
	return tag, errors.Join(err, results.Close())
}

// notCommitted reports whether the error of a write says that the server has not committed: it answered that write with an error, or
// got none of the statements.
func notCommitted(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) || notPrepared(err) || err != nil && pgconn.SafeToRetry(err)
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

// orFails is the statement as it is sent with COMMIT: if it touches no row although it must touch one, it fails by a division by zero.
func (s statement) orFails() string {
	if !s.one {
		return s.sql
	}
	if known, ok := failing.Load(s.sql); ok {
		return known.(string) //nolint:errcheck // only strings go in
	}
	text := "WITH touched AS (" + s.sql + " RETURNING 1) SELECT 1 / count(*) FROM touched"
	failing.Store(s.sql, text)
	return text
}

// touchedNone reports whether a statement failed because of orFails.
func touchedNone(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == divisionByZero
}

// There are few, fixed texts.
var (
	failing sync.Map // to what orFails returns
	bound   sync.Map // from ? to $n
)

// dollars numbers the placeholders of a statement. Every ? in its text is a placeholder.
func dollars(query string) string {
	if known, ok := bound.Load(query); ok {
		return known.(string) //nolint:errcheck // only strings go in
	}
	var b strings.Builder
	n := 0
	for i := range len(query) {
		if query[i] != '?' {
			b.WriteByte(query[i])
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	bound.Store(query, b.String())
	return b.String()
}

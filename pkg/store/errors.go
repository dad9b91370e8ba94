package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// ErrStale is a write whose version check failed, because another transaction changed the row since it was read. It is
// not a fault yet: the use case reports it to a caller who named a version, and retries otherwise.
var ErrStale = errors.New("row changed since it was read")

// errNoConnection means that no connection became free or could be opened in time.
var errNoConnection = errors.New("no connection to the database in time")

// Retryable reports whether a transaction that failed with err can be run again.
func Retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.Is(err, ErrStale) || outdatedPlan(err) ||
		errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01") // serialization failure, deadlock
}

// inFailedTransaction reports whether a statement was refused because an earlier one of its transaction had failed (PostgreSQL).
func inFailedTransaction(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "25P02"
}

// lockNotAvailable is PostgreSQL's code after lock_timeout.
const lockNotAvailable = "55P03"

// readOnlyTransaction is PostgreSQL's code for a write in a session that only reads.
const readOnlyTransaction = "25006"

// SQLite's result codes.
const (
	sqliteBusy      = 5
	sqliteFull      = 13
	sqliteCantOpen  = 14
	sqliteReadOnly  = 8
	sqliteInterrupt = 9
	sqliteIOErr     = 10

	// Extended codes: the constraints that a conflict with another row violates. A violated CHECK or NOT NULL is a defect of this program.
	sqliteForeignKey = 787
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// violatesConstraint reports whether a unique or foreign key constraint refused a row.
func violatesConstraint(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505" || pg.Code == "23503"
	}
	var lite *gosqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	switch lite.Code() {
	case sqliteForeignKey, sqlitePrimaryKey, sqliteUnique:
		return true
	}
	return false
}

// connectionLost reports whether the connection to the database broke.
func connectionLost(err error) bool {
	var network net.Error
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08")
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, net.ErrClosed) || errors.As(err, &network) ||
		err != nil && strings.Contains(err.Error(), "unexpected EOF")
}

// commitUndecided reports whether an error of COMMIT leaves its outcome open. Every error does, except a refusal by the
// database itself, of COMMIT or of a write that was sent with it. If the connection broke during COMMIT, pgx only says that it is closed.
func commitUndecided(err error) bool {
	var pg *pgconn.PgError
	var lite *gosqlite.Error
	switch {
	case err == nil, refusedWrite(err), errors.As(err, &lite), errors.Is(err, sql.ErrTxDone), errors.Is(err, pgx.ErrTxCommitRollback):
		return false
	case errors.As(err, &pg):
		return connectionLost(err)
	}
	return true
}

// noConnection reports whether there was no connection, or it was closed before the statement was sent.
func noConnection(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || errors.Is(err, errNoConnection) || errors.Is(err, sql.ErrConnDone) {
		return true
	}
	for _, text := range []string{"closed pool", "sql: database is closed", "conn closed"} { // errors without an exported value
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// translate turns a database error into a fault if the caller can act on it, and otherwise returns it unchanged.
func translate(err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) || Retryable(err) {
		return err
	}
	var pg *pgconn.PgError
	var lite *gosqlite.Error
	switch {
	case errors.As(err, &pg) && pg.Code == lockNotAvailable:
		return fault.New(fault.OrderLocked, "Another request holds the row for longer than we wait. Try again in a moment.").Because(err)
	case errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08") || pg.Code == readOnlyTransaction),
		noConnection(err), connectionLost(err) && !errors.Is(err, context.DeadlineExceeded):
		return databaseUnavailable(err)
	case errors.As(err, &lite):
		switch lite.Code() & 0xff {
		case sqliteBusy, sqliteFull, sqliteCantOpen, sqliteReadOnly, sqliteIOErr:
			return databaseUnavailable(err)
		case sqliteInterrupt: // returned when the context ends during a statement
			return requestTimeout(err)
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.As(err, &pg) && pg.Code == "57014": // query_canceled
		return requestTimeout(err)
	}
	return err
}

func requestTimeout(err error) error {
	return fault.New(fault.RequestTimeout, "The request exceeded its time limit; nothing of it was written.").Because(err)
}

func databaseUnavailable(err error) error {
	return fault.New(fault.DatabaseUnavailable, "The database does not answer. Nothing was written; try again with the same Idempotency-Key.").Because(err)
}

// redacted keeps a connection string's password out of an error.
func redacted(err error) error {
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		return fmt.Errorf("not a PostgreSQL address: %w", errors.Unwrap(parse))
	}
	return err
}

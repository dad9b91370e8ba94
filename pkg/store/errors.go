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

// ErrStale is a write whose version check failed: somebody else changed the row since it was read. It is not a fault
// yet: whoever asked for a version gets one, anybody else is tried again.
var ErrStale = errors.New("row changed since it was read")

// Retryable reports whether the transaction that failed with err may simply be run again.
func Retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.Is(err, ErrStale) ||
		errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01") // serialization failure, deadlock
}

// SQLite's result codes.
const (
	sqliteBusy       = 5
	sqliteFull       = 13
	sqliteCantOpen   = 14
	sqliteConstraint = 19
	sqliteReadOnly   = 8
	sqliteInterrupt  = 9
	sqliteIOErr      = 10
)

// broken reports whether err is a unique or foreign key constraint that refused a row.
func broken(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505" || pg.Code == "23503"
	}
	var lite *gosqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqliteConstraint
}

// lost reports whether the connection to the database broke.
func lost(err error) bool {
	var network net.Error
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08")
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, net.ErrClosed) || errors.As(err, &network) ||
		err != nil && strings.Contains(err.Error(), "unexpected EOF")
}

// undecided reports whether an error of COMMIT leaves open what became of it: all do but a refusal by the database itself.
// (Of a connection cut while COMMIT was on its way, pgx says no more than that it is closed.)
func undecided(err error) bool {
	var pg *pgconn.PgError
	var lite *gosqlite.Error
	switch {
	case err == nil, errors.As(err, &lite), errors.Is(err, sql.ErrTxDone), errors.Is(err, pgx.ErrTxCommitRollback):
		return false
	case errors.As(err, &pg):
		return lost(err)
	}
	return true
}

// gone reports whether no connection could be had, or the one at hand was closed before it was asked.
func gone(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || errors.Is(err, errNoConnection) || errors.Is(err, sql.ErrConnDone) {
		return true
	}
	for _, text := range []string{"closed pool", "sql: database is closed", "conn closed"} { // errors without a name
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// translate makes of a database's error the fault that the caller can act on, or leaves it as it is.
func translate(err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) || Retryable(err) {
		return err
	}
	var pg *pgconn.PgError
	var lite *gosqlite.Error
	switch {
	case errors.As(err, &pg) && pg.Code == "55P03": // lock_timeout
		return fault.New(fault.OrderLocked, "Another request holds the row for longer than we wait. Try again in a moment.").Because(err)
	case errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08") || pg.Code == "25006"),
		gone(err), lost(err) && !errors.Is(err, context.DeadlineExceeded):
		return away(err)
	case errors.As(err, &lite):
		switch lite.Code() & 0xff {
		case sqliteBusy, sqliteFull, sqliteCantOpen, sqliteReadOnly, sqliteIOErr:
			return away(err)
		case sqliteInterrupt: // what the driver does when the context ends in the middle of a statement
			return overdue(err)
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.As(err, &pg) && pg.Code == "57014": // query_canceled
		return overdue(err)
	}
	return err
}

func overdue(err error) error {
	return fault.New(fault.RequestTimeout, "The request exceeded its time limit; nothing of it was written.").Because(err)
}

func away(err error) error {
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

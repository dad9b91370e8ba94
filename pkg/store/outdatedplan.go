package store

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// outdatedPlan reports whether a statement failed before it began, because its prepared form is no longer valid: its table has
// changed, as in an upgrade, or the server has forgotten it. The connection is then closed (see postgresAddress.open), and the
// statement succeeds on a new one.
func outdatedPlan(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) &&
		(pg.Code == "0A000" && pg.Routine == "RevalidateCachedQuery" || // cached plan must not change result type
			pg.Code == "26000") // invalid_sql_statement_name: the prepared statement does not exist
}

// QueryContext runs a query. Outside a transaction an outdated plan becomes ErrBadConn, after which database/sql runs it again on
// another connection. A transaction is repeated as a whole, by whoever began it (Retryable).
func (c *sharedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	again := c.Repeats()
	rows, err := c.openingConn.QueryContext(ctx, query, args)
	return rows, again(err)
}

// ExecContext runs a statement, like QueryContext.
func (c *sharedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	again := c.Repeats()
	result, err := c.openingConn.ExecContext(ctx, query, args)
	return result, again(err)
}

// Repeats returns the function that turns the error of the next statements into driver.ErrBadConn if they are to run again on
// another connection.
func (c *sharedConn) Repeats() func(error) error {
	const idle = 'I'
	outside := c.Conn.Conn().PgConn().TxStatus() == idle
	return func(err error) error {
		if outside && (outdatedPlan(err) || pgconn.SafeToRetry(err)) {
			return driver.ErrBadConn
		}
		return err
	}
}

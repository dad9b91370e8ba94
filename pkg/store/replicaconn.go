package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// replicaConn is a connection to the replica for the reads of one request. If a statement fails, whatever the reason, database/sql
// and rowscan run it again on another connection, which is then the primary's.
type replicaConn struct {
	*sharedConn
	ctx     context.Context //nolint:containedctx // of the request; an error after its end says nothing about the replica
	on      *route
	replica *replica
	limit   *time.Timer
}

func newReplicaConn(ctx context.Context, c *sharedConn, on *route, r *replica) *replicaConn {
	socket := c.PGX().PgConn().Conn()
	// A server that falls silent in a statement would hold the request for as long as it may last.
	limit := time.AfterFunc(readWait, func() { _ = socket.SetDeadline(time.Now()) }) //nolint:forbidigo // the socket's time
	return &replicaConn{c, ctx, on, r, limit}
}

// Close returns the connection to the pool.
func (c *replicaConn) Close() error {
	if !c.limit.Stop() { // its socket has a deadline
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = c.PGX().Close(ended)
	}
	return c.sharedConn.Close()
}

// QueryContext runs a query and reads all its rows, so that it can run again if the replica cancels it in the middle.
func (c *replicaConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := c.openingConn.QueryContext(ctx, query, args)
	if err != nil {
		return nil, c.moved(err)
	}
	all, err := readRows(rows)
	if err != nil {
		return nil, c.moved(err)
	}
	return all, nil
}

// Repeats returns the function that turns the error of the next statements into driver.ErrBadConn if they are to run again.
func (c *replicaConn) Repeats() func(error) error { return c.moved }

// moved handles an error of the replica: the rest of the request reads from the primary, and this statement runs again there.
func (c *replicaConn) moved(err error) error {
	if err == nil || c.ctx.Err() != nil {
		return err
	}
	reason := reasonOf(err)
	c.on.leave(reason)
	c.replica.failed(reason, err)
	return driver.ErrBadConn
}

// reasonOf returns why the replica has failed.
func reasonOf(err error) ReadReason {
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01"):
		return ReadConflict
	case errors.Is(err, context.DeadlineExceeded), connectionLost(err), noConnection(err):
		return ReadAway
	}
	return ReadRefused
}

// keptRows is the rows of a query, read to their end.
type keptRows struct {
	*stdlib.Rows
	columns []string
	values  [][]driver.Value
}

func readRows(rows driver.Rows) (*keptRows, error) {
	defer func() { _ = rows.Close() }()
	kept := &keptRows{Rows: rows.(*stdlib.Rows), columns: rows.Columns()} //nolint:errcheck // the driver we opened
	for {
		row := make([]driver.Value, len(kept.columns))
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return kept, nil
		}
		if err != nil {
			return nil, err
		}
		kept.values = append(kept.values, row)
	}
}

// Columns returns the names of the columns.
func (r *keptRows) Columns() []string { return r.columns }

// Next returns the next row.
func (r *keptRows) Next(dest []driver.Value) error {
	if len(r.values) == 0 {
		return io.EOF
	}
	copy(dest, r.values[0])
	r.values = r.values[1:]
	return nil
}

// Close does nothing, because the rows of the server are closed already.
func (r *keptRows) Close() error { return nil }

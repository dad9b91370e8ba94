package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresAddress is what an address says.
type postgresAddress struct {
	pool    *pgxpool.Config
	pooled  bool      // a pooler is in between
	session []setting // what each session must have
}

// readAddress reads the address that the variable has.
func readAddress(variable, address string, o Options) (c postgresAddress, err error) {
	if c.pool, err = pgxpool.ParseConfig(address); err != nil {
		return c, fmt.Errorf("read %s: %w", variable, redacted(err))
	}
	if !strings.Contains(address, "pool_max_conns=") { // pgxpool has a default of its own
		c.pool.MaxConns = defaultConns
	}
	if o.MaxConns > 0 {
		c.pool.MaxConns = int32(min(o.MaxConns, 1000))
	}
	c.pool.ConnConfig.Tracer = o.Tracer
	if c.pool.PingTimeout == 0 {
		c.pool.PingTimeout = pingWait
	}
	if c.pool.ConnConfig.ConnectTimeout == 0 { // the address may set another value
		c.pool.ConnConfig.ConnectTimeout = connectWait
	}
	if c.pooled, err = pooledAddress(variable, c.pool.ConnConfig); err != nil {
		return c, err
	}
	// pgx gives each connection two caches of 22 KB, and a mode uses one of them.
	if c.pooled {
		c.pool.ConnConfig.StatementCacheCapacity = 0
	} else {
		c.pool.ConnConfig.DescriptionCacheCapacity = 0
	}
	c.session = sessionSettings(c.pool.ConnConfig.RuntimeParams, c.pooled)
	c.pool.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}
	return c, nil
}

// open opens the pool. keeps reports whether a session goes on after an error of the server; nil: it does.
func (c postgresAddress) open(ctx context.Context, keeps func(*pgconn.PgError) bool) (pool *pgxpool.Pool, err error) {
	usual := c.pool.ConnConfig.OnPgError
	c.pool.ConnConfig.OnPgError = func(conn *pgconn.PgConn, err *pgconn.PgError) bool {
		switch {
		case keeps != nil && !keeps(err):
			return false
		case outdatedPlan(err):
			pool.Reset() // the other connections have prepared their statements for the same tables
			return false
		}
		return usual(conn, err)
	}
	pool, err = pgxpool.NewWithConfig(ctx, c.pool)
	return pool, err
}

package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// namePrefix begins the names of our databases: pgtest_<owner>_<number>.
const namePrefix = "pgtest_"

// cluster is this process's part of a test server: the databases with its owner in their names.
type cluster struct {
	url       url.URL // connects to any database of the server
	owner     string
	lock      *pgx.Conn // its session holds the owner's lock until this process ends
	serial    atomic.Int64
	mu        sync.Mutex // guards templates
	templates map[string]func() (string, error)
}

// openCluster registers a new owner on the server and drops the databases of owners that no longer exist. A server of
// the tests' own does not need that, but the server of TEST_DATABASE_URL outlives test processes that were killed, and
// so do their templates.
func openCluster(ctx context.Context, rawURL string) (*cluster, error) {
	u, err := url.Parse(rawURL)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return nil, errors.New("TEST_DATABASE_URL is not of the form postgres://user:password@host:port/database")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, rawURL)
	if err != nil {
		return nil, fmt.Errorf("connect to the test server: %w", err)
	}
	c := &cluster{url: *u, owner: newOwner(), lock: conn, templates: map[string]func() (string, error){}}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", namePrefix+c.owner); err != nil {
		return nil, fmt.Errorf("lock the owner's name: %w", err)
	}
	if err := c.sweep(ctx); err != nil {
		return nil, fmt.Errorf("drop the databases of ended test processes: %w", err)
	}
	return c, nil
}

func newOwner() string {
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// sweep drops the databases of each owner whose lock is free. It holds that lock meanwhile, so that two processes do
// not sweep the same databases.
func (c *cluster) sweep(ctx context.Context) error {
	rows, err := c.lock.Query(ctx, `SELECT DISTINCT split_part(datname, '_', 2) FROM pg_database
		WHERE datname ~ ('^' || $1 || '[0-9a-f]{8}_[0-9]+$') AND split_part(datname, '_', 2) <> $2`, namePrefix, c.owner)
	if err != nil {
		return err
	}
	owners, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, owner := range owners {
		if err := c.sweepOwner(ctx, owner); err != nil {
			return err
		}
	}
	return nil
}

func (c *cluster) sweepOwner(ctx context.Context, owner string) error {
	var free bool
	if err := c.lock.QueryRow(ctx, "SELECT pg_try_advisory_lock(hashtext($1))", namePrefix+owner).Scan(&free); err != nil || !free {
		return err
	}
	rows, err := c.lock.Query(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", namePrefix+owner+"_")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := c.drop(ctx, name); err != nil {
			return err
		}
	}
	_, err = c.lock.Exec(ctx, "SELECT pg_advisory_unlock(hashtext($1))", namePrefix+owner)
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/seed"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
)

// forSeeding are settings of a server that is filled: whatever happens meanwhile, it is filled again.
var forSeeding = []string{
	"fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off",
	"shared_buffers=1GB", "effective_cache_size=4GB", "max_wal_size=2GB", "checkpoint_timeout=1h",
}

// farm is one server with a database for each size.
type farm struct {
	dir       string // of the server's data
	temporary bool   // it is removed at the end
	server    *pgtest.Server
	memory    int64 // of the server for blocks while it is measured: a quarter of the machine's, as PostgreSQL's manual recommends
	counts    bool  // the server has pg_stat_statements, which counts blocks
}

// Every size keeps what it was seeded with in its database, beside the tables of the service.
const seedingTable = "bench_seeding"

// seeding is what a database was filled with.
type seeding struct {
	Company string
	Took    time.Duration
	Bytes   int64 // of the database when it was filled
}

// keptFrom is the usual size from which a database is measured again. A smaller one is always filled again: measuring changes it, and
// filling takes seconds.
const keptFrom = 100_000

func databaseOf(size int) string { return fmt.Sprintf("growth_%d", size) }

// openFarm starts a server on the data that are there, fills the databases that are missing, and starts it again with the settings of
// production.
func (s settings) openFarm(ctx context.Context) (*farm, error) {
	var machine syscall.Sysinfo_t
	if err := syscall.Sysinfo(&machine); err != nil {
		return &farm{}, err
	}
	f := &farm{dir: s.data, memory: int64(machine.Totalram) * int64(machine.Unit) / 4}
	if f.dir == "" {
		dir, err := os.MkdirTemp("/tmp", "growth") // the account of PostgreSQL can reach it
		if err != nil {
			return f, err
		}
		f.dir, f.temporary = dir, true
		if err := os.Chmod(dir, 0o755); err != nil {
			return f, err
		}
	}
	data, err := filepath.Abs(filepath.Join(f.dir, "data"))
	if err != nil {
		return f, err
	}
	if err := errors.Join(os.MkdirAll(f.dir, 0o755), os.MkdirAll(data, 0o700)); err != nil {
		return f, err
	}
	if f.server, err = pgtest.StartIn(ctx, slog.New(slog.DiscardHandler), pgtest.Layout{Data: data}, forSeeding...); err != nil {
		return f, err
	}
	admin, err := pgx.Connect(ctx, f.server.URL)
	if err != nil {
		return f, err
	}
	defer func() { _ = admin.Close(context.WithoutCancel(ctx)) }()
	for _, size := range s.sizes {
		if err := s.fillSize(ctx, f, admin, size); err != nil {
			return f, fmt.Errorf("%d orders: %w", size, err)
		}
	}
	if err := admin.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_stat_statements')").Scan(&f.counts); err != nil {
		return f, err
	}
	if err := f.shut(ctx, admin); err != nil {
		return f, err
	}
	syscall.Sync() // it was filled without fsync
	measuring := append(slices.Clone(production), fmt.Sprintf("shared_buffers=%dMB", f.memory>>20))
	if f.counts {
		measuring = append(measuring, "shared_preload_libraries=pg_stat_statements")
	}
	if f.server, err = pgtest.StartIn(ctx, slog.New(slog.DiscardHandler), pgtest.Layout{Data: data}, measuring...); err != nil || !f.counts {
		return f, err
	}
	// Statements are counted only for a while, because counting takes time.
	again, err := pgx.Connect(ctx, f.server.URL)
	if err != nil {
		return f, err
	}
	_, err = again.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
	return f, errors.Join(err, track(ctx, again, "none"), again.Close(ctx))
}

// shut stops the server so that its data can be used again.
func (f *farm) shut(ctx context.Context, admin *pgx.Conn) error {
	server := f.server
	f.server = nil
	_, err := admin.Exec(ctx, "CHECKPOINT") // so that the end is quick
	return errors.Join(err, server.Shut(), server.Stop())
}

func (f *farm) close() error {
	var errs []error
	if f.server != nil {
		if admin, err := pgx.Connect(context.Background(), f.server.URL); err == nil {
			errs = append(errs, f.shut(context.Background(), admin))
		} else {
			errs = append(errs, err, f.server.Stop())
		}
	}
	if f.temporary {
		errs = append(errs, os.RemoveAll(f.dir))
	}
	return errors.Join(errs...)
}

func (f *farm) address(database string) string {
	u, err := url.Parse(f.server.URL)
	if err != nil {
		panic(err) // pgtest made the URL
	}
	u.Path = "/" + database
	return u.String()
}

// bytesAnOrder is a little more than an order with its lines, words, events and indexes takes, and room is what else must stay free:
// the log of the server, the files of its sorts, and other programs.
const (
	bytesAnOrder = 6300
	room         = 6 << 30
)

// fillSize fills the database of a size, unless it is there. It has its name only when it is full.
func (s settings) fillSize(ctx context.Context, f *farm, admin *pgx.Conn, size int) error {
	name := databaseOf(size)
	filling := name + "_filling"
	var there bool
	if err := admin.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
		return err
	}
	if there && size >= s.keptFrom {
		return nil
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(f.dir, &disk); err != nil {
		return err
	}
	if free, need := int64(disk.Bavail)*disk.Bsize, int64(size)*bytesAnOrder+room; size >= s.keptFrom && free < need {
		return fmt.Errorf("they need %d GB with some room, and %s has %d GB free", need>>30, f.dir, free>>30)
	}
	for _, statement := range []string{
		"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "DROP DATABASE IF EXISTS " + filling + " WITH (FORCE)", "CREATE DATABASE " + filling,
	} {
		if _, err := admin.Exec(ctx, statement); err != nil {
			return err
		}
	}
	began := time.Now()
	bar := newBar(s.log)
	ids, err := seed.Fill(ctx, f.address(filling), seed.Plan{Progress: bar.show, Groups: []seed.Group{{Name: "Big", Companies: 1, Orders: size}}})
	bar.end()
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, f.address(filling))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf("CREATE TABLE %s AS SELECT '%s'::text AS company, %d::bigint AS took, pg_database_size('%s') AS bytes",
		seedingTable, ids[0][0], time.Since(began), filling))
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return err
	}
	_, err = admin.Exec(ctx, "ALTER DATABASE "+filling+" RENAME TO "+name)
	return err
}

// migrate brings a database to the schema of the program, which may be newer than the data.
func (s settings) migrate(ctx context.Context, w *world, database string) error {
	command := exec.CommandContext(ctx, s.program, "migrate", "up")
	command.Env = w.environment(database)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("migrate: %w: %s", err, out)
	}
	return nil
}

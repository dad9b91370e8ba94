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
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/seed"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
)

// production are settings of a server that keeps what it acknowledges, with memory for a database of this size.
var production = []string{
	"fsync=on", "full_page_writes=on", "synchronous_commit=on", "wal_level=replica", "autovacuum=on",
	"shared_buffers=1GB", "effective_cache_size=4GB", "max_wal_size=8GB", "checkpoint_timeout=15min", "max_parallel_maintenance_workers=2",
}

// world is one server with two databases that begin equal: the service works on one, floor and limit on the other.
type world struct {
	server    *pgtest.Server
	postgres  int // the server's first process
	sendgrid  *sendgridtest.Server
	dir       string
	ours      *process
	floor     *process
	serviceDB *pgx.Conn
	floorDB   *pgx.Conn
	big       string   // the company with most of the orders
	busy      []string // companies that place and confirm
	small     []string
	tokens    map[string]string
	places    []place          // in the big company's list
	ids       []string         // of its orders with ten lines
	buyers    []pair           // customers of the busy companies
	pools     map[string]*pool // orders to confirm, by operation
	stored    [][]string       // what an order takes on the disk before anything is measured
}

func (w *world) companies() []string { return slices.Concat([]string{w.big}, w.busy, w.small) }

// plan has a big company with nine tenths of all orders, if it has a million, and a thousand small ones. Fifty of those are busy: they
// have enough orders to confirm for all runs.
func (s settings) plan() seed.Plan {
	return seed.Plan{Groups: []seed.Group{
		{Name: "Big", Companies: 1, Orders: s.orders},
		{Name: "Busy", Companies: 50, Orders: s.busyOrders()},
		{Name: "Small", Companies: 950, Orders: max(20, s.orders/25_000)},
	}}
}

// busyOrders is how many orders a busy company has.
func (s settings) busyOrders() int { return max(300, s.orders/750) }

const apiKey = "SG.bench"

func (s settings) build(ctx context.Context) (w *world, err error) {
	w = &world{pools: map[string]*pool{}}
	if w.dir, err = os.MkdirTemp("", "bench"); err != nil {
		return w, err
	}
	if s.program, err = s.buildProgram(ctx, w.dir); err != nil {
		return w, err
	}
	server := production
	if slices.Contains(s.tables, statementsName) {
		server = slices.Concat(production, countingSettings)
	}
	if w.server, err = pgtest.Start(ctx, slog.New(slog.DiscardHandler), server...); err != nil {
		return w, err
	}
	w.postgres = w.server.PID()
	if w.sendgrid, err = sendgridtest.Start(apiKey, time.Now); err != nil {
		return w, err
	}
	if err := s.fill(ctx, w); err != nil {
		return w, fmt.Errorf("fill the databases: %w", err)
	}
	if w.stored, err = w.storage(ctx); err != nil {
		return w, err
	}
	if err := w.issueTokens(); err != nil {
		return w, err
	}
	w.ours = w.service(s.program, w.databaseURL(oursName))
	if err := w.ours.start(ctx); err != nil {
		return w, err
	}
	self, err := os.Executable()
	if err != nil {
		return w, err
	}
	w.floor = &process{name: "floor", program: self, args: []string{"floor", w.databaseURL(floorName), strconv.Itoa(firstFloorNumber)}, env: os.Environ()}
	if err := w.floor.start(ctx); err != nil {
		return w, err
	}
	return w, w.prepare(ctx)
}

// buildProgram builds orderdesk in the directory without C, as its image does, unless another one is to be measured.
func (s settings) buildProgram(ctx context.Context, dir string) (string, error) {
	if s.program != "" {
		return s.program, nil
	}
	program := filepath.Join(dir, "orderdesk")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/orderdesk/orderdesk/cmd/orderdesk")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return program, nil
}

// firstFloorNumber is beyond the numbers of the orders that are there.
const firstFloorNumber = 20_000_000

// The names of the two databases.
const (
	oursName  = "orderdesk"
	floorName = "floor"
)

func (w *world) databaseURL(name string) string {
	u, err := url.Parse(w.server.URL)
	if err != nil {
		panic(err) // pgtest made the URL
	}
	u.Path = "/" + name
	return u.String()
}

// fill fills a database and copies it.
func (s settings) fill(ctx context.Context, w *world) error {
	admin, err := pgx.Connect(ctx, w.server.URL)
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close(ctx) }()
	for _, statement := range []string{"CREATE DATABASE " + oursName, "ALTER DATABASE " + oursName + " SET synchronous_commit = off"} {
		if _, err := admin.Exec(ctx, statement); err != nil {
			return err
		}
	}
	bar := newBar(s.log)
	plan := s.plan()
	plan.Progress = bar.show
	ids, err := seed.Fill(ctx, w.databaseURL(oursName), plan)
	bar.end()
	if err != nil {
		return err
	}
	w.big, w.busy, w.small = ids[0][0], ids[1], ids[2]
	for _, statement := range []string{"ALTER DATABASE " + oursName + " RESET ALL", "CREATE DATABASE " + floorName + " TEMPLATE " + oursName, "CHECKPOINT"} {
		if _, err := admin.Exec(ctx, statement); err != nil {
			return err
		}
	}
	if w.serviceDB, err = pgx.Connect(ctx, w.databaseURL(oursName)); err != nil {
		return err
	}
	w.floorDB, err = pgx.Connect(ctx, w.databaseURL(floorName))
	return err
}

// service is orderdesk on a database.
func (w *world) service(program, database string) *process {
	return &process{name: "orderdesk", program: program, args: []string{"serve", "--drain", "0s"}, env: w.environment(database)}
}

// environment returns the environment of `orderdesk serve`, with everything on and the settings of Go's runtime.
func (w *world) environment(database string) []string {
	return append([]string{
		"DATABASE_URL=" + database, "ADDR=127.0.0.1:0", "PATH=" + os.Getenv("PATH"),
		"JWT_SECRET=" + secret, "JWT_ISSUER=" + issuer, "JWT_AUDIENCE=" + audience, "JWT_MAX_TTL=900000h",
		"MAIL_FROM=Orders <orders@rosefields.example>", "RATE_LIMIT=10000000", "RATE_LIMIT_ADDRESS=10000000",
		"SENDGRID_API_KEY=" + apiKey, "SENDGRID_BASE_URL=" + w.sendgrid.URL(),
	}, tuning()...)
}

// tuning is the settings of Go's runtime that this process has. What is measured gets them too.
func tuning() (set []string) {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		if value := os.Getenv(name); value != "" {
			set = append(set, name+"="+value)
		}
	}
	return set
}

func (w *world) close() error {
	var errs []error
	for _, p := range []*process{w.ours, w.floor} {
		if p != nil {
			p.stop()
		}
	}
	for _, c := range []*pgx.Conn{w.serviceDB, w.floorDB} {
		if c != nil {
			errs = append(errs, c.Close(context.Background()))
		}
	}
	if w.sendgrid != nil {
		w.sendgrid.Close()
	}
	if w.server != nil {
		errs = append(errs, w.server.Stop())
	}
	return errors.Join(append(errs, os.RemoveAll(w.dir))...)
}

// machine describes where the figures come from, and how Go's runtime is set if it is.
func machine(ctx context.Context, db *pgx.Conn) string {
	var version string
	if err := db.QueryRow(ctx, "SELECT split_part(version(), ' ', 2)").Scan(&version); err != nil {
		version = "unknown"
	}
	model := "unknown processor"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
			}
		}
	}
	parts := append([]string{fmt.Sprintf("%s: %d × %s", time.Now().Format(time.DateOnly), cpus(), model), "PostgreSQL " + version}, tuning()...)
	return strings.Join(parts, ", ")
}

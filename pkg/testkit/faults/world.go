package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/successor"
)

// kind is the database of a world.
type kind string

const (
	postgres kind = "PostgreSQL"
	sqlite   kind = "SQLite"
)

// durable makes a throw-away server keep what it acknowledged, as one in production does.
var durable = []string{"fsync=on", "full_page_writes=on", "synchronous_commit=on", "wal_level=replica"}

// options are what one row needs.
type options struct {
	database  kind
	replicas  int // default 2 on PostgreSQL, 1 on SQLite
	clients   int // default 9
	pace      time.Duration
	drain     time.Duration
	wired     bool          // through a wire that breaks
	settings  []string      // of the PostgreSQL server
	small     string        // which part is on a small file system: data, wal, sqlite or mail
	mailDir   bool          // e-mails go to a folder, and not to SendGrid
	newsAfter time.Duration // when the double posts its events
	clocks    bool          // the replicas' clocks can be moved
	standby   bool          // a synchronous standby follows the server
	reader    bool          // a read replica follows the server, and clients read what they wrote
	flawless  bool          // every request must be answered as if nothing happened
	pool      int           // connections of a process
	successor bool          // the next version of the program is built too
	mayFail   string        // the code of e-mails that may end as failed
	poison    bool          // e-mails of a company can be made to panic
	tight     bool          // the replicas have little memory
}

// world is one row's service: a database, the double of SendGrid, replicas behind a balancer, and clients that keep a journal.
type world struct {
	ctx       context.Context
	dir       string
	options   options
	program   string // of the replicas
	successor string // the next version
	honest    string // the program without a twin's change, for commands
	twin      bool   // the program lacks a guard
	hurried   bool   // e-mails that still wait do not count
	server    *pgtest.Server
	wire      *pgtest.Wire
	standby   *pgtest.Server
	small     string // the directory of the small file system
	mailDir   string
	direct    string // address of the database, beside the wire
	address   string // address of the database for the replicas
	sendgrid  *sendgridtest.Server
	replicas  []*replica
	balancer  *balancer
	journal   *journal
	load      *load
	follow    *followers
	news      *newsagent
	company   [2]string
	tokens    [2]string
	env       []string
	cleanup   []func()
	breaches  []string // what a row finds by itself
	healed    time.Time
	recovery  time.Duration
	began     time.Time
}

// breach notes something that must not be.
func (w *world) breach(format string, args ...any) {
	w.breaches = append(w.breaches, fmt.Sprintf(format, args...))
}

const (
	mailKey = "SG.faults"
	secret  = "a secret of the faults, which is long enough"
)

// token signs a token of an Admin that is valid for any clock of a row: it does not say when it was issued.
func token(companyID string) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": "https://id.test", "aud": "orderdesk", "sub": "anna", "name": "Anna Keller", "company_id": companyID, "company_type": "seller",
		"roles": []string{"Admin"}, "exp": time.Now().AddDate(40, 0, 0).Unix(),
	}).SignedString([]byte(secret))
}

// build makes the world and starts its replicas.
func (w *world) build() (err error) {
	if w.sendgrid, err = sendgridtest.Start(mailKey, time.Now); err != nil {
		return err
	}
	w.cleanup = append(w.cleanup, w.sendgrid.Close)
	if err := w.openDatabase(); err != nil {
		return err
	}
	if w.options.successor {
		w.successor = filepath.Join(w.dir, "successor")
		if err := successor.Build(w.ctx, ".", w.successor, successor.Cuts(".")...); err != nil {
			return err
		}
		w.cleanup = append(w.cleanup, func() { _ = os.Remove(w.successor) })
	}
	w.env = append(w.env,
		"DATABASE_URL="+w.address, "ADDR=127.0.0.1:0", "METRICS_ADDR=localhost:0", "PATH="+os.Getenv("PATH"),
		"JWT_SECRET="+secret, "JWT_ISSUER=https://id.test", "JWT_AUDIENCE=orderdesk", "JWT_MAX_TTL=900000h",
		"MAIL_FROM=Orders <orders@rosefields.example>", "RATE_LIMIT=10000000", "RATE_LIMIT_ADDRESS=10000000",
	)
	if w.options.mailDir {
		w.mailDir = filepath.Join(w.dir, "mail")
		if w.options.small == "mail" {
			w.mailDir = filepath.Join(w.small, "mail")
		}
		w.env = append(w.env, "MAIL_DIR="+w.mailDir)
	} else {
		w.env = append(w.env, "SENDGRID_API_KEY="+mailKey, "SENDGRID_BASE_URL="+w.sendgrid.URL(), "SENDGRID_WEBHOOK_PUBLIC_KEY="+w.sendgrid.PublicKey())
	}
	if _, err := w.command("migrate", "up"); err != nil {
		return err
	}
	for i, name := range []string{"Rosefields Wholesale", "Tulip Traders"} {
		if w.company[i], err = w.command("company", "add", "--name", name, "--currency", "USD"); err != nil {
			return err
		}
		if w.tokens[i], err = token(w.company[i]); err != nil {
			return err
		}
	}
	for i := range w.options.replicas {
		r := w.newReplica(fmt.Sprint("replica ", i+1), w.program, i)
		if w.options.tight {
			r.env = append(r.env, memoryLimit)
		}
		if err := r.start(); err != nil {
			return err
		}
		w.replicas = append(w.replicas, r)
	}
	w.balancer = newBalancer(w.replicas)
	w.cleanup = append(w.cleanup, w.balancer.close)
	if err := w.wait(30*time.Second, "the replicas are ready", w.balancer.green); err != nil {
		return err
	}
	return w.addCustomers()
}

func (w *world) newReplica(name, program string, i int) *replica {
	env := append(append([]string{}, w.env...), "TEST_CLOCK_FILE="+w.clockFile(i), "TEST_POISON_FILE="+w.poisonFile())
	r := &replica{name: name, program: program, args: []string{"serve", "--drain", w.options.drain.String()}, env: env, log: &lines{}}
	w.cleanup = append(w.cleanup, r.kill)
	return r
}

func (w *world) openDatabase() (err error) {
	if w.options.small != "" {
		var unmount func()
		if w.small, unmount, err = mount(smallSize[w.options.small]); err != nil {
			return err
		}
		w.cleanup = append(w.cleanup, unmount)
	}
	if w.options.database == sqlite {
		folder := w.dir
		if w.options.small == "sqlite" {
			folder = w.small
		}
		w.direct = "sqlite:" + filepath.Join(folder, "orderdesk.db")
		w.address = w.direct
		return nil
	}
	var layout pgtest.Layout
	switch w.options.small {
	case "wal":
		layout.WAL = filepath.Join(w.small, "wal")
		err = os.Mkdir(layout.WAL, 0o700)
	case "data": // the log is elsewhere, so that only the data lack room
		layout.Data = filepath.Join(w.small, "data")
		layout.WAL, err = os.MkdirTemp("/tmp", "pgwal")
		w.cleanup = append(w.cleanup, func() { _ = os.RemoveAll(layout.WAL) })
		err = errors.Join(err, os.Mkdir(layout.Data, 0o700))
	}
	if err != nil {
		return err
	}
	if w.server, err = pgtest.StartIn(w.ctx, slog.New(slog.DiscardHandler), layout, append(durable, w.options.settings...)...); err != nil {
		return err
	}
	w.cleanup = append(w.cleanup, func() { _ = w.server.Stop() })
	w.direct, w.address = w.server.URL, w.server.URL
	if w.options.standby {
		if err := w.openStandby(); err != nil {
			return err
		}
	}
	if w.options.reader {
		if err := w.openReader(); err != nil {
			return err
		}
	}
	if w.options.wired {
		if w.wire, w.address, err = pgtest.OpenWire(w.server.URL); err != nil {
			return err
		}
		w.cleanup = append(w.cleanup, w.wire.Cut)
	}
	if w.options.pool > 0 {
		w.address += "&pool_max_conns=" + fmt.Sprint(w.options.pool)
	}
	return nil
}

// openStandby adds a synchronous standby. The replicas know both servers.
func (w *world) openStandby() (err error) {
	if w.standby, err = w.server.Standby(w.ctx, durable...); err != nil {
		return err
	}
	w.cleanup = append(w.cleanup, func() { _ = w.standby.Stop() })
	for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"} {
		if err := w.execute(statement); err != nil {
			return err
		}
	}
	w.address = fmt.Sprintf("postgres://postgres@/postgres?host=%s,%s&port=5432,5432", w.server.SocketDir(), w.standby.SocketDir())
	return w.wait(20*time.Second, "the standby is synchronous", func() bool {
		db, err := w.open()
		if err != nil {
			return false
		}
		defer db.Close()
		var n int
		return db.QueryRowContext(w.ctx, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'").Scan(&n) == nil && n == 1
	})
}

// execute runs a statement beside the service.
func (w *world) execute(statement string) error {
	db, err := w.open()
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(w.ctx, statement)
	return err
}

func (w *world) clockFile(i int) string { return filepath.Join(w.dir, fmt.Sprint("clock-", i)) }

// moveClock sets how far a replica's clock is ahead.
func (w *world) moveClock(i int, by time.Duration) error {
	return os.WriteFile(w.clockFile(i), []byte(by.String()), 0o600)
}

// command runs a command of the program, on the database beside the wire.
func (w *world) command(args ...string) (string, error) {
	if args[0] == "migrate" {
		return w.commandOf(w.program, args...) // a twin may change the schema
	}
	return w.commandOf(w.honest, args...)
}

func (w *world) commandOf(program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(w.ctx, 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(append([]string{}, w.env...), "DATABASE_URL="+w.direct)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return strings.TrimSpace(string(out)), fmt.Errorf("orderdesk %s: %w: %s", args[0], err, errs.String())
	}
	return strings.TrimSpace(string(out)), nil
}

func (w *world) addCustomers() error {
	for i := range w.tokens {
		c := client{load: newLoad(w.journal, w.balancer.next, w.tokens)}
		o := c.send(intent{Company: i, Method: http.MethodPost, Path: "/v1/customers", Key: "customer", Body: `{"code":"BLOOM","name":"Bloom & Thistle","emails":["orders@bloom.example"]}`})
		if o.status != http.StatusCreated {
			return fmt.Errorf("the customer was answered %d: %s", o.status, o.raw)
		}
	}
	return nil
}

// wait waits until something is so.
func (w *world) wait(limit time.Duration, what string, is func() bool) error {
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		switch {
		case is():
			return nil
		case w.ctx.Err() != nil:
			return w.ctx.Err()
		case time.Now().After(deadline):
			return fmt.Errorf("not within %s: %s", limit, what)
		}
	}
}

// rest lets the load go on for a while.
func (w *world) rest(d time.Duration) {
	select {
	case <-w.ctx.Done():
	case <-time.After(d):
	}
}

// heal notes that the fault is over, and measures how long it takes until every replica is ready and a write is acknowledged.
func (w *world) heal() error {
	w.healed = time.Now()
	before := len(w.journal.acknowledged())
	err := w.wait(60*time.Second, "every replica is ready, and a write is acknowledged", func() bool {
		return w.balancer.green() && len(w.journal.acknowledged()) > before
	})
	w.recovery = time.Since(w.healed)
	return err
}

func (w *world) close() {
	for i := len(w.cleanup) - 1; i >= 0; i-- {
		w.cleanup[i]()
	}
}

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
)

var databaseRows = []row{
	{
		name: "slow-database", what: "every answer of PostgreSQL takes 300 ms longer, for 10 s",
		options: options{wired: true, pool: 8, clients: 40},
		run: func(w *world) error {
			w.wire.Delay(150 * time.Millisecond)
			w.rest(10 * time.Second)
			w.wire.Delay(0)
			return nil
		},
		bound: 10 * time.Second,
		twin: twin{name: "a request waits for a connection as long as it lasts", cuts: []overlay.Cut{
			{File: "pkg/store/store.go", Old: "o.ShareWait = 750 * time.Millisecond", New: "o.ShareWait = time.Hour"},
		}},
	},
	{
		name: "silent-database", what: "PostgreSQL does not answer for 26 s, and its connections stay open",
		options: options{wired: true},
		run: func(w *world) error {
			w.wire.Stall()
			w.rest(26 * time.Second)
			w.wire.Cut()
			w.wire.Mend()
			return nil
		},
		twin: twin{name: "COMMIT is waited for as long as it takes", cuts: []overlay.Cut{
			{File: "pkg/store/tx.go", Old: "func (tx *Tx) commit(wait time.Duration) error {\n", New: "func (tx *Tx) commit(wait time.Duration) error {\n	wait = time.Hour\n"},
		}},
	},
	{
		name: "connections-taken", sees: "database_unavailable", what: "other programs take every connection of PostgreSQL, for 6 s",
		options: options{settings: []string{"max_connections=64"}},
		run:     connectionsTaken,
		twin: twin{name: "an unavailable database is a defect", cuts: []overlay.Cut{
			{File: "pkg/store/errors.go", Old: "		noConnection(err), connectionLost(err) && !errors.Is(err, context.DeadlineExceeded):", New: "		false:"},
		}},
	},
	{
		name: "one-company-hangs", what: "a row that every confirm of one company needs is locked for 10 s",
		options: options{clients: 36},
		run:     oneCompanyHangs,
		twin: twin{name: "a company may take every connection", cuts: []overlay.Cut{
			{File: "pkg/store/bulkhead.go", Old: `free > 0 && (h.company == "" || b.holders[h] < free)`, New: `free > 0`},
		}},
	},
	{
		name: "standby-lost", what: "the synchronous standby hangs for 12 s",
		options: options{standby: true, pool: 8, clients: 96},
		run: func(w *world) error {
			now := w.journal.measure()
			w.standby.Freeze()
			w.rest(12 * time.Second)
			if m := now(); m.readShed > 0 || m.reads > 5*time.Second {
				w.breach("while writes hung, %d reads were refused and one waited %s", m.readShed, m.reads)
			}
			w.standby.Thaw()
			return nil
		},
		twin: twin{name: "writes, and a company's, may take every connection", cuts: []overlay.Cut{
			{File: "pkg/store/bulkhead.go", Old: `free > 0 && (h.company == "" || b.holders[h] < free)`, New: `free > 0`},
			{File: "pkg/store/bulkhead.go", Old: "free -= max(b.used[other], b.reserved[other])", New: "free -= b.used[other]"},
		}},
	},
	{
		name: "standby-promoted", what: "the standby hangs for 2 s, the primary is killed meanwhile, and the standby is promoted",
		options: options{standby: true},
		run: func(w *world) error {
			w.standby.Freeze()
			w.rest(2 * time.Second)
			if err := w.server.Crash(); err != nil {
				return err
			}
			w.standby.Thaw()
			w.direct = w.standby.URL
			if err := w.standby.Promote(w.ctx); err != nil {
				return err
			}
			w.rest(3 * time.Second)
			return nil
		},
		twin: twin{name: "COMMIT does not wait for the standby", cuts: []overlay.Cut{
			{File: "pkg/store/session.go", Old: `	{"jit", "off"},`, New: `	{"synchronous_commit", "local"}, {"jit", "off"},`},
		}},
	},
	{
		name: "disk-full-data", sees: "database_unavailable", what: "no room for PostgreSQL's data, for 8 s",
		options: options{small: "data"}, skip: cannotMount,
		run: func(w *world) error { return w.fullFor(8 * time.Second) },
		twin: twin{name: "a full disk is a defect", cuts: []overlay.Cut{
			{File: "pkg/store/errors.go", Old: `(strings.HasPrefix(pg.Code, "53") || `, New: `(`},
		}},
	},
	{
		name: "disk-full-wal", sees: "database_unavailable", what: "no room for PostgreSQL's write-ahead log, for 8 s: the server ends itself",
		options: options{small: "wal", settings: []string{"min_wal_size=32MB", "max_wal_size=48MB", "wal_keep_size=0"}}, skip: cannotMount,
		run:  func(w *world) error { return w.fullFor(8 * time.Second) },
		twin: believed,
	},
	{
		name: "disk-full-sqlite", sees: "database_unavailable", what: "no room for the SQLite file, for 8 s",
		options: options{database: sqlite, small: "sqlite"}, skip: cannotMount,
		run: func(w *world) error { return w.fullFor(8 * time.Second) },
		twin: twin{name: "a full disk is a defect", cuts: []overlay.Cut{
			{File: "pkg/store/errors.go", Old: "		case sqliteBusy, sqliteFull, sqliteCantOpen, sqliteReadOnly, sqliteIOErr:", New: "		case sqliteBusy, sqliteCantOpen, sqliteReadOnly:"},
		}},
	},
	{
		name: "two-processes-sqlite", what: "two processes on one SQLite file; `kill -9` of one of them, 6 times",
		options: options{database: sqlite, replicas: 2},
		run:     func(w *world) error { return w.killEach(6) },
		twin:    tooEarly,
	},
}

// oneCompanyHangs locks the counter of the first company's invoices.
func oneCompanyHangs(w *world) error {
	db, err := w.open()
	if err != nil {
		return err
	}
	defer db.Close()
	ctx := context.Background()
	before := w.journal.measure()
	w.rest(6 * time.Second) // a busy machine refuses requests and lets them wait without the fault, too
	usual := before()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "SELECT 1 FROM counters WHERE company_id = $1 AND series = 'invoice' FOR UPDATE", w.company[0]); err != nil {
		return err
	}
	now := w.journal.measure()
	green := true
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); w.rest(50 * time.Millisecond) {
		green = green && w.balancer.green()
	}
	if m := now(); m.refused(1) > max(3, 3*usual.refused(1)) || m.waits[1] > max(3*time.Second, 3*usual.waits[1]) || !green {
		w.breach("the other company was refused %d of %d times and waited up to %s (before: %d of %d, and %s); all processes were ready: %t",
			m.shed[1], m.asked[1], m.waits[1], usual.shed[1], usual.asked[1], usual.waits[1], green)
	}
	return nil
}

// connectionsTaken ends the sessions of the service and takes their connections, until none is left.
func connectionsTaken(w *world) error {
	ctx := context.Background()
	first, err := pgx.Connect(ctx, w.direct)
	if err != nil {
		return err
	}
	taken := []*pgx.Conn{first}
	defer func() {
		for _, c := range taken {
			_ = c.Close(ctx)
		}
	}()
	for until := time.Now().Add(6 * time.Second); time.Now().Before(until); {
		c, err := pgx.Connect(ctx, w.direct)
		if err == nil {
			taken = append(taken, c)
			continue
		}
		w.rest(20 * time.Millisecond)
		if _, err := first.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'orderdesk'"); err != nil {
			return err
		}
	}
	if len(taken) < 20 {
		return fmt.Errorf("only %d connections could be taken", len(taken))
	}
	return nil
}

// fullFor leaves no room on the small file system for a while. A PostgreSQL that ended itself is started again afterwards, as
// whatever supervises it does.
func (w *world) fullFor(d time.Duration) error {
	release, err := fill(w.small)
	if err != nil {
		return err
	}
	for until := time.Now().Add(d); time.Now().Before(until); w.rest(300 * time.Millisecond) {
		if w.options.small == "wal" { // a file of the log is 16 MB: let each be the last one
			_ = w.execute("SELECT pg_switch_wal()") // it fails once the server has ended
		}
	}
	release()
	w.rest(time.Second)
	if w.server != nil && w.server.Exited() {
		return w.server.Restart(w.ctx)
	}
	return nil
}

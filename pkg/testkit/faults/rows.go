package main

import (
	"errors"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
)

// tooEarly answers a little before COMMIT. A process that is killed in between has acknowledged what is not there.
var tooEarly = twin{name: "the answer goes out before COMMIT", cuts: []overlay.Cut{
	{File: "pkg/store/tx.go", Old: "	if err = tx.commit(t.store.wait); err != nil {\n		return none, translate(err)\n	}\n",
		New: "	go func() {\n		time.Sleep(10 * time.Millisecond)\n		_ = tx.commit(t.store.wait)\n	}()\n"},
}}

// faults are all faults, in the order of the table.
var faults = slices.Concat(basicRows, databaseRows, readerRows, processRows, mailRows)

// believed takes a COMMIT without an answer for done.
var believed = twin{name: "a COMMIT without an answer counts as done", cuts: []overlay.Cut{
	{File: "pkg/store/tx.go", Old: "			return unknownOutcome(err)\n", New: "			return nil\n"},
}}

// noKey lets a request that is repeated with its key take effect again.
var noKey = twin{name: "a repeated key is not recognised", cuts: []overlay.Cut{
	{File: "pkg/store/claim.go", Old: "c.fresh, c.err = rows == 1, translate(err)", New: "c.fresh, c.err = rows >= 0, translate(err)"},
}}

// lateAnswer makes an answer come a while after its COMMIT, so that a kill surely meets some in between, on any machine.
var lateAnswer = overlay.Cut{File: "pkg/store/tx.go", Old: "	t.store.commits.Add(1)\n", New: "	t.store.commits.Add(1)\n	time.Sleep(200 * time.Millisecond)\n"}

var basicRows = []row{
	{
		name: "kill", what: "`kill -9` of one of two processes, 6 times",
		run:  func(w *world) error { return w.killEach(6) },
		twin: twin{name: noKey.name, cuts: append(slices.Clone(noKey.cuts), lateAnswer)},
	},
	{
		name: "kill-sqlite", what: "`kill -9` of the only process, 6 times",
		options: options{database: sqlite},
		run:     func(w *world) error { return w.killEach(6) },
		twin:    tooEarly,
	},
	{
		name: "postgres-stopped", what: "PostgreSQL is stopped for 4 s, twice",
		run: func(w *world) error {
			for range 2 {
				if err := w.server.Shut(); err != nil {
					return err
				}
				w.rest(4 * time.Second)
				if err := w.server.Restart(w.ctx); err != nil {
					return err
				}
				w.rest(3 * time.Second)
			}
			return nil
		},
		twin: twin{name: "an unavailable database is a defect", cuts: []overlay.Cut{
			{File: "pkg/store/errors.go", Old: "		noConnection(err), connectionLost(err) && !errors.Is(err, context.DeadlineExceeded):", New: "		false:"},
		}},
	},
	{
		name: "postgres-crash", what: "every process of PostgreSQL is killed, 4 times",
		run: func(w *world) error {
			for range 4 {
				if err := w.server.Crash(); err != nil {
					return err
				}
				w.rest(time.Second)
				if err := w.server.Restart(w.ctx); err != nil {
					return err
				}
				w.rest(3 * time.Second)
			}
			return nil
		},
		twin: twin{name: "COMMIT does not wait for the disk", cuts: []overlay.Cut{
			{File: "pkg/store/session.go", Old: `	{"jit", "off"},`, New: `	{"synchronous_commit", "off"}, {"jit", "off"},`},
		}},
	},
	{
		name: "commit-answer-lost", what: "the connection breaks after COMMIT, before its answer, 25 times",
		options: options{wired: true},
		run:     func(w *world) error { return w.breakCommits(25, true) },
		twin:    noKey,
	},
	{
		name: "commit-lost", what: "the connection breaks before COMMIT arrives, 25 times",
		options: options{wired: true},
		run:     func(w *world) error { return w.breakCommits(25, false) },
		twin:    believed,
	},
}

// killEach kills the replicas in turn, each just after a write was acknowledged, and starts it again, as an orchestrator does.
func (w *world) killEach(times int) error {
	for n := range times {
		r := w.replicas[n%len(w.replicas)]
		for before, until := w.journal.acks.Load(), time.Now().Add(10*time.Second); w.journal.acks.Load() == before && time.Now().Before(until); {
			time.Sleep(200 * time.Microsecond)
		}
		r.kill()
		w.rest(300 * time.Millisecond)
		var last error
		if err := w.wait(30*time.Second, r.name+" starts", func() bool { last = r.start(); return last == nil }); err != nil {
			return errors.Join(err, last)
		}
		w.rest(1500 * time.Millisecond)
	}
	return nil
}

// breakCommits breaks the connection of one COMMIT after the other.
func (w *world) breakCommits(times int, after bool) error {
	for range times {
		w.wire.CutAtCommit(after)
		if err := w.wait(20*time.Second, "a COMMIT comes", w.wire.Lost); err != nil {
			return err
		}
		w.rest(200 * time.Millisecond)
	}
	return nil
}

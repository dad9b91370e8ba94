package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
)

// row is one fault.
type row struct {
	name    string
	what    string // what happens, in the words of the table
	options options
	skip    func() string        // why this machine cannot run it; empty: it can
	run     func(w *world) error // the fault, under load
	sees    string               // a code that clients get, or the fault did not happen
	bound   time.Duration        // the longest wait of a request; default 21 s: 15 s for a request and 5 s for its COMMIT
	twin    twin
}

// twin is the guard whose removal must make the row red.
type twin struct {
	name  string
	cuts  []overlay.Cut
	waits bool // what is red are e-mails that never end
}

const (
	usualBound = 21 * time.Second
	settleIn   = 280 * time.Second // for e-mails in progress at a kill: found within 90 s, and sent again after 2 min without an event
)

// result is a line of the table.
type result struct {
	row          *row
	skipped      string
	duration     time.Duration
	clients      int
	acknowledged int
	lost         int
	doubled      int
	unknown      int
	unresolved   int
	longest      time.Duration
	slowest      string
	recovery     time.Duration
	drained      time.Duration
	statuses     map[string]int
	breaches     []string
	err          error // the fault did not heal
	broken       error // the fault did not even run; this proves nothing
}

func (r result) red() bool { return r.err != nil || r.broken != nil || len(r.breaches) > 0 }

// prove runs the row and compares. It calls idle once the fault and its load have ended, and it only waits for e-mails.
func (r *row) prove(ctx context.Context, program, honest, dir string, seed uint64, twin bool, idle func()) (out result) {
	defer idle()
	out.row = r
	if r.skip != nil {
		if out.skipped = r.skip(); out.skipped != "" {
			return out
		}
	}
	o := r.options
	if o.database == "" {
		o.database = postgres
	}
	if o.replicas == 0 {
		o.replicas = map[kind]int{postgres: 2, sqlite: 1}[o.database]
	}
	o.clients = cmp.Or(o.clients, 9)
	w := &world{ctx: ctx, dir: filepath.Join(dir, r.name), options: o, program: program, honest: honest, twin: twin, hurried: twin && !r.twin.waits}
	defer w.close()
	if out.broken = errors.Join(os.RemoveAll(w.dir), os.MkdirAll(w.dir, 0o750)); out.broken != nil {
		return out
	}
	if w.journal, out.broken = openJournal(filepath.Join(w.dir, "journal")); out.broken != nil {
		return out
	}
	if out.broken = w.build(); out.broken != nil {
		return out
	}
	w.load = newLoad(w.journal, w.balancer.next, w.tokens)
	w.load.looks = o.reader
	w.follow = follow(w)
	defer w.follow.end()
	if !o.mailDir {
		w.news = sell(w)
		defer w.news.leave()
	}
	w.began = time.Now()
	w.load.begin(o.clients, seed, o.pace)
	w.rest(2 * time.Second)
	err := r.run(w)
	if err == nil {
		err = w.heal()
	}
	w.rest(2 * time.Second)
	w.load.end()
	out.duration = time.Since(w.began)
	idle()
	if err == nil {
		err = w.settle(ctx, &out)
	}
	out.err = err
	r.conclude(ctx, w, &out)
	return out
}

// settle waits until every e-mail has ended and the followers have everything.
func (w *world) settle(ctx context.Context, out *result) error {
	began := time.Now()
	var last error
	n := 0
	limit := settleIn
	if w.twin { // what is red shows at once
		limit = 45 * time.Second
	}
	err := w.wait(limit, "no e-mail waits", func() bool {
		time.Sleep(200 * time.Millisecond)
		n, last = w.waiting(ctx)
		return last == nil && n == 0
	})
	out.drained = time.Since(began)
	if err != nil && !w.hurried {
		return errors.Join(fmt.Errorf("%d e-mails wait: %w", n, err), last)
	}
	if w.news != nil {
		w.news.end()
	}
	_ = w.wait(30*time.Second, "the followers have everything", func() bool { return w.followed(ctx) }) // compare says what they miss
	return nil
}

// conclude compares, and writes what is wrong.
func (r *row) conclude(ctx context.Context, w *world, out *result) {
	j := w.journal
	found, err := w.compare(ctx)
	out.err = errors.Join(out.err, err)
	out.acknowledged, out.clients = len(j.acknowledged()), w.options.clients
	out.unknown, out.unresolved = j.unknown, j.unresolved()
	out.longest, out.slowest, out.statuses, out.recovery = j.longest, j.slowest, j.statuses, w.recovery
	out.lost, out.doubled = len(found.lost), len(found.doubled)
	out.breaches = append(out.breaches, w.breaches...)
	out.breaches = append(out.breaches, some("lost", found.lost)...)
	out.breaches = append(out.breaches, some("doubled", found.doubled)...)
	out.breaches = append(out.breaches, some("wrong", found.other)...)
	if found.check != "" {
		out.breaches = append(out.breaches, some("orderdesk check", strings.Split(found.check, "\n"))...)
	}
	if n := out.unresolved; n > 0 {
		out.breaches = append(out.breaches, fmt.Sprintf("%d requests never told their outcome", n))
	}
	if bound := cmp.Or(r.bound, usualBound); out.longest > bound {
		out.breaches = append(out.breaches, fmt.Sprintf("a request waited %s, which is above %s: %s", out.longest.Round(time.Millisecond), bound, out.slowest))
	}
	if r.sees != "" && !w.twin && !strings.Contains(answers(j.statuses), r.sees) {
		out.breaches = append(out.breaches, "nobody was answered "+r.sees+": the fault did not happen")
	}
	out.breaches = append(out.breaches, some("stale", j.stale)...)
	for status, n := range j.statuses {
		if strings.HasPrefix(status, "500") || r.options.flawless && (strings.HasPrefix(status, "5") || strings.HasPrefix(status, "no")) {
			out.breaches = append(out.breaches, fmt.Sprintf("%d answers were %s", n, status))
		}
	}
	switch {
	case out.acknowledged >= 20:
	case w.twin:
		out.broken = errors.New("the load does not run")
	default:
		out.breaches = append(out.breaches, fmt.Sprintf("only %d writes were acknowledged: the load does not run", out.acknowledged))
	}
	slices.Sort(out.breaches)
	w.keepLogs()
}

// some shortens a list.
func some(kind string, list []string) []string {
	var out []string
	for i, text := range list {
		if i == 5 {
			return append(out, fmt.Sprintf("%s: and %d more", kind, len(list)-i))
		}
		out = append(out, kind+": "+text)
	}
	return out
}

// keepLogs writes the logs of the replicas and of PostgreSQL beside the journal.
func (w *world) keepLogs() {
	for _, r := range w.replicas {
		_ = os.WriteFile(filepath.Join(w.dir, strings.ReplaceAll(r.name, " ", "-")+".log"), []byte(r.log.since(0)), 0o600)
	}
	if w.server != nil {
		_ = os.WriteFile(filepath.Join(w.dir, "postgres.log"), []byte(w.server.LogTail()), 0o600)
	}
}

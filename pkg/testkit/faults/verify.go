package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/glebarez/go-sqlite" // the driver of the SQLite file
	_ "github.com/jackc/pgx/v5/stdlib"
)

// finding is what a comparison of the journal with the database shows.
type finding struct {
	lost, doubled []string
	check         string // what orderdesk check says, if it is not well
	other         []string
}

func (f *finding) lose(format string, args ...any) {
	f.lost = append(f.lost, fmt.Sprintf(format, args...))
}
func (f *finding) double(format string, args ...any) {
	f.doubled = append(f.doubled, fmt.Sprintf(format, args...))
}
func (f *finding) fault(format string, args ...any) {
	f.other = append(f.other, fmt.Sprintf(format, args...))
}

// rows are the figures of the database that the journal is compared with.
type rows struct {
	orders   map[string][]string // ids by the tag of the intent that placed them
	version  map[string]int      // by id
	company  map[string]string   // by id
	invoiced map[string]bool     // whether the order says that it has an invoice
	invoices map[string]int      // by order
	letters  map[string]int      // automatic e-mails of an invoice, by order
	edits    map[string]int      // by tag
	payments map[string]int      // by tag
	events   map[string]bool     // ids of the first company's
	emails   []mailRow
}

type mailRow struct {
	id, kind, state, code string
	unknown               int
}

func (w *world) open() (*sql.DB, error) {
	if path, is := strings.CutPrefix(w.direct, "sqlite:"); is {
		return sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	}
	return sql.Open("pgx", w.direct)
}

// query calls row for each row of the query, whose columns are all texts.
func query(ctx context.Context, db *sql.DB, columns int, row func(v []string), text string) error {
	result, err := db.QueryContext(ctx, text)
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	defer result.Close()
	values, into := make([]string, columns), make([]any, columns)
	for i := range values {
		into[i] = &values[i]
	}
	for result.Next() {
		if err := result.Scan(into...); err != nil {
			return err
		}
		row(values)
	}
	return result.Err()
}

func (w *world) rows(ctx context.Context) (r rows, err error) {
	db, err := w.open()
	if err != nil {
		return r, err
	}
	defer db.Close()
	r = rows{orders: map[string][]string{}, version: map[string]int{}, company: map[string]string{}, invoiced: map[string]bool{}, invoices: map[string]int{}, letters: map[string]int{},
		edits: map[string]int{}, payments: map[string]int{}, events: map[string]bool{}}
	number := func(text string) (n int) {
		_, _ = fmt.Sscan(text, &n)
		return n
	}
	for _, q := range []struct {
		columns int
		row     func(v []string)
		text    string
	}{
		{5, func(v []string) {
			r.orders[v[1]] = append(r.orders[v[1]], v[0])
			r.version[v[0]], r.company[v[0]], r.invoiced[v[0]] = number(v[2]), v[3], v[4] != ""
		}, "SELECT CAST(id AS text), po_number, CAST(version AS text), CAST(company_id AS text), invoice_number FROM orders"},
		{1, func(v []string) { r.invoices[v[0]]++ }, "SELECT CAST(order_id AS text) FROM invoices"},
		{1, func(v []string) { r.payments[v[0]]++ }, "SELECT notes FROM payments"},
		{3, func(v []string) {
			if v[2] == w.company[0] {
				r.events[v[1]] = true
			}
			var changes []struct{ After any }
			if json.Unmarshal([]byte(v[0]), &changes) == nil {
				for _, c := range changes {
					r.edits[fmt.Sprint(c.After)]++ // an edit's carrier is its tag
				}
			}
		}, "SELECT CAST(changes AS text), CAST(id AS text), CAST(company_id AS text) FROM events"},
		{6, func(v []string) {
			r.emails = append(r.emails, mailRow{id: v[0], kind: v[1], state: v[2], code: v[3], unknown: number(v[4])})
			if v[1] == "invoice" {
				r.letters[v[5]]++
			}
		}, "SELECT CAST(id AS text), kind, state, error_code, CAST(unknown_attempts AS text), CAST(order_id AS text) FROM emails"},
	} {
		if err := query(ctx, db, q.columns, q.row, q.text); err != nil {
			return r, err
		}
	}
	return r, nil
}

// waiting counts the e-mails that have not ended.
func (w *world) waiting(ctx context.Context) (n int, err error) {
	db, err := w.open()
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM emails WHERE state IN ('queued', 'sending', 'unknown')").Scan(&n)
	return n, err
}

// compare compares the journal, the database, the double's journal and what the followers have.
func (w *world) compare(ctx context.Context) (f finding, err error) {
	if !w.twin || w.options.clocks { // a twin must be red by its fault, and not by requests that are repeated afterwards
		w.compareReplays(&f)
	}
	r, err := w.rows(ctx)
	if err != nil {
		return f, err
	}
	w.compareIntents(&f, r)
	w.compareInvoices(&f, r)
	w.compareEmails(&f, r)
	w.compareFollowers(&f, r)
	if out, err := w.command("check"); err != nil {
		f.check = strings.TrimSpace(out + "\n" + err.Error())
	}
	return f, nil
}

func (w *world) compareIntents(f *finding, r rows) {
	w.journal.mu.Lock()
	defer w.journal.mu.Unlock()
	for _, o := range w.journal.ended {
		times := 0
		switch o.Kind {
		case "place":
			times = len(r.orders[o.Tag])
			if o.acked() && times == 1 && (len(o.Orders) != 1 || r.orders[o.Tag][0] != o.Orders[0]) {
				f.lose("%s: the answer names order %v, and the database has %s", o.Tag, o.Orders, r.orders[o.Tag][0])
			}
		case "edit":
			times = r.edits[o.Tag]
		case "pay":
			times = r.payments[o.Tag]
		case "confirm", "batch":
			for _, id := range o.Orders {
				if o.acked() && (!r.invoiced[id] || r.invoices[id] == 0) {
					f.lose("%s: order %s was confirmed and has no invoice", o.Tag, id)
				}
			}
			continue
		}
		switch {
		case times > 1:
			f.double("%s happened %d times", o.Tag, times)
		case o.acked() && times == 0:
			f.lose("%s was acknowledged with %d and is not there", o.Tag, o.Status)
		case o.Answered && !o.acked() && times > 0:
			f.fault("%s was refused with %d %s, and happened", o.Tag, o.Status, o.Code)
		}
	}
}

func (w *world) compareInvoices(f *finding, r rows) {
	for id, invoiced := range r.invoiced {
		n := r.invoices[id]
		switch {
		case n > 1:
			f.double("order %s has %d invoices", id, n)
		case invoiced != (n == 1):
			f.fault("order %s and its %d invoices disagree", id, n)
		}
		if letters := r.letters[id]; letters > n {
			f.double("order %s has %d invoices and %d e-mails", id, n, letters)
		} else if letters < n {
			f.lose("order %s has %d invoices and %d e-mails", id, n, letters)
		}
	}
}

func (w *world) compareEmails(f *finding, r rows) {
	sent := map[string]int{}
	if w.options.mailDir {
		files, err := filepath.Glob(filepath.Join(w.mailDir, "*.eml"))
		if err != nil {
			panic(err) // the pattern is a constant
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".eml")
			if info, err := os.Stat(file); err == nil && info.Size() > 0 {
				sent[name[strings.LastIndex(name, "_")+1:]]++
			}
		}
	} else {
		for _, m := range w.sendgrid.Accepted() {
			sent[m.EmailID]++
		}
	}
	known := map[string]bool{}
	for _, e := range r.emails {
		known[e.id] = true
		switch n := sent[e.id]; {
		case e.state == "sent" && n == 0:
			f.lose("e-mail %s (%s) is sent, and nobody got it", e.id, e.kind)
		case n > 1+e.unknown:
			f.double("e-mail %s (%s) was accepted %d times after %d unknown outcomes", e.id, e.kind, n, e.unknown)
		case e.state == "failed" && e.code != w.options.mayFail:
			f.fault("e-mail %s (%s) failed: %s", e.id, e.kind, e.code)
		case e.state != "sent" && e.state != "failed" && !w.hurried:
			f.lose("e-mail %s (%s) is still %s", e.id, e.kind, e.state)
		}
	}
	for id := range sent {
		if !known[id] {
			f.fault("somebody got the e-mail %s, which does not exist", id)
		}
	}
}

func (w *world) compareFollowers(f *finding, r rows) {
	w.follow.mu.Lock()
	defer w.follow.mu.Unlock()
	missed, again := 0, 0
	first := ""
	for id := range r.events {
		switch n := w.follow.events[id]; {
		case n == 0:
			missed++
			first = id
		case n > 1:
			again++
		}
	}
	if missed > 0 {
		f.lose("the feed missed %d of %d events, such as %s", missed, len(r.events), first)
	}
	if again > 0 {
		f.double("the feed had %d events twice", again)
	}
	behind := 0
	for id, version := range r.version {
		if r.company[id] == w.company[0] && w.follow.orders[id] < version {
			behind++
		}
	}
	if behind > 0 {
		f.lose("a client that synchronises has %d orders in an old version, or not at all", behind)
	}
}

// compareReplays sends acknowledged requests again. Each must get its first answer, byte for byte.
func (w *world) compareReplays(f *finding) {
	c := client{load: w.load}
	all := w.journal.acknowledged()
	every := max(1, len(all)/150)
	for n := 0; n < len(all); n += every {
		o := all[n]
		var a answer
		for try := 0; try < 40 && (a.status == 0 || a.Retryable); try++ {
			if a = c.send(o.intent); a.status >= 400 {
				a.Code, a.Retryable = problemOf(a.raw)
			}
			if a.status == 0 || a.Retryable {
				time.Sleep(100 * time.Millisecond)
			}
		}
		if a.status != o.Status || !bytes.Equal(a.raw, o.Body) {
			f.fault("%s, repeated with its key, was answered %d %s instead of its first answer %d", o.Tag, a.status, a.Code, o.Status)
			if a.status == http.StatusCreated {
				f.double("%s took effect again when it was repeated", o.Tag)
			}
		}
	}
}

// followed reports whether the followers have everything.
func (w *world) followed(ctx context.Context) bool {
	r, err := w.rows(ctx)
	if err != nil {
		return false
	}
	var f finding
	w.compareFollowers(&f, r)
	return len(f.lost) == 0
}

package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// table prints rows as Markdown.
func table(out io.Writer, head []string, rows [][]string) {
	fmt.Fprintf(out, "| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat("---|", len(head)))
	for _, r := range rows {
		fmt.Fprintf(out, "| %s |\n", strings.Join(r, " | "))
	}
	fmt.Fprintln(out)
}

// floorTable compares the operations.
func (s settings) floorTable(ctx context.Context, w *world) error {
	if err := s.splitFullPages(ctx, w); err != nil {
		return err
	}
	var all []compared
	for _, conns := range s.conns {
		for _, o := range s.chosen() {
			c, err := s.compare(ctx, w, o, conns)
			if err != nil {
				return fmt.Errorf("%s at %d connections: %w", o.name, conns, err)
			}
			fmt.Fprintf(s.log, "%s, %d connections: %.0f of %.0f requests a second\n", o.name, conns, c.ours.rate, c.floor.rate)
			all = append(all, c)
		}
	}
	for i := range all { // the limit comes last: it splits pages and reads rows of the floor's database alone
		var err error
		if all[i].limit, err = w.limited(ctx, all[i].operation, all[i].conns, s.time); err != nil {
			return fmt.Errorf("limit, %s at %d connections: %w", all[i].name, all[i].conns, err)
		}
	}
	var rows [][]string
	for _, c := range all {
		var notes []string
		if max(c.ours.foreign, c.floor.foreign) > disturbed {
			notes = append(notes, fmt.Sprintf("others %.0f %%", 100*max(c.ours.foreign, c.floor.foreign)))
		}
		for name, f := range map[string]figures{"orderdesk": c.ours, "floor": c.floor} {
			if f.refused > 0 {
				notes = append(notes, fmt.Sprintf("%s refused %.1f %%", name, 100*f.refused))
			}
		}
		rows = append(rows, []string{
			c.title, strconv.Itoa(c.conns), thousands(int64(c.limit.rate)), thousands(int64(c.floor.rate)), thousands(int64(c.ours.rate)), ratio(c.ours.rate, c.floor.rate),
			micros(c.ours.server) + " + " + micros(c.ours.postgres), micros(c.floor.server) + " + " + micros(c.floor.postgres), micros(c.limit.postgres),
			millis(c.ours.p50) + " / " + millis(c.ours.p99), millis(c.floor.p50) + " / " + millis(c.floor.p99), ratio(c.ours.p99.Seconds(), c.floor.p99.Seconds()),
			kilobytes(c.ours.log) + ", " + kilobytes(c.floor.log), megabytes(c.ours.memory) + ", " + megabytes(c.floor.memory), kilobytes(c.ours.size), strings.Join(notes, ", "),
		})
	}
	fmt.Fprintln(s.out, "Requests a second of limit, floor and orderdesk. CPU is the time of server + PostgreSQL for a request. The notes name the share of the machine that other work used, and requests that were refused.")
	fmt.Fprintln(s.out)
	table(s.out, []string{
		"operation", "connections", "limit", "floor", "orderdesk", "ours/floor", "CPU µs, ours", "CPU µs, floor", "CPU µs, limit",
		"p50 / p99 ms, ours", "p50 / p99 ms, floor", "p99 ours/floor", "KB of log, ours, floor", "MB, ours, floor", "KB an answer", "notes",
	}, rows)
	return nil
}

func cpus() int { return runtime.NumCPU() }

func ratio(a, b float64) string {
	if b == 0 {
		return "-"
	}
	return strconv.FormatFloat(a/b, 'f', 2, 64)
}

func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func micros(d time.Duration) string { return thousands(d.Microseconds()) }

func millis(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64)
}

func megabytes(n int64) string { return strconv.FormatInt(n>>20, 10) }

func kilobytes(n int64) string { return strconv.FormatFloat(float64(n)/1000, 'f', 1, 64) }

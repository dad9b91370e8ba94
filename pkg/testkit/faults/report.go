package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// say tells how a row ended, as soon as it has.
func (o settings) say(r result) {
	is := "green"
	switch {
	case r.skipped != "":
		is = "not run: " + r.skipped
	case r.broken != nil:
		is = "BROKEN: " + r.broken.Error()
	case r.err != nil:
		is = "RED: " + r.err.Error()
	case r.red():
		is = "red"
	}
	fmt.Fprintf(os.Stderr, "%-24s %s (acknowledged %d, lost %d, doubled %d, unknown %d, longest %s, ready again after %s, e-mails after %s)\n",
		r.row.name, is, r.acknowledged, r.lost, r.doubled, r.unknown, r.longest.Round(time.Millisecond), r.recovery.Round(time.Millisecond), r.drained.Round(time.Millisecond))
	_ = os.WriteFile(filepath.Join(o.dir, r.row.name, "row.md"), []byte(r.line()), 0o600) // for whoever interrupts the run
	for _, b := range r.breaches {
		fmt.Fprintf(os.Stderr, "    %s\n", b)
	}
}

// table writes the table, and reports whether everything is as it must be.
func (o settings) table(to io.Writer, results []result, took time.Duration) (good bool) {
	good = true
	if o.twins {
		fmt.Fprint(to, "| fault | guard that was removed | acknowledged | lost | doubled | longest wait | first breach |\n|---|---|---:|---:|---:|---:|---|\n")
	} else {
		fmt.Fprint(to, "| fault | what happens | database | clients | s | acknowledged | lost | doubled | unknown | longest wait | answers |\n|---|---|---|---:|---:|---:|---:|---:|---:|---:|---|\n")
	}
	for _, r := range results {
		if r.skipped != "" {
			fmt.Fprintf(to, "| `%s` | not run: %s |\n", r.row.name, r.skipped)
			continue
		}
		if o.twins {
			first := "**none: the row is still green**"
			if r.err != nil {
				first = r.err.Error()
			}
			if len(r.breaches) > 0 {
				first = r.breaches[0]
			}
			if r.broken != nil {
				first = "**it did not run:** " + r.broken.Error()
			}
			good = good && r.red() && r.broken == nil
			fmt.Fprintf(to, "| `%s` | %s | %d | %d | %d | %s | %s |\n", r.row.name, r.row.twin.name, r.acknowledged, r.lost, r.doubled, waited(r.longest), cell(first))
			continue
		}
		good = good && !r.red()
		fmt.Fprint(to, r.line())
	}
	fmt.Fprintf(to, "\nSeed %d, %s, %d cores, %s, in %s.\n", o.seed, processor(), runtime.NumCPU(), time.Now().UTC().Format("2006-01-02"), took.Round(time.Second))
	return good
}

// line is the row of the table.
func (r result) line() string {
	return fmt.Sprintf("| `%s` | %s | %s | %d | %.0f | %d | %d | %d | %d | %s | %s |\n", r.row.name, r.row.what, r.database(), r.clients, r.duration.Seconds(),
		r.acknowledged, r.lost, r.doubled, r.unknown, waited(r.longest), answers(r.statuses))
}

func (r result) database() string {
	if r.row.options.database == sqlite {
		return string(sqlite)
	}
	return string(postgres)
}

func cell(text string) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, "|", "/")), " ")
	return text[:min(len(text), 200)]
}

func waited(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// answers lists the answers of all attempts, the most frequent first.
func answers(statuses map[string]int) string {
	var names []string
	for name := range statuses {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if statuses[a] != statuses[b] {
			return statuses[b] - statuses[a]
		}
		return strings.Compare(a, b)
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s × %d", name, statuses[name])
	}
	return strings.Join(names, ", ")
}

// processor names the machine's processor, if it says.
func processor() string {
	raw, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(raw)) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

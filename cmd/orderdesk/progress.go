package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// progress shows the progress of a long command: a bar on a terminal, and a line for each tenth elsewhere.
type progress struct {
	mu       sync.Mutex
	out      io.Writer
	noun     string
	now      func() time.Time
	terminal bool
	start    time.Time
	shown    time.Time
	tenth    int
}

func (p program) progress(noun string) *progress {
	file, ok := p.stderr.(*os.File)
	return &progress{out: p.stderr, noun: noun, now: p.now, start: p.now(), terminal: ok && isTerminal(file)}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// show sets the progress to done of all. Several goroutines may call it.
func (b *progress) show(done, of int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	share := float64(done) / float64(max(of, 1))
	elapsed := now.Sub(b.start)
	rest := ""
	if done > 0 && done < of {
		rest = ", " + (time.Duration(float64(elapsed) * (1 - share) / share)).Round(time.Second).String() + " left"
	}
	if !b.terminal {
		if tenth := int(share * 10); tenth > b.tenth {
			b.tenth = tenth
			fmt.Fprintf(b.out, "%3.0f %%  %d of %d %s%s\n", share*100, done, of, b.noun, rest)
		}
		return
	}
	if now.Sub(b.shown) < 100*time.Millisecond && done < of {
		return
	}
	b.shown = now
	const width = 30
	full := min(width, int(share*width))
	fmt.Fprintf(b.out, "\r\x1b[K%s%s %3.0f %%  %d of %d %s%s", strings.Repeat("█", full), strings.Repeat("░", width-full), share*100, done, of, b.noun, rest)
}

// end moves to the line after the bar.
func (b *progress) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.terminal && !b.shown.IsZero() {
		fmt.Fprintln(b.out)
	}
}

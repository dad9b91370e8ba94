package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// bar shows progress: as a bar on a terminal, and elsewhere as a line for each tenth.
type bar struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	start    time.Time
	shown    float64
}

func newBar(out io.Writer) *bar {
	b := &bar{out: out, start: time.Now()}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		b.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return b
}

func (b *bar) show(share float64, what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := fmt.Sprintf("%3.0f %%  %s, %s", share*100, what, time.Since(b.start).Round(time.Second))
	if b.terminal {
		const width = 30
		full := min(width, int(share*width))
		fmt.Fprintf(b.out, "\r\x1b[K%s%s %s", strings.Repeat("█", full), strings.Repeat("░", width-full), text)
		return
	}
	if share >= b.shown+0.1 || share >= 1 {
		b.shown = share
		fmt.Fprintln(b.out, text)
	}
}

func (b *bar) end() {
	if b.terminal {
		fmt.Fprintln(b.out)
	}
}

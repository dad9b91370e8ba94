package main

import (
	"syscall"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
)

// movableClock makes a program whose clock is ahead by what a file says. Only such a build has it.
var movableClock = []overlay.Cut{
	{File: "cmd/orderdesk/run.go", Old: "now: time.Now}", New: "now: movedClock}"},
	{File: "cmd/orderdesk/movedclock.go", New: `package main

import (
	"os"
	"time"
)

func movedClock() time.Time {
	raw, _ := os.ReadFile(os.Getenv("TEST_CLOCK_FILE"))
	by, _ := time.ParseDuration(string(raw))
	return time.Now().Add(by)
}
`},
}

var processRows = []row{
	{
		name: "sigterm", what: "a rolling restart of both processes by SIGTERM, 3 times",
		options: options{clients: 4, drain: time.Second, flawless: true},
		run: func(w *world) error {
			for range 3 {
				for _, r := range w.replicas {
					if err := r.signal(syscall.SIGTERM); err != nil {
						return err
					}
					if err := r.start(); err != nil {
						return err
					}
					if err := w.wait(20*time.Second, r.name+" is ready", r.ready.Load); err != nil {
						return err
					}
				}
			}
			return nil
		},
		twin: twin{name: "readiness does not end before the service does", cuts: []overlay.Cut{
			{File: "cmd/orderdesk/service.go", Old: "	s.draining.Store(true)\n", New: ""},
		}},
	},
	{
		name: "upgrade", what: "the schema of the next version under load, then the next version itself in both processes, and back",
		options: options{clients: 4, drain: time.Second, flawless: true, successor: true},
		run: func(w *world) error {
			if _, err := w.commandOf(w.successor, "migrate", "up"); err != nil {
				return err
			}
			w.rest(3 * time.Second) // this version on the schema of the next one
			for _, program := range []string{w.successor, w.program} {
				for _, r := range w.replicas {
					if err := r.signal(syscall.SIGTERM); err != nil {
						return err
					}
					r.program = program
					if err := r.start(); err != nil {
						return err
					}
					if err := w.wait(20*time.Second, r.name+" is ready", r.ready.Load); err != nil {
						return err
					}
					w.rest(time.Second)
				}
			}
			return nil
		},
		twin: twin{name: "a newer schema makes a program unready", cuts: []overlay.Cut{
			{File: "pkg/store/migrate.go", Old: "if program < oldest {", New: "if program < schema || program < oldest {"},
		}},
	},
	{
		name: "little-memory", what: "processes that are killed beyond 320 MB; a picture of 4,000,000 by 1 pixels is set, and 64 clients print orders of 500 lines, export, and confirm 100 orders together, for 12 s",
		options: options{tight: true}, skip: cannotLimit,
		run: hungry,
		twin: twin{name: "a picture of any size is printed, each time anew, and every document at once", cuts: []overlay.Cut{
			{File: "pkg/document/logo.go", Old: " || config.Width > maxLogoPixels/config.Height || max(config.Width, config.Height) > maxLogoSide {", New: " {"},
			{File: "pkg/document/logo.go", Old: "	printedLogos.Lock()\n	defer printedLogos.Unlock()\n",
				New: "	if len(data) > 0 {\n		return printableLogo(data)\n	}\n	printedLogos.Lock()\n	defer printedLogos.Unlock()\n"},
			{File: "pkg/company/logo.go", Old: " || config.Width > MaxLogoSide || config.Height > MaxLogoSide:", New: ":"},
			{File: "pkg/document/pdf.go", Old: "	case rendering <- struct{}{}:", New: "	default:"},
			{File: "pkg/document/pdf.go", Old: "	defer func() { <-rendering }()\n", New: ""},
		}},
	},
	{
		name: "clock-steps", what: "the clock of one of two processes is set 1 h back, 25 h ahead and 10 years ahead",
		options: options{clocks: true},
		run: func(w *world) error {
			for _, step := range []struct{ by, during time.Duration }{{-time.Hour, 4 * time.Second}, {25 * time.Hour, 13 * time.Second}, {87600 * time.Hour, 4 * time.Second}, {0, time.Second}} {
				if err := w.moveClock(0, step.by); err != nil {
					return err
				}
				w.rest(step.during)
				if step.by != 0 && w.replicas[0].ready.Load() {
					w.breach("a process whose clock is ahead by %s is ready", step.by)
				}
			}
			return nil
		},
		twin: twin{name: "a process with a wrong clock writes, and keys expire by its clock", cuts: []overlay.Cut{
			{File: "pkg/desk/clock.go", Old: "	if skew.Abs() <= SkewAllowed {", New: "	if skew.Abs() > 0 || skew == 0 {"},
			{File: "pkg/desk/clock.go", Old: "	return tx.Now()\n", New: "	return s.store.Now().Add(tx.Skew())\n"},
			{File: "pkg/desk/clock.go", Old: "	return s.store.DatabaseNow(ctx)\n", New: "	return s.store.Now().Add(s.store.Skew()), ctx.Err()\n"},
		}},
	},
	{
		name: "clock-skew", what: "the clocks of two processes differ by 4 s, and step by 2 s, for 10 s",
		options: options{clocks: true},
		run: func(w *world) error {
			for n := range 10 {
				for i, by := range []time.Duration{2 * time.Second, -2 * time.Second} {
					if n%4 == 3 {
						by = 0
					}
					if err := w.moveClock(i, by); err != nil {
						return err
					}
				}
				w.rest(time.Second)
			}
			for i := range w.replicas {
				if err := w.moveClock(i, 0); err != nil {
					return err
				}
			}
			return nil
		},
		twin: twin{name: "changes are stamped by the process's clock", cuts: []overlay.Cut{
			{File: "pkg/store/clock.go", Old: "func (tx *Tx) Now() time.Time { return tx.opening.now }", New: "func (tx *Tx) Now() time.Time { return whole(tx.store.clock()) }"},
			{File: "pkg/store/clock.go", Old: "now.Before(least)", New: "now.Before(least) && false"},
		}},
	},
}

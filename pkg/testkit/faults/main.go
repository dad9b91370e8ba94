// Faults runs the service through every fault that this machine can make, under load, and compares what clients were told with
// what is there:
//
//	make faults                 all of them
//	make faults FAULT=kill      one, by its name
//	make faults SEED=7          with the load of an earlier run
//	make faults-twins           each again, without the guard that it needs; it must then be red
//
// It starts real processes: the program, PostgreSQL servers of its own, and a double of SendGrid. Everything listens on the
// loopback address or on a socket.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
)

func main() {
	var o settings
	flag.StringVar(&o.only, "fault", "", "run the faults with these names, separated by commas")
	flag.Uint64Var(&o.seed, "seed", 0, "the seed of the load (default: a new one)")
	flag.BoolVar(&o.twins, "twins", false, "run each fault without its guard; it must be red")
	flag.StringVar(&o.dir, "dir", "bin/faults", "where journals and logs go")
	flag.Parse()
	if o.seed == 0 {
		o.seed = rand.Uint64() % 1_000_000
	}
	if err := enclose(); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	good, err := o.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
	}
	if err != nil || !good {
		os.Exit(1)
	}
}

type settings struct {
	only  string
	seed  uint64
	twins bool
	dir   string
}

func (o settings) run(ctx context.Context) (good bool, err error) {
	var chosen []*row
	for i := range faults {
		if o.only == "" || wanted(o.only, faults[i].name) {
			chosen = append(chosen, &faults[i])
		}
	}
	if len(chosen) == 0 {
		return false, fmt.Errorf("there is no fault %q: %s", o.only, names())
	}
	if err := os.MkdirAll(o.dir, 0o750); err != nil {
		return false, err
	}
	o.dir, err = filepath.Abs(o.dir)
	if err != nil {
		return false, err
	}
	honest, err := o.build(ctx, "orderdesk", nil)
	if err != nil {
		return false, err
	}
	began := time.Now()
	results := make([]result, len(chosen))
	busy := make(chan struct{}, 1)    // a fault and its load run
	waiting := make(chan struct{}, 5) // rows that only wait for their e-mails, and one that is busy
	var all sync.WaitGroup
	for i, r := range chosen {
		if ctx.Err() != nil {
			break
		}
		program, err := o.programOf(ctx, r, honest) // while the one before is busy
		if err != nil {
			results[i] = result{row: r, broken: err}
			continue
		}
		waiting <- struct{}{}
		busy <- struct{}{}
		all.Go(func() {
			results[i] = r.prove(ctx, program, honest, o.dir, o.seed, o.twins, sync.OnceFunc(func() { <-busy }))
			o.say(results[i])
			if program != honest {
				_ = os.Remove(program)
			}
			<-waiting
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return false, errors.New("interrupted")
	}
	good = o.table(os.Stdout, results, time.Since(began))
	return good, nil
}

func wanted(list, name string) bool {
	for only := range strings.SplitSeq(list, ",") {
		if name == only || strings.HasPrefix(name, only+"-") {
			return true
		}
	}
	return false
}

func names() string {
	var list []string
	for _, r := range faults {
		list = append(list, r.name)
	}
	return strings.Join(list, ", ")
}

// programOf builds the program that a row needs: as it is, with a movable clock, or without a guard.
func (o settings) programOf(ctx context.Context, r *row, honest string) (string, error) {
	var cuts []overlay.Cut
	if r.options.clocks {
		cuts = append(cuts, movableClock...)
	}
	if r.options.poison {
		cuts = append(cuts, poison...)
	}
	if o.twins {
		cuts = append(cuts, r.twin.cuts...)
	}
	if len(cuts) == 0 {
		return honest, nil
	}
	return o.build(ctx, "orderdesk-"+r.name, cuts)
}

// build builds the program into the directory.
func (o settings) build(ctx context.Context, name string, cuts []overlay.Cut) (string, error) {
	path := filepath.Join(o.dir, name)
	args := []string{"build", "-ldflags=-w", "-o", path}
	if len(cuts) > 0 {
		spoiled, remove, err := overlay.Write(cuts)
		if err != nil {
			return "", err
		}
		defer remove()
		args = append(args, "-overlay", spoiled)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./cmd/orderdesk")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return path, nil
}

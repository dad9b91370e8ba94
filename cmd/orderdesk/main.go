// Orderdesk is the service and its commands. `orderdesk help` lists them.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent is how much garbage the collector lets grow before it runs, in percent of the memory in use. That is a few MB here, so
// with Go's own 100 it would run after some 20 pages and take a quarter of the processor time. GOGC replaces it.
const gcPercent = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		// After the first signal the default handling is restored, so a second signal ends the process at once.
		signal.Stop(signals)
		cancel()
	}()
	os.Exit(run(ctx, os.Getenv, os.Args[1:], os.Stdout, os.Stderr))
}

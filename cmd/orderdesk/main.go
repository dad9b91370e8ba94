// Orderdesk is the service and everything that is done around it: `orderdesk help` lists the commands.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-asked
		// The first signal asks; before anything stops, a second one ends the process at once, as signals do by themselves.
		signal.Stop(asked)
		cancel()
	}()
	os.Exit(run(ctx, os.Getenv, os.Args[1:], os.Stdout, os.Stderr))
}

// Withpg runs a command beside a throw-away PostgreSQL server, and passes its URL in TEST_DATABASE_URL:
//
//	withpg -- go test ./...
//
// It exits with the command's code. If TEST_DATABASE_URL is set already, it only runs the command.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
)

func main() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	os.Exit(run(os.Args[1:], os.Environ(), signals, os.Stdout, os.Stderr))
}

// Exit codes of withpg itself.
const (
	exitNoServer  = 125 // the server could not be started or stopped
	exitNoCommand = 127 // there is no command, or it could not be started
	exitSignalled = 128 // plus the number of the signal that ended the command, as in shells
)

func run(args, environ []string, signals <-chan os.Signal, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(stderr, "usage: withpg -- command [argument ...]")
		return exitNoCommand
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if os.Getenv("TEST_DATABASE_URL") != "" {
		return runCommand(ctx, args, environ, signals, stdout, stderr)
	}
	server, err := pgtest.Start(ctx, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		fmt.Fprintln(stderr, "withpg:", err)
		return exitNoServer
	}
	code := runCommand(ctx, args, append(environ, "TEST_DATABASE_URL="+server.URL), signals, stdout, stderr)
	if err := server.Stop(); err != nil {
		fmt.Fprintln(stderr, "withpg:", err)
		return exitNoServer
	}
	return code
}

// runCommand forwards each signal and lets the command decide to end.
func runCommand(ctx context.Context, args, environ []string, signals <-chan os.Signal, stdout, stderr io.Writer) int {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environ, os.Stdin, stdout, stderr
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(stderr, "withpg:", err)
		return exitNoCommand
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			_ = cmd.Process.Signal(s) // fails only if the command has just ended, which done reports next
		case err := <-done:
			return exitCode(err, stderr)
		}
	}
}

func exitCode(err error, stderr io.Writer) int {
	var exit *exec.ExitError
	if err == nil {
		return 0
	}
	if !errors.As(err, &exit) {
		fmt.Fprintln(stderr, "withpg:", err)
		return 1
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignalled + int(status.Signal())
	}
	return exit.ExitCode()
}

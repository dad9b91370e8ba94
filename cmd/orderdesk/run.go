package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/config"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // the command failed, or check found a breach
	exitUsage  = 2 // the command did not start: an unknown command, a wrong flag or an invalid configuration
)

// program is a command's environment and output.
type program struct {
	env    func(string) string
	stdout io.Writer // results
	stderr io.Writer // errors and the log
	now    func() time.Time
}

// command is one or two words of the command line.
type command struct {
	name    string
	summary string
	run     func(p program, ctx context.Context, args []string) error
}

// commands lists every command, in the order of the usage.
func commands() []command {
	return []command{
		{"demo", "try it: an SQLite file, a demo company, tokens for every role; nothing to configure", program.demo},
		{"receive", "receive the webhooks of a running demo, verify them and print them", program.receive},
		{"serve", "run the service, configured by environment variables", program.serve},
		{"migrate up", "bring the database's schema up to date", program.migrateUp},
		{"migrate down", "undo the schema's last step", program.migrateDown},
		{"migrate status", "list the schema's steps", program.migrateStatus},
		{"backup", "copy an SQLite database to a file while it is in use", program.backup},
		{"company add", "add a seller company and print its id", program.companyAdd},
		{"mail resume", "end a pause of sending e-mails, after the provider's key was corrected", program.mailResume},
		{"token", "sign a token for development", program.token},
		{"check", "read the whole database and report every broken invariant", program.check},
		{"seed", "add synthetic customers and orders for load tests", program.seed},
		{"version", "print version, commit and Go version", program.version},
	}
}

// usageError is an invalid command line.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func misuse(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// errReported is a failure that the command has reported already.
var errReported = errors.New("reported")

// run is the program. All input comes from its arguments, and everything that it starts ends before it returns. It
// returns the exit code. When ctx ends, it stops the running parts in order.
func run(ctx context.Context, env func(string) string, args []string, stdout, stderr io.Writer) int {
	p := program{env: env, stdout: stdout, stderr: stderr, now: time.Now}
	if len(args) == 0 {
		fmt.Fprint(stderr, usage())
		return exitUsage
	}
	if slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		fmt.Fprint(stdout, usage())
		return exitOK
	}
	c, rest, found := find(args)
	if group := groupUsage(args[0]); !found && group != "" {
		if len(args) > 1 && slices.Contains([]string{"-h", "-help", "--help"}, args[1]) {
			fmt.Fprint(stdout, group)
			return exitOK
		}
		fmt.Fprintf(stderr, "orderdesk %s: write one of these commands\n\n%s", args[0], group)
		return exitUsage
	}
	if !found {
		fmt.Fprintf(stderr, "orderdesk: there is no command %q\n\n%s", strings.Join(words(args), " "), usage())
		return exitUsage
	}
	err := c.run(p, ctx, rest)
	var misused usageError
	var problems config.Problems
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errReported):
		return exitFailed
	case errors.As(err, &misused):
		fmt.Fprintf(stderr, "orderdesk %s: %v\nSee: orderdesk %s -h\n", c.name, err, c.name)
		return exitUsage
	case errors.As(err, &problems):
		fmt.Fprintf(stderr, "orderdesk %s: %v\n", c.name, err)
		return exitUsage
	}
	fmt.Fprintf(stderr, "orderdesk %s: %v\n", c.name, err)
	return exitFailed
}

// find returns the command that the arguments begin with, and the remaining arguments.
func find(args []string) (command, []string, bool) {
	for _, c := range commands() {
		n := strings.Count(c.name, " ") + 1
		if len(args) >= n && strings.Join(args[:n], " ") == c.name {
			return c, args[n:], true
		}
	}
	return command{}, nil, false
}

// words returns at most two arguments before the first flag: the command that was probably meant.
func words(args []string) []string {
	n := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "-") })
	if n < 1 {
		n = len(args)
	}
	return args[:min(n, 2)]
}

func usage() string {
	return "Orderdesk takes, reviews and confirms a wholesaler's web orders, as a JSON REST service.\n\nUsage: orderdesk COMMAND [flags]\n\n" +
		summaries(commands()) + "\nNew here? Run: orderdesk demo\nFlags of a command: orderdesk COMMAND -h\n"
}

// groupUsage lists the commands of two words that begin with this word. It is empty if there are none.
func groupUsage(word string) string {
	group := slices.DeleteFunc(commands(), func(c command) bool { return !strings.HasPrefix(c.name, word+" ") })
	if len(group) == 0 {
		return ""
	}
	return summaries(group) + "\nFlags of a command: orderdesk COMMAND -h\n"
}

func summaries(commands []command) string {
	var b strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&b, "  %-15s %s\n", c.name, c.summary)
	}
	return b.String()
}

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// flags creates a command's flag set. Its -h prints what the command is for, one line for each flag, and notes.
func (p program) flags(name, synopsis, notes string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(p.stdout)
	f.Usage = func() {
		fmt.Fprintf(p.stdout, "Usage: orderdesk %s\n", strings.TrimSpace(name+" "+synopsis))
		if notes != "" {
			fmt.Fprintf(p.stdout, "\n%s\n", notes)
		}
		heading := "\nFlags:\n"
		f.VisitAll(func(one *flag.Flag) {
			value, text := flag.UnquoteUsage(one)
			if d := one.DefValue; d != "" && d != "0" && !strings.Contains(text, "(default") {
				text += " (default " + d + ")"
			}
			fmt.Fprintf(p.stdout, "%s  --%s %s\n      %s\n", heading, one.Name, strings.ToUpper(value), strings.ReplaceAll(text, "\n", "\n      "))
			heading = ""
		})
	}
	return f
}

// parse reads the flags. It returns an error if arguments are left over.
func parse(f *flag.FlagSet, args []string) error {
	usage := f.Usage
	var helpRequested bool
	f.Usage = func() { helpRequested = true } // the flag package also calls it for mistakes, which should print one line and not the whole help
	silent := f.Output()
	f.SetOutput(io.Discard)
	err := f.Parse(args)
	f.Usage = usage
	f.SetOutput(silent)
	switch {
	case errors.Is(err, flag.ErrHelp) && helpRequested:
		usage()
		return err
	case err != nil:
		return usageError{strings.ReplaceAll(err.Error(), "defined: -", "defined: --")}
	case f.NArg() > 0:
		return misuse("%q is one argument too many", f.Arg(0))
	}
	return nil
}

// texts is a flag that can be repeated.
type texts []string

func (t *texts) String() string { return strings.Join(*t, ", ") }

func (t *texts) Set(s string) error {
	*t = append(*t, s)
	return nil
}

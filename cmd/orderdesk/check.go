package main

import (
	"context"
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/store"
)

func (p program) check(ctx context.Context, args []string) error {
	f := p.flags("check", "", "Reads the whole database at DATABASE_URL and prints each broken invariant. The exit code is 1 if there is one.\n"+
		"It writes nothing and may run beside a running serve.")
	if err := parse(f, args); err != nil {
		return err
	}
	return p.withStore(ctx, func(st *store.Store) error {
		breaches, err := audit.Check(ctx, st)
		if err != nil {
			return err
		}
		for _, b := range breaches {
			fmt.Fprintln(p.stdout, b)
		}
		switch len(breaches) {
		case 0:
			fmt.Fprintln(p.stdout, "all invariants hold")
			return nil
		case 1:
			fmt.Fprintln(p.stdout, "1 breach")
		default:
			fmt.Fprintf(p.stdout, "%d breaches\n", len(breaches))
		}
		return errReported
	})
}

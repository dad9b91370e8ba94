package main

import (
	"context"
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/config"
	"github.com/orderdesk/orderdesk/pkg/store"
)

const migrateNotes = "It uses the database at DATABASE_URL."

func (p program) migrateUp(ctx context.Context, args []string) error {
	return p.migrate(ctx, "migrate up", migrateNotes+" Several processes may run this at the same time: each step is applied once.", args, func(st *store.Store) error {
		n, err := st.Migrate(ctx)
		if err == nil {
			err = continueFeed(ctx, st, logger(p.stderr, config.Log{Format: "text"}))
		}
		if err != nil {
			return err
		}
		schema, program, err := st.Versions(ctx)
		switch {
		case err != nil:
			return err
		case schema > program:
			fmt.Fprintf(p.stdout, "This program is older than the schema: it knows version %d, and the schema is at version %d. There is nothing to do.\n", program, schema)
		case n == 0:
			fmt.Fprintln(p.stdout, "The schema is up to date.")
		case n == 1:
			fmt.Fprintln(p.stdout, "Applied 1 step; the schema is up to date.")
		default:
			fmt.Fprintf(p.stdout, "Applied %d steps; the schema is up to date.\n", n)
		}
		return nil
	})
}

func (p program) migrateDown(ctx context.Context, args []string) error {
	return p.migrate(ctx, "migrate down", migrateNotes+" The tables of the last step are dropped, with all their rows.", args, func(st *store.Store) error {
		last, err := lastApplied(ctx, st)
		if err != nil {
			return err
		}
		if last == nil {
			fmt.Fprintln(p.stdout, "There is no step to undo.")
			return nil
		}
		if err := st.MigrateDown(ctx); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "Undid step %d, %s.\n", last.Version, last.Source)
		return nil
	})
}

func lastApplied(ctx context.Context, st *store.Store) (*store.Migration, error) {
	steps, err := st.Migrations(ctx)
	if err != nil {
		return nil, err
	}
	var last *store.Migration
	for i := range steps {
		if steps[i].Applied {
			last = &steps[i]
		}
	}
	return last, nil
}

func (p program) migrateStatus(ctx context.Context, args []string) error {
	return p.migrate(ctx, "migrate status", migrateNotes, args, func(st *store.Store) error {
		steps, err := st.Migrations(ctx)
		if err != nil {
			return err
		}
		waiting, newer := 0, 0
		for _, m := range steps {
			state := "applied"
			switch {
			case !m.Applied:
				state = "waiting"
				waiting++
			case m.Unknown:
				newer++
			}
			fmt.Fprintf(p.stdout, "%5d  %s  %s\n", m.Version, state, m.Source)
		}
		switch {
		case waiting > 0:
			fmt.Fprintf(p.stdout, "%d of %d steps wait: run orderdesk migrate up\n", waiting, len(steps))
		case newer > 0:
			fmt.Fprintln(p.stdout, "This program is older than the schema.")
			if err := st.Current(ctx); err != nil {
				return err
			}
			fmt.Fprintln(p.stdout, "It can work on it.")
		default:
			fmt.Fprintln(p.stdout, "The schema is up to date.")
		}
		return nil
	})
}

func (p program) migrate(ctx context.Context, name, notes string, args []string, work func(*store.Store) error) error {
	if err := parse(p.flags(name, "", notes), args); err != nil {
		return err
	}
	return p.withAnySchema(ctx, work)
}

package main

import (
	"context"
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/store"
)

func (p program) backup(ctx context.Context, args []string) error {
	f := p.flags("backup", "--to FILE", "Copies the SQLite database at DATABASE_URL to a new file. It may run beside a running serve. Back up PostgreSQL with pg_dump.")
	to := f.String("to", "", "the `file` to write, which must not exist")
	if err := parse(f, args); err != nil {
		return err
	}
	if *to == "" {
		return misuse("--to is missing: name the file to write")
	}
	return p.withAnySchema(ctx, func(st *store.Store) error {
		if err := st.Backup(ctx, *to); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "Wrote %s.\n", *to)
		return nil
	})
}

package seed

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// dropIndexes drops the indexes of the tables that are filled, and returns the statements that make them again. Those of
// constraints stay while rows are copied, which leaves their pages half empty, and are made again too.
func (f *filler) dropIndexes(ctx context.Context) ([]string, error) {
	tables := []string{"order_words"}
	for _, r := range append(documentRules, customerRules...) {
		tables = append(tables, r.table)
	}
	rows, err := f.pool.Query(ctx, `SELECT c.relname, pg_get_indexdef(i.indexrelid), EXISTS (SELECT 1 FROM pg_constraint o WHERE o.conindid = i.indexrelid)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		WHERE i.indrelid IN (SELECT oid FROM pg_class WHERE relname = ANY($1) AND relnamespace = 'public'::regnamespace)
		ORDER BY pg_relation_size(i.indexrelid) DESC`, tables)
	if err != nil {
		return nil, err
	}
	var names, definitions []string
	var name, definition string
	var constraint bool
	if _, err := pgx.ForEachRow(rows, []any{&name, &definition, &constraint}, func() error {
		name = pgx.Identifier{name}.Sanitize()
		if constraint {
			definitions = append(definitions, "REINDEX INDEX "+name)
		} else {
			names, definitions = append(names, name), append(definitions, definition)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	_, err = f.pool.Exec(ctx, "DROP INDEX "+strings.Join(names, ", "))
	return definitions, err
}

// buildIndexes makes the indexes again, the largest first.
func (f *filler) buildIndexes(ctx context.Context, definitions []string) error {
	var done atomic.Int64
	return each(ctx, f.pool, definitions, func(ctx context.Context, c *pgx.Conn, definition string) error {
		if _, err := c.Exec(ctx, definition); err != nil {
			return fmt.Errorf("%s: %w", definition, err)
		}
		share := float64(done.Add(1)) / float64(len(definitions))
		f.plan.Progress(templateShare+copyShare+(indexShare-templateShare-copyShare)*share, fmt.Sprintf("index %d of %d", done.Load(), len(definitions)))
		return nil
	})
}

// Package successor makes the next version of the program: the same source with one more migration, which extends the schema as a
// release may (CONTRIBUTING.md, "Migrations"). Tests run both versions on one database.
package successor

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
)

// The migrations of the successor. They come after every number that a release will take.
const (
	Extends  = 9001 // columns, a table
	Indexes  = 9002 // an index on a large table
	extends  = "09001_successor.sql"
	indexes  = "09002_successor_index.sql"
	packages = "./cmd/orderdesk"
)

// extended are the tables that get a column, which are all that the program writes under load.
var extended = []string{"orders", "order_lines", "customers", "companies", "invoices", "payments", "events", "emails", "checkouts", "idempotency_keys", "counters"}

// Cuts are the files that the successor has in addition, and what else it changes in the source.
func Cuts(root string, more ...overlay.Cut) []overlay.Cut {
	up, down := "-- +goose Up\n", "-- +goose Down\nDROP TABLE successors;\n"
	for _, table := range extended {
		up += "ALTER TABLE " + table + " ADD COLUMN successor text NOT NULL DEFAULT 'new';\n"
		down += "ALTER TABLE " + table + " DROP COLUMN successor;\n"
	}
	up += "CREATE TABLE successors (id integer PRIMARY KEY, name text NOT NULL);\n"
	index := map[string]string{
		"sqlite": "-- +goose Up\nCREATE INDEX orders_successor ON orders (company_id, successor);\n\n-- +goose Down\nDROP INDEX orders_successor;\n",
		"postgres": "-- +goose NO TRANSACTION\n-- +goose Up\nSET lock_timeout = 0;\nDROP INDEX CONCURRENTLY IF EXISTS orders_successor;\n" +
			"CREATE INDEX CONCURRENTLY orders_successor ON orders (company_id, successor);\nRESET lock_timeout;\n\n" +
			"-- +goose Down\nDROP INDEX CONCURRENTLY IF EXISTS orders_successor;\n",
	}
	cuts := append([]overlay.Cut{}, more...)
	for database, text := range index {
		folder := filepath.Join(root, "pkg/store/migrations", database)
		cuts = append(cuts, overlay.Cut{File: filepath.Join(folder, extends), New: up + "\n" + down}, overlay.Cut{File: filepath.Join(folder, indexes), New: text})
	}
	return cuts
}

// Build builds the program at the path to. Without cuts it is this version.
func Build(ctx context.Context, root, to string, cuts ...overlay.Cut) error {
	args := []string{"build", "-ldflags=-w", "-buildvcs=false", "-o", to}
	if len(cuts) > 0 {
		path, remove, err := overlay.Write(cuts)
		if err != nil {
			return err
		}
		defer remove()
		args = append(args, "-overlay", path)
	}
	build := exec.CommandContext(ctx, "go", append(args, packages)...)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", to, err, out)
	}
	return nil
}

// Root is the directory of the module.
func Root(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

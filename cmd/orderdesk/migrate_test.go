package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// empty returns, by database, a function that creates a database without a schema.
func empty() map[string]func(*testing.T) string {
	return map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "orderdesk.db") },
		"postgres": func(t *testing.T) string { return pgtest.Database(t, nothing) },
	}
}

func nothing(string) error { return nil }

func TestMigrateUpDownStatus(t *testing.T) {
	for name, create := range empty() {
		t.Run(name, func(t *testing.T) {
			database := create(t)
			env := environ{"DATABASE_URL": database}
			status := ok(t, env, "migrate", "status")
			require.NotContains(t, status, "applied")
			require.Contains(t, status, "run orderdesk migrate up")

			code, _, stderr := do(t, env, "company", "add", "--name", "X", "--currency", "USD")
			require.Equal(t, exitFailed, code)
			require.Contains(t, stderr, "orderdesk migrate up")
			code, _, stderr = do(t, serving(t, database), "serve")
			require.Equal(t, exitFailed, code)
			require.Contains(t, stderr, "orderdesk migrate up")

			require.Contains(t, ok(t, env, "migrate", "up"), "Applied")
			require.Equal(t, "The schema is up to date.", ok(t, env, "migrate", "up"))
			steps := strings.Count(ok(t, env, "migrate", "status"), "applied")
			require.Contains(t, ok(t, env, "migrate", "down"), fmt.Sprintf("Undid step %d", steps))
			require.Contains(t, ok(t, env, "migrate", "status"), fmt.Sprintf("1 of %d steps wait", steps))
			code, _, stderr = do(t, serving(t, database), "serve")
			require.Equal(t, exitFailed, code)
			require.Contains(t, stderr, "orderdesk migrate up")
			for range steps - 1 {
				ok(t, env, "migrate", "down")
			}
			require.Equal(t, "There is no step to undo.", ok(t, env, "migrate", "down"))
			require.Contains(t, ok(t, env, "migrate", "up"), fmt.Sprintf("Applied %d steps", steps))
		})
	}
}

func TestFourProcessesMigrateAtOnce(t *testing.T) {
	for name, create := range empty() {
		t.Run(name, func(t *testing.T) {
			database := create(t)
			env := environ{"DATABASE_URL": database}
			var all []*process
			for range 4 {
				all = append(all, begin(t, env, "migrate", "up"))
			}
			for _, p := range all {
				require.NoError(t, p.Wait(), p.stderr.String())
			}
			require.Contains(t, ok(t, env, "migrate", "status"), "The schema is up to date.")
		})
	}
}

func TestADatabaseThatIsAway(t *testing.T) {
	env := environ{"DATABASE_URL": "postgres://someone:s3cret@127.0.0.1:1/nowhere"}
	code, _, stderr := do(t, env, "migrate", "up")
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "DATABASE_URL")
	require.NotContains(t, stderr, "s3cret")
}

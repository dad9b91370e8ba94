package pgtest

import (
	"os"
	"testing"
)

// Excluded reports whether the tests run on SQLite alone, as `make quick` runs them.
func Excluded() bool { return os.Getenv("TEST_DATABASES") == "sqlite" }

// Need skips the test if TEST_DATABASES=sqlite excludes PostgreSQL, which only `make quick` does. If PostgreSQL is
// missing for another reason, the test fails.
func Need(t testing.TB) {
	t.Helper()
	switch databases := os.Getenv("TEST_DATABASES"); databases {
	case "":
	case "sqlite":
		t.Skip("PostgreSQL is excluded: TEST_DATABASES=sqlite")
	default:
		t.Fatalf("TEST_DATABASES is %q: it must be sqlite, or unset for every database", databases)
	}
}

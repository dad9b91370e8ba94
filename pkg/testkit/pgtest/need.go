package pgtest

import (
	"os"
	"testing"
)

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

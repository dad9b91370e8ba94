package pgtest

import (
	"os"
	"testing"
)

// Need skips the test if TEST_DATABASES=sqlite leaves PostgreSQL out, which `make quick` says and no other target passes
// on. A PostgreSQL that is missing for any other reason fails the test.
func Need(t testing.TB) {
	t.Helper()
	switch databases := os.Getenv("TEST_DATABASES"); databases {
	case "":
	case "sqlite":
		t.Skip("PostgreSQL is left out: TEST_DATABASES=sqlite")
	default:
		t.Fatalf("TEST_DATABASES is %q: it must be sqlite, or unset for every database", databases)
	}
}

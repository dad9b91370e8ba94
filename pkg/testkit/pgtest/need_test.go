package pgtest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// recorder records how Need ended it.
type recorder struct {
	testing.TB
	ended string
}

func (a *recorder) Helper()               {}
func (a *recorder) Skip(...any)           { a.ended = "skipped" }
func (a *recorder) Fatalf(string, ...any) { a.ended = "failed" }

func TestNeed(t *testing.T) {
	for databases, want := range map[string]string{"": "", "sqlite": "skipped", "postgres": "failed", "SQLite": "failed"} {
		t.Setenv("TEST_DATABASES", databases)
		a := &recorder{}
		Need(a)
		require.Equal(t, want, a.ended, "TEST_DATABASES=%s", databases)
	}
}

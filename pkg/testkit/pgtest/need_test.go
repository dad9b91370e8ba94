package pgtest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// asked notes how Need ended it.
type asked struct {
	testing.TB
	ended string
}

func (a *asked) Helper()               {}
func (a *asked) Skip(...any)           { a.ended = "skipped" }
func (a *asked) Fatalf(string, ...any) { a.ended = "failed" }

func TestNeed(t *testing.T) {
	for databases, want := range map[string]string{"": "", "sqlite": "skipped", "postgres": "failed", "SQLite": "failed"} {
		t.Setenv("TEST_DATABASES", databases)
		a := &asked{}
		Need(a)
		require.Equal(t, want, a.ended, "TEST_DATABASES=%s", databases)
	}
}

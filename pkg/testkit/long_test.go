package testkit

import (
	"flag"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// named is a test with a given name. It records how it ended.
type named struct {
	testing.TB
	name, ended string
}

func (n *named) Helper()      {}
func (n *named) Name() string { return n.name }
func (n *named) Fatalf(format string, args ...any) {
	n.ended = "failed: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}
func (n *named) Skip(args ...any) {
	n.ended = "skipped: " + fmt.Sprint(args...)
	runtime.Goexit()
}

// markLong returns how a test with this name ends when it is marked as long.
func markLong(name string) string {
	n := &named{name: name, ended: "runs"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		Long(n)
	}()
	<-done
	return n.ended
}

func TestLongTestsAreKnownByTheirNames(t *testing.T) {
	short := flag.Lookup("test.short")
	before := short.Value.String()
	t.Cleanup(func() { _ = short.Value.Set(before) })

	for _, isShort := range []string{"false", "true"} {
		require.NoError(t, short.Value.Set(isShort))
		require.Contains(t, markLong("TestExport"), "failed: TestExport is marked", "without its name no target runs it")
		require.Contains(t, markLong("TestExport/TestLong_Part"), "failed: TestExport is marked", "a subtest cannot be selected alone")
	}
	require.Contains(t, markLong("TestLong_Export/sqlite"), "skipped: a long test")
	require.NoError(t, short.Value.Set("false"))
	require.Equal(t, "runs", markLong("TestLong_Export/sqlite"))
}

func TestLongTestsAreSmallOnlyOnRequest(t *testing.T) {
	for size, want := range map[string]int{"small": 20, "": 1000, "full": 1000} {
		t.Setenv("TEST_SIZE", size)
		require.Equal(t, want, Sized(1000, 20), size)
	}
}

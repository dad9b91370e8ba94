package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The pieces of source that the rows remove are still there, once each, and so are the tests that must fail. make sabotage
// runs the tests themselves.
func TestEveryGuardIsStillThere(t *testing.T) {
	t.Chdir("../../..")
	known := map[string]bool{}
	for _, s := range sabotages {
		require.False(t, known[s.name], "%s: two rows have this name", s.name)
		known[s.name] = true
		require.NotEmpty(t, s.cuts, s.name)
		for _, c := range s.cuts {
			require.NotEqual(t, c.old, c.new, s.name)
		}
		if _, remove, err := overlay.Write(s.replacements()); assert.NoError(t, err, s.name) {
			remove()
		}
		test, _, _ := strings.Cut(s.run, "/")
		assert.True(t, hasTest(t, s.pkg, test), "%s: %s has no test %s", s.name, s.pkg, test)
	}
}

// hasTest reports whether a package has a test with a name that a pattern of go test -run finds.
func hasTest(t *testing.T, pkg, pattern string) bool {
	t.Helper()
	run, err := regexp.Compile(pattern)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(pkg, "*_test.go"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, f := range testFunc.FindAllStringSubmatch(string(text), -1) {
			if run.MatchString(f[1]) {
				return true
			}
		}
	}
	return false
}

var testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// Package testkit has what the tests of all packages share.
package testkit

import (
	"strings"
	"testing"
)

// longPrefix begins the name of each long test, so that `go test -run` can select them. The Makefile knows it too.
const longPrefix = "TestLong_"

// Long marks a test that takes long: go test -short skips it. The test's name must begin with TestLong_, because
// `make test-long` selects by that; any other name fails the test, with -short too.
func Long(t testing.TB) {
	t.Helper()
	if name, _, _ := strings.Cut(t.Name(), "/"); !strings.HasPrefix(name, longPrefix) {
		t.Fatalf("%s is marked by testkit.Long: its name must begin with %s, by which make test-long selects it", name, longPrefix)
	}
	if testing.Short() {
		t.Skip("long: left out by -short; make test-long runs it")
	}
}

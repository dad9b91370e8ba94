// Package testkit has helpers for the tests of all packages.
package testkit

import (
	"os"
	"strings"
	"testing"
)

// longPrefix begins the name of each long test, so that `go test -run` can select them. The Makefile repeats it.
const longPrefix = "TestLong_"

// Sized returns how much a long test does. That is small if TEST_SIZE=small, which only `make quick` sets, and otherwise full. The
// assertions are the same.
func Sized[T any](full, small T) T {
	if os.Getenv("TEST_SIZE") == "small" {
		return small
	}
	return full
}

// Long marks a long test, which go test -short skips. The test's name must begin with TestLong_, because `make
// test-long` selects by that. Any other name fails the test, with -short too.
func Long(t testing.TB) {
	t.Helper()
	if name, _, _ := strings.Cut(t.Name(), "/"); !strings.HasPrefix(name, longPrefix) {
		t.Fatalf("%s is marked by testkit.Long: its name must begin with %s, by which make test-long selects it", name, longPrefix)
	}
	if testing.Short() {
		t.Skip("a long test: -short skips it, make test-long runs it")
	}
}

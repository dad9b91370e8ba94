package fuzz_test

import (
	"fmt"
	"strings"
	"testing"
)

// finding is a test that is expected to fail. It stores the failure instead of reporting it.
type finding struct {
	testing.TB
	said strings.Builder
}

func (f *finding) Helper()                         {}
func (f *finding) Failed() bool                    { return f.said.Len() > 0 }
func (f *finding) Log(...any)                      {}
func (f *finding) Logf(string, ...any)             {}
func (f *finding) Error(args ...any)               { fmt.Fprintln(&f.said, args...) }
func (f *finding) Errorf(form string, args ...any) { fmt.Fprintf(&f.said, form+"\n", args...) }
func (f *finding) Fatalf(form string, args ...any) { f.Errorf(form, args...); f.FailNow() }
func (f *finding) Fatal(args ...any)               { f.Error(args...); f.FailNow() }
func (f *finding) FailNow()                        { panic("the check failed") }
func (f *finding) Fail()                           { fmt.Fprintln(&f.said, "failed") }

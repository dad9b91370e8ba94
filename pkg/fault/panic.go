package fault

import (
	"fmt"
	"runtime/debug"
)

// CatchPanic, when deferred, turns a panic into an error that names what was done and has the stack. Background work defers it,
// because a panic would end the process, which would meet the same row at its next start.
func CatchPanic(what string, err *error) {
	if reason := recover(); reason != nil {
		*err = fmt.Errorf("%s: panic: %v\n%s", what, reason, debug.Stack())
	}
}

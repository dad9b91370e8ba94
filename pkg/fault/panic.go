package fault

import (
	"fmt"
	"runtime/debug"
)

// CatchPanic turns a panic of the function that defers it into an error, which names what was done and has the stack.
// Background work defers it, because a panic would end the process, which would meet the same row at its next start.
func CatchPanic(what string, err *error) {
	if reason := recover(); reason != nil {
		*err = fmt.Errorf("%s: panic: %v\n%s", what, reason, debug.Stack())
	}
}

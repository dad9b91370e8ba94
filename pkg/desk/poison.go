package desk

import (
	"fmt"
	"runtime/debug"
)

// asError, when deferred, makes a panic of background work an error: work that cannot be done must not end the process, which would
// meet it again at its next start.
func asError(what string, err *error) {
	if reason := recover(); reason != nil {
		*err = fmt.Errorf("%s: panic: %v\n%s", what, reason, debug.Stack())
	}
}

package contract

import (
	"fmt"
	"os"
	"slices"
	"sync"
)

// File is the environment variable with the name of the file to which each process appends the operation and status of
// its answers.
const File = "CONTRACT_COVERAGE"

// seen has the answers of this process. All services of a test binary share it.
var seen sync.Map //nolint:gochecknoglobals // see above

type answered struct {
	operation string
	status    int
}

// saw counts an answer.
func saw(operation string, status int) {
	if _, known := seen.LoadOrStore(answered{operation, status}, true); known {
		return
	}
	name := os.Getenv(File)
	if name == "" {
		return
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(fmt.Sprintf("contract: %s: %v", File, err))
	}
	defer func() { _ = f.Close() }()
	if _, err := fmt.Fprintf(f, "%s %d\n", operation, status); err != nil { // one write, so that lines of several processes do not mix
		panic(fmt.Sprintf("contract: writing %s: %v", name, err))
	}
}

// Missing returns the documented answers, operation and status, that no test got, and the number of all documented
// answers.
func (d *Document) Missing(seen []string) (missing []string, all int) {
	for _, o := range d.Operations() {
		for status := range o.Responses.Map() {
			all++
			if answer := o.OperationID + " " + status; !slices.Contains(seen, answer) {
				missing = append(missing, answer)
			}
		}
	}
	slices.Sort(missing)
	return missing, all
}

// Seen reports whether this process has answered the operation with the status.
func Seen(operation string, status int) bool {
	_, ok := seen.Load(answered{operation, status})
	return ok
}

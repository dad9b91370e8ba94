// Command coverage reports which documented answers, by operation and status, no test got. It reads the file that
// CONTRACT_COVERAGE named, and fails if an answer is missing.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: coverage FILE")
		os.Exit(2)
	}
	missing, err := report(os.Stdout, os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(2)
	}
	if missing > 0 {
		os.Exit(1)
	}
}

// report writes the missing answers and the totals, and returns how many are missing.
func report(w io.Writer, name string) (missing int, err error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return 0, fmt.Errorf("reading the answers: %w", err)
	}
	doc, err := contract.Load()
	if err != nil {
		return 0, err
	}
	answers, all := doc.Missing(strings.Split(string(raw), "\n"))
	for _, answer := range answers {
		fmt.Fprintf(w, "%s: MISSING\n", answer)
	}
	missing = len(answers)
	fmt.Fprintf(w, "%d of %d documented answers were tested (%.1f %%), %d missing\n", all-missing, all, 100*float64(all-missing)/float64(all), missing)
	return missing, nil
}

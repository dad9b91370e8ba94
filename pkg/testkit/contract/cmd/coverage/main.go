// Command coverage reports which answers that the API document announces, operation x status, were never got, from the
// file that CONTRACT_COVERAGE named. It fails where one is missing.
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

// report writes what is missing and the figures, and says how many answers are missing.
func report(w io.Writer, name string) (missing int, err error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return 0, fmt.Errorf("reading what was answered: %w", err)
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
	fmt.Fprintf(w, "%d of %d documented answers were got (%.1f %%), %d missing\n", all-missing, all, 100*float64(all-missing)/float64(all), missing)
	return missing, nil
}

// Command coverage reports which answers that the API document announces, operation x status, were never got, from the
// file that CONTRACT_COVERAGE named. It fails where one is missing.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
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
	seen := strings.Split(string(raw), "\n")
	all, got := 0, 0
	for _, o := range doc.Operations() {
		for status := range o.Responses.Map() {
			all++
			if slices.Contains(seen, o.OperationID+" "+status) {
				got++
				continue
			}
			missing++
			fmt.Fprintf(w, "%s %s: MISSING\n", o.OperationID, status)
		}
	}
	fmt.Fprintf(w, "%d of %d documented answers were got (%.1f %%), %d missing\n", got, all, 100*float64(got)/float64(all), missing)
	return missing, nil
}

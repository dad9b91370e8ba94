// Command sabotage removes one guard after another from the code and runs the test that must fail. A test that still
// passes guards nothing. It does not change the tree: `go test -overlay` builds with a modified copy of the file.
//
//	make sabotage            all of them
//	make sabotage ONLY=key   those whose name contains the word
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
)

// sabotage is one removed guard, and the test that must fail.
type sabotage struct {
	name string
	cuts []cut
	pkg  string
	run  string
}

// cut replaces a piece of a file, which must occur exactly once.
type cut struct{ file, old, new string }

func main() {
	only := ""
	if len(os.Args) > 1 {
		only = os.Args[1]
	}
	green, bad := map[string]bool{}, 0
	for _, s := range sabotages {
		if !strings.Contains(s.name, only) {
			continue
		}
		said, err := s.prove(green)
		if err != nil {
			bad++
			said = "NOT PROVEN: " + err.Error()
		}
		fmt.Printf("%-44s %-12s %s\n    %s\n", s.name, s.pkg, s.run, said)
	}
	if bad > 0 {
		os.Exit(1)
	}
}

// prove runs the test unchanged, once for all that share it, and then with the guard removed. It returns how it failed
// then.
func (s sabotage) prove(green map[string]bool) (string, error) {
	if test := s.pkg + s.run; !green[test] {
		if out, err := s.test(""); err != nil {
			return "", fmt.Errorf("the test fails with the unchanged code: %w\n%s", err, out)
		} else if !strings.Contains(out, "--- PASS") {
			return "", errors.New("there is no such test")
		}
		green[test] = true
	}
	spoiled, remove, err := overlay.Write(s.replacements())
	if err != nil {
		return "", err
	}
	defer remove()
	out, err := s.test(spoiled)
	switch {
	case err == nil:
		return "", errors.New("the test still passed")
	case !strings.Contains(out, "--- FAIL") && !strings.Contains(out, "panic: "):
		return "", fmt.Errorf("the test did not run: %s", out)
	}
	return "red: " + reason(out), nil
}

func (s sabotage) replacements() []overlay.Cut {
	var cuts []overlay.Cut
	for _, c := range s.cuts {
		cuts = append(cuts, overlay.Cut{File: c.file, Old: c.old, New: c.new})
	}
	return cuts
}

func (s sabotage) test(spoiled string) (string, error) {
	args := []string{"test", "-count=1", "-v", "-timeout=5m", "-vet=off", "-ldflags=-w", "-run", s.run} // what costs time and shows nothing is off
	if spoiled != "" {
		args = append(args, "-overlay", spoiled)
	}
	cmd := exec.Command("go", append(args, s.pkg)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// reason is the first line that says what was wrong.
func reason(out string) string {
	for _, mark := range []string{"Error:", "panic: ", "--- FAIL"} {
		lines := strings.Split(out, "\n")
		for i, line := range lines {
			if !strings.Contains(line, mark) {
				continue
			}
			said := strings.Join(strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "Error:")), " ")
			for _, more := range lines[i+1 : min(i+4, len(lines))] {
				if strings.Contains(more, ":=") || strings.Contains(more, "Test:") || strings.Contains(more, "_test.go") {
					break
				}
				said += " " + strings.Join(strings.Fields(more), " ")
			}
			return said[:min(len(said), 160)]
		}
	}
	return ""
}

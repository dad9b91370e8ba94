package config

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// maxFileBytes is the size of the largest file that a variable may name. Keys have a few kilobytes.
const maxFileBytes = 64 << 10

// reader reads variables and collects problems. It treats an empty variable as not set, because compose files pass unset
// variables on as empty ones.
type reader struct {
	env      func(string) string
	problems Problems
}

// wrong adds a problem of the variable.
func (r *reader) wrong(name, remedy, fault string, args ...any) {
	r.problems = append(r.problems, Problem{Variable: name, Fault: fmt.Sprintf(fault, args...), Remedy: remedy})
}

// result returns the problems, or nil if there are none.
func (r *reader) result() error {
	if len(r.problems) == 0 {
		return nil
	}
	place := func(p Problem) int {
		return slices.IndexFunc(variables, func(v Variable) bool {
			return v.Name == p.Variable || v.Name == strings.TrimSuffix(p.Variable, "_FILE")
		})
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return place(a) - place(b) })
	return r.problems
}

// text returns the value of the variable without surrounding space, or its default.
func (r *reader) text(name string) string {
	if value := strings.TrimSpace(r.env(name)); value != "" {
		return value
	}
	return variable(name).Default
}

// required returns the value of a variable that must be set.
func (r *reader) required(name, remedy string) string {
	value := r.text(name)
	if value == "" {
		r.wrong(name, remedy, "is not set")
	}
	return value
}

// list returns the comma-separated parts of a variable.
func (r *reader) list(name string) []string {
	var parts []string
	for part := range strings.SplitSeq(r.text(name), ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// twin returns the value of a variable, or the content of the file that the variable with the suffix _FILE names. given is
// also true if the file could not be read: that is a problem already, and a missing value would be a second one.
func (r *reader) twin(name string) (value string, given bool) {
	direct, file := r.env(name), strings.TrimSpace(r.env(name+"_FILE"))
	switch {
	case direct != "" && file != "":
		r.wrong(name, "Unset one of them.", "and %s_FILE are both set", name)
		return "", true
	case file != "":
		return r.file(name + "_FILE"), true
	default:
		return direct, direct != ""
	}
}

// file returns the content of the file that the variable names, without the line breaks at its end that editors add.
func (r *reader) file(name string) string {
	path := strings.TrimSpace(r.env(name))
	if path == "" {
		return ""
	}
	text, err := readFile(path)
	switch {
	case err != nil:
		r.wrong(name, "Set the path of a file that the service may read.", "cannot be read: %v", err)
	case len(text) > maxFileBytes:
		r.wrong(name, "Set the path of a file that has only the key or secret.", "names a file of more than %d bytes", maxFileBytes)
		return ""
	case text == "":
		r.wrong(name, "Set the path of the file with the key or secret.", "names an empty file, %s", path)
	}
	return text
}

func readFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

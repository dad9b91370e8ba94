// Package overlay builds the program with pieces of its source text replaced, without changing the tree: `go build -overlay`
// and `go test -overlay` take modified copies of files.
package overlay

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Cut replaces a piece of a file, which must occur exactly once. If Old is empty, New is a file that is not in the tree.
type Cut struct{ File, Old, New string }

// Write writes the overlay of the cuts, for the flag -overlay. Call remove when it is no longer needed.
func Write(cuts []Cut) (path string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "overlay")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	defer func() {
		if err != nil { // the return has set remove to nil
			_ = os.RemoveAll(dir)
		}
	}()
	replace := map[string]string{}
	for i, c := range cuts {
		real, err := filepath.Abs(c.File)
		if err != nil {
			return "", nil, err
		}
		source := real
		if spoiled, again := replace[real]; again {
			source = spoiled
		}
		text, err := c.apply(source)
		if err != nil {
			return "", nil, err
		}
		replace[real] = filepath.Join(dir, fmt.Sprint(i)+filepath.Ext(real))
		if err := os.WriteFile(replace[real], []byte(text), 0o600); err != nil {
			return "", nil, err
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", nil, err
	}
	path = filepath.Join(dir, "overlay.json")
	return path, remove, os.WriteFile(path, raw, 0o600)
}

func (c Cut) apply(source string) (string, error) {
	if c.Old == "" {
		return c.New, nil
	}
	text, err := os.ReadFile(source)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(text), c.Old); n != 1 {
		return "", fmt.Errorf("%s has %q %d times", c.File, c.Old, n)
	}
	return strings.Replace(string(text), c.Old, c.New, 1), nil
}

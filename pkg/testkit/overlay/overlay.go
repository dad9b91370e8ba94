// Package overlay builds the program with pieces of its source text replaced, without changing the tree: `go build -overlay`
// and `go test -overlay` take modified copies of files.
package overlay

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Cut replaces a piece of a file, which must occur exactly once. If Old is empty, New is a file that is not in the tree.
type Cut struct{ File, Old, New string }

// Write writes the overlay of the cuts, for the flag -overlay. Call remove when it is no longer needed. It is an error if a cut leaves
// an import without a use, because such a program is not built and shows nothing.
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
	for real, spoiled := range replace {
		if err := usesImports(real, spoiled); err != nil {
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

// usesImports returns an error if the copy of a Go file no longer uses a package that it still imports, or if it is not valid Go.
func usesImports(real, spoiled string) error {
	if filepath.Ext(real) != ".go" {
		return nil
	}
	is, err := packagesOf(spoiled)
	if err != nil {
		return fmt.Errorf("what is left of %s is not valid Go: %w", real, err)
	}
	was, err := packagesOf(real)
	if errors.Is(err, fs.ErrNotExist) { // a file that is not in the tree
		return nil
	} else if err != nil {
		return err
	}
	for name := range was.used {
		if is.imported[name] && !is.used[name] {
			return fmt.Errorf("what is left of %s does not use its import %s", real, name)
		}
	}
	return nil
}

// packages are names of packages in a file.
type packages struct{ imported, used map[string]bool }

func packagesOf(file string) (packages, error) {
	found := packages{map[string]bool{}, map[string]bool{}}
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return found, err
	}
	for _, i := range tree.Imports {
		name := version.ReplaceAllString(strings.Trim(i.Path.Value, `"`), "")
		if name = path.Base(name); i.Name != nil {
			name = i.Name.Name
		}
		found.imported[name] = true
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && found.imported[x.Name] {
				found.used[x.Name] = true
			}
		}
		return true
	})
	return found, nil
}

var version = regexp.MustCompile(`/v[0-9]+$`)

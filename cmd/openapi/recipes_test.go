package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The recipes of docs/architecture.md and the decisions name files and tests. A name that no longer exists would mislead.
func TestGuidesNameWhatExists(t *testing.T) {
	tests := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path) //nolint:gosec // our own file
		for _, name := range declared.FindAllSubmatch(text, -1) {
			tests[string(name[1])] = true
		}
		return err
	}))
	guides, err := filepath.Glob(root + "/docs/adr/*.md")
	require.NoError(t, err)
	named := regexp.MustCompile("`((?:api|cmd|pkg)/[\\w./-]+\\.go|Test\\w+)`")
	for _, guide := range append(guides, root+"/docs/architecture.md", root+"/CONTRIBUTING.md") {
		text, err := os.ReadFile(guide) //nolint:gosec // our own file
		require.NoError(t, err)
		for _, name := range named.FindAllStringSubmatch(string(text), -1) {
			if strings.HasPrefix(name[1], "Test") {
				require.True(t, tests[name[1]], "%s names %s, and there is no such test", guide, name[1])
				continue
			}
			require.FileExists(t, filepath.Join(root, name[1]), guide)
		}
	}
}

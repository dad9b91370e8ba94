package main

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file that a program writes is read by nobody, so at most a third of the lines of the repository may be generated. Fonts and
// pictures have no lines.
func TestGeneratedLinesAreAThirdAtMost(t *testing.T) {
	const root = "../.."
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Skip("git knows which files belong to the repository, and this is no clone")
	}
	git := func(stdin string, args ...string) []string {
		cmd := exec.CommandContext(context.Background(), "git", append([]string{"-C", root}, args...)...) //nolint:gosec // our own arguments
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.Output()
		require.NoError(t, err, "git %s", args)
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	}
	files := git("", "ls-files", "-z")
	attributes := git(strings.Join(files, "\x00"), "check-attr", "-z", "--stdin", "linguist-generated") // file, attribute, value
	require.Len(t, attributes, 3*len(files))
	type written struct {
		name  string
		lines int
	}
	var generated []written
	total, share := 0, 0
	for i, name := range files {
		text, err := os.ReadFile(filepath.Join(root, name)) //nolint:gosec // our own file
		if os.IsNotExist(err) || bytes.ContainsRune(text, 0) {
			continue // it is being deleted, or a font or a picture
		}
		require.NoError(t, err)
		lines := bytes.Count(text, []byte("\n"))
		total += lines
		if attributes[3*i+2] == "set" {
			share += lines
			generated = append(generated, written{name, lines})
		}
	}
	slices.SortFunc(generated, func(a, b written) int { return cmp.Compare(b.lines, a.lines) })
	require.Positive(t, share)
	t.Logf("%d of %d lines are generated: %.1f %%", share, total, 100*float64(share)/float64(total))
	require.LessOrEqual(t, 3*share, total, "%d of %d lines are generated, the most in %v. Make what generates them write less (the templates in docs/clients/go/templates, "+
		"the components of the document), or do not commit what a build can make", share, total, generated[:min(3, len(generated))])
}

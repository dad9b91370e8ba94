package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The generated parts of the guides are up to date.
func TestGuidesAreFresh(t *testing.T) {
	used := map[string]bool{}
	for _, name := range guides {
		text, err := os.ReadFile("../../" + name)
		require.NoError(t, err)
		for _, found := range part.FindAllSubmatch(text, -1) {
			used[string(found[2])] = true
		}
		require.Equal(t, strings.Count(string(text), "<!-- generated:"), strings.Count(string(text), "<!-- end -->"), "%s: a part without its end", name)
		fresh, err := fill(text, newWords(root))
		require.NoError(t, err, name)
		if string(fresh) != string(text) {
			t.Errorf("%s is stale: run make generate", name)
		}
	}
	for name := range parts {
		require.True(t, used[name], "no document has the part %q", name)
	}
}

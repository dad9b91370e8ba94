package typeset

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write font/coverage.txt anew from the fonts")

// printed returns the characters that a font's own table maps to a shape.
func printed(f *Font) map[rune]bool {
	out := map[rune]bool{}
	for it := f.open().cmap.Iter(); it.Next(); {
		if r, gid := it.Char(); gid != 0 && listable(r) {
			out[r] = true
		}
	}
	return out
}

func rangesOf(set map[rune]bool) string {
	var out strings.Builder
	for r := rune(0); r <= 0xFFFF; r++ {
		if !set[r] {
			continue
		}
		last := r
		for set[last+1] {
			last++
		}
		fmt.Fprintf(&out, " %04X", r)
		if last > r {
			fmt.Fprintf(&out, "-%04X", last)
		}
		r = last
	}
	return out.String()
}

// The list of printable characters agrees with the fonts.
func TestCoverageIsWhatTheFontsHave(t *testing.T) {
	var want strings.Builder
	for _, family := range families {
		set := printed(family.regular)
		if family.bold != nil {
			require.Equal(t, set, printed(family.bold), "%s prints something else than its regular font", family.bold.Name)
		}
		want.WriteString(family.regular.Name + rangesOf(set) + "\n")
	}
	if *update {
		require.NoError(t, os.WriteFile("font/coverage.txt", []byte(want.String()), 0o600))
		return
	}
	require.Equal(t, want.String(), coverage, "write it anew with: go test ./pkg/document/typeset -run Coverage -update")
}

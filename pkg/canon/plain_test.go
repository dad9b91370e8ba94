package canon

import (
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// ASCII has ways of its own through the words and keys. Their results are those of all other characters.
func TestASCIIHasTheSameWordsAndKeys(t *testing.T) {
	for r := range rune(utf8.RuneSelf) {
		require.Equal(t, !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.So), separatesWords(r), "%q", r)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.Map(rapid.IntRange(0, utf8.RuneSelf-1), func(c int) rune { return rune(c) }), 0, 20, -1).Draw(t, "text")
		text = strings.Repeat(text, rapid.SampledFrom([]int{1, 1, MaxSearchKey}).Draw(t, "repeats"))
		require.Equal(t, searchKeyOf(text), SearchKeyOf(text))
		var f Facts
		f.quote(text)
		require.Equal(t, strconv.Quote(text), string(f.text))
	})
}

// Collections use the memory of earlier ones again.
func TestDigestsDoNotMix(t *testing.T) {
	digest := func(names ...string) string {
		var f Facts
		for _, name := range names {
			f.Text(name, name)
		}
		return f.Digest()
	}
	a, b, none := digest("a"), digest("a", "b"), digest()
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb924", none)
	for range 100 {
		require.Equal(t, b, digest("a", "b"))
		require.Equal(t, a, digest("a"))
		require.Equal(t, none, digest())
	}
	var f Facts
	f.Text("a", "a")
	require.Equal(t, a, f.Digest())
	require.Equal(t, none, f.Digest(), "Digest ends a collection")
}

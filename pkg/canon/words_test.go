package canon_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"White Barn Flowers": "barn flowers white", "PO-4711/b": "4711 b po", "O'Hara": "hara o", "100% Pure": "100 pure", "a_b.c,d|e": "a b c d e",
		"Jardín Łódź": "jardin lodz", "soft\u00adhyphen BLO\u200bOM": "bloom softhyphen", "½ kg": "1 2 kg", "日本花　店": "店 日本花",
		"गुलाब फूल": "गुलाब फूल", "💐 Rosa": "rosa 💐", "W000123": "w000123", "": "", " -/%_\\ ": "", "\u0301": "",
		"ro Rosa roses ROS": "rosa roses", "Rosa rosa": "rosa",
	} {
		require.Equal(t, strings.Fields(want), append([]string{}, canon.Words(text)...), text)
	}
	require.Equal(t, []string{"4711", "bloom"}, canon.Words("Bloom", "", "4711"))
}

// A beginning of a word finds the text, in any encoding and case. Words have no character that LIKE reads as a pattern.
func TestWordsAreFoundByTheirBeginning(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.String().Draw(r, "text")
		words := canon.Words(text)
		require.True(t, slices.IsSorted(words))
		require.Equal(t, words, canon.Words(strings.Join(words, " ")))
		require.Equal(t, words, canon.Words(norm.NFD.String(canon.Text(text)), text))
		for _, word := range words {
			require.NotEmpty(t, word)
			require.LessOrEqual(t, len(word), canon.MaxWord)
			require.True(t, utf8.ValidString(word))
			require.False(t, strings.ContainsAny(word, `%_\ `), word)
		}
	})
}

// A word of any length is found, whole or half.
func TestWordsAreBounded(t *testing.T) {
	long := strings.Repeat("é", 5000) + " " + strings.Repeat("日", 5000)
	words := canon.Words(long)
	require.Len(t, words, 2)
	require.Equal(t, words, canon.Words(strings.ToUpper(long)))
}

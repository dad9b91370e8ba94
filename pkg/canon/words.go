package canon

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxWord is how many bytes of a word are stored and searched.
const MaxWord = 100

// Words returns the words of the texts as they are searched: each as its search key, sorted, without repeats. A word that
// begins another one is left out, because words are searched by their beginning. Words consist of letters, marks, digits and
// pictures such as emoji. Every other character separates them.
//
// Words are stored. A change of this function needs a migration that makes them again.
func Words(texts ...string) []string {
	var words []string
	for _, text := range texts {
		for _, part := range strings.FieldsFunc(text, separatesWords) {
			if plain(part) {
				words = append(words, firstBytes(SearchKeyOf(part), MaxWord))
				continue
			}
			for _, word := range strings.FieldsFunc(SearchKeyOf(part), separatesWords) { // the key of ½ is 1⁄2
				words = append(words, firstBytes(word, MaxWord))
			}
		}
	}
	slices.Sort(words)
	kept := words[:0]
	for i, word := range words {
		if i+1 == len(words) || !strings.HasPrefix(words[i+1], word) { // what begins with a word comes right after it
			kept = append(kept, word)
		}
	}
	return kept
}

func separatesWords(r rune) bool {
	if r < utf8.RuneSelf {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.So) && !Invisible(r)
}

// firstBytes returns at most n bytes of the text, without half a character.
func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

package canon

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// KeyOf returns the key by which unique names, such as codes, are compared. Letter case and invisible characters do not
// matter; accents do.
//
// Keys are stored. If you change the result of one of these functions, or use another version of Unicode, add a
// migration that makes the keys again. TestKeysAreTheStoredOnes fails until you do.
func KeyOf(s string) string {
	key := norm.NFC.String(sameCase(visible(norm.NFC.String(s))))
	if key == "" {
		return s // every character is invisible: the text is its own key
	}
	return key
}

// SearchKeyOf returns the key by which texts are searched and sorted. It ignores case, accents and variant forms of a
// letter: ß becomes ss, ø becomes o, ﬁ becomes fi. Marks that make another letter stay, as in Japanese, Thai and
// Devanagari. The key has at most MaxSearchKey bytes, because some letters expand and an index limits its keys.
func SearchKeyOf(s string) string {
	if plain(s) {
		return strings.ToLower(s[:min(len(s), MaxSearchKey)])
	}
	return searchKeyOf(s)
}

func searchKeyOf(s string) string {
	var key strings.Builder
	for _, r := range sameCase(norm.NFKD.String(visible(s))) {
		if accent(r) {
			continue
		}
		plain, ok := plainLetters[r]
		if !ok {
			plain = string(r)
		}
		if key.Len()+len(plain) > MaxSearchKey {
			break
		}
		key.WriteString(plain)
	}
	return key.String()
}

// MaxSearchKey is the maximum number of bytes of a search key.
const MaxSearchKey = 400

// sameCase returns the same text for texts that differ only in letter case. It converts to upper case first, because ς
// and σ have the same upper case.
func sameCase(s string) string { return strings.ToLower(strings.ToUpper(s)) }

func visible(s string) string {
	if !strings.ContainsFunc(s, Invisible) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if Invisible(r) {
			return -1
		}
		return r
	}, s)
}

// accent reports whether a character is a mark on the letter before it that people omit when they search.
func accent(r rune) bool {
	if r < 0x300 || r == 0x3099 || r == 0x309A { // the voiced marks of Japanese make another syllable
		return false
	}
	return unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Inherited, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic)
}

// plainLetters maps Latin letters that Unicode does not decompose to what people type instead.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ŧ': "t", 'ı': "i", 'ŋ': "n", 'ĸ': "k",
	'ƀ': "b", 'ɨ': "i", 'ɉ': "j", 'ƶ': "z", 'ʉ': "u", 'ǥ': "g", 'ɍ': "r", 'ɏ': "y", 'ȼ': "c", 'ɇ': "e", 'ⱥ': "a", 'ⱦ': "t", 'ə': "e",
}

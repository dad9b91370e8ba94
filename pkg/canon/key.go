package canon

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// KeyOf is how names that must be unique are compared, such as codes: letter case and invisible characters do not
// matter, accents do.
//
// Keys are stored. Whoever changes what one of these functions makes of a text, or moves to another version of Unicode,
// adds a migration that makes the keys again; TestKeysAreTheStoredOnes tells.
func KeyOf(s string) string {
	key := norm.NFC.String(sameCase(visible(norm.NFC.String(s))))
	if key == "" {
		return s // invisible as a whole: it is the same as itself alone
	}
	return key
}

// SearchKeyOf is how texts are searched and sorted: without case, accents, or the other forms of a letter. ß is ss, ø is o,
// ﬁ is fi. Marks that make another letter stay, as in Japanese, Thai and Devanagari. It has at most MaxSearchKey bytes,
// since some letters become many and an index takes no key of any length.
func SearchKeyOf(s string) string {
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

// MaxSearchKey is how many bytes of a text are searched and sorted by.
const MaxSearchKey = 400

// sameCase is the same for texts that differ in letter case alone. By way of upper case, since ς and σ have the same.
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

// accent reports whether a character is a mark on the letter before it that people leave out when they search.
func accent(r rune) bool {
	if r < 0x300 || r == 0x3099 || r == 0x309A { // the voiced marks of Japanese make another syllable
		return false
	}
	return unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Inherited, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic)
}

// plainLetters is letters of Latin that Unicode does not take apart, as people write them who do not have them.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ŧ': "t", 'ı': "i", 'ŋ': "n", 'ĸ': "k",
	'ƀ': "b", 'ɨ': "i", 'ɉ': "j", 'ƶ': "z", 'ʉ': "u", 'ǥ': "g", 'ɍ': "r", 'ɏ': "y", 'ȼ': "c", 'ɇ': "e", 'ⱥ': "a", 'ⱦ': "t", 'ə': "e",
}

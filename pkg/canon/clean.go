package canon

import (
	"slices"
	"strings"
	"unicode"
)

// Clean returns the text without the characters that change how it looks and are not part of it: zero-width spaces, soft
// hyphens, and controls of the direction, of joining and of annotations. With them, a text could pretend to be another one.
// Joiners and variation selectors stay, because scripts and pictures need them. The result is in canonical form if the text
// is.
func Clean(s string) string {
	if plain(s) || !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(formatting, r) }) {
		return s
	}
	return Text(strings.Map(func(r rune) rune {
		if unicode.Is(formatting, r) {
			return -1
		}
		return r
	}, s)) // after the removal, a letter may be next to an accent and join with it
}

// formatting is the characters that Clean removes.
var formatting = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0xAD, Hi: 0xAD, Stride: 1}, {Lo: 0x61C, Hi: 0x61C, Stride: 1}, {Lo: 0x200B, Hi: 0x200B, Stride: 1}, {Lo: 0x200E, Hi: 0x200F, Stride: 1},
		{Lo: 0x202A, Hi: 0x202E, Stride: 1}, {Lo: 0x2060, Hi: 0x206F, Stride: 1}, {Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1}, {Lo: 0xFFF9, Hi: 0xFFFB, Stride: 1},
	},
	LatinOffset: 1,
}

// FirstInvisible returns the first character that shows nothing, and whether there is one.
func FirstInvisible(s string) (rune, bool) {
	i := strings.IndexFunc(s, Invisible)
	if i < 0 {
		return 0, false
	}
	for _, r := range s[i:] {
		return r, true
	}
	return 0, false
}

// MixedScripts returns the scripts of a name that mixes scripts whose letters look alike, such as Latin and Cyrillic. It
// returns nil if the name is "highly restrictive" (Unicode Technical Standard 39, section 5.2): all letters are of one
// script, or of Latin and the scripts that Japanese, Korean or Chinese write together.
func MixedScripts(s string) []string {
	if plain(s) {
		return nil
	}
	var scripts []string
	for _, r := range s {
		if name := scriptOf(r); name != "" && !slices.Contains(scripts, name) {
			scripts = append(scripts, name)
		}
	}
	if len(scripts) < 2 {
		return nil
	}
	for _, together := range [][]string{
		{"Latin", "Han", "Hiragana", "Katakana"}, {"Latin", "Han", "Bopomofo"}, {"Latin", "Han", "Hangul"},
	} {
		if !slices.ContainsFunc(scripts, func(name string) bool { return !slices.Contains(together, name) }) {
			return nil
		}
	}
	slices.Sort(scripts)
	return scripts
}

// scriptOf returns the script of a character. It is empty for characters of several scripts, such as digits and accents.
func scriptOf(r rune) string {
	switch {
	case r < 0x80 && !unicode.IsLetter(r), unicode.In(r, unicode.Common, unicode.Inherited):
		return ""
	case unicode.Is(unicode.Latin, r):
		return "Latin"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return ""
}

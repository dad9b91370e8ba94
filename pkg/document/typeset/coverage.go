package typeset

import (
	_ "embed" // the list
	"fmt"
	"strings"
	"sync"
	"unicode"
)

// coverage lists the printable characters of each family, one family a line: the name of its regular font and ranges of
// code points. A test compares it with the fonts.
//
//go:embed font/coverage.txt
var coverage string

// prints has, for each character of the basic plane, the index of its family in families plus one; 0 means none. No
// font has characters of other planes.
var prints = sync.OnceValue(func() *[0x10000]uint8 {
	var all [0x10000]uint8
	for line := range strings.Lines(coverage) {
		name, ranges, _ := strings.Cut(strings.TrimSpace(line), " ")
		for i, family := range families {
			if family.regular.Name != name {
				continue
			}
			for _, part := range strings.Fields(ranges) {
				var first, last rune
				if n, _ := fmt.Sscanf(part, "%X-%X", &first, &last); n == 1 {
					last = first
				}
				for r := first; r <= last; r++ {
					if all[r] == 0 {
						all[r] = uint8(i + 1)
					}
				}
			}
		}
	}
	return &all
})

// familyOf returns the family that prints a character, or nil.
func familyOf(r rune) *family {
	if r < 0x7F && r >= ' ' {
		return latin
	}
	if r < 0 || r > 0xFFFF {
		return nil
	}
	if at := prints()[r]; at > 0 {
		return families[at-1]
	}
	return nil
}

// Printable reports whether a character can be printed.
func Printable(r rune) bool { return familyOf(r) != nil }

// Joins reports whether r, a joiner or non-joiner, changes the letter before it. Elsewhere, such as between emoji,
// these fonts ignore it.
func Joins(before, r rune) bool {
	if r != zeroWidthJoiner && r != zeroWidthNonJoiner {
		return false
	}
	family := familyOf(before)
	return family == arabic || family == devanagari
}

// WithoutSpaces reports whether a character belongs to a script without spaces between words, so that a line may break
// beside it.
func WithoutSpaces(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
}

// listable reports whether a character may be in the list: no control, format or private characters.
func listable(r rune) bool {
	return r >= ' ' && r <= 0xFFFF && (unicode.IsGraphic(r) || r == unicode.ReplacementChar)
}

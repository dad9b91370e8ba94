// Package canon gives texts from outside one form, so that texts that look the same are the same. Texts are stored and
// compared in this form: Unicode NFC, with \n as the only line end.
package canon

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text returns the text in its canonical form: NFC, with \n for \r\n and \r. A letter with more than 30 accents gets
// U+034F between them (Unicode's Stream-Safe Text Format), so that the work stays linear. The result is valid UTF-8.
func Text(s string) string {
	if plain(s) {
		return s
	}
	if strings.Contains(s, "\r") {
		s = lineEnds.Replace(s)
	}
	return norm.NFC.String(s)
}

// Line is Text for a text of one line. It removes the spaces around it and the line ends after it, which often come with
// copied text: nobody sees them, and the values of a list parameter have none.
func Line(s string) string {
	return strings.TrimLeftFunc(strings.TrimRightFunc(Text(s), func(r rune) bool { return r == '\n' || space(r) }), space)
}

// space reports whether a character separates words on a line.
func space(r rune) bool { return unicode.Is(unicode.Zs, r) }

// SpacePattern is a character class for a regular expression of ECMA 262: the spaces that Line removes.
const SpacePattern = `\u0020\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000`

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// plain reports quickly whether the text is its own canonical form: ASCII without \r.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == '\r' {
			return false
		}
	}
	return true
}

// Blank reports whether no character of the text is visible.
func Blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !Invisible(r) })
}

// Invisible reports whether a character shows nothing by itself: Unicode's default ignorable characters, such as a
// zero-width space.
func Invisible(r rune) bool {
	if r < 0xAD { // no character below the soft hyphen is invisible
		return false
	}
	return unicode.Is(invisible, r) || r > 0xFFFF && unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, tags)
}

// BlankPattern is a character class for a regular expression of ECMA 262: the characters of the first plane that a
// blank text may have, and the control characters.
const BlankPattern = `\u0000-\u0020\u007F-\u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8`

// invisible is the default ignorable characters of the first plane.
var invisible = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0xAD, Hi: 0xAD, Stride: 1}, {Lo: 0x34F, Hi: 0x34F, Stride: 1}, {Lo: 0x61C, Hi: 0x61C, Stride: 1}, {Lo: 0x115F, Hi: 0x1160, Stride: 1},
	{Lo: 0x17B4, Hi: 0x17B5, Stride: 1}, {Lo: 0x180B, Hi: 0x180F, Stride: 1}, {Lo: 0x200B, Hi: 0x200F, Stride: 1}, {Lo: 0x202A, Hi: 0x202E, Stride: 1},
	{Lo: 0x2060, Hi: 0x206F, Stride: 1}, {Lo: 0x3164, Hi: 0x3164, Stride: 1}, {Lo: 0xFE00, Hi: 0xFE0F, Stride: 1}, {Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1},
	{Lo: 0xFFA0, Hi: 0xFFA0, Stride: 1}, {Lo: 0xFFF0, Hi: 0xFFF8, Stride: 1},
}, LatinOffset: 1}

// tags is the characters of language tags.
var tags = &unicode.RangeTable{R32: []unicode.Range32{{Lo: 0xE0000, Hi: 0xE0FFF, Stride: 1}}}

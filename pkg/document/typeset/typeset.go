// Package typeset converts a line of text to glyphs of the embedded fonts. It chooses a font for each script, orders
// right-to-left text, joins and stacks letters where a script needs it, and reports which characters cannot be printed.
//
// A line of a simple script, such as Latin or Chinese, costs one look-up for each character. Everything is safe for
// concurrent use, and the same text always gives the same glyphs.
package typeset

import (
	"slices"
	"strings"
	"unicode"

	"github.com/orderdesk/orderdesk/pkg/script"
)

// Glyph is one shape of a font at its place on the line. Lengths are in thousandths of the type size.
type Glyph struct {
	ID      uint16
	Text    string // the text that a reader copies; empty except in the first glyph of a cluster
	Advance int    // the distance to the next glyph
	X, Y    int    // the offset from its place
}

// Run is a part of a line in one font, with its glyphs from left to right.
type Run struct {
	Font   *Font
	Glyphs []Glyph
	Text   string // the text in reading order if the glyphs are in another order, else empty
	Thick  bool   // the text is bold and the font has no bold variant: draw thicker outlines
}

// Line returns the text as it is drawn from left to right. The text must have no line breaks and no characters that are
// not [Printable].
func Line(text string, bold bool) []Run {
	if isSimple(text) {
		return simpleLine(text, bold)
	}
	return shapedLine(text, bold)
}

// Width returns the width of the line in thousandths of the type size.
func Width(text string, bold bool) int {
	width := 0
	if script.Plain(text) {
		face := latin.face(bold)
		for i := range len(text) {
			width += face.ascii[text[i]].Advance
		}
		return width
	}
	for _, run := range Line(text, bold) {
		for _, glyph := range run.Glyphs {
			width += glyph.Advance
		}
	}
	return width
}

// isSimple reports whether each character of the text is one glyph, set one after the other from left to right.
func isSimple(text string) bool {
	if script.Plain(text) {
		return true
	}
	for _, r := range text {
		if f := familyOf(r); f == nil || f.shaping || isInvisible(r) || isMark(r) {
			return false
		}
	}
	return true
}

// isInvisible reports whether a character only directs the text and is not printed.
func isInvisible(r rune) bool {
	switch r {
	case FirstStrongIsolate, PopIsolate, LeftToRightMark, RightToLeftMark, zeroWidthJoiner, zeroWidthNonJoiner:
		return true
	}
	return false
}

// simpleLine returns the line of a simple text.
func simpleLine(text string, bold bool) []Run {
	runs := make([]Run, 0, 1)
	glyphs := make([]Glyph, 0, len(text))
	for i, r := range text {
		family := familyOf(r)
		if font := family.font(bold); len(runs) == 0 || runs[len(runs)-1].Font != font {
			if len(runs) > 0 {
				runs[len(runs)-1].Glyphs, glyphs = glyphs[:len(glyphs):len(glyphs)], glyphs[len(glyphs):]
			}
			runs = append(runs, Run{Font: font, Thick: family.thick(bold)})
		}
		glyphs = append(glyphs, runs[len(runs)-1].Font.glyph(r, text[i:]))
	}
	if len(runs) > 0 {
		runs[len(runs)-1].Glyphs = glyphs
	}
	return runs
}

// inReadingOrder reports whether the glyphs are in the order of the text.
func inReadingOrder(glyphs []Glyph, text string) bool {
	for _, glyph := range glyphs {
		rest, ok := strings.CutPrefix(text, glyph.Text)
		if !ok || glyph.Text == "" || glyph.X != 0 || glyph.Y != 0 {
			return false
		}
		text = rest
	}
	return text == ""
}

// item is a part of a line with one font and one direction.
type item struct {
	start, end int
	level      uint8
	family     *family
}

// shapedLine returns the line of a text whose letters join, stack or run from right to left.
func shapedLine(text string, bold bool) []Run {
	runes := []rune(text)
	items := split(runes, levels(runes))
	visualOrder(items, func(i item) uint8 { return i.level })
	var runs []Run
	for _, i := range items {
		run := Run{Font: i.family.font(bold), Thick: i.family.thick(bold)}
		run.Glyphs = run.Font.glyphs(runes, i)
		if text := visible(runes[i.start:i.end]); i.level%2 == 0 && !inReadingOrder(run.Glyphs, text) {
			run.Text = text
		}
		runs = append(runs, run)
	}
	return runs
}

// split divides a line where its font or its level changes. An invisible character belongs to no item, unless it joins
// or separates letters. Spaces and marks keep the font before them if that font has them.
func split(runes []rune, levels []uint8) []item {
	var items []item
	for i, r := range runes {
		joiner := r == zeroWidthJoiner || r == zeroWidthNonJoiner
		if isInvisible(r) && !joiner {
			continue
		}
		last := len(items) - 1
		follows := last >= 0 && items[last].end == i && items[last].level == levels[i]
		if joiner {
			if follows {
				items[last].end++
			}
			continue
		}
		family := familyOf(r)
		if follows && (r == ' ' || r == 0xA0 || isMark(r)) && items[last].family.has(r) {
			family = items[last].family
		}
		switch {
		case family == nil: // the caller did not remove a character without a glyph
		case follows && items[last].family == family:
			items[last].end++
		default:
			items = append(items, item{start: i, end: i + 1, level: levels[i], family: family})
		}
	}
	return items
}

// glyphs returns the glyphs of an item from left to right.
func (f *Font) glyphs(runes []rune, i item) []Glyph {
	right := i.level%2 == 1
	if f.shaping && (right || f.family.shaping || slices.ContainsFunc(runes[i.start:i.end], isMark)) {
		return f.shape(runes, i.start, i.end, right)
	}
	glyphs := make([]Glyph, 0, i.end-i.start)
	for n := i.start; n < i.end; n++ {
		at := n
		if right {
			at = i.end - 1 - (n - i.start)
		}
		if r := runes[at]; !isInvisible(r) {
			glyph := f.glyph(r, string(r))
			if right {
				glyph.ID = f.mirrored(r, glyph.ID)
			}
			glyphs = append(glyphs, glyph)
		}
	}
	return glyphs
}

// isMark reports whether a character is drawn on the one before it.
func isMark(r rune) bool { return unicode.Is(unicode.M, r) }

package typeset

import (
	"slices"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
)

const (
	zeroWidthNonJoiner = '\u200C'
	zeroWidthJoiner    = '\u200D'
)

// shaper is HarfBuzz with one font. It has caches, so only one goroutine may use it at a time.
type shaper struct {
	font   *harfbuzz.Font
	buffer *harfbuzz.Buffer
}

func (f *Font) shaper() *shaper {
	f.open()
	if s, ok := f.shapers.Get().(*shaper); ok {
		return s
	}
	return &shaper{harfbuzz.NewFont(font.NewFace(f.parsed())), harfbuzz.NewBuffer()}
}

// shape returns the glyphs of runes[start:end]. The text around it decides how its first and last letters join.
func (f *Font) shape(runes []rune, start, end int, right bool) []Glyph {
	s := f.shaper()
	defer f.shapers.Put(s)
	s.buffer.Clear()
	s.buffer.AddRunes(runes, start, end-start)
	s.buffer.Props = harfbuzz.SegmentProperties{Direction: harfbuzz.LeftToRight, Script: scriptOf(runes[start:end])}
	if right {
		s.buffer.Props.Direction = harfbuzz.RightToLeft
	}
	s.buffer.Shape(s.font, nil)

	glyphs := make([]Glyph, len(s.buffer.Info))
	for i, info := range s.buffer.Info {
		at := s.buffer.Pos[i]
		glyphs[i] = Glyph{ID: uint16(info.Glyph), //nolint:gosec // a font has no more glyphs than that
			Advance: f.opened.scaled(int(at.XAdvance)), X: f.opened.scaled(int(at.XOffset)), Y: f.opened.scaled(int(at.YOffset))}
	}
	out := make([]Glyph, 0, len(glyphs))
	for first := 0; first < len(glyphs); { // cluster by cluster
		cluster, last := s.buffer.Info[first].Cluster, first+1
		for last < len(glyphs) && s.buffer.Info[last].Cluster == cluster {
			last++
		}
		stop := end
		switch {
		case right && first > 0:
			stop = s.buffer.Info[first-1].Cluster
		case !right && last < len(glyphs):
			stop = s.buffer.Info[last].Cluster
		}
		text := visible(runes[cluster:stop])
		if right {
			out = appendReversed(out, glyphs[first:last], text)
		} else {
			glyphs[first].Text = text
			out = append(out, glyphs[first:last]...)
		}
		first = last
	}
	return out
}

// NoShape is a glyph that draws nothing and has no width. It only carries text.
const NoShape = 0xFFFF

// appendReversed appends a cluster of right-to-left text so that programs can extract the text. They read characters by
// position from right to left, so the characters of a ligature, or a letter and its marks, must stand one after the
// other on the line. The first glyph with a width carries the first character. Glyphs without a shape to its left carry
// the others. Marks are drawn after their letter and carry no text.
func appendReversed(out, glyphs []Glyph, text string) []Glyph {
	said := []rune(text)
	for i := len(said) - 1; i > 0; i-- {
		out = append(out, Glyph{ID: NoShape, Text: string(said[i])})
	}
	base := max(0, slices.IndexFunc(glyphs, func(g Glyph) bool { return g.Advance != 0 }))
	if len(said) > 0 {
		glyphs[base].Text = string(said[0])
	}
	out = append(out, glyphs[base])
	for _, mark := range glyphs[:base] {
		mark.X -= glyphs[base].Advance
		out = append(out, mark)
	}
	return append(out, glyphs[base+1:]...)
}

// visible returns the text without characters that only direct it.
func visible(runes []rune) string {
	out := make([]rune, 0, len(runes))
	for _, r := range runes {
		if !isInvisible(r) || r == zeroWidthJoiner || r == zeroWidthNonJoiner {
			out = append(out, r)
		}
	}
	return string(out)
}

// scriptOf returns the script of the first character that has one.
func scriptOf(runes []rune) language.Script {
	for _, r := range runes {
		if script := language.LookupScript(r); script.Strong() && script != language.Unknown {
			return script
		}
	}
	return language.Latin
}

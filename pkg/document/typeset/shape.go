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

// shaper is HarfBuzz with one font. It keeps caches, so one goroutine uses it at a time.
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

// shape sets runes[start:end]. What stands around it decides how its first and last letters join.
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

// NoShape is a glyph that draws nothing and takes no room: it only says its text.
const NoShape = 0xFFFF

// appendReversed appends a cluster of right-to-left text in the form from which programs read text back: they take characters by their places, from right to
// left, so that the characters of a ligature, or a letter's marks, must stand on the line one after the other. The first character is said by the first
// glyph that takes room, the others by glyphs without a shape on its left. Marks are drawn after what bears them, and say nothing.
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

// visible is the text without what only directs it.
func visible(runes []rune) string {
	out := make([]rune, 0, len(runes))
	for _, r := range runes {
		if !isInvisible(r) || r == zeroWidthJoiner || r == zeroWidthNonJoiner {
			out = append(out, r)
		}
	}
	return string(out)
}

// scriptOf is the script of the first character that has one.
func scriptOf(runes []rune) language.Script {
	for _, r := range runes {
		if script := language.LookupScript(r); script.Strong() && script != language.Unknown {
			return script
		}
	}
	return language.Latin
}

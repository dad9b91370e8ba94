package pdfwriter

import (
	"sync"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/document/typeset"
)

// common are the characters that most documents do with: those of ASCII that are printed, in the order of their numbers, and the signs of
// typesetters. A file has all of them, whichever it uses. So their outlines are compressed once, and not for each file.
const common = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~" + "·…–—’“”•×°€£"

// commonFonts has the part of each font with the common characters, if lines of them are set in it.
var commonFonts = sync.OnceValue(func() map[*typeset.Font]*usedFont {
	all := map[*typeset.Font]*usedFont{}
	for _, bold := range []bool{false, true} {
		for _, run := range typeset.Line(common, bold) {
			f := newFont(run.Font)
			for _, glyph := range run.Glyphs {
				f.code(glyph)
			}
			f.ready = f.pack()
			all[run.Font] = f
		}
	}
	return all
})

// isCommon reports whether a font of commonFonts has the glyph, and returns its code.
func (f *usedFont) isCommon(glyph typeset.Glyph) (n uint16, ok bool) {
	if len(glyph.Text) == 1 && glyph.Text[0] >= common[0] && glyph.Text[0] < utf8.RuneSelf {
		n = uint16(glyph.Text[0]-common[0]) + 1 // 0 is the box for a missing glyph
		return n, f.texts[n] == glyph.Text && f.glyphs[n] == glyph.ID
	}
	n, ok = f.codes[code{glyph.ID, glyph.Text}]
	return n, ok
}

package pdfwriter

import (
	"sync"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/document/typeset"
)

// common lists the characters that suffice for most documents: printable ASCII, in order, and some typographic signs. A file embeds all of
// them, used or not. So their outlines are compressed once for the process, and not once for each file.
const common = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~" + "·…–—’“”•×°€£"

// commonFonts returns the common characters of the regular and of the bold font. They are shared by all files, so nothing changes them.
var commonFonts = sync.OnceValue(func() map[*typeset.Font]*usedFont {
	all := map[*typeset.Font]*usedFont{}
	for _, bold := range []bool{false, true} {
		for _, run := range typeset.Line(common, bold) {
			f := newFont(run.Font)
			for _, glyph := range run.Glyphs {
				f.code(glyph)
			}
			f.packed = f.pack()
			all[run.Font] = f
		}
	}
	return all
})

// isCommon reports whether this font, one of commonFonts, has the glyph. It returns the glyph's code, for ASCII without looking it up.
func (f *usedFont) isCommon(glyph typeset.Glyph) (n uint16, ok bool) {
	if len(glyph.Text) == 1 && glyph.Text[0] >= common[0] && glyph.Text[0] < utf8.RuneSelf {
		n = uint16(glyph.Text[0]-common[0]) + 1 // 0 is the box for a missing glyph
		return n, f.texts[n] == glyph.Text && f.glyphs[n] == glyph.ID
	}
	n, ok = f.codes[code{glyph.ID, glyph.Text}]
	return n, ok
}

package pdfwriter

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strconv"
	"unicode/utf16"

	"github.com/orderdesk/orderdesk/pkg/document/typeset"
)

// usedFont is the part of a font that a file uses. A code of the file is a glyph with its text, because the same glyph
// may represent different texts. So text copied from the file is the original text.
type usedFont struct {
	number int
	font   *typeset.Font
	codes  map[code]uint16
	glyphs []uint16 // by code; 0 is the font's box for a missing glyph
	texts  []string
	packed *packedFont // of commonFonts alone, which are packed once
}

// packedFont is the part of a font's objects that depends on its glyphs.
type packedFont struct {
	tag             string
	widths          []byte
	outlines, texts []byte // compressed
	length          int    // of the outlines before compression
}

type code struct {
	glyph uint16
	text  string
}

func newFont(font *typeset.Font) *usedFont {
	return &usedFont{font: font, codes: map[code]uint16{}, glyphs: []uint16{0}, texts: []string{""}}
}

// fontPart is the common characters of a font, or the others.
type fontPart struct {
	font   *typeset.Font
	common bool
}

// use returns the part of the font that has the first of the glyphs, and how many glyphs from there on are in it.
func (w *Writer) use(font *typeset.Font, glyphs []typeset.Glyph) (used *usedFont, n int) {
	shared := commonFonts()[font]
	isCommon := func(glyph typeset.Glyph) bool {
		if shared == nil {
			return false
		}
		_, is := shared.isCommon(glyph)
		return is
	}
	part := fontPart{font, isCommon(glyphs[0])}
	for n = 1; n < len(glyphs) && isCommon(glyphs[n]) == part.common; {
		n++
	}
	used, known := w.byPart[part]
	if !known {
		if used = newFont(font); part.common {
			used = new(*shared)
		}
		used.number = len(w.fonts) + 1
		w.fonts = append(w.fonts, used)
		w.byPart[part] = used
	}
	return used, n
}

func (f *usedFont) code(glyph typeset.Glyph) uint16 {
	if f.packed != nil {
		n, _ := f.isCommon(glyph)
		return n
	}
	key := code{glyph.ID, glyph.Text}
	n, known := f.codes[key]
	if !known {
		n = uint16(len(f.glyphs)) //nolint:gosec // a document has fewer
		f.codes[key] = n
		f.glyphs = append(f.glyphs, glyph.ID)
		f.texts = append(f.texts, glyph.Text)
	}
	return n
}

// show appends the operators that draw the glyphs. TJ takes codes, with corrections between them: thousandths to move
// back from the font's own advance. Ts raises and lowers marks.
func (f *usedFont) show(out []byte, glyphs []typeset.Glyph, size float64) []byte {
	const opened, closed = "[<", ">] TJ"
	out = append(out, opened...)
	back := 0 // the correction before the next glyph
	raised := 0
	for _, glyph := range glyphs {
		if glyph.Y != raised {
			out = append(out, closed...)
			out = append(out, ' ')
			out = number(out, float64(glyph.Y)*size/1000)
			out = append(out, "Ts "...)
			out = append(out, opened...)
			raised = glyph.Y
		}
		if back -= glyph.X; back != 0 {
			out = append(out, '>')
			out = strconv.AppendInt(out, int64(back), 10)
			out = append(out, '<')
		}
		out = hexadecimal(out, f.code(glyph))
		back = f.font.Advance(glyph.ID) - glyph.Advance + glyph.X
	}
	out = append(out, '>')
	if back != 0 {
		out = strconv.AppendInt(out, int64(back), 10)
	}
	out = append(out, "] TJ"...)
	if raised != 0 {
		out = append(out, " 0 Ts"...)
	}
	return out
}

// objectsOfFont is the number of objects of a font: its two dictionaries, its description, its file and its texts.
const objectsOfFont = 5

func (f *usedFont) write(to *objects, first int) {
	p := f.packed
	if p == nil {
		p = f.pack()
	}
	name := p.tag + "+" + f.font.Name
	m := f.font.Metrics()
	to.object("<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", name, first+1, first+4)
	to.object("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "+
		"/FontDescriptor %d 0 R /CIDToGIDMap /Identity /DW 1000 /W [0 [%s]] >>", name, first+2, p.widths)
	to.object("<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight 714 /StemV 80 /FontFile2 %d 0 R >>",
		name, m.Left, m.Bottom, m.Right, m.Top, m.Ascent, m.Descent, first+3)
	to.compressed("/Length1 "+strconv.Itoa(p.length)+" ", p.outlines)
	to.compressed("", p.texts)
}

func (f *usedFont) pack() *packedFont {
	outlines := f.font.Subset(f.glyphs)
	return &packedFont{f.tag(), f.widths(), deflated(outlines), deflated(f.unicode()), len(outlines)}
}

// tag distinguishes subsets of a font: six letters, as the format requires.
func (f *usedFont) tag() string {
	hash := fnv.New64a()
	for _, glyph := range f.glyphs {
		_, _ = hash.Write(binary.BigEndian.AppendUint16(nil, glyph))
	}
	sum := hash.Sum64()
	var out [6]byte
	for i := range out {
		out[i] = byte('A' + sum%26)
		sum /= 26
	}
	return string(out[:])
}

func (f *usedFont) widths() []byte {
	var out []byte
	for i, glyph := range f.glyphs {
		if i > 0 {
			out = append(out, ' ')
		}
		out = strconv.AppendInt(out, int64(f.font.Advance(glyph)), 10)
	}
	return out
}

// unicode is the table from codes to their texts.
func (f *usedFont) unicode() []byte {
	const most = 100 // entries in a group, the format's limit
	var out bytes.Buffer
	out.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for start := 1; start < len(f.texts); start += most {
		end := min(start+most, len(f.texts))
		fmt.Fprintf(&out, "%d beginbfchar\n", end-start)
		for n := start; n < end; n++ {
			line := append(hexadecimal(append(out.AvailableBuffer(), '<'), uint16(n)), "> <"...)
			for _, unit := range utf16.Encode([]rune(f.texts[n])) {
				line = hexadecimal(line, unit)
			}
			out.Write(append(line, ">\n"...))
		}
		out.WriteString("endbfchar\n")
	}
	out.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return out.Bytes()
}

package typeset

import (
	_ "embed" // the fonts
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/font/opentype/tables"
)

// The fonts are strings, so that nothing can change them and the pages of an unused font are never read; see
// font/README.md.
var (
	//go:embed font/NotoSans-Regular.ttf
	notoRegular string
	//go:embed font/NotoSans-Bold.ttf
	notoBold string
	//go:embed font/NotoSansArabic-Regular.ttf
	arabicRegular string
	//go:embed font/NotoSansArabic-Bold.ttf
	arabicBold string
	//go:embed font/NotoSansHebrew-Regular.ttf
	hebrewRegular string
	//go:embed font/NotoSansHebrew-Bold.ttf
	hebrewBold string
	//go:embed font/NotoSansThai-Regular.ttf
	thaiRegular string
	//go:embed font/NotoSansThai-Bold.ttf
	thaiBold string
	//go:embed font/NotoSansDevanagari-Regular.ttf
	devanagariRegular string
	//go:embed font/NotoSansDevanagari-Bold.ttf
	devanagariBold string
	//go:embed font/NotoSansMath-Regular.ttf
	mathRegular string
	//go:embed font/NotoSansSymbols-Regular.ttf
	circledRegular string
	//go:embed font/NotoSansSymbols2-Regular.ttf
	symbolsRegular string
	//go:embed font/DroidSansFallback.ttf
	eastAsianRegular string
)

// family is the fonts of some scripts. It may lack a bold font.
type family struct {
	regular, bold *Font
	shaping       bool // its letters join or stack, so each text needs shaping
}

var (
	latin      = newFamily("NotoSans", notoRegular, notoBold, false)
	arabic     = newFamily("NotoSansArabic", arabicRegular, arabicBold, true)
	hebrew     = newFamily("NotoSansHebrew", hebrewRegular, hebrewBold, true)
	thai       = newFamily("NotoSansThai", thaiRegular, thaiBold, true)
	devanagari = newFamily("NotoSansDevanagari", devanagariRegular, devanagariBold, true)
	maths      = newFamily("NotoSansMath", mathRegular, "", false)
	circled    = newFamily("NotoSansSymbols", circledRegular, "", false)
	symbols    = newFamily("NotoSansSymbols2", symbolsRegular, "", false)
	eastAsian  = newFamily("DroidSansFallback", eastAsianRegular, "", false)

	// families are searched for a character in this order.
	families = []*family{latin, arabic, hebrew, thai, devanagari, maths, circled, symbols, eastAsian}
)

func newFamily(name, regular, bold string, shaping bool) *family {
	f := &family{shaping: shaping}
	f.regular = &Font{Name: name + "-Regular", data: regular, family: f, shaping: bold != ""} // only these fonts have the tables for shaping
	if bold != "" {
		f.bold = &Font{Name: name + "-Bold", data: bold, family: f, shaping: true}
	}
	return f
}

func (f *family) font(bold bool) *Font {
	if bold && f.bold != nil {
		return f.bold
	}
	return f.regular
}

func (f *family) thick(bold bool) bool { return bold && f.bold == nil }

func (f *family) face(bold bool) *face { return f.font(bold).open() }

func (f *family) has(r rune) bool {
	_, ok := f.regular.open().cmap.Lookup(r)
	return ok
}

// Font is one of the embedded fonts.
type Font struct {
	Name    string // the name in a PDF
	data    string
	family  *family
	shaping bool // it has the tables that shaping needs

	once    sync.Once
	opened  face
	shapers sync.Pool
	parsed  func() *font.Font
}

// face is the part of a font's file that is read when it is first needed.
type face struct {
	tables   map[string]string
	cmap     font.Cmap
	unit     int // font units in the type size
	long     bool
	glyphs   int
	advances int // glyphs with an advance of their own
	ascii    [utf8.RuneSelf]Glyph
}

// open reads the font's tables. The fonts are embedded, so no caller can handle a broken one: it panics.
func (f *Font) open() *face {
	f.once.Do(func() {
		if err := f.read(); err != nil {
			panic(fmt.Sprintf("the font %s cannot be read: %v", f.Name, err))
		}
	})
	return &f.opened
}

func (f *Font) read() error {
	loader, err := opentype.NewLoader(strings.NewReader(f.data))
	if err != nil {
		return err
	}
	o := &f.opened
	o.tables = map[string]string{}
	for n, at := 0, 12; n < u16(f.data, 4); n, at = n+1, at+16 { // the table directory
		o.tables[f.data[at:at+4]] = f.data[u32(f.data, at+8) : u32(f.data, at+8)+u32(f.data, at+12)]
	}
	raw, err := loader.RawTable(opentype.MustNewTag("cmap"))
	if err != nil {
		return err
	}
	table, _, err := tables.ParseCmap(raw)
	if err != nil {
		return err
	}
	if o.cmap, _, err = font.ProcessCmap(table, tables.FPNone); err != nil {
		return err
	}
	o.unit, o.long = u16(o.tables["head"], 18), u16(o.tables["head"], 50) == 1
	o.glyphs, o.advances = u16(o.tables["maxp"], 4), u16(o.tables["hhea"], 34)
	for i := range o.ascii {
		if gid, ok := o.cmap.Lookup(rune(i)); ok {
			o.ascii[i] = o.glyph(gid, string(rune(i)))
		}
	}
	f.parsed = sync.OnceValue(func() *font.Font {
		parsed, err := font.NewFont(loader)
		if err != nil {
			panic(fmt.Sprintf("the font %s cannot be parsed: %v", f.Name, err))
		}
		return parsed
	})
	return nil
}

// glyph returns the glyph of the first character of text, without shaping.
func (f *Font) glyph(r rune, text string) Glyph {
	o := f.open()
	if r < utf8.RuneSelf {
		return o.ascii[r]
	}
	gid, _ := o.cmap.Lookup(r)
	return o.glyph(gid, text[:utf8.RuneLen(r)])
}

func (o *face) glyph(gid font.GID, text string) Glyph {
	return Glyph{ID: uint16(gid), Text: text, Advance: o.advance(int(gid))} //nolint:gosec // a TrueType font has no more glyphs than that
}

// mirrored returns the mirrored glyph for a bracket.
func (f *Font) mirrored(r rune, gid uint16) uint16 {
	for opening, closing := range closers {
		switch r {
		case opening:
			return f.glyph(closing, string(closing)).ID
		case closing:
			return f.glyph(opening, string(opening)).ID
		}
	}
	return gid
}

func (o *face) advance(gid int) int {
	if gid >= o.glyphs {
		return 0
	}
	return o.scaled(u16(o.tables["hmtx"], 4*min(gid, o.advances-1)))
}

// scaled converts a length of the font to thousandths of the type size, rounded.
func (o *face) scaled(units int) int {
	if o.unit == 1000 {
		return units
	}
	return (units*2000 + o.unit) / (2 * o.unit)
}

func u16(s string, at int) int { return int(s[at])<<8 | int(s[at+1]) }

func u32(s string, at int) int { return int(binary.BigEndian.Uint32([]byte(s[at : at+4]))) }

func i16(s string, at int) int { return int(int16(u16(s, at))) } //nolint:gosec // two bytes

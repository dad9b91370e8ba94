package typeset

import (
	"encoding/binary"
	"slices"
	"strings"
)

// Metrics are the measures of a font in a PDF, in thousandths of the type size.
type Metrics struct {
	Ascent, Descent          int
	Left, Bottom, Right, Top int // the box around all glyphs
}

// Metrics returns the measures of the font.
func (f *Font) Metrics() Metrics {
	o := f.open()
	head, hhea := o.tables["head"], o.tables["hhea"]
	return Metrics{
		Ascent: o.scaled(i16(hhea, 4)), Descent: o.scaled(i16(hhea, 6)),
		Left: o.scaled(i16(head, 36)), Bottom: o.scaled(i16(head, 38)), Right: o.scaled(i16(head, 40)), Top: o.scaled(i16(head, 42)),
	}
}

// Advance returns the advance of a glyph in the font, in thousandths of the type size.
func (f *Font) Advance(id uint16) int {
	o := f.open()
	return o.advance(int(id))
}

// Subset returns a TrueType file with only the given glyphs, numbered from 0 in the given order, and their components.
// The first should be 0, the box for a missing glyph. A font file in a PDF needs no names and no character table.
func (f *Font) Subset(ids []uint16) []byte {
	o := f.open()
	ids = slices.Clone(ids)
	at := make(map[uint16]int, len(ids)) // the position of a glyph in ids
	for i, id := range ids {
		at[id] = i
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(ids); i++ { // grows by the components of composed glyphs
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf))) //nolint:gosec // far smaller
		outline := o.outline(int(ids[i]))
		start := len(glyf)
		glyf = append(glyf, outline...)
		eachComponent(outline, func(offset int) {
			part := uint16(u16(outline, offset)) //nolint:gosec // two bytes
			if _, known := at[part]; !known {
				at[part] = len(ids)
				ids = append(ids, part)
			}
			binary.BigEndian.PutUint16(glyf[start+offset:], uint16(at[part])) //nolint:gosec // no more glyphs than the font has
		})
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = append(hmtx, o.metric(int(ids[i]))...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf))) //nolint:gosec // far smaller

	count := uint16(len(ids)) //nolint:gosec // no more glyphs than the font has
	head, hhea, maxp := []byte(o.tables["head"]), []byte(o.tables["hhea"]), []byte(o.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)  // the checksum of the whole file, filled in below
	binary.BigEndian.PutUint16(head[50:], 1) // loca has long offsets
	binary.BigEndian.PutUint16(hhea[34:], count)
	binary.BigEndian.PutUint16(maxp[4:], count)
	return file([]table{{"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}})
}

// outline returns the glyph's shape from the file, which is empty for a space.
func (o *face) outline(id int) string {
	if id >= o.glyphs {
		return ""
	}
	loca := o.tables["loca"]
	if o.long {
		return o.tables["glyf"][u32(loca, 4*id):u32(loca, 4*id+4)]
	}
	return o.tables["glyf"][2*u16(loca, 2*id) : 2*u16(loca, 2*id+2)]
}

// metric returns the glyph's advance and left side bearing from the file.
func (o *face) metric(id int) string {
	hmtx := o.tables["hmtx"]
	if id >= o.glyphs {
		return "\x00\x00\x00\x00"
	}
	if id < o.advances {
		return hmtx[4*id : 4*id+4]
	}
	bearing := 4*o.advances + 2*(id-o.advances)
	return hmtx[4*o.advances-4:4*o.advances-2] + hmtx[bearing:bearing+2]
}

// eachComponent calls visit with the offset of each component's number in the outline of a composed glyph.
func eachComponent(outline string, visit func(offset int)) {
	const ( // flags of a component
		wordArguments, scale, more, twoScales, matrix = 1, 8, 32, 64, 128
	)
	if len(outline) < 10 || i16(outline, 0) >= 0 {
		return
	}
	for at := 10; ; {
		flags := u16(outline, at)
		visit(at + 2)
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&scale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&matrix != 0:
			at += 8
		}
		if flags&more == 0 {
			return
		}
	}
}

type table struct {
	tag  string
	data []byte
}

// file returns a TrueType file with the tables, which are sorted by their tags.
func file(tables []table) []byte {
	const directory, entry = 12, 16
	selector := 0
	for 2<<selector <= len(tables) {
		selector++
	}
	var out []byte
	out = binary.BigEndian.AppendUint32(out, 0x00010000)
	for _, n := range []int{len(tables), 16 << selector, selector, 16*len(tables) - 16<<selector} {
		out = binary.BigEndian.AppendUint16(out, uint16(n)) //nolint:gosec // a handful of tables
	}
	offset := directory + entry*len(tables)
	for _, t := range tables {
		out = append(out, t.tag...)
		for _, n := range []uint32{checksum(t.data), uint32(offset), uint32(len(t.data))} { //nolint:gosec // far smaller
			out = binary.BigEndian.AppendUint32(out, n)
		}
		offset += (len(t.data) + 3) / 4 * 4
	}
	head := 0
	for _, t := range tables {
		if t.tag == "head" {
			head = len(out)
		}
		out = append(out, t.data...)
		out = append(out, strings.Repeat("\x00", (4-len(t.data)%4)%4)...)
	}
	binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-checksum(out))
	return out
}

// checksum returns the sum of the data's 32-bit words.
func checksum(data []byte) uint32 {
	sum := uint32(0)
	for ; len(data) >= 4; data = data[4:] {
		sum += binary.BigEndian.Uint32(data)
	}
	var last [4]byte
	copy(last[:], data)
	return sum + binary.BigEndian.Uint32(last[:])
}

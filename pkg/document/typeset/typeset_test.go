package typeset

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// ids returns the glyphs of a line from left to right.
func ids(runs []Run) []uint16 {
	var out []uint16
	for _, run := range runs {
		for _, glyph := range run.Glyphs {
			out = append(out, glyph.ID)
		}
	}
	return out
}

// said returns the text of the line's glyphs from left to right.
func said(runs []Run) string {
	var out strings.Builder
	for _, run := range runs {
		if run.Text != "" {
			out.WriteString(run.Text)
			continue
		}
		for _, glyph := range run.Glyphs {
			out.WriteString(glyph.Text)
		}
	}
	return out.String()
}

func TestArabicIsJoinedFromTheRight(t *testing.T) {
	alone := ids(Line("ب", false))
	require.Len(t, alone, 1)
	three := ids(Line("ببب", false))
	require.Len(t, three, 3)
	require.NotContains(t, three, alone[0], "each letter has the form of its place in the word")
	require.NotEqual(t, three[0], three[2])
	require.Equal(t, three[2], ids(Line("بب", false))[1], "the first letter of a word stands at its right")
	parted := ids(Line("ب\u200Cب", false))
	require.Len(t, parted, 3, "the non-joiner is a space of no width")
	require.Equal(t, []uint16{alone[0], alone[0]}, []uint16{parted[0], parted[2]})
	require.Len(t, slices.DeleteFunc(ids(Line("لا", false)), func(id uint16) bool { return id == NoShape }), 1, "lam and alef are one")
	require.Equal(t, "ال", said(Line("لا", false)), "and both can be read, from the right")
}

func TestMarksStandOnTheirLetters(t *testing.T) {
	for text, name := range map[string]string{"m\u0304": "macron", "ที่": "Thai tone", "שָ": "Hebrew vowel", "بَ": "Arabic vowel"} {
		runs := Line(text, false)
		require.Len(t, runs, 1, name)
		moved := slices.ContainsFunc(runs[0].Glyphs, func(g Glyph) bool { return g.ID != NoShape && g.Advance == 0 && (g.X != 0 || g.Y != 0) })
		require.True(t, moved, "%s: %+v", name, runs[0].Glyphs)
	}
	require.Equal(t, Width("ที", false), Width("ที่", false), "a mark takes no room")
}

func TestConjunctsAreOne(t *testing.T) {
	require.Len(t, ids(Line("क्ष", false)), 1)
	hi := Line("हि", false)
	require.Len(t, hi, 1)
	require.Equal(t, "हि", hi[0].Text, "the vowel is drawn before its consonant and read after it")
	require.NotEqual(t, ids(Line("ह", false))[0], ids(hi)[0])
}

func TestBracketsAreMirrored(t *testing.T) {
	open, closing := ids(Line("(", false))[0], ids(Line(")", false))[0]
	got := ids(Line("א(ב)ג", false))
	require.Equal(t, open, got[1])
	require.Equal(t, closing, got[3])
	wide := ids(Line("「", false))[0]
	require.Equal(t, wide, ids(Line("א「ב」", false))[0], "in fonts that are not shaped too")
}

func TestEachScriptHasItsFont(t *testing.T) {
	for text, want := range map[string][]string{
		"Ærø ǆ ẞ Ω Ж ⅛ ﬁ ʻ":   {"NotoSans"},
		"مشتل":                {"NotoSansArabic"},
		"פרחים":               {"NotoSansHebrew"},
		"กุหลาบ":              {"NotoSansThai"},
		"गुलाब":               {"NotoSansDevanagari"},
		"株式会社ローズ장미":           {"DroidSansFallback"},
		"≥→":                  {"NotoSansMath"},
		"①":                   {"NotoSansSymbols"},
		"★✓♥":                 {"NotoSansSymbols2"},
		"株 A 花":               {"DroidSansFallback", "NotoSans", "DroidSansFallback"},
		"Roses फूल ABC 花 ורד": {"NotoSans", "NotoSansDevanagari", "NotoSans", "DroidSansFallback", "NotoSans", "NotoSansHebrew"},
	} {
		for _, bold := range []bool{false, true} {
			var got []string
			for _, run := range Line(text, bold) {
				name, weight, _ := strings.Cut(run.Font.Name, "-")
				if len(got) == 0 || got[len(got)-1] != name {
					got = append(got, name)
				}
				require.Equal(t, bold, weight == "Bold" || run.Thick, "%s in %s", text, run.Font.Name)
			}
			require.Equal(t, want, got, text)
		}
	}
}

// All printed text can be read back, without loss or repetition.
func TestEveryCharacterIsSaid(t *testing.T) {
	var printable []rune
	for r := rune(' '); r <= 0xFFFF; r++ {
		if Printable(r) && (r < 0x4E00 || r%97 == 0) {
			printable = append(printable, r)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		runes := rapid.SliceOfN(rapid.SampledFrom(printable), 1, 12).Draw(t, "text")
		got := []rune(said(Line(string(runes), rapid.Bool().Draw(t, "bold"))))
		slices.Sort(got)
		want := slices.Clone(runes)
		slices.Sort(want)
		require.Equal(t, string(want), string(got))
	})
}

func TestWidthIsTheLines(t *testing.T) {
	for _, text := range []string{"", "Rose 60 cm", "Größe", "株式会社", "مشتل الورد", "श्री कृष्ण", "ที่ปู่", "a שָׁ b"} {
		for _, bold := range []bool{false, true} {
			width := 0
			for _, run := range Line(text, bold) {
				for _, glyph := range run.Glyphs {
					width += glyph.Advance
				}
			}
			require.Equal(t, width, Width(text, bold), text)
		}
	}
	require.Equal(t, ids(simpleLine("Größe Ω", false)), ids(shapedLine("Größe Ω", false)), "the short way leads to the same glyphs")
}

// A letter may have any number of marks.
func TestManyMarks(t *testing.T) {
	require.Equal(t, 20_001, len(ids(Line("x"+strings.Repeat("\u0301", 20_000), false))))
}

func TestTheSameTextGivesTheSameLine(t *testing.T) {
	const text = "Rose 株式会社 مشتل الورد श्री ที่ שָׁלוֹם 12"
	want := Line(text, false)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				require.Equal(t, want, Line(text, false))
			}
		})
	}
	wait.Wait()
}

// directory returns the tables of a TrueType file and checks their checksums.
func directory(t rapid.TB, file []byte) map[string]string {
	t.Helper()
	tables := map[string]string{}
	for at := 12; at < 12+16*int(binary.BigEndian.Uint16(file[4:])); at += 16 {
		start, length := binary.BigEndian.Uint32(file[at+8:]), binary.BigEndian.Uint32(file[at+12:])
		require.Zero(t, start%4)
		data := bytes.Clone(file[start : start+length])
		tables[string(file[at:at+4])] = string(data)
		if string(file[at:at+4]) == "head" {
			clear(data[8:12])
		}
		require.Equal(t, checksum(data), binary.BigEndian.Uint32(file[at+4:]))
	}
	require.Equal(t, uint32(0xB1B0AFBA), checksum(file))
	return tables
}

// A subset has the outlines and advances of the requested glyphs under their new numbers, with their components.
func TestSubset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(families).Draw(t, "family").font(rapid.Bool().Draw(t, "bold"))
		source := f.open()
		wanted := append([]uint16{0}, rapid.SliceOfN(rapid.Uint16Range(0, uint16(source.glyphs-1)), 0, 30).Draw(t, "glyphs")...)
		wanted = append(wanted, NoShape)
		tables := directory(t, f.Subset(wanted))
		got := face{tables: tables, long: true, glyphs: u16(tables["maxp"], 4), advances: u16(tables["hhea"], 34), unit: source.unit}
		require.GreaterOrEqual(t, got.glyphs, len(wanted))
		var same func(want, new int)
		same = func(want, new int) {
			require.Equal(t, source.advance(want), got.advance(new))
			outline, copied := []byte(source.outline(want)), []byte(got.outline(new))
			require.GreaterOrEqual(t, len(copied), len(outline))
			eachComponent(string(outline), func(offset int) {
				same(u16(string(outline), offset), u16(string(copied), offset))
				clear(outline[offset : offset+2])
				clear(copied[offset : offset+2])
			})
			require.Equal(t, outline, copied[:len(outline)])
		}
		for i, id := range wanted {
			same(int(id), i)
		}
	})
}

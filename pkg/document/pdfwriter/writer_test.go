package pdfwriter

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/document/typeset"
	"github.com/orderdesk/orderdesk/pkg/testkit/pdftext"
)

func sample(t *testing.T) []byte {
	t.Helper()
	w := New(200, 100)
	w.Info = Info{Title: "Größe (1)", Author: "花", Creator: "us", Language: "en", At: time.Date(2026, 3, 2, 1, 2, 3, 0, time.FixedZone("", 3600))}
	w.AddPage()
	w.Text(10, 20, 8, Colour{0, 0, 0}, typeset.Line("Rose ورد 花", true))
	w.Line(0, 30, 200, 30, 0.5, Colour{200, 100, 0})
	w.Turned(math.Pi/2, 100, 50, func() { w.Text(0, 0, 8, Colour{255, 0, 0}, typeset.Line("x̌ क्ष", false)) })
	w.AddPage()
	var out bytes.Buffer
	picture := image.NewRGBA(image.Rect(0, 0, 3, 2))
	for i := range picture.Pix {
		picture.Pix[i] = 255
	}
	picture.Set(1, 1, color.RGBA{9, 8, 7, 255})
	require.NoError(t, png.Encode(&out, picture))
	logo, err := PNG(out.Bytes())
	require.NoError(t, err)
	w.Image(logo, 10, 10, 30, 20)
	w.Image(logo, 50, 10, 30, 20)
	w.Image(JPEG([]byte("jpeg"), 5, 6, true), 10, 10, 30, 20)
	var pdf bytes.Buffer
	n, err := w.WriteTo(&pdf)
	require.NoError(t, err)
	require.EqualValues(t, pdf.Len(), n)
	return pdf.Bytes()
}

// Every object is where the table says, and every stream has the declared length.
func TestStructure(t *testing.T) {
	pdf := sample(t)
	start, err := strconv.Atoi(regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindStringSubmatch(string(pdf))[1])
	require.NoError(t, err)
	table := string(pdf[start:])
	require.True(t, strings.HasPrefix(table, "xref\n0 "))
	entries := regexp.MustCompile(`(\d{10}) 00000 n \n`).FindAllStringSubmatch(table, -1)
	require.Contains(t, table, "/Size "+strconv.Itoa(len(entries)+1)+" ")
	for i, entry := range entries {
		at, err := strconv.Atoi(entry[1])
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(pdf[at:], []byte(strconv.Itoa(i+1)+" 0 obj\n")), "object %d", i+1)
	}
	for _, found := range regexp.MustCompile(`/Length (\d+) >>\nstream\n`).FindAllSubmatchIndex(pdf, -1) {
		length, err := strconv.Atoi(string(pdf[found[2]:found[3]]))
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(pdf[found[1]+length:], []byte("\nendstream\nendobj\n")))
	}
	for _, reference := range regexp.MustCompile(` (\d+) 0 R`).FindAllSubmatch(pdf, -1) {
		n, err := strconv.Atoi(string(reference[1]))
		require.NoError(t, err)
		require.True(t, n >= 1 && n <= len(entries), "reference to %d", n)
	}
	require.Equal(t, 2, bytes.Count(pdf, []byte("/Subtype /Image")), "a picture is written once")
	require.Contains(t, string(pdf), "(D:20260302000203Z)", "times are UTC")
	require.Contains(t, string(pdf), "/Title <FEFF00470072")
	require.Equal(t, pdf, sample(t))
}

func TestTextIsWhereItWasDrawn(t *testing.T) {
	pieces := pdftext.Open(t, sample(t)).Pieces(t)
	require.Len(t, pieces, 2)
	require.Equal(t, "Rose ورد 花", pieces[0].Text)
	require.InDelta(t, 10, pieces[0].X, 0.01)
	require.InDelta(t, 80, pieces[0].Y, 0.01, "from the bottom")
	require.InDelta(t, 10+float64(typeset.Width("Rose ورد 花", true))*8/1000, pieces[0].End, 0.02)
	require.Equal(t, "x̌ क्ष", pieces[1].Text)
}

// Common characters are in one font, which is ready, and the others of a word in a second one. Both are read as one word.
func TestCommonCharacters(t *testing.T) {
	for _, bold := range []bool{false, true} {
		runs := typeset.Line(common, bold)
		require.Len(t, runs, 1)
		shared := commonFonts()[runs[0].Font]
		for i, glyph := range runs[0].Glyphs {
			n, ok := shared.isCommon(glyph)
			require.True(t, ok, glyph.Text)
			require.EqualValues(t, i+1, n)
			glyph.ID++
			_, ok = shared.isCommon(glyph)
			require.False(t, ok, glyph.Text)
		}
	}
	for text, is := range map[string]struct {
		fonts  int
		shared bool
	}{"Rose · 10–12 stems": {1, true}, "Größe 10 µm": {2, true}, "Größe": {2, true}, "ñ": {1, false}, "\u0303x\u0303": {1, false}} {
		w := New(200, 100)
		w.AddPage()
		w.Text(0, 10, 8, Colour{}, typeset.Line(text, false))
		var pdf bytes.Buffer
		_, err := w.WriteTo(&pdf)
		require.NoError(t, err)
		require.Equal(t, is.fonts, bytes.Count(pdf.Bytes(), []byte("/FontFile2")), text)
		shared := commonFonts()[typeset.Line("A", false)[0].Font]
		require.Equal(t, is.shared, bytes.Contains(pdf.Bytes(), shared.packed.outlines), text)
		require.Equal(t, []string{text + "\n"}, pdftext.Open(t, pdf.Bytes()).Pages(t))
	}
}

// The same glyph may represent different texts.
func TestAShapeWithTwoTexts(t *testing.T) {
	w := New(200, 100)
	w.AddPage()
	a := typeset.Line("A", false)
	greek := []typeset.Run{{Font: a[0].Font, Glyphs: []typeset.Glyph{{ID: a[0].Glyphs[0].ID, Text: "Α", Advance: a[0].Glyphs[0].Advance}}}}
	w.Text(0, 10, 8, Colour{}, a)
	w.Text(0, 20, 8, Colour{}, greek)
	var pdf bytes.Buffer
	_, err := w.WriteTo(&pdf)
	require.NoError(t, err)
	pages := pdftext.Open(t, pdf.Bytes()).Pages(t)
	require.Equal(t, []string{"A\nΑ\n"}, pages)
}

func TestPNGRefuses(t *testing.T) {
	var opaque, clear bytes.Buffer
	picture := image.NewNRGBA(image.Rect(0, 0, 2, 2))
	require.NoError(t, png.Encode(&clear, picture))
	grey := image.NewGray(image.Rect(0, 0, 2, 2))
	require.NoError(t, png.Encode(&opaque, grey))
	for name, data := range map[string][]byte{"transparent": clear.Bytes(), "grey": opaque.Bytes(), "empty": nil, "text": []byte(strings.Repeat("x", 100))} {
		_, err := PNG(data)
		require.Error(t, err, name)
	}
	whole := image.NewRGBA(image.Rect(0, 0, 2, 2))
	for i := range whole.Pix {
		whole.Pix[i] = 255
	}
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, whole))
	_, err := PNG(out.Bytes()[:out.Len()-14])
	require.Error(t, err, "cut short")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriteToReportsTheWriter(t *testing.T) {
	w := New(1, 1)
	w.AddPage()
	_, err := w.WriteTo(broken{})
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

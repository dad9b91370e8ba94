// Package pdftext reads the text of our own PDFs, as a program that copies text from them does.
package pdftext

import (
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

var (
	object    = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj\n`)
	reference = regexp.MustCompile(`/(F\d+|ToUnicode|Contents|DescendantFonts) \[?(\d+) 0 R`)
	widths    = regexp.MustCompile(`/W \[0 \[([\d ]*)\]\]`)
	mapping   = regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]*)>`)
	drawn     = regexp.MustCompile(`(?s)BT ([-\d.]+) ([-\d.]+) Td(.*?) ET\n`)
	shown     = regexp.MustCompile(`/(F\d+) ([\d.]+) Tf|/ActualText <FEFF([0-9A-F]*)>|(EMC)|<([0-9A-F]*)>(-?\d+)?`)
)

// T is the part that testing.T and rapid.T share.
type T interface {
	require.TestingT
	Helper()
}

// File is one of our PDFs with its pages and fonts.
type File struct {
	objects map[string]string
	pages   []string
	fonts   map[string]font
}

type font struct {
	texts  map[string]string // the text of each code
	widths []string
}

// Open reads a PDF. It fails the test if the PDF is invalid or has no page.
func Open(t T, pdf []byte) File {
	t.Helper()
	o := File{objects: map[string]string{}, fonts: map[string]font{}}
	for _, found := range object.FindAllSubmatch(pdf, -1) {
		o.objects[string(found[1])] = string(found[2])
	}
	for n := 1; n <= len(o.objects); n++ {
		body := o.objects[strconv.Itoa(n)]
		for _, r := range reference.FindAllStringSubmatch(body, -1) {
			switch {
			case r[1] == "Contents":
				o.pages = append(o.pages, o.stream(t, r[2]))
			case strings.HasPrefix(r[1], "F"):
				read := font{texts: map[string]string{}}
				for _, part := range reference.FindAllStringSubmatch(o.objects[r[2]], -1) {
					if part[1] == "DescendantFonts" {
						read.widths = strings.Fields(widths.FindStringSubmatch(o.objects[part[2]])[1])
						continue
					}
					for _, code := range mapping.FindAllStringSubmatch(o.stream(t, part[2]), -1) {
						read.texts[code[1]] = utf16Of(t, code[2])
					}
				}
				o.fonts[r[1]] = read
			}
		}
	}
	require.NotEmpty(t, o.pages, "no page in the PDF")
	return o
}

func (o File) stream(t T, number string) string {
	t.Helper()
	_, packed, _ := strings.Cut(o.objects[number], "stream\n")
	unpacked, err := zlib.NewReader(strings.NewReader(packed))
	require.NoError(t, err)
	content, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	return string(content)
}

// Piece is a text and its place on the page, in points.
type Piece struct {
	Text         string
	Page         int
	X, End, Size float64
	Y            float64 // of the baseline, from the sheet's bottom
}

// Pieces returns the texts of the PDF in the order they were drawn.
func (o File) Pieces(t T) []Piece {
	t.Helper()
	var all []Piece
	for i, page := range o.pages {
		for _, found := range drawn.FindAllStringSubmatch(page, -1) {
			now := Piece{Page: i + 1}
			_, _ = fmt.Sscan(found[1], &now.X)
			_, _ = fmt.Sscan(found[2], &now.Y)
			in, visual, silent, width := font{}, "", false, 0.0
			for _, part := range shown.FindAllStringSubmatch(found[3], -1) {
				switch {
				case part[1] != "":
					in = o.fonts[part[1]]
					_, _ = fmt.Sscan(part[2], &now.Size)
				case part[3] != "":
					visual, silent = visual+utf16Of(t, part[3]), true
				case part[4] != "":
					silent = false
				default:
					for codes := part[5]; codes != ""; codes = codes[4:] {
						text, known := in.texts[codes[:4]]
						require.True(t, known, "code %s says nothing", codes[:4])
						if !silent {
							visual += text
						}
						width += number(t, in.widths[int(number(t, codes[:4], 16))], 10) * now.Size / 1000
					}
					width -= number(t, part[6], 10) * now.Size / 1000
				}
			}
			now.Text, now.End = logical(visual), now.X+width
			all = append(all, now)
		}
	}
	return all
}

// number returns an integer that may be missing.
func number(t T, s string, base int) float64 {
	t.Helper()
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, base, 64)
	require.NoError(t, err)
	return float64(n)
}

// logical returns text in reading order, as programs derive it from characters that stand from left to right: it
// reverses right-to-left text.
func logical(visual string) string {
	runes := []rune(visual)
	for i := 0; i < len(runes); i++ {
		end := i
		for n := i; n < len(runes) && (unicode.In(runes[n], unicode.Hebrew, unicode.Arabic) || n > i && runes[n] == ' '); n++ {
			if runes[n] != ' ' {
				end = n + 1
			}
		}
		slices.Reverse(runes[i:max(i, end)])
		i = max(i, end-1)
	}
	return string(runes)
}

func utf16Of(t T, hexadecimal string) string {
	t.Helper()
	var units []uint16
	for ; hexadecimal != ""; hexadecimal = hexadecimal[4:] {
		unit, err := strconv.ParseUint(hexadecimal[:4], 16, 16)
		require.NoError(t, err)
		units = append(units, uint16(unit))
	}
	return string(utf16.Decode(units))
}

// Pages returns the text of each page of the PDF in the order it was drawn, one line for each piece.
func (o File) Pages(t T) []string {
	t.Helper()
	pages := make([]string, len(o.pages))
	for _, one := range o.Pieces(t) {
		pages[one.Page-1] += one.Text + "\n"
	}
	return pages
}

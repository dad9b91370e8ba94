// Package pdfwriter writes PDF files with glyphs placed by typeset, lines, and one kind of picture. It implements only
// the part of the format that these need.
//
// The same calls give the same bytes. Lengths are in points from the sheet's top left corner.
package pdfwriter

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
	"time"
	"unicode/utf16"

	"github.com/orderdesk/orderdesk/pkg/document/typeset"
)

// Colour is red, green and blue from 0 to 255.
type Colour [3]int

// Info is the metadata that a viewer shows about the file.
type Info struct {
	Title, Author, Creator string
	Language               string // BCP 47
	At                     time.Time
}

// Writer collects the pages of one file.
type Writer struct {
	Info          Info
	Width, Height float64 // of each page

	pages  []*bytes.Buffer
	page   *bytes.Buffer // the last of them
	fill   Colour        // the current colour of the page
	filled bool
	fonts  []*usedFont
	byPart map[fontPart]*usedFont
	images []*Image
}

// New begins a file whose pages have this size.
func New(width, height float64) *Writer {
	return &Writer{Width: width, Height: height, byPart: map[fontPart]*usedFont{}}
}

// AddPage begins the next page. Everything is drawn on the last page begun.
func (w *Writer) AddPage() {
	w.page = new(bytes.Buffer)
	w.pages = append(w.pages, w.page)
	w.filled = false
}

// thickening is how much bold makes outlines thicker, as a share of the type size.
const thickening = 45

// Text draws a line of glyphs that begins at x, with its baseline at y.
func (w *Writer) Text(x, y, size float64, colour Colour, runs []typeset.Run) {
	w.colour(colour)
	out := w.page.AvailableBuffer()
	out = append(out, "BT "...)
	out = number(out, x)
	out = number(out, w.Height-y)
	out = append(out, "Td"...)
	for _, run := range runs {
		if run.Thick {
			out = append(out, " 2 Tr "...)
			out = number(out, size/thickening)
			out = append(out, "w "...)
			out = paint(out, colour, "RG ")
		}
		if run.Text != "" {
			out = append(append(append(out, " /Span << /ActualText "...), text(run.Text)...), " >> BDC"...)
		}
		for glyphs := run.Glyphs; len(glyphs) > 0; {
			font, n := w.use(run.Font, glyphs)
			out = append(out, " /F"...)
			out = strconv.AppendInt(out, int64(font.number), 10)
			out = append(out, ' ')
			out = number(out, size)
			out = append(out, "Tf "...)
			out = font.show(out, glyphs[:n], size)
			glyphs = glyphs[n:]
		}
		if run.Text != "" {
			out = append(out, " EMC"...)
		}
		if run.Thick {
			out = append(out, " 0 Tr"...)
		}
	}
	out = append(out, " ET\n"...)
	w.page.Write(out)
}

// Line draws a straight line.
func (w *Writer) Line(x1, y1, x2, y2, thickness float64, colour Colour) {
	out := paint(w.page.AvailableBuffer(), colour, "RG ")
	out = number(out, thickness)
	out = append(out, "w "...)
	out = number(out, x1)
	out = number(out, w.Height-y1)
	out = append(out, "m "...)
	out = number(out, x2)
	out = number(out, w.Height-y2)
	w.page.Write(append(out, "l S\n"...))
}

// Turned calls draw and turns the result counter-clockwise around a point by an angle in radians.
func (w *Writer) Turned(angle, x, y float64, draw func()) {
	sin, cos := math.Sincos(angle)
	y = w.Height - y
	fmt.Fprintf(w.page, "q %.5f %.5f %.5f %.5f %.5f %.5f cm\n", cos, sin, -sin, cos, x-x*cos+y*sin, y-x*sin-y*cos)
	before, filled := w.fill, w.filled
	draw()
	w.page.WriteString("Q\n")
	w.fill, w.filled = before, filled
}

// Image draws a picture in the box whose top left corner is x, y.
func (w *Writer) Image(picture *Image, x, y, width, height float64) {
	at := len(w.images)
	for i, known := range w.images {
		if known == picture {
			at = i
		}
	}
	if at == len(w.images) {
		w.images = append(w.images, picture)
	}
	fmt.Fprintf(w.page, "q %.2f 0 0 %.2f %.2f %.2f cm /I%d Do Q\n", width, height, x, w.Height-y-height, at+1)
}

func (w *Writer) colour(c Colour) {
	if w.filled && w.fill == c {
		return
	}
	w.fill, w.filled = c, true
	w.page.Write(paint(w.page.AvailableBuffer(), c, "rg\n"))
}

// paint appends an operator that sets a colour.
func paint(out []byte, c Colour, operator string) []byte {
	for _, part := range c {
		out = append(strconv.AppendFloat(out, float64(part)/255, 'f', 3, 64), ' ')
	}
	return append(out, operator...)
}

// number appends a length with two decimals and a space.
func number(out []byte, value float64) []byte {
	hundredths := int64(math.Round(value * 100))
	if hundredths < 0 {
		out = append(out, '-')
		hundredths = -hundredths
	}
	out = strconv.AppendInt(out, hundredths/100, 10)
	if rest := hundredths % 100; rest != 0 {
		out = append(out, '.', byte('0'+rest/10), byte('0'+rest%10))
	}
	return append(out, ' ')
}

// The object numbers: the catalog, the list of pages and the metadata; then the pages and their contents, the fonts and
// the pictures.
const (
	catalogObject = 1 + iota
	pagesObject
	infoObject
	firstObject
)

// WriteTo writes the file. Nothing may be drawn afterwards.
func (w *Writer) WriteTo(to io.Writer) (int64, error) {
	f := &objects{}
	f.out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	fonts := firstObject + 2*len(w.pages)
	images := fonts + objectsOfFont*len(w.fonts)

	f.object("<< /Type /Catalog /Pages %d 0 R /Lang %s >>", pagesObject, text(w.Info.Language))
	var kids, resources bytes.Buffer
	for i := range w.pages {
		fmt.Fprintf(&kids, " %d 0 R", firstObject+2*i)
	}
	resources.WriteString("/ProcSet [/PDF /Text /ImageC /ImageB] /Font <<")
	for i, font := range w.fonts {
		fmt.Fprintf(&resources, " /F%d %d 0 R", font.number, fonts+objectsOfFont*i)
	}
	resources.WriteString(" >> /XObject <<")
	for i := range w.images {
		fmt.Fprintf(&resources, " /I%d %d 0 R", i+1, images+i)
	}
	resources.WriteString(" >>")
	f.object("<< /Type /Pages /Kids [%s ] /Count %d /MediaBox [0 0 %.2f %.2f] /Resources << %s >> >>", kids.Bytes(), len(w.pages), w.Width, w.Height, resources.Bytes())
	at := w.Info.At.UTC().Format("D:20060102150405Z")
	f.object("<< /Title %s /Author %s /Creator %s /Producer %[3]s /CreationDate (%[4]s) /ModDate (%[4]s) >>",
		text(w.Info.Title), text(w.Info.Author), text(w.Info.Creator), at)
	for i, page := range w.pages {
		f.object("<< /Type /Page /Parent %d 0 R /Contents %d 0 R >>", pagesObject, firstObject+2*i+1)
		f.compressed("", deflated(page.Bytes()))
	}
	for i, font := range w.fonts {
		font.write(f, fonts+objectsOfFont*i)
	}
	for _, picture := range w.images {
		f.raw(picture.dictionary(), picture.data)
	}
	f.end()
	return f.out.WriteTo(to)
}

// objects writes the numbered objects of a file and records their offsets.
type objects struct {
	out bytes.Buffer
	at  []int
}

func (f *objects) begin() {
	f.at = append(f.at, f.out.Len())
	fmt.Fprintf(&f.out, "%d 0 obj\n", len(f.at))
}

func (f *objects) object(format string, values ...any) {
	f.begin()
	fmt.Fprintf(&f.out, format, values...)
	f.out.WriteString("\nendobj\n")
}

// compressed writes what deflated has returned; entries are added to its dictionary.
func (f *objects) compressed(entries string, data []byte) {
	f.raw("/Filter /FlateDecode "+entries, data)
}

func (f *objects) raw(entries string, data []byte) {
	f.begin()
	fmt.Fprintf(&f.out, "<< %s/Length %d >>\nstream\n", entries, len(data))
	f.out.Write(data)
	f.out.WriteString("\nendstream\nendobj\n")
}

// end writes the cross-reference table and the trailer.
func (f *objects) end() {
	table := f.out.Len()
	fmt.Fprintf(&f.out, "xref\n0 %d\n0000000000 65535 f \n", len(f.at)+1)
	for _, at := range f.at {
		fmt.Fprintf(&f.out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&f.out, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(f.at)+1, catalogObject, infoObject, table)
}

// level is the level of compression. A page takes a quarter less time than by the usual one, and 4 % more bytes.
const level = 3

// compressors are reused, because creating one costs more than compressing the small streams here.
var compressors = sync.Pool{New: func() any {
	compressor, _ := zlib.NewWriterLevel(io.Discard, level) // the level is valid
	return compressor
}}

func deflated(data []byte) []byte {
	var out bytes.Buffer
	compressor, _ := compressors.Get().(*zlib.Writer)
	defer compressors.Put(compressor)
	compressor.Reset(&out)
	_, _ = compressor.Write(data) // writing to a buffer never fails
	_ = compressor.Close()
	return out.Bytes()
}

// text returns a string for a viewer: UTF-16 in hexadecimal.
func text(s string) string {
	out := []byte("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		out = hexadecimal(out, unit)
	}
	return string(append(out, '>'))
}

func hexadecimal(out []byte, n uint16) []byte {
	const digits = "0123456789ABCDEF"
	return append(out, digits[n>>12], digits[n>>8&15], digits[n>>4&15], digits[n&15])
}

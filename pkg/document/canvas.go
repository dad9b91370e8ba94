package document

import (
	"math"

	"github.com/orderdesk/orderdesk/pkg/document/pdfwriter"
	"github.com/orderdesk/orderdesk/pkg/document/typeset"
)

// ink is a colour: red, green and blue from 0 to 255.
type ink = pdfwriter.Colour

var (
	black = ink{23, 28, 36}
	grey  = ink{100, 108, 120}
	pale  = ink{214, 219, 225}
)

// style is the look of a text. Sizes are in points.
type style struct {
	bold          bool
	size, leading float64
	ink           ink
}

func (s style) in(colour ink) style { s.ink = colour; return s }

// atMost returns the style with at most this size.
func (s style) atMost(size float64) style {
	if s.size > size {
		s.leading *= size / s.size
		s.size = size
	}
	return s
}

var (
	titleStyle  = style{bold: true, size: 21, leading: 25, ink: black}
	numberStyle = style{size: 12, leading: 15, ink: black}
	nameStyle   = style{bold: true, size: 10.5, leading: 14, ink: black}
	textStyle   = style{size: 8.5, leading: 11.5, ink: black}
	strongStyle = style{bold: true, size: 8.5, leading: 11.5, ink: black}
	labelStyle  = style{size: 7, leading: 9.5, ink: grey}
	smallStyle  = style{size: 7, leading: 9, ink: grey}
	totalStyle  = style{bold: true, size: 12, leading: 16, ink: black}
)

// canvas draws text and rules on the pages of one PDF. Coordinates are points from the sheet's top left corner. The y
// of a text is the top of its line.
type canvas struct {
	pdf *pdfwriter.Writer
}

func newCanvas(size Size) canvas {
	if size == Letter {
		return canvas{pdfwriter.New(612, 792)}
	}
	return canvas{pdfwriter.New(595.28, 841.89)}
}

// width returns the width of one line of text.
func (s style) width(text string) float64 {
	return float64(typeset.Width(text, s.bold)) * s.size / 1000
}

// baseline is the distance from the top of a line to the text's baseline. Half the height of a capital is 0.36 of the
// size, which centres the line.
func (s style) baseline() float64 { return s.leading/2 + s.size*0.36 }

// left writes one line that begins at x.
func (c canvas) left(s style, x, y float64, text string) {
	if text == "" {
		return
	}
	c.pdf.Text(x, y+s.baseline(), s.size, s.ink, typeset.Line(text, s.bold))
}

// right writes one line that ends at x.
func (c canvas) right(s style, x, y float64, text string) {
	c.left(s, x-s.width(text), y, text)
}

// column writes lines one below the other at x, and returns the y below the last line.
func (c canvas) column(s style, x, y float64, lines []string) float64 {
	for i, indent := range s.indents(lines) {
		c.left(s, x+indent, y, lines[i])
		y += s.leading
	}
	return y
}

// rule draws a horizontal line.
func (c canvas) rule(colour ink, thickness, x1, x2, y float64) {
	c.pdf.Line(x1, y, x2, y, thickness, colour)
}

// across writes a word diagonally across the whole page.
func (c canvas) across(text string, colour ink) {
	w, h := c.pdf.Width, c.pdf.Height
	s := style{bold: true, size: 100, ink: colour}
	s.size = math.Min(170, 100*0.72*math.Hypot(w, h)/math.Max(1, s.width(text)))
	c.pdf.Turned(math.Atan2(h, w), w/2, h/2, func() {
		c.pdf.Text(w/2-s.width(text)/2, h/2+s.size*0.36, s.size, s.ink, typeset.Line(text, s.bold))
	})
}

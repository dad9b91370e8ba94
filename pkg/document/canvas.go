package document

import (
	_ "embed"
	"math"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// The fonts are strings, so that nobody can write into them; see font/README.md.
//
//go:embed font/NotoSans-Regular.subset.ttf
var regularFont string

//go:embed font/NotoSans-Bold.subset.ttf
var boldFont string

// ink is a colour in red, green and blue, 0-255 each.
type ink [3]int

var (
	black = ink{23, 28, 36}
	grey  = ink{100, 108, 120}
	pale  = ink{214, 219, 225}
)

// style is how a piece of text looks. Sizes are in points.
type style struct {
	bold          bool
	size, leading float64
	ink           ink
}

func (s style) in(colour ink) style { s.ink = colour; return s }

// atMost is the style no larger than size.
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

// canvas draws text and rules on the pages of one PDF. Coordinates are points from the sheet's top left corner; y of a text is the top of its line.
type canvas struct {
	pdf *fpdf.Fpdf
}

func newCanvas(size Size) canvas {
	name := "A4"
	if size == Letter {
		name = "Letter"
	}
	pdf := fpdf.New("P", "pt", name, "")
	pdf.SetAutoPageBreak(false, 0) // where a page ends is decided in paginate
	pdf.SetMargins(0, 0, 0)
	pdf.SetCompression(true)
	pdf.SetCatalogSort(true) // otherwise the order of resources follows a map
	pdf.AddUTF8FontFromBytes("noto", "", []byte(regularFont))
	pdf.AddUTF8FontFromBytes("noto", "B", []byte(boldFont))
	return canvas{pdf: pdf}
}

func (c canvas) use(s style) {
	weight := ""
	if s.bold {
		weight = "B"
	}
	c.pdf.SetFont("noto", weight, s.size)
	c.pdf.SetTextColor(s.ink[0], s.ink[1], s.ink[2])
}

// width is how wide one line of text runs.
func (c canvas) width(s style, text string) float64 {
	c.use(s)
	return c.pdf.GetStringWidth(text)
}

// left writes one line that begins at x.
func (c canvas) left(s style, x, y float64, text string) {
	if text == "" {
		return
	}
	c.use(s)
	c.pdf.Text(x, y+s.leading/2+s.size*0.36, text) // 0.36: half the height of a capital, which centres the line
}

// right writes one line that ends at x.
func (c canvas) right(s style, x, y float64, text string) {
	c.left(s, x-c.width(s, text), y, text)
}

// rule draws a horizontal line.
func (c canvas) rule(colour ink, thickness, x1, x2, y float64) {
	c.pdf.SetDrawColor(colour[0], colour[1], colour[2])
	c.pdf.SetLineWidth(thickness)
	c.pdf.Line(x1, y, x2, y)
}

// across writes a word diagonally over the whole page.
func (c canvas) across(text string, colour ink) {
	w, h := c.pdf.GetPageSize()
	s := style{bold: true, size: 100, ink: colour}
	s.size = math.Min(170, 100*0.72*math.Hypot(w, h)/math.Max(1, c.width(s, text)))
	half := c.width(s, text) / 2 // sets the font before the transformation, whose end would undo it
	c.pdf.TransformBegin()
	c.pdf.TransformRotate(180/math.Pi*math.Atan2(h, w), w/2, h/2)
	c.pdf.Text(w/2-half, h/2+s.size*0.36, text)
	c.pdf.TransformEnd()
}

// wrap breaks text into lines no wider than width: at line breaks, else at spaces, else inside a word. At most limit lines come back, the last of them
// ending in an ellipsis where something is missing; 0 is no limit.
func (c canvas) wrap(s style, text string, width float64, limit int) []string {
	c.use(s)
	var lines []string
	for _, paragraph := range linesOf(text) {
		lines = c.wrapParagraph(lines, strings.FieldsFunc(paragraph, isSpace), width)
	}
	if limit > 0 && len(lines) > limit {
		lines = lines[:limit]
		lines[limit-1] = c.fit(s, lines[limit-1]+" …", width)
	}
	return lines
}

func (c canvas) wrapParagraph(lines, words []string, width float64) []string {
	space := c.pdf.GetStringWidth(" ")
	var line strings.Builder
	used := 0.0
	for _, word := range words {
		wide := c.pdf.GetStringWidth(word)
		if used > 0 && used+space+wide > width {
			lines, used = append(lines, line.String()), 0
			line.Reset()
		}
		if used > 0 {
			line.WriteByte(' ')
			used += space
		}
		if used+wide <= width {
			line.WriteString(word)
			used += wide
			continue
		}
		for _, r := range word {
			one := c.pdf.GetStringWidth(string(r))
			if used > 0 && used+one > width {
				lines, used = append(lines, line.String()), 0
				line.Reset()
			}
			line.WriteRune(r)
			used += one
		}
	}
	return append(lines, line.String())
}

// fit shortens text to one line of width, with an ellipsis where something is missing.
func (c canvas) fit(s style, text string, width float64) string {
	text = strings.Join(strings.FieldsFunc(text, isSpace), " ")
	if c.width(s, text) <= width {
		return text
	}
	runes := []rune(text)
	used := c.width(s, "…")
	for i, r := range runes {
		used += c.pdf.GetStringWidth(string(r))
		if used > width {
			return strings.TrimRight(string(runes[:i]), " …") + "…"
		}
	}
	return text
}

// isSpace is where a line may break. The no-break space is not such a place.
func isSpace(r rune) bool { return r == ' ' || r == '\n' }

package document

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/orderdesk/orderdesk/pkg/document/pdfwriter"
)

// undated is the date of a PDF without a date. It is fixed, so that the same content always gives the same bytes.
var undated = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// accent is the colour of a kind's heading and rules. It makes a credit note look different from an invoice at a
// glance.
func (k Kind) accent() ink {
	switch k {
	case KindInvoice:
		return ink{24, 84, 68}
	case KindCreditNote:
		return ink{134, 44, 66}
	case KindOrderSheet:
		return ink{38, 70, 116}
	case KindPrebookSheet:
		return ink{84, 62, 128}
	}
	return black
}

// watermarkInk is pale, so that text over it stays readable.
var watermarkInk = ink{247, 226, 226}

// sheet is one document while it is laid out on pages.
type sheet struct {
	canvas
	content                  Content
	accent                   ink
	left, right, top, bottom float64 // the edges of the printable area without the page footer
}

const (
	margin          = 42.0
	continuedHeight = 24.0 // the line at the top of every page but the first
)

// rendering bounds how many documents are rendered at a time, because each takes a core and some megabytes.
var rendering = make(chan struct{}, runtime.GOMAXPROCS(0))

// PDF writes the content as a PDF without scripts, links or attachments. Its text can be selected and searched. The
// same content gives the same bytes. No content makes it fail or panic: it replaces characters that cannot be printed,
// and it leaves out a logo that cannot be read. An error means that w did not get everything.
// Give it a buffer: a slow w keeps other documents waiting. It waits for its turn as long as ctx lasts.
func PDF(ctx context.Context, w io.Writer, p Content) (err error) {
	select {
	case rendering <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait for a turn to render %s %s: %w", p.Kind, p.Number, ctx.Err())
	}
	defer func() { <-rendering }()
	defer func() {
		if reason := recover(); reason != nil { // the shaping library could panic on unexpected input
			err = fmt.Errorf("rendering %s %s as PDF: %v", p.Kind, p.Number, reason)
		}
	}()
	s := newSheet(rewritten(p, printed))
	s.describe()
	s.print()
	if _, err := s.pdf.WriteTo(w); err != nil {
		return fmt.Errorf("rendering %s %s as PDF: %w", p.Kind, p.Number, err)
	}
	return nil
}

func newSheet(p Content) *sheet {
	s := &sheet{canvas: newCanvas(p.Size), content: p, accent: p.Kind.accent()}
	s.left, s.right, s.top, s.bottom = margin, s.pdf.Width-margin, margin, s.pdf.Height-margin-14
	return s
}

// describe sets the metadata that a viewer shows about the file.
func (s *sheet) describe() {
	at := s.content.IssuedAt.UTC()
	if s.content.IssuedAt.IsZero() {
		at = undated
	}
	s.pdf.Info = pdfwriter.Info{Title: s.content.Heading(), Author: s.content.Letterhead.Name, Creator: "orderdesk", Language: "en", At: at}
}

// pages measures every block and distributes the blocks over pages, so that the number of pages is known before the
// first is drawn.
func (s *sheet) pages(lines table) [][]block {
	blocks := append([]block{s.letterhead(), s.parties()}, s.facts()...)
	blocks = append(blocks, lines.rows(s.canvas, s.content)...)
	blocks = append(blocks, s.totals()...)
	blocks = append(blocks, s.smallPrint()...)
	body := s.bottom - s.top
	return paginate(blocks, room{first: body, rest: body - continuedHeight, header: headerHeight})
}

// print draws the document page by page.
func (s *sheet) print() {
	lines := arrange(s.content, s.left, s.right)
	pages := s.pages(lines)
	for number, page := range pages {
		s.pdf.AddPage()
		if s.content.Watermark != "" {
			s.across(s.content.Watermark, watermarkInk)
		}
		y := s.top
		if number > 0 {
			s.continued(y)
			y += continuedHeight
		}
		headed := false
		for _, b := range page {
			if b.row && !headed {
				lines.header(s.canvas, s.accent, y)
				y += headerHeight
				headed = true
			}
			b.draw(y)
			y += b.height
		}
		s.pageFooter(number+1, len(pages))
	}
}

// continued draws the line at the top of a later page that names its document.
func (s *sheet) continued(y float64) {
	half := (s.right - s.left - gutter) / 2
	s.canvas.left(strongStyle, s.left, y, strongStyle.fit(s.content.Heading(), half))
	s.canvas.right(textStyle.in(grey), s.right, y, textStyle.fit(s.content.Customer.Name, half))
}

// pageFooter draws the document's name and the page number.
func (s *sheet) pageFooter(number, of int) {
	y := s.bottom + 8
	s.rule(pale, 0.5, s.left, s.right, y)
	count := fmt.Sprintf("Page %d of %d", number, of)
	free := s.right - s.left - smallStyle.width(count) - gutter
	s.canvas.left(smallStyle, s.left, y+4, smallStyle.fit(beside("  ·  ", s.content.Letterhead.Name, s.content.Heading()), free))
	s.canvas.right(smallStyle, s.right, y+4, count)
}

package document

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var shown = regexp.MustCompile(`(?s)BT [^(]*?\(((?:\\.|[^\\)])*)\) ?Tj ET`)

// pagesOf is the text of each page of one of our PDFs, in the order it was drawn, a line for each piece. The fonts are Identity-H over Unicode, so the
// strings of a page are UTF-16; what a page shows is therefore also what a reader can copy.
func pagesOf(t testing.TB, pdf []byte) []string {
	t.Helper()
	var pages []string
	for _, part := range bytes.Split(pdf, []byte("stream\n"))[1:] {
		unpacked, err := zlib.NewReader(bytes.NewReader(part))
		if err != nil {
			continue // the end of a stream, or one that is not compressed
		}
		content, err := io.ReadAll(unpacked)
		if err != nil || !bytes.Contains(content, []byte(" Tf")) {
			continue // a font or a picture
		}
		var text strings.Builder
		for _, found := range shown.FindAllSubmatch(content, -1) {
			text.WriteString(utf16Of(t, found[1]))
			text.WriteByte('\n')
		}
		pages = append(pages, text.String())
	}
	require.NotEmpty(t, pages, "no page with text in the PDF")
	return pages
}

func utf16Of(t rapid.TB, escaped []byte) string {
	t.Helper()
	var raw []byte
	for i := 0; i < len(escaped); i++ {
		if escaped[i] == '\\' {
			i++
			if escaped[i] == 'r' {
				raw = append(raw, '\r')
				continue
			}
		}
		raw = append(raw, escaped[i])
	}
	require.Zero(t, len(raw)%2, "text is not UTF-16: %q", raw)
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units))
}

// piece is a text where it stands on its page, in points.
type piece struct {
	text         string
	page         int
	x, end, size float64
	y            float64 // of the baseline, from the sheet's bottom
}

var drawn = regexp.MustCompile(`(?s)/Type /Page\n|BT /F(\w+) ([\d.]+) Tf ET|BT ([-\d.]+) ([-\d.]+) Td \(((?:\\.|[^\\)])*)\) Tj ET`)

// pieces prints the sheet and returns its texts in the order they were drawn.
func (s *sheet) pieces(t rapid.TB) []piece {
	s.pdf.SetCompression(false)
	s.print()
	var out bytes.Buffer
	require.NoError(t, s.pdf.Output(&out))
	var pieces []piece
	now, font, bold := piece{}, "", ""
	for _, op := range drawn.FindAllSubmatch(out.Bytes(), -1) {
		switch {
		case len(op[1]) > 0:
			font = string(op[1])
			_, _ = fmt.Sscan(string(op[2]), &now.size)
		case len(op[3]) > 0:
			if bold == "" {
				bold = font // the sender's name or the title comes first
			}
			_, _ = fmt.Sscan(string(op[3]), &now.x)
			_, _ = fmt.Sscan(string(op[4]), &now.y)
			now.text = utf16Of(t, op[5])
			now.end = now.x + s.width(style{size: now.size, bold: font == bold}, now.text)
			pieces = append(pieces, now)
		default:
			now.page++
		}
	}
	return pieces
}

func render(t testing.TB, p Paper) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, PDF(&out, p))
	return out.Bytes()
}

func renderHTML(t testing.TB, p Paper) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, HTML(&out, p))
	return out.String()
}

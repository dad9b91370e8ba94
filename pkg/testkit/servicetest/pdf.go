package servicetest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/pdftext"
)

// PDFText returns the text of one of our PDFs, one line for each piece.
func PDFText(t testing.TB, pdf []byte) string {
	t.Helper()
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Fatalf("not a PDF: %.80q", pdf)
	}
	return strings.Join(pdftext.Open(t, pdf).Pages(t), "")
}

package document

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orderdesk/orderdesk/pkg/testkit/pdftext"
)

// pagesOf returns the text of each page of a PDF in the order it was drawn, one line for each piece, as a reader can
// copy it.
func pagesOf(t testing.TB, pdf []byte) []string {
	t.Helper()
	return pdftext.Open(t, pdf).Pages(t)
}

// pieces prints the sheet and returns its texts in the order they were drawn.
func (s *sheet) pieces(t rapid.TB) []pdftext.Piece {
	s.print()
	var out bytes.Buffer
	_, err := s.pdf.WriteTo(&out)
	require.NoError(t, err)
	return pdftext.Open(t, out.Bytes()).Pieces(t)
}

func render(t testing.TB, p Content) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, PDF(t.Context(), &out, p))
	return out.Bytes()
}

func renderHTML(t testing.TB, p Content) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, HTML(&out, p))
	return out.String()
}

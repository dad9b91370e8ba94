package document

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHTMLShowsTheContent(t *testing.T) {
	page := renderHTML(t, invoiceContent(12))
	for _, want := range []string{"<title>Invoice INV-000012 · Blumenfeld", "<h1>Invoice</h1>", "Petal &amp; Stem Florists, Inc.", "4,056.10", "Total USD", "Sales tax 7%",
		"@page { size: A4; }", "Net 30", "Mark BUCKHEAD", "Total quantities", "17.375", "data:image/png;base64,", `content="default-src`} {
		require.Contains(t, page, want)
	}
	require.Contains(t, renderHTML(t, prebookContent()), "@page { size: Letter; }")
	require.Contains(t, renderHTML(t, voidOrderContent()), `<div class="watermark"><span>VOID</span></div>`)
	require.NotContains(t, page, `class="watermark"`)
}

// Text is text wherever it stands.
func TestHTMLEscapes(t *testing.T) {
	evil := `<script>alert(1)</script>{{.}}"'><img src=x onerror=alert(1)></style>`
	p := Content{Kind: Kind(evil), Title: evil, Number: evil, Watermark: evil, Letterhead: Letterhead{Name: evil, Address: evil, TaxID: evil, Sender: evil},
		Customer: Party{evil, evil, []string{evil}, evil, evil}, ShipTo: []string{evil, evil}, Facts: []Fact{{evil, evil}}, Currency: evil,
		Lines:      []Line{{evil, evil, evil, evil, evil, evil, evil, evil, evil, evil, evil, evil, evil, evil, evil}},
		TotalBoxes: evil, TotalFBE: evil, TotalUnits: evil, Subtotal: evil, Charges: []Row{{evil, evil}}, Taxes: []Row{{evil, evil}}, Total: evil, Paid: evil,
		Balance: evil, Notes: evil, Footer: evil, Size: Size(evil)}
	page := renderHTML(t, p)
	require.NotContains(t, page, "<script")
	require.NotContains(t, page, "<img")
	require.Equal(t, 2, strings.Count(page, "</style>"), "the style sheet was left early")
	require.Contains(t, page, "&lt;script&gt;alert(1)&lt;/script&gt;{{.}}")
}

func TestHTMLNeedsNothingElse(t *testing.T) {
	page := renderHTML(t, invoiceContent(3))
	require.Empty(t, regexp.MustCompile(`(?i)https?://|url\(|<link|<script|@import|\son\w+=`).FindAllString(page, -1))
}

func TestHTMLOfBrokenText(t *testing.T) {
	page := renderHTML(t, Content{Number: "A\xffB\u202E\x00C", Notes: "Tulips 🌷 玫瑰"})
	require.Contains(t, page, "A\uFFFDBC")
	require.Contains(t, page, "Tulips 🌷 玫瑰")
}

// The PDF and the HTML show the same words.
func TestHTMLAndPDFSayTheSame(t *testing.T) {
	for _, p := range []Content{invoiceContent(5), creditNoteContent(), prebookContent(), voidOrderContent()} {
		page := renderHTML(t, p)
		for _, piece := range strings.Split(strings.Join(pagesOf(t, render(t, p)), ""), "\n") {
			if len(strings.Fields(piece)) > 3 || strings.HasPrefix(piece, "Page ") || strings.Contains(piece, "·") {
				continue // wrapped elsewhere
			}
			require.Contains(t, page, strings.ReplaceAll(piece, "&", "&amp;"), "%s %s", p.Kind, p.Number)
		}
	}
}

package document_test

import (
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"INV-000123": "INV-000123.pdf", "INV/2026/000001": "INV-2026-000001.pdf", "Invoice A/B/000001": "Invoice A-B-000001.pdf", "a\\b:c*d?e\"f<g>h|i": "a-b-c-d-e-f-g-h-i.pdf",
		"..": "document.pdf", "...": "document.pdf", "": "document.pdf", "./.": "-.pdf", ".hidden": "hidden.pdf", "../../etc/passwd": "-..-etc-passwd.pdf", " x. ": "x.pdf",
		"///": "document.pdf", "a\r\nb": "a-b.pdf", "Rechnung\u00a0Nr\u200b 5": "Rechnung Nr 5.pdf", "Fakt\u0301ura": "Fakt\u0301ura.pdf", "発票": "発票.pdf", "100%": "100-.pdf",
	} {
		if name == "./." {
			want = "document.pdf"
		}
		require.Equal(t, want, document.FileName(name, ".pdf"), "%q", name)
	}
	rapid.Check(t, func(r *rapid.T) {
		name := document.FileName(rapid.String().Draw(r, "name"), ".pdf")
		require.False(t, strings.ContainsAny(name, "/\\\"\r\n;%\x00"))
		require.False(t, strings.HasPrefix(name, "."))
		require.Greater(t, len(name), len(".pdf"))
	})
}

package document

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A document whose texts are plain is not searched, and nothing would be found.
func TestPlainTextIsPrintable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.OneOf(rapid.Map(rapid.IntRange(0, 0x7F), func(c int) rune { return rune(c) }), rapid.SampledFrom([]rune("é🌹\n\x00\x7f"))), 0, 8, -1)
		d := issuedInvoice(1)
		d.Seller.Address, d.Customer.Name, d.Lines[0].Notes = Text(text.Draw(t, "address")), text.Draw(t, "name"), Text(text.Draw(t, "notes"))
		require.Equal(t, unprintableIn(d), UnprintableIn(d))
	})
}

func TestUnprintable(t *testing.T) {
	require.Empty(t, UnprintableIn(issuedInvoice(12)))
	for name := range scripts {
		if name != "mixed" {
			s := scripts[name]
			d := issuedInvoice(1)
			d.Customer.Name, d.Seller.Name, d.Lines[0].Description, d.Notes = s.customer, s.seller, Text(s.goods), Text(s.notes+s.address)
			require.Empty(t, UnprintableIn(d), name)
		}
	}

	d := issuedInvoice(2)
	d.Customer.Name = "Rose 🌹"
	d.Lines[1].Notes = Text("𠮷野 🌹 ❤️ a\u200Db " + strings.Repeat("long ", 40))
	d.Notes = "e\u0301 \u202E\u00AD\uFFFD\x00"
	all := UnprintableIn(d)
	require.Len(t, all, 2, "each once; characters without a shape and replacement characters themselves are not listed")
	require.Equal(t, `🌹 (U+1F339) in "Rose 🌹"`, all[0].String())
	require.Equal(t, `𠮷 (U+20BB7) in "𠮷野 🌹 ❤️ a`+"\\u200d"+`b long long long lon"`, all[1].String())

	content := ContentOf(d, nil)
	text := pagesOf(t, render(t, content))[0]
	require.Contains(t, text, "Rose \uFFFD\n")
	require.Contains(t, text, "\uFFFD野 \uFFFD ❤ ab")
	require.Contains(t, renderHTML(t, content), "Rose 🌹", "a browser has more fonts")
}

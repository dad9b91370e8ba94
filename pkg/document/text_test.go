package document

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPDFInAnyScript(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"accents":       {"Crème brûlée Ångström Žďár ñandú ẞ Đặng", ""},
		"greek":         {"Ελλάδα ανθοπωλείο", ""},
		"cyrillic":      {"Цветы Україна Ђорђе", ""},
		"currencies":    {"€ £ ¥ ₹ ₽ ₺ ¢", ""},
		"composed":      {"Cafe\u0301", "Café"},
		"minus, arrows": {"−5 °C → dock", "-5 °C -> dock"},
		"chinese":       {"玫瑰花", ""},
		"hebrew":        {"פרחים", ""},
		"emoji":         {"Rose 🌹 red", "Rose \uFFFD red"},
		"joined emoji":  {"a👩‍🌾b", "a\uFFFD\uFFFDb"},
		"broken UTF-8":  {"Rose \xff\xfe red", "Rose \uFFFD red"},
		"half a rune":   {"Ros\xc3", "Ros\uFFFD"},
		"controls":      {"Ro\x00se\x1b\t\x7fred", "Rose red"},
		"turned":        {"total\u202E05.21", "total05.21"},
		"last in plane": {"a\uFFFFb", "a\uFFFDb"},
		"brackets":      {`(\)(\r`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want == "" {
				c.want = c.text
			}
			p := Content{Kind: KindInvoice, Number: c.text, Watermark: c.text, Customer: Party{Name: c.text}, Lines: []Line{{Description: c.text, Units: "1"}}}
			require.Contains(t, pagesOf(t, render(t, p))[0], "\n"+c.want+"\n")
		})
	}
}

// Numbers and codes among letters that run from right to left are drawn, and shown by a browser, from left to right: the
// postal code 10-1 of an Arabic address is not 1-10.
func TestNumbersAmongRightToLeftLetters(t *testing.T) {
	for _, code := range []string{"10-1", "02-555-0100", "2026/7-1", "60-ROS"} {
		for _, letters := range []string{"القاهرة", "תל אביב"} {
			one := letters + " " + code
			d := issuedInvoice(3)
			d.Seller.Name, d.Seller.Address, d.Seller.Sender, d.Notes = one, Text(one), Text(one), Text(one)
			d.Customer.Name, d.Customer.Code, d.Customer.TaxID, d.Order.Carrier, d.Terms.Label = one, one, Text(one), Text(one), one
			d.Customer.Address = &IssuedAddress{Line1: Text(one), City: Text(letters), PostalCode: Text(code), Phone: Text(code)}
			d.ShipTo = &IssuedAddress{Name: Text(one), City: Text(letters), Region: Text(letters), PostalCode: Text(code)}
			d.Lines[0].Description, d.Lines[0].Notes, d.Lines[0].MarkCode = Text(one), Text(one), Text(one)
			d.Charges[0].Description, d.Taxes[0].Name = Text(one), one
			p := ContentOf(d, nil)
			p.Footer = one

			page := renderHTML(t, p)
			require.Greater(t, strings.Count(page, "\u2068"+code+"\u2069"), 14)
			require.NotContains(t, page, one)
			require.NotContains(t, page, letters+", "+code)

			drawn := ""
			for _, piece := range newSheet(rewritten(p, printed)).pieces(t) {
				drawn += piece.Text + "\n"
			}
			turned := strings.Join(reversed(strings.FieldsFunc(code, func(r rune) bool { return r == '-' || r == '/' })), "-")
			require.Greater(t, strings.Count(drawn, code), 10, drawn)
			require.NotContains(t, drawn, turned)
		}
	}
}

func reversed(parts []string) []string {
	slices.Reverse(parts)
	return parts
}

package document

import (
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

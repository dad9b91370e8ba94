package typeset

import (
	"strings"
	"testing"

	"github.com/go-text/typesetting/bidi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orderdesk/orderdesk/pkg/script"
)

// The shaping library's own implementation passes Unicode's test file. It reports directions without levels, so it
// cannot order a line, but it can check our directions.
func TestLevelsAgreeWithTheReference(t *testing.T) {
	letters := []rune("ab é 12 3,4.5 -+ $%€ ()[] :/ אב שת עם مشتل ۱۲ ٣٤ ،؛ َ ́ 花·#&“”\u2068\u2069")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom(letters), 1, 24).Draw(t, "text")
		var p bidi.Paragraph
		runs := p.Segment(text, bidi.LeftToRight)
		if RightToLeft(string(text)) {
			runs = p.Segment(text, bidi.RightToLeft)
		}
		level := levels(text)
		for n := range runs.NumRuns() {
			run := runs.Run(n)
			for i := run.Start; i < run.End; i++ {
				if text[i] != FirstStrongIsolate && text[i] != PopIsolate {
					require.Equal(t, run.IsLeftToRight(), level[i]%2 == 0, "%q at %d: level %d of %v", string(text), i, level[i], level)
				}
			}
		}
	})
}

// shown returns the text in the order in which its characters stand on the line.
func shown(text string) string {
	runes := []rune(text)
	level := levels(runes)
	order := make([]int, len(runes))
	for i := range order {
		order[i] = i
	}
	visualOrder(order, func(i int) uint8 { return level[i] })
	var out []rune
	for _, i := range order {
		if runes[i] != FirstStrongIsolate && runes[i] != PopIsolate {
			out = append(out, runes[i])
		}
	}
	return string(out)
}

func TestVisualOrder(t *testing.T) {
	for text, want := range map[string]string{
		"roses":              "roses",
		"אבג":                "גבא",
		"roses אבג tulips":   "roses גבא tulips",
		"אבג roses 12":       "roses 12 גבא",
		"roses אבג 5 tulips": "roses 5 גבא tulips",
		"a אבג (5) b":        "a )5( גבא b", // each bracket is drawn mirrored
		"اب 1,234.50 جد":     "دج 1,234.50 با",
		"Tax ID " + Isolate("אב-12") + ", Tel. 5":                "Tax ID 12-בא, Tel. 5",
		"Tax ID אב-12, Tel. 5":                                   "Tax ID 12-בא, Tel. 5",
		"Customer " + Isolate("אב") + " 5":                       "Customer בא 5",
		"Customer " + Isolate("אב") + " " + Isolate("גד") + " 5": "Customer בא דג 5",
		"A " + Isolate("אב "+Isolate("b 5")+" ג") + " 5":         "A ג b 5 בא 5",
		"\u2068open":   "open",
		"closed\u2069": "closed",
	} {
		require.Equal(t, want, shown(text), text)
	}
}

// Numbers with signs, telephone numbers, addresses and codes are read from left to right among letters that run from right to left.
func TestNumbersKeepTheirDirection(t *testing.T) {
	for _, whole := range []string{
		"10-1", "11511-2", "02-555-0100", "02 555 0100", "+20 2 2555-0100", "(02) 555 0100", "2026-000123", "2026/INV/7", "INV-000123", "60-ROS", "ROS-FREEDOM-60",
		"10.5", "1,234.50", "-5", "10-1@shop.example", "sales@shop.example", "Rose Garden 12-B", "12 Rose St", "12", "Freedom",
	} {
		for _, around := range [][2]string{{"القاهرة ", ""}, {"القاهرة، ", "."}, {"", " القاهرة"}, {"רחוב ", ", תל אביב"}, {"Fleur ورد ", " ورد"}} {
			text := around[0] + whole + around[1]
			require.Contains(t, shown(script.Apart(text)), whole, text)
		}
	}
	require.NotContains(t, shown("القاهرة 10-1"), "10-1", "this is what the rules of Unicode make of it")
}

// A paragraph reads the same on one line and on several.
func TestContinuedLines(t *testing.T) {
	for _, lines := range [][]string{
		{"ורד Freedom", "50 cm מובחר"},
		{"ורד", "50 cm מובחר"},
		{"roses אבג", "5 tulips"},
		{"roses אבג", "(5) גד tulips"},
		{"אבג", "roses"},
		{"roses", "אבג 5"},
		{"roses", "tulips"},
		{"12", "אבג 5", "roses 5"},
	} {
		whole := strings.Join(lines, " ")
		level := levels([]rune(whole))
		Continue(lines)
		at := 0
		for _, line := range lines {
			for i, l := range levels([]rune(line)) {
				if r := []rune(line)[i]; r == LeftToRightMark || r == RightToLeftMark {
					continue
				}
				require.Equal(t, level[at], l, "%q at %d", whole, at)
				at++
			}
			at++ // the space
		}
	}
	plain := []string{"roses", "tulips 5"}
	Continue(plain)
	require.Equal(t, []string{"roses", "tulips 5"}, plain)
}

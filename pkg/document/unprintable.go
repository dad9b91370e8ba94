package document

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/orderdesk/orderdesk/pkg/script"
)

// Unprintable is a character that the fonts lack. A PDF shows the replacement character for it.
type Unprintable struct {
	Character rune
	In        string // the first text that contains it
}

// UnprintableIn returns the characters of a document that a PDF cannot show, each once, in the order of the document.
// JSON and HTML contain them unchanged.
func UnprintableIn(d Issued) []Unprintable {
	if everyString(reflect.ValueOf(&d).Elem(), plainLines) {
		return nil
	}
	return unprintableIn(d)
}

// plainLines reports whether a text has printable ASCII and line ends only, which every font has.
func plainLines(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if !script.Plain(line) {
			return false
		}
	}
	return true
}

func unprintableIn(d Issued) []Unprintable {
	var all []Unprintable
	rewritten(ContentOf(d, nil), func(text string) string {
		return substituted(text, func(r rune) {
			known := slices.ContainsFunc(all, func(u Unprintable) bool { return u.Character == r })
			if r != unicode.ReplacementChar && !known {
				all = append(all, Unprintable{r, text})
			}
		})
	})
	return all
}

// String returns the character and its place, for a person.
func (u Unprintable) String() string {
	const longest = 30 // runes of the text around it
	text := []rune(strings.Join(strings.Fields(u.In), " "))
	if at := slices.Index(text, u.Character); len(text) > longest {
		start := max(0, min(at-longest/2, len(text)-longest))
		text = text[start : start+longest]
	}
	return fmt.Sprintf("%c (%U) in %q", u.Character, u.Character, string(text))
}

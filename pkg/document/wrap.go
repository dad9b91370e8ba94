package document

import (
	"strings"

	"github.com/go-text/typesetting/segmenter"

	"github.com/orderdesk/orderdesk/pkg/document/typeset"
	"github.com/orderdesk/orderdesk/pkg/script"
)

// wrap breaks text into lines of at most width: first at line breaks, then at spaces and between the characters of
// scripts without spaces, and last inside a word. It returns at most limit lines, and an ellipsis ends the last one if
// text is missing. 0 means no limit.
func (s style) wrap(text string, width float64, limit int) []string {
	var lines []string
	for _, paragraph := range linesOf(text) {
		first := len(lines)
		lines = s.wrapParagraph(lines, strings.FieldsFunc(paragraph, isSpace), width)
		if !script.Plain(paragraph) {
			typeset.Continue(lines[first:])
		}
	}
	if limit > 0 && len(lines) > limit {
		lines = lines[:limit]
		lines[limit-1] = s.fit(lines[limit-1]+" …", width)
	}
	return lines
}

// indents returns the distance of each line from the left edge of its block. Successive right-to-left lines end at the
// same right edge, that of the widest line.
func (s style) indents(lines []string) []float64 {
	out := make([]float64, len(lines))
	for i := 0; i < len(lines); i++ {
		end, widest := i, 0.0
		for end < len(lines) && typeset.RightToLeft(lines[end]) {
			widest = max(widest, s.width(lines[end]))
			end++
		}
		for ; i < end; i++ {
			out[i] = widest - s.width(lines[i])
		}
	}
	return out
}

func (s style) wrapParagraph(lines, words []string, width float64) []string {
	space := s.width(" ")
	var line strings.Builder
	used := 0.0
	feed := func() {
		lines, used = append(lines, line.String()), 0
		line.Reset()
	}
	for _, word := range words {
		for i, part := range breakable(word) {
			gap := space
			if i > 0 {
				gap = 0
			}
			wide := s.width(part)
			if used > 0 && used+gap+wide > width {
				feed()
			}
			if used > 0 && gap > 0 {
				line.WriteByte(' ')
				used += gap
			}
			if used+wide <= width {
				line.WriteString(part)
				used += wide
				continue
			}
			for _, letter := range letters(part) {
				one := s.width(letter)
				if used > 0 && used+one > width {
					feed()
				}
				line.WriteString(letter)
				used += one
			}
		}
	}
	return append(lines, line.String())
}

// fit shortens text to one line of width, with an ellipsis if text is missing.
func (s style) fit(text string, width float64) string {
	text = strings.Join(strings.FieldsFunc(text, isSpace), " ")
	if s.width(text) <= width {
		return text
	}
	used := s.width("…")
	kept := 0
	for _, letter := range letters(text) {
		used += s.width(letter)
		if used > width {
			return strings.TrimRight(text[:kept], " …") + "…"
		}
		kept += len(letter)
	}
	return text
}

// isSpace reports whether a line may break here. It may not break at a no-break space.
func isSpace(r rune) bool { return r == ' ' || r == '\n' }

// breakable returns the word in parts between which a line may break, because Chinese and Japanese have no spaces. Any
// other word is one part, so that a number or a code stays whole.
func breakable(word string) []string {
	if script.Plain(word) || !strings.ContainsFunc(word, typeset.WithoutSpaces) {
		return []string{word}
	}
	var parts []string
	var s segmenter.Segmenter
	s.Init([]rune(word))
	for lines := s.LineIterator(); lines.Next(); {
		parts = append(parts, string(lines.Line().Text))
	}
	return parts
}

// letters returns the text in pieces that a reader sees as one letter, with its marks.
func letters(text string) []string {
	var out []string
	if script.Plain(text) {
		return strings.Split(text, "")
	}
	var s segmenter.Segmenter
	s.Init([]rune(text))
	for graphemes := s.GraphemeIterator(); graphemes.Next(); {
		out = append(out, string(graphemes.Grapheme().Text))
	}
	return out
}

package typeset

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"

	"github.com/orderdesk/orderdesk/pkg/script"
)

// Isolates and direction marks are interpreted and never printed. The caller removes them from text that comes from
// outside.
const (
	FirstStrongIsolate = '\u2068' // begins an isolate: text with its own direction, which does not change the direction of the text around it
	PopIsolate         = '\u2069' // ends an isolate
	LeftToRightMark    = '\u200E'
	RightToLeftMark    = '\u200F'
)

// Isolate returns the text as a separate unit. It and the text around it do not change each other's direction.
// Printable ASCII needs no isolate.
func Isolate(text string) string {
	if script.Plain(text) {
		return text
	}
	return string(FirstStrongIsolate) + text + string(PopIsolate)
}

// RightToLeft reports whether the first character of text that has a direction runs from right to left.
func RightToLeft(text string) bool {
	return !script.Plain(text) && firstStrong([]rune(text)) == bidi.R
}

// Continue puts marks before the lines of one paragraph, because each line is set separately. The marks give each line
// the direction of the paragraph, and numbers the direction of the last word on the line before.
func Continue(lines []string) {
	base := firstStrong([]rune(strings.Join(lines, "\n")))
	last := base // the direction of the last word so far
	for i, line := range lines {
		direction := firstStrong([]rune(line))
		switch {
		case i == 0 && direction == base, base == bidi.L && last == bidi.L && direction != bidi.R: // the line already has this direction
		case last != base:
			lines[i] = mark(base) + mark(last) + line
		default:
			lines[i] = mark(base) + line
		}
		for _, r := range line {
			switch classOf(r) {
			case bidi.L:
				last = bidi.L
			case bidi.R, bidi.AL:
				last = bidi.R
			}
		}
	}
}

// mark returns the invisible character with a direction.
func mark(direction bidi.Class) string {
	switch direction {
	case bidi.L:
		return string(LeftToRightMark)
	case bidi.R:
		return string(RightToLeftMark)
	}
	return ""
}

// levels returns the embedding levels of a line by the Unicode Bidirectional Algorithm (UAX 9). Odd levels run from
// right to left. The line has the direction of its first strong character, or left to right without one. Explicit
// embeddings and overrides are ignored, because the caller removes them.
func levels(text []rune) []uint8 {
	out := make([]uint8, len(text))
	base := uint8(0)
	if firstStrong(text) == bidi.R {
		base = 1
	}
	resolve(text, base, out)
	for i := len(text) - 1; i >= 0 && blank(text[i]); i-- { // L1: trailing space belongs to the line
		out[i] = base
	}
	return out
}

// firstStrong returns L, R for right to left, or ON if no character has a direction (rules P2 and P3). It skips
// isolates.
func firstStrong(text []rune) bidi.Class {
	for i := 0; i < len(text); i++ {
		switch classOf(text[i]) {
		case bidi.L:
			return bidi.L
		case bidi.R, bidi.AL:
			return bidi.R
		case bidi.FSI:
			i = isolateEnd(text, i)
		}
	}
	return bidi.ON
}

func classOf(r rune) bidi.Class {
	properties, _ := bidi.LookupRune(r)
	return properties.Class()
}

// isolateEnd returns the index of the end of the isolate that begins at start, or the last index of the text.
func isolateEnd(text []rune, start int) int {
	depth := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case FirstStrongIsolate:
			depth++
		case PopIsolate:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(text) - 1
}

// deepest is the maximum nesting of isolates.
const deepest = 60

// resolve writes the levels of a text whose own level is base. It resolves the inside of an isolate separately; the
// text around it sees the isolate as one neutral character.
func resolve(text []rune, base uint8, out []uint8) {
	s := sequence{base: base}
	for i := 0; i < len(text); i++ {
		class := classOf(text[i])
		s.at = append(s.at, i)
		s.text = append(s.text, text[i])
		if class != bidi.FSI {
			s.classes = append(s.classes, class)
			continue
		}
		s.classes = append(s.classes, bidi.ON)
		end := isolateEnd(text, i)
		inside := text[i+1 : max(i+1, end)]
		if text[end] != PopIsolate {
			inside = text[i+1:]
		}
		level := base + 1
		if right := firstStrong(inside) == bidi.R; right != (level%2 == 1) {
			level++
		}
		if base < deepest {
			resolve(inside, level, out[i+1:])
		}
		i += len(inside)
	}
	s.weak()
	s.brackets()
	s.neutral()
	for n, i := range s.at {
		out[i] = s.level(n)
	}
}

func blank(r rune) bool {
	switch classOf(r) {
	case bidi.WS, bidi.S, bidi.B, bidi.FSI, bidi.PDI, bidi.BN:
		return true
	}
	return false
}

// sequence is the text of one level with the classes of its characters. The rules replace the classes step by step.
type sequence struct {
	base    uint8
	at      []int // the positions of its characters in the whole text
	text    []rune
	classes []bidi.Class
}

// direction is the direction of the sequence. It also counts before its start and after its end.
func (s *sequence) direction() bidi.Class {
	if s.base%2 == 1 {
		return bidi.R
	}
	return bidi.L
}

// weak resolves numbers and their signs: rules W1 to W7.
func (s *sequence) weak() {
	c := s.classes
	strong, before := s.direction(), s.direction() // before is the class of the previous character, for marks
	for i := range c {
		switch c[i] {
		case bidi.NSM:
			c[i] = before // W1
		case bidi.PDI, bidi.BN:
			c[i] = bidi.ON
		}
		before = c[i]
		switch c[i] {
		case bidi.L, bidi.R, bidi.AL:
			strong = c[i]
		case bidi.EN:
			if strong == bidi.AL { // W2
				c[i] = bidi.AN
			}
		}
	}
	for i := range c { // W3
		if c[i] == bidi.AL {
			c[i] = bidi.R
		}
	}
	for i := 1; i < len(c)-1; i++ { // W4
		if number := c[i-1]; number == c[i+1] && (number == bidi.EN && (c[i] == bidi.ES || c[i] == bidi.CS) || number == bidi.AN && c[i] == bidi.CS) {
			c[i] = number
		}
	}
	for i := 0; i < len(c); i++ { // W5 and W6
		switch c[i] {
		case bidi.ET:
			end := i
			for end < len(c) && c[end] == bidi.ET {
				end++
			}
			to := bidi.ON
			if i > 0 && c[i-1] == bidi.EN || end < len(c) && c[end] == bidi.EN {
				to = bidi.EN
			}
			for ; i < end; i++ {
				c[i] = to
			}
			i--
		case bidi.ES, bidi.CS:
			c[i] = bidi.ON
		}
	}
	strong = s.direction()
	for i := range c { // W7
		switch c[i] {
		case bidi.L, bidi.R:
			strong = c[i]
		case bidi.EN:
			if strong == bidi.L {
				c[i] = bidi.L
			}
		}
	}
}

// strongOf returns the direction that a resolved class gives its neighbours. Numbers count as right to left (N0, N1).
func strongOf(class bidi.Class) bidi.Class {
	switch class {
	case bidi.L:
		return bidi.L
	case bidi.R, bidi.EN, bidi.AN:
		return bidi.R
	}
	return bidi.ON
}

// closers maps opening brackets to closing ones, for the brackets expected in documents.
var closers = map[rune]rune{
	'(': ')', '[': ']', '{': '}', '⁅': '⁆', '⁽': '⁾', '₍': '₎', '〈': '〉', '《': '》', '「': '」', '『': '』', '【': '】', '〔': '〕', '〖': '〗', '〘': '〙', '〚': '〛',
	'（': '）', '［': '］', '｛': '｝', '｢': '｣', '⟨': '⟩', '⟪': '⟫',
}

// brackets gives a pair the direction of its content or of the text around it: rule N0.
func (s *sequence) brackets() {
	type opened struct {
		closer rune
		at     int
	}
	const most = 63 // open brackets at a time, the rule's limit
	var stack []opened
	var pairs [][2]int
	for i, r := range s.text {
		if s.classes[i] != bidi.ON {
			continue
		}
		if closer, opens := closers[r]; opens {
			if len(stack) == most {
				break
			}
			stack = append(stack, opened{closer, i})
			continue
		}
		for n := len(stack) - 1; n >= 0; n-- {
			if stack[n].closer == r {
				pairs = append(pairs, [2]int{stack[n].at, i})
				stack = stack[:n]
				break
			}
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return a[0] - b[0] })
	own := s.direction()
	for _, pair := range pairs {
		inside := bidi.ON
		for i := pair[0] + 1; i < pair[1]; i++ {
			if strong := strongOf(s.classes[i]); strong == own {
				inside = own
				break
			} else if strong != bidi.ON {
				inside = strong
			}
		}
		if inside == bidi.ON {
			continue
		}
		if inside != own && s.strongBefore(pair[0]) != inside {
			inside = own
		}
		for _, i := range pair {
			s.classes[i] = inside
			for n := i + 1; n < len(s.text) && classOf(s.text[n]) == bidi.NSM; n++ {
				s.classes[n] = inside
			}
		}
	}
}

func (s *sequence) strongBefore(i int) bidi.Class {
	for i--; i >= 0; i-- {
		if strong := strongOf(s.classes[i]); strong != bidi.ON {
			return strong
		}
	}
	return s.direction()
}

// neutral gives spaces and signs the direction that both sides share, or else the direction of the sequence: rules N1
// and N2.
func (s *sequence) neutral() {
	c := s.classes
	for i := 0; i < len(c); i++ {
		if strongOf(c[i]) != bidi.ON {
			continue
		}
		end := i
		for end < len(c) && strongOf(c[end]) == bidi.ON {
			end++
		}
		left, right := s.direction(), s.direction()
		if i > 0 {
			left = strongOf(c[i-1])
		}
		if end < len(c) {
			right = strongOf(c[end])
		}
		to := s.direction()
		if left == right {
			to = left
		}
		for ; i < end; i++ {
			c[i] = to
		}
		i--
	}
}

// level returns the level of the sequence's nth character: rules I1 and I2.
func (s *sequence) level(n int) uint8 {
	switch class := s.classes[n]; {
	case s.base%2 == 0 && class == bidi.R:
		return s.base + 1
	case s.base%2 == 0 && class != bidi.L:
		return s.base + 2
	case s.base%2 == 1 && class != bidi.R:
		return s.base + 1
	}
	return s.base
}

// visualOrder reorders items from reading order into the order of drawing from left to right: rule L2.
func visualOrder[T any](items []T, level func(T) uint8) {
	highest := uint8(0)
	for _, item := range items {
		highest = max(highest, level(item))
	}
	for at := highest; at >= 1; at-- {
		for i := 0; i < len(items); i++ {
			end := i
			for end < len(items) && level(items[end]) >= at {
				end++
			}
			slices.Reverse(items[i:end])
			i = max(i, end-1)
		}
	}
}

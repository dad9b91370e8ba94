package order

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Origin is the way a document came in. Its letter starts the document's number.
type Origin string

// The origins.
const (
	Web      Origin = "W"
	Phone    Origin = "P"
	Standing Origin = "S"
	External Origin = "X"
)

// Origins is all origins, in the order in which the API lists them.
var Origins = []Origin{Web, Phone, Standing, External}

var originNames = map[Origin]string{Web: "web", Phone: "phone", Standing: "standing", External: "external"}

// Name returns web, phone, standing or external.
func (o Origin) Name() string { return originNames[o] }

// ParseOrigin reads the letter or the name of an origin, in upper or lower case. It returns false for any other text.
func ParseOrigin(s string) (Origin, bool) {
	for _, o := range Origins {
		for _, word := range []string{string(o), o.Name()} {
			if len(s) == len(word) && strings.EqualFold(s, word) { // EqualFold takes ſ (U+017F) for S; the lengths differ
				return o, true
			}
		}
	}
	return "", false
}

// OriginPattern returns a regular expression for what ParseOrigin reads. ECMA 262 and RE2 both read it.
func OriginPattern() string {
	var words []string
	for _, o := range Origins {
		words = append(words, anyCase(string(o)), anyCase(o.Name()))
	}
	return "^(" + strings.Join(words, "|") + ")$"
}

// anyCase returns a regular expression for a word of ASCII letters in upper or lower case.
func anyCase(word string) string {
	var out strings.Builder
	for _, letter := range word {
		fmt.Fprintf(&out, "[%c%c]", unicode.ToUpper(letter), unicode.ToLower(letter))
	}
	return out.String()
}

// NumberOf returns a document's number: the origin's letter and at least six digits, as in W000123.
func NumberOf(o Origin, sequence int64) string { return fmt.Sprintf("%s%0*d", o, shortest, sequence) }

// NumberFilter selects documents by their number, as people type it into a search field.
type NumberFilter struct {
	Origin   Origin // empty: any
	Sequence int64  // 0: any
	Through  int64  // if not 0: every sequence from Sequence up to this one
}

// shortest is the least number of digits of a document's number.
const shortest = 6

// maxSequenceDigits is how many digits always fit an int64.
const maxSequenceDigits = 18

// NumberPattern returns a regular expression for what ParseNumberFilter reads. ECMA 262 and RE2 both read it.
func NumberPattern() string {
	letters := ""
	for _, o := range Origins {
		letters += string(o) + strings.ToLower(string(o))
	}
	return fmt.Sprintf("^ *([%[1]s]0{0,%[2]d}|[%[1]s]?0*[1-9][0-9]{0,%[3]d}) *$", letters, shortest-1, maxSequenceDigits-1)
}

// ParseNumberFilter reads a letter, a number, or both: W selects all web documents, W000123 or W123 one document, and 123
// the document with this sequence and any letter. A letter with zeros and fewer than six digits is the beginning of a number:
// W0001 selects W000100 to W000199.
func ParseNumberFilter(s string) (NumberFilter, error) {
	digits := strings.Trim(s, " ")
	var f NumberFilter
	if digits != "" && !isDigit(digits[0]) {
		origin, ok := ParseOrigin(digits[:1])
		if !ok {
			return f, fmt.Errorf("a number starts with W, P, S or X, or has only digits: W, W000123, W123, 123")
		}
		f.Origin, digits = origin, digits[1:]
		if digits == "" {
			return f, nil
		}
	}
	if f.Origin != "" && digits[0] == '0' && len(digits) < shortest {
		return beginning(f.Origin, digits)
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || !isDigit(digits[0]) || len(strings.TrimLeft(digits, "0")) > maxSequenceDigits {
		return f, errNotNumber
	}
	f.Sequence = n
	return f, nil
}

var errNotNumber = errors.New("a number is an origin's letter, digits, or both: W, W000123, W123, 123")

// beginning selects the numbers that begin with these digits. The first one is 0, so they have as many digits as the shortest.
func beginning(o Origin, digits string) (NumberFilter, error) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return NumberFilter{}, errNotNumber
	}
	span := int64(1)
	for range shortest - len(digits) {
		span *= 10
	}
	return NumberFilter{Origin: o, Sequence: max(n*span, 1), Through: n*span + span - 1}, nil
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

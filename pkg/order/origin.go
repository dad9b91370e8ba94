package order

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Origin is how a document came in: the one letter on the screen.
type Origin string

// The origins.
const (
	Web      Origin = "W"
	Phone    Origin = "P"
	Standing Origin = "S"
	External Origin = "X"
)

// Origins is every origin, in the order documents name them.
var Origins = []Origin{Web, Phone, Standing, External}

var originNames = map[Origin]string{Web: "web", Phone: "phone", Standing: "standing", External: "external"}

// Name is the origin's word: web, phone, standing, external.
func (o Origin) Name() string { return originNames[o] }

// ParseOrigin reads an origin's letter or name, in any case.
func ParseOrigin(s string) (Origin, bool) {
	for _, o := range Origins {
		for _, word := range []string{string(o), o.Name()} {
			if len(s) == len(word) && strings.EqualFold(s, word) { // the lengths tell S from a long s
				return o, true
			}
		}
	}
	return "", false
}

// OriginPattern is what ParseOrigin reads, as a regular expression of ECMA 262 and RE2 alike.
func OriginPattern() string {
	var words []string
	for _, o := range Origins {
		words = append(words, anyCase(string(o)), anyCase(o.Name()))
	}
	return "^(" + strings.Join(words, "|") + ")$"
}

// anyCase is a word of ASCII letters in any case, as a regular expression.
func anyCase(word string) string {
	var out strings.Builder
	for _, letter := range word {
		fmt.Fprintf(&out, "[%c%c]", unicode.ToUpper(letter), unicode.ToLower(letter))
	}
	return out.String()
}

// NumberOf is a document's number as people see it: the origin's letter and at least six digits.
func NumberOf(o Origin, sequence int64) string { return fmt.Sprintf("%s%06d", o, sequence) }

// NumberFilter is what the screen's Order field asks for.
type NumberFilter struct {
	Origin   Origin // empty: any
	Sequence int64  // 0: any
}

// maxSequenceDigits keeps a number within an int64.
const maxSequenceDigits = 18

// NumberPattern is what ParseNumberFilter reads, as a regular expression of ECMA 262 and RE2 alike.
func NumberPattern() string {
	letters := ""
	for _, o := range Origins {
		letters += string(o) + strings.ToLower(string(o))
	}
	return fmt.Sprintf("^ *([%s]|[%s]?0*[1-9][0-9]{0,%d}) *$", letters, letters, maxSequenceDigits-1)
}

// ParseNumberFilter reads the Order field: W is all web orders, W000123 and W123 one, 123 whichever has it.
func ParseNumberFilter(s string) (NumberFilter, error) {
	digits := strings.Trim(s, " ")
	var f NumberFilter
	if digits != "" && !isDigit(digits[0]) {
		origin, ok := ParseOrigin(digits[:1])
		if !ok {
			return f, fmt.Errorf("a number begins with W, P, S or X, or is digits alone: W, W000123, W123, 123")
		}
		f.Origin, digits = origin, digits[1:]
		if digits == "" {
			return f, nil
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || !isDigit(digits[0]) || len(strings.TrimLeft(digits, "0")) > maxSequenceDigits {
		return f, fmt.Errorf("a number is an origin's letter, digits, or both: W, W000123, W123, 123")
	}
	f.Sequence = n
	return f, nil
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

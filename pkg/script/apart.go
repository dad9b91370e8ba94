package script

import (
	"regexp"
	"strings"
)

// Isolates of Unicode (UAX 9) are invisible. The text between them has its own direction, which does not change the text around it.
const (
	FirstStrongIsolate    = "\u2068"
	PopDirectionalIsolate = "\u2069"
)

// digits are the decimal digits that are written with right-to-left letters.
const digits = `0-9\x{0660}-\x{0669}\x{06F0}-\x{06F9}`

var (
	// leftward is text that is read from left to right: Latin letters, digits, and the signs and blanks between them. A comma and a
	// blank separate two such texts.
	leftward = regexp.MustCompile(`[+#(@-]?[A-Za-z` + digits + `]+(?:(?:[-+/.,:_#@&'*~()=?;%]{1,2}| [-+(&/]?|[-/&)] )[A-Za-z` + digits + `]+)*\)?`)
	letters  = regexp.MustCompile(`[A-Za-z]`)
	number   = regexp.MustCompile(`[` + digits + `]`)
	word     = regexp.MustCompile(`[^ ]+`)
)

// Apart isolates what is read from left to right in a text that runs from right to left: numbers with signs, telephone numbers,
// e-mail addresses, codes. Without isolates, the rules of Unicode show the Arabic postal code 10-1 as 1-10, and the telephone number
// 02 555 0100 as 0100 555 02. A whole number, as in "12 roses", needs no isolate. Any other text stays as it is.
func Apart(text string) string {
	if !RunsLeft(text) {
		return text
	}
	return leftward.ReplaceAllStringFunc(text, func(part string) string {
		before, after := "", ""
		switch opened := strings.Count(part, "(") - strings.Count(part, ")"); {
		case opened < 0 && strings.HasSuffix(part, ")"): // the other bracket is elsewhere
			part, after = part[:len(part)-1], ")"
		case opened > 0 && part[0] == '(':
			before, part = "(", part[1:]
		}
		return before + apart(part) + after
	})
}

// apart isolates a part that is read from left to right, or each of its words.
func apart(part string) string {
	telephone := strings.ContainsAny(part[:1], "+(0")
	switch {
	case !number.MatchString(part): // words are shown right
		return part
	case letters.MatchString(part), telephone, !strings.Contains(part, " "):
		return isolated(part)
	}
	return word.ReplaceAllStringFunc(part, isolated) // several numbers
}

// isolated isolates a text that has signs or blanks.
func isolated(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z' && r < 0x80 }) < 0 {
		return text
	}
	return FirstStrongIsolate + text + PopDirectionalIsolate
}

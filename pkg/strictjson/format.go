package strictjson

import (
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
)

// Format is a format of texts, which a format tag names.
type Format struct {
	Name    string // the name in the tag; New sets it
	Meaning string // for a sentence: Must be …
	InQuery string // Meaning of a query parameter, which is no JSON string and has no quotes; empty if Meaning fits both
	Pattern string // matches every accepted text, in the syntax of ECMA 262
	Length  int    // the maximum number of characters
	Keyword string // JSON Schema's format, for the API document; empty if the pattern is enough
	OneLine bool   // people type or paste it, so spaces around it and line ends after it are dropped
	Exact   bool   // invisible characters are not removed; the rules of the trade say which are refused

	// Valid reports whether the text has the format. It may be less strict than Pattern if the trade's rules give a
	// better reason for a refusal.
	Valid func(string) bool
}

// The control characters that a text must not contain, and those that a line must not contain, with line ends.
const (
	notInText = `\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F`
	notInLine = `\u0000-\u001F\u007F-\u009F\u2028\u2029`
)

// TextPattern matches every text of a request without a format or pattern of its own: no control characters except line
// ends and tab.
const TextPattern = `^[^` + notInText + `]*$`

func patternOf(f *Format, filled bool) string {
	without, end := notInText, "$"
	switch {
	case f != nil && f.Name != "line":
		return f.Pattern
	case f != nil:
		without, end = notInLine, lineEnd
	}
	if filled {
		return `^[^` + without + `]*[^` + canon.BlankPattern + `][^` + without + `]*` + end
	}
	return `^[^` + without + `]*` + end
}

// LinePattern is the pattern of a text on one line, which may have to have a visible character.
func LinePattern(filled bool) string { return patternOf(&Format{Name: "line"}, filled) }

// Pasted returns the pattern of a text on one line with what OneLine drops.
func Pasted(pattern string) string {
	return `^[` + canon.SpacePattern + `]*` + strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$") + lineEnd
}

// The formats of days, moments and decimal numbers are parts of the formats of callers of New.
const (
	DecimalPattern = `^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`

	date    = `(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`
	clock   = `([01][0-9]|2[0-3]):[0-5][0-9]`
	hour    = `[Tt]` + clock + `:[0-5][0-9](\.[0-9]{1,9})?([Zz]|[+-]` + clock + `)`
	instant = date + hour
	uuid    = `^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`
	line    = `^[^` + notInLine + `]*$`
	lineEnd = `[` + canon.SpacePattern + `\u000A\u000D]*$` // what may follow a line
	atom    = `[^\u0000-\u0020\u007F-\u009F()<>\[\]:;@\\,."]+`
	address = `^` + atom + `(\.` + atom + `)*@` + atom + `(\.` + atom + `)+$`
)

// standardFormats returns the formats that every reader knows.
func standardFormats() map[string]Format {
	isInstant := Matches("^" + instant + "$")
	dateValid := func(s string) bool {
		day, err := time.Parse(time.DateOnly, s)
		return err == nil && inCalendar(day)
	}
	instantValid := func(s string) bool {
		at, err := time.Parse(time.RFC3339, strings.ToUpper(s))
		return err == nil && isInstant(s) && inCalendar(at)
	}
	formats := map[string]Format{
		"date":      {Meaning: "a date such as 2026-05-31", Pattern: "^" + date + "$", Length: 10, Keyword: "date", Valid: dateValid},
		"date-time": {Meaning: "a time of RFC 3339 such as 2026-05-31T12:00:00Z", Pattern: "^" + instant + "$", Length: 35, Keyword: "date-time", Valid: instantValid},
		"moment": {Meaning: "a day such as 2026-11-24, or a time such as 2026-11-24T10:00:00Z", Pattern: "^" + date + "(" + hour + ")?$", Length: 35,
			Valid: func(s string) bool { return dateValid(s) || instantValid(s) }},
		"uuid":    {Meaning: "a UUID", Pattern: uuid, Length: 36, Keyword: "uuid", Valid: Matches(uuid)},
		"line":    {Meaning: "a text on one line", Pattern: Pasted(line), Length: 300, Keyword: "line", Valid: Matches(line), OneLine: true},
		"email":   {Meaning: "an e-mail address such as anna@example.com", Pattern: Pasted(address), Length: 254, Keyword: "email", Valid: addressValid(address), OneLine: true},
		"decimal": {Meaning: `a decimal number in a string, such as "12.50"`, InQuery: "a decimal number such as 12.50", Pattern: DecimalPattern, Length: 32, Keyword: "decimal", Valid: Matches(DecimalPattern)},
	}
	for name, f := range formats {
		f.Name = name
		formats[name] = f
	}
	return formats
}

// Matches returns a function that reports whether a text matches the pattern. The pattern writes a character by its
// code as in ECMA 262: \u0041. RE2, the syntax of Go's expressions, writes it differently.
func Matches(pattern string) func(string) bool {
	return regexp.MustCompile(codePoint.ReplaceAllString(pattern, `\x{$1}`)).MatchString
}

var codePoint = regexp.MustCompile(`\\u([0-9A-F]{4})`)

// inCalendar reports whether JSON and the databases can represent the time in UTC: from the year 1 to 9999.
func inCalendar(at time.Time) bool {
	year := at.UTC().Year()
	return year >= 1 && year <= 9999
}

// addressValid accepts a plain address with a dotted domain, without name, comment, route or quotes.
func addressValid(pattern string) func(string) bool {
	bare := Matches(pattern)
	return func(s string) bool {
		address, err := mail.ParseAddress(s)
		return err == nil && address.Address == s && bare(s)
	}
}

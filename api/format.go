package api

import (
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// Format is a form of text that a format tag names. The API document states Named, Pattern and Length beside it. Where the
// trade's own rules tell more of what is wrong, valid is looser than Pattern and leaves it to them; a test compares.
type Format struct {
	Meaning string // for a sentence: Must be …
	Pattern string // what every valid value matches; empty where a pattern says nothing
	Length  int    // the most characters
	Named   string // the format that the API document names; empty where the pattern says it all
	valid   func(string) bool
}

// The control characters that a text must not hold, and those that a line must not: ends of lines among them.
const (
	notInText = `\u0000-\u0008\u000B-\u001F\u007F-\u009F`
	notInLine = `\u0000-\u001F\u007F-\u009F\u2028\u2029`
	spaces    = `\u0009\u000A\u0020\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000`
)

// TextPattern is what every text of a request matches that has no format or pattern of its own: no control characters
// but new line and tab.
const TextPattern = `^[^` + notInText + `]*$`

// PatternOf is the pattern of a text of a format, or of none. One that must be filled is not blank: it has a character
// that is no space.
func PatternOf(format string, filled bool) string {
	without := map[string]string{"": notInText, "line": notInLine}[format]
	switch {
	case without == "":
		return formats()[format].Pattern
	case filled:
		return `^[^` + without + `]*[^` + without + spaces + `][^` + without + `]*$`
	}
	return `^[^` + without + `]*$`
}

// Formats is every format by its name.
func Formats() map[string]Format { return formats() }

var formats = sync.OnceValue(func() map[string]Format {
	const (
		date    = `(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`
		clock   = `([01][0-9]|2[0-3]):[0-5][0-9]`
		hour    = `[Tt]` + clock + `:[0-5][0-9](\.[0-9]{1,9})?([Zz]|[+-]` + clock + `)`
		instant = date + hour
		uuid    = `^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`
		line    = `^[^` + notInLine + `]*$`
		decimal = `^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`
		atom    = `[^\u0000-\u0020\u007F-\u009F()<>\[\]:;@\\,."]+`
		address = `^` + atom + `(\.` + atom + `)*@` + atom + `(\.` + atom + `)+$`
		number  = 20 // more characters than any number has: its own rule tells better what is wrong than a length
	)
	isDecimal, isInstant := matches(decimal), matches("^"+instant+"$")
	dateValid := func(s string) bool {
		day, err := time.Parse(time.DateOnly, s)
		return err == nil && inCalendar(day)
	}
	instantValid := func(s string) bool {
		at, err := time.Parse(time.RFC3339, strings.ToUpper(s))
		return err == nil && isInstant(s) && inCalendar(at)
	}
	return map[string]Format{
		"date":      {"a date such as 2026-05-31", "^" + date + "$", 10, "date", dateValid},
		"date-time": {"a time of RFC 3339 such as 2026-05-31T12:00:00Z", "^" + instant + "$", 35, "date-time", instantValid},
		"moment": {"a day such as 2026-11-24, or a time such as 2026-11-24T10:00:00Z", "^" + date + "(" + hour + ")?$", 35, "",
			func(s string) bool { return dateValid(s) || instantValid(s) }},
		"uuid":           {"a UUID", uuid, 36, "uuid", matches(uuid)},
		"line":           {"a text on one line", line, 300, "line", matches(line)},
		"email":          {"an e-mail address such as anna@example.com", address, company.MaxEmail, "email", addressValid(address)},
		"decimal":        {`a decimal number in a string, such as "12.50"`, decimal, 32, "decimal", isDecimal},
		"price":          {`a decimal number in a string, such as "0.2350"`, money.PricePattern, number, "decimal", isDecimal},
		"rate":           {`a decimal number in a string, such as "8.25"`, money.RatePattern, number, "decimal", isDecimal},
		"amount":         {`a decimal number in a string, such as "12.50"`, money.AmountPattern, number, "decimal", isDecimal},
		"amount-from-0":  {`a decimal number in a string, such as "12.50"`, money.FromZeroPattern, number, "decimal", isDecimal},
		"amount-above-0": {`a decimal number in a string, such as "12.50"`, money.AboveZeroPattern, number, "decimal", isDecimal},
		"currency":       {"a currency's code such as USD", `^[A-Z]{3}$`, money.CodeLength, "", func(string) bool { return true }},
		"origin":         {"W, P, S, X, web, phone, standing or external", order.OriginPattern(), 8, "", matches(order.OriginPattern())},
		"order-number":   {"an origin's letter, digits, or both: W, W000123, W123, 123", order.NumberPattern(), 20, "", matches(order.NumberPattern())},
		"logo":           {"a data URI of a PNG or JPEG: data:image/png;base64,…", logoPattern, longestLogo, "", matches(logoPattern)},
	}
})

// matches compiles a pattern. ECMA 262 spells a character by its code otherwise than RE2.
func matches(pattern string) func(string) bool {
	return regexp.MustCompile(codePoint.ReplaceAllString(pattern, `\x{$1}`)).MatchString
}

var codePoint = regexp.MustCompile(`\\u([0-9A-F]{4})`)

// inCalendar reports whether a time is one that JSON and the databases hold in UTC: from the year 1 to 9999.
func inCalendar(at time.Time) bool {
	year := at.UTC().Year()
	return year >= 1 && year <= 9999
}

// addressValid takes a bare address with a dotted domain; no name, no comment, no route, no quotes.
func addressValid(pattern string) func(string) bool {
	bare := matches(pattern)
	return func(s string) bool {
		address, err := mail.ParseAddress(s)
		return err == nil && address.Address == s && bare(s)
	}
}

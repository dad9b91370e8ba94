package api

import (
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Format is a form of text that a format tag names. The API document states Pattern and Length beside it.
type Format struct {
	Meaning string // for a sentence: Must be …
	Pattern string // what every valid value matches; empty where a pattern says nothing
	Length  int    // the most characters
	valid   func(string) bool
}

// TextPattern is what every text of a request matches that has no format or pattern of its own: no control characters
// but new line and tab.
const TextPattern = `^[^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*$`

// Formats is every format by its name.
func Formats() map[string]Format { return formats() }

var formats = sync.OnceValue(func() map[string]Format {
	const (
		date    = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
		instant = `^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$`
		uuid    = `^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`
		line    = `^[^\x00-\x1F\x7F-\x9F]*$`
		decimal = `^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`
	)
	matches := func(pattern string) func(string) bool { return regexp.MustCompile(pattern).MatchString }
	instantForm := matches(instant)
	return map[string]Format{
		"date": {"a date such as 2026-05-31", date, 10, func(s string) bool {
			day, err := time.Parse(time.DateOnly, s)
			return err == nil && inCalendar(day)
		}},
		"date-time": {"a time of RFC 3339 such as 2026-05-31T12:00:00Z", instant, 35, func(s string) bool {
			at, err := time.Parse(time.RFC3339, strings.ToUpper(s))
			return err == nil && instantForm(s) && inCalendar(at)
		}},
		"uuid":    {"a UUID", uuid, 36, matches(uuid)},
		"decimal": {`a decimal number in a string, such as "12.50"`, decimal, 32, matches(decimal)},
		"line":    {"a text on one line", line, 300, matches(line)},
		"email":   {"an e-mail address such as anna@example.com", "", 254, email},
	}
})

// inCalendar reports whether a time is one that JSON and the databases hold in UTC: from the year 1 to 9999.
func inCalendar(at time.Time) bool {
	year := at.UTC().Year()
	return year >= 1 && year <= 9999
}

// email takes a bare address with a dotted domain; no name, no comment, no route.
func email(s string) bool {
	address, err := mail.ParseAddress(s)
	if err != nil || address.Address != s || strings.ContainsAny(s, " \"<>\n\t") {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return strings.Contains(domain, ".")
}

package company

import (
	"cmp"
	"net/url"
	"strings"
	"unicode"
)

// orderID is the place of the order's id in an OrderURL. It is not one text, because texts with braces name operations.
const orderID = "{" + "id" + "}"

// MaxOrderURL is the number of bytes of the longest OrderURL.
const MaxOrderURL = 500

// OrderURLFault says what is wrong with a template of orders' addresses, or nothing. Empty is right: then there are none.
func OrderURLFault(template string) string {
	const form = "Must be an http:// or https:// address that has the word id in braces once, after the host."
	if template == "" {
		return ""
	}
	u, err := url.Parse(strings.Replace(template, orderID, "id", 1))
	_, behind, _ := strings.Cut(template, "://")
	host, _, _ := strings.Cut(behind, "/")
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", len(template) > MaxOrderURL:
		return form
	case strings.Count(template, orderID) != 1, strings.ContainsAny(strings.Replace(template, orderID, "", 1), "{}"), strings.ContainsAny(host, "{?#"):
		return form
	case u.User != nil:
		return "Must not have a user name or a password."
	case strings.ContainsFunc(template, func(r rune) bool { return unicode.IsSpace(r) || r > unicode.MaxASCII }):
		return "Must have no spaces, and letters beyond ASCII in percent-encoding only."
	}
	return ""
}

// OrderURLOf returns the template of a page that takes the id at the end of its address.
func OrderURLOf(page string) string { return page + orderID }

// OrderLink returns the address at which people open an order, by the company's template, or by the other one if the company has
// none. It is empty if there is neither.
func (s Settings) OrderLink(id, otherwise string) string {
	return strings.Replace(cmp.Or(s.OrderURL, otherwise), orderID, id, 1)
}

package web

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// How an answer is to be shown.
const (
	Inline     = "inline"
	Attachment = "attachment"
)

// SetFileName says how to show the answer and under which name to save it (RFC 6266). A name beyond ASCII comes a second time
// as RFC 8187 writes it (RFC 5987 before), and with underscores for old clients.
func SetFileName(c Request, show, name string) {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r >= utf8.RuneSelf || strings.ContainsRune(`"\%/`, r) {
			return '_'
		}
		return r
	}, name)
	value := show + `; filename="` + plain + `"`
	if plain != name {
		value += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	c.Response().Header().Set("Content-Disposition", value)
}

package web

import (
	"net/url"
	"strings"
)

// SetLinks sets the Link header of a page (RFC 8288): this request's address with the cursor of the next and the
// previous page. An empty cursor means that there is no such page.
func SetLinks(c Request, publicURL, next, prev string) {
	var all []string
	add := func(cursor, rel string) {
		if cursor == "" {
			return
		}
		at := c.Request().URL
		values := at.Query()
		values.Set("cursor", cursor)
		address := url.URL{Path: at.Path, RawQuery: values.Encode()}
		all = append(all, "<"+publicURL+address.String()+`>; rel="`+rel+`"`)
	}
	add(next, "next")
	add(prev, "prev")
	if len(all) > 0 {
		c.Response().Header().Add("Link", strings.Join(all, ", "))
	}
}

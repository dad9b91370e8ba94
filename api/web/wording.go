package web

import (
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Wording writes out what a text of the trade names by its operation (see fault.Render): {billOrder} becomes
// POST /v1/orders/{id}/bill, with the id in its place where the text has one. A name that is no operation stays.
func Wording(routes []Route) func(text string) string {
	found := make(map[string]string, len(routes))
	for _, r := range routes {
		found[r.Operation] = r.Method + " " + r.Path
	}
	return func(text string) string {
		return fault.Render(text, func(operation, id string) string {
			if id == "" {
				return found[operation]
			}
			return strings.Replace(found[operation], "{id}", id, 1)
		})
	}
}

// written is a text of the trade as this service words it.
func (x *exchange) written(text string) string {
	if x.wording == nil { // also where no route matched: what is said then names no operation
		return text
	}
	return x.wording(text)
}

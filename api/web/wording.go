package web

import (
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Wording renders texts of the trade, which name operations (see fault.Render): {billOrder} becomes POST /v1/orders/{id}/bill. A
// name that is not an operation's stays.
func Wording(routes []Route) func(text string) string {
	found := make(map[string]string, len(routes))
	for _, r := range routes {
		found[r.Operation] = r.Method + " " + r.Path
	}
	return func(text string) string {
		return fault.Render(text, func(operation string) string { return found[operation] })
	}
}

// written renders a text of the trade with the wording of the service.
func (x *exchange) written(text string) string {
	if x.wording == nil { // also if no route matched: the text then names no operation
		return text
	}
	return x.wording(text)
}

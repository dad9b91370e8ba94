package fault

import (
	"cmp"
	"regexp"
	"strings"
)

// operation matches the name of an operation in a text: {billOrder}, or {billOrder 0197a3c4-…} with the id of an order. The
// packages of the trade know no paths, so package api replaces these names when it shows a text; see Render.
var operation = regexp.MustCompile(`\{([a-z][A-Za-z]*)(?: ([^{}]+))?\}`)

// WithID adds the id to every operation that the text names. An empty id changes nothing.
func WithID(text, id string) string {
	if id == "" {
		return text
	}
	return operation.ReplaceAllString(text, "{$1 "+id+"}")
}

// Render replaces every operation that the text names by what write returns for it. The id is empty if the text has none.
// Where write returns an empty string, the text stays as it is: it may quote what a caller sent.
func Render(text string, write func(operation, id string) string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	return operation.ReplaceAllStringFunc(text, func(named string) string {
		parts := operation.FindStringSubmatch(named)
		return cmp.Or(write(parts[1], parts[2]), named)
	})
}

package fault

import (
	"cmp"
	"regexp"
	"strings"
)

// operation matches the name of an operation in a text: {billOrder}. The packages of the trade know no paths, so package api
// replaces these names when it shows a text; see Render.
var operation = regexp.MustCompile(`\{([a-z][A-Za-z]*)\}`)

// Render replaces every operation that the text names by what write returns for it. Where write returns an empty string, the text
// stays as it is: it may quote what a caller sent.
func Render(text string, write func(operation string) string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	return operation.ReplaceAllStringFunc(text, func(named string) string { return cmp.Or(write(strings.Trim(named, "{}")), named) })
}

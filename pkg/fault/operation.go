package fault

import (
	"cmp"
	"regexp"
	"strings"
)

// A text for people names what a caller may do next by the operation's name in braces: {billOrder}, or with the id of what
// it is done to, {billOrder 0197a3c4-…}. Where an operation is found is not the trade's to know: whoever shows the text
// writes it out by Render.
var operation = regexp.MustCompile(`\{([a-z][A-Za-z]*)(?: ([^{}]+))?\}`)

// About says which thing the operations of a text are done to, where it has an id.
func About(text, id string) string {
	if id == "" {
		return text
	}
	return operation.ReplaceAllString(text, "{$1 "+id+"}")
}

// Render writes out the operations that a text names. The id is empty where it is not known. What write has no words for
// stays as it is: a text may quote braces.
func Render(text string, write func(operation, id string) string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	return operation.ReplaceAllStringFunc(text, func(named string) string {
		parts := operation.FindStringSubmatch(named)
		return cmp.Or(write(parts[1], parts[2]), named)
	})
}

package store

import (
	"strconv"
	"strings"
	"sync"
)

// dollars numbers the placeholders of a statement. Every ? in its text is a placeholder.
var dollars = remembered(func(query string) string {
	var b strings.Builder
	n := 0
	for i := range len(query) {
		if query[i] != '?' {
			b.WriteByte(query[i])
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
})

// remembered returns the function with a memory of its results. Use it for the texts of statements, which are few and fixed.
func remembered(rewrite func(string) string) func(string) string {
	var known sync.Map
	return func(query string) string {
		text, ok := known.Load(query)
		if !ok {
			text, _ = known.LoadOrStore(query, rewrite(query))
		}
		return text.(string) //nolint:errcheck // only strings go in
	}
}

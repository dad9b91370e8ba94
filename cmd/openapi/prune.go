package main

import (
	"maps"
	"strings"
)

// prune removes the schemas that nothing refers to, again and again, since one may have been the last to use another.
func prune(doc object) {
	schemas := at(doc, "components", "schemas")
	for {
		used := map[string]bool{}
		walk(doc, func(o object) {
			if ref, ok := o["$ref"].(string); ok {
				used[strings.TrimPrefix(ref, refPrefix)] = true
			}
		})
		before := len(schemas)
		maps.DeleteFunc(schemas, func(name string, _ any) bool { return !used[name] })
		if len(schemas) == before {
			return
		}
	}
}

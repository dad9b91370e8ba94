package main

import "maps"

// prune takes out the schemas and headers that nothing refers to, again and again, since one may have been the last to use
// another.
func prune(doc object) {
	for _, kind := range []string{"schemas", "headers"} {
		parts := at(doc, "components", kind)
		for left := -1; left != len(parts); {
			left = len(parts)
			used := map[any]bool{}
			walk(doc, func(o object) { used[o["$ref"]] = true })
			maps.DeleteFunc(parts, func(name string, _ any) bool { return !used["#/components/"+kind+"/"+name] })
		}
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// shareAnswers keeps an answer that several operations give once, among the components, so that the document stays
// readable and clients get one type for it.
func shareAnswers(doc object) {
	shared := at(doc, "components", "responses")
	names := map[string]string{} // by content
	count := map[string]int{}
	each := func(visit func(responses object, status, content string)) {
		paths := at(doc, "paths")
		for _, path := range ordered("paths", paths) {
			item := paths[path].(object) //nolint:errcheck // paths are objects
			for _, method := range ordered("", item) {
				responses := at(item, method, "responses")
				for _, status := range sortedKeys(responses) {
					if _, open := at(item, method)["security"]; status >= "400" && !open {
						raw, _ := json.Marshal(responses[status]) //nolint:errchkjson // a tree of JSON values
						visit(responses, status, status+string(raw))
					}
				}
			}
		}
	}
	each(func(_ object, _, content string) { count[content]++ })
	numbered := map[string]int{}
	each(func(responses object, status, content string) {
		if count[content] < 2 {
			return
		}
		name, known := names[content]
		if !known {
			name = nameOf(status)
			if numbered[name]++; numbered[name] > 1 {
				name = fmt.Sprintf("%s%d", name, numbered[name])
			}
			names[content] = name
			shared[name] = responses[status]
		}
		responses[status] = object{"$ref": "#/components/responses/" + name}
	})
}

// nameOf is a status in a type's spelling: NotFound.
func nameOf(status string) string {
	n, err := strconv.Atoi(status)
	if err != nil {
		return status
	}
	return strings.ReplaceAll(http.StatusText(n), " ", "")
}

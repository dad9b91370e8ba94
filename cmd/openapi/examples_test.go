package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/api"
	"github.com/stretchr/testify/require"
)

// What cannot be shown ends the generation: it is never published as null.
func TestWhatIsNoJSONIsNotPublished(t *testing.T) {
	require.Panics(t, func() { decoded(json.RawMessage(`{"half":`)) })
	require.Panics(t, func() { jsonValue(func() {}) })
	require.Equal(t, object{"a": 1.0}, jsonValue(map[string]int{"a": 1}))
}

// alone is the operations of which one example shows all: they have no parameters, and one answer.
var alone = map[string]bool{"livez": true, "getOrderStates": true, "getRoles": true, "getInvoicePDF": true, "getCreditNotePDF": true}

// Every operation has several named examples, and every body of a request or a success at least one.
func TestEveryOperationIsShown(t *testing.T) {
	doc, err := build(root)
	require.NoError(t, err)
	for _, r := range api.Routes() {
		if r.Undocumented {
			continue
		}
		op, shown := at(doc, "paths", r.Path, strings.ToLower(r.Method)), map[string]bool{}
		look := func(where string, body object) {
			content, _ := body["content"].(object)
			for media, m := range content {
				require.NotContains(t, m, "example", "%s %s %s: it has no name", r.Operation, where, media)
				named := at(m.(object), "examples") //nolint:errcheck // media types are objects
				require.NotEmpty(t, named, "%s %s %s", r.Operation, where, media)
				for name := range named {
					shown[name] = true
				}
			}
		}
		if body, ok := op["requestBody"].(object); ok {
			look("request", body)
		}
		for status, answer := range at(op, "responses") {
			if a := answer.(object); a["x-codes"] == nil && a["$ref"] == nil { //nolint:errcheck // responses are objects
				look(status, a)
			}
		}
		if alone[r.Operation] {
			require.Len(t, shown, 1, r.Operation)
			continue
		}
		require.Greater(t, len(shown), 1, r.Operation)
	}
}

package main

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

func statusText(code fault.Code) string { return strconv.Itoa(web.Status(code)) }

// missingExamples returns the examples that the document needs and nobody has recorded.
func missingExamples(doc tree) []string {
	var missing []string
	paths := doc.at(doc, "paths")
	for path := range paths {
		for method := range paths.at(doc, path) {
			op := paths.at(doc, path, method)
			look := func(where string, content tree) {
				for media := range content {
					shown := content.at(doc, media, "examples")
					if len(shown) == 0 {
						missing = append(missing, fmt.Sprintf("%v %s: no example", op["operationId"], where))
					}
					for name := range shown {
						if shown.at(doc, name)["value"] == nil {
							missing = append(missing, fmt.Sprintf("%v %s: no example of %s", op["operationId"], where, name))
						}
					}
				}
			}
			look("request", op.at(doc, "requestBody", "content"))
			for status := range op.at(doc, "responses") {
				look(status, op.at(doc, "responses", status, "content"))
			}
		}
	}
	return missing
}

// Every request body, every answer and every code has an example from a running service.
func TestEverythingIsShown(t *testing.T) {
	_, doc := made(t, sourceAt(root))
	require.Empty(t, missingExamples(doc), "record them: make examples. A call that nobody makes belongs into cmd/openapi/record/story_test.go, a problem into cmd/openapi/record/problems_test.go")
}

// alone is the operations that need only one example.
var alone = map[string]bool{"livez": true, "getOrderStates": true, "getRoles": true, "getInvoicePDF": true, "getCreditNotePDF": true, "confirmOrder": true, "getInvoice": true, "getCreditNote": true}

// Every other operation has several named examples.
func TestEveryOperationIsShownOften(t *testing.T) {
	_, doc := made(t, sourceAt(root))
	kept, err := readExamples(root + "/cmd/openapi/examples")
	require.NoError(t, err)
	for _, r := range documented() {
		if alone[r.Operation] {
			require.Len(t, kept.byOperation[r.Operation], 1, r.Operation)
			continue
		}
		require.Greater(t, len(kept.byOperation[r.Operation]), 1, "show two calls of %s in cmd/openapi/record/story_test.go, then make examples", r.Operation)
	}
	require.NotEmpty(t, doc)
}

// An example that cannot be shown stops the generation. It is never published as null.
func TestWhatIsNoJSONIsNotPublished(t *testing.T) {
	require.Panics(t, func() { mustDecode([]byte(`{"half":`)) })
	require.Equal(t, object{{"b", []any{true, nil}}, {"a", object{}}}, mustDecode([]byte(`{"b":[true,null],"a":{}}`)))
}

// One example of each operation is the plain one. It is the first example of a body, if the body has that example.
func TestThePlainExampleComesFirst(t *testing.T) {
	kept, err := readExamples(root + "/cmd/openapi/examples")
	require.NoError(t, err)
	plain := map[string]string{}
	for operation, several := range kept.byOperation {
		plain[operation] = several[0].Name
		for i, e := range several {
			require.Equal(t, i == 0, e.Plain, "%s.%s", operation, e.Name)
		}
	}
	doc, err := sourceAt(root).build()
	require.NoError(t, err)
	first := 0
	for _, path := range doc.at("paths") {
		for _, method := range path.value.(object) {
			op := method.value.(object)
			bodies := []object{op.at("requestBody", "content")}
			for _, answer := range op.at("responses") {
				bodies = append(bodies, answer.value.(object).at("content"))
			}
			name := plain[op.get("operationId").(string)]
			for _, content := range bodies {
				for _, media := range content {
					if examples := media.value.(object).at("examples"); examples.get(name) != nil {
						require.Equal(t, name, examples[0].name, op.get("operationId"))
						first++
					}
				}
			}
		}
	}
	require.Greater(t, first, len(plain))
}

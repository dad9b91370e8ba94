package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/orderdesk/orderdesk"
	"github.com/orderdesk/orderdesk/api"
)

const root = "../.."

// documented is the routes that the document has.
func documented() []api.Route {
	var routes []api.Route
	for _, r := range api.Routes() {
		if !r.Undocumented {
			routes = append(routes, r)
		}
	}
	return routes
}

// made is the document as bytes, and as whoever reads it sees it.
func made(t *testing.T, s source) (text string, doc tree) {
	t.Helper()
	built, err := s.build()
	require.NoError(t, err)
	raw, err := asYAML(built)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(raw, &doc))
	return string(raw), doc
}

// tree is a JSON object as a reader has it.
type tree map[string]any

// at is the object that lies at the path of members, wherever it is referred to; nil where there is none.
func (o tree) at(doc tree, path ...string) tree {
	for _, name := range path {
		next, _ := o[name].(tree)
		o = doc.resolved(next)
	}
	return o
}

// resolved is what a reference leads to, or else the object itself.
func (o tree) resolved(v tree) tree {
	to, ok := v["$ref"].(string)
	if !ok {
		return v
	}
	return o.at(o, strings.Split(strings.TrimPrefix(to, "#/"), "/")...)
}

// What is committed is what make generate writes now, byte for byte.
func TestCommittedDocumentIsWhatGenerationGives(t *testing.T) {
	committed, err := os.ReadFile(filepath.Join(root, "openapi.yaml"))
	require.NoError(t, err)
	text, _ := made(t, sourceAt(root))
	require.True(t, string(committed) == text, "openapi.yaml is not what make generate writes now")
	again, _ := made(t, sourceAt(root))
	require.True(t, text == again, "the same build twice is the same document")
}

// The service serves the same document as JSON, its members in the same order.
func TestJSONIsTheSameDocument(t *testing.T) {
	built, err := sourceAt(root).build()
	require.NoError(t, err)
	served, err := decoded(orderdesk.OpenAPIJSON())
	require.NoError(t, err)
	var same func(where string, want, got any)
	same = func(where string, want, got any) {
		switch want := want.(type) {
		case object:
			got, ok := got.(object)
			require.True(t, ok && len(want) == len(got), where)
			for i := range want {
				require.Equal(t, want[i].name, got[i].name, where)
				same(where+"/"+want[i].name, want[i].value, got[i].value)
			}
		case []any:
			got, ok := got.([]any)
			require.True(t, ok && len(want) == len(got), where)
			for i := range want {
				same(where, want[i], got[i])
			}
		default:
			one, err := json.Marshal(want)
			require.NoError(t, err)
			two, err := json.Marshal(got)
			require.NoError(t, err)
			require.Equal(t, string(one), string(two), where)
		}
	}
	same("", built, served)
}

// A reader of OpenAPI 3.1 that is not ours takes the document, and every example fits its schema.
func TestDocumentIsValid(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromFile(root + "/openapi.yaml")
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background()))
}

// A person can read the document: it does not grow by more than this for each operation.
func TestDocumentIsShort(t *testing.T) {
	text, _ := made(t, sourceAt(root))
	require.Less(t, len(text), 12_500*len(documented()), "show less in the examples, or name what is said twice")
}

// The paths stand in the order of the route table, after what a reader wants to know first.
func TestDocumentIsInOrder(t *testing.T) {
	text, _ := made(t, sourceAt(root))
	from := 0
	next := func(what string) {
		found := strings.Index(text[from:], what)
		require.GreaterOrEqual(t, found, 0, what)
		from += found + 1
	}
	for _, what := range []string{"openapi: ", "\ninfo:", "\nservers:", "\ntags:", "\npaths:"} {
		next(what)
	}
	seen := map[string]bool{}
	for _, r := range documented() {
		if !seen[r.Path] {
			seen[r.Path] = true
			next("\n  " + scalarText(t, r.Path) + ":\n")
		}
	}
}

func scalarText(t *testing.T, s string) string {
	t.Helper()
	raw, err := yaml.Marshal(scalar(s))
	require.NoError(t, err)
	return strings.TrimSpace(string(raw))
}

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
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
)

const root = "../.."

// documented returns the routes that the document has.
func documented() []api.Route {
	var routes []api.Route
	for _, r := range api.Routes() {
		if !r.Undocumented {
			routes = append(routes, r)
		}
	}
	return routes
}

// made returns the document as bytes and as a reader sees it.
func made(t *testing.T, s source) (text string, doc tree) {
	t.Helper()
	built, err := s.build()
	require.NoError(t, err)
	raw, err := asYAML(built)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(raw, &doc))
	return string(raw), doc
}

// tree is a JSON object as a reader sees it.
type tree map[string]any

// at returns the object at the path of members and follows references. It returns nil if there is none.
func (o tree) at(doc tree, path ...string) tree {
	for _, name := range path {
		next, _ := o[name].(tree)
		o = doc.resolved(next)
	}
	return o
}

// resolved returns the target of a reference, or the object itself.
func (o tree) resolved(v tree) tree {
	to, ok := v["$ref"].(string)
	if !ok {
		return v
	}
	return o.at(o, strings.Split(strings.TrimPrefix(to, "#/"), "/")...)
}

// The committed files are what make generate writes now, byte for byte.
func TestCommittedDocumentIsWhatGenerationGives(t *testing.T) {
	committed, err := os.ReadFile(filepath.Join(root, "openapi.yaml"))
	require.NoError(t, err)
	text, _ := made(t, sourceAt(root))
	require.True(t, string(committed) == text, "openapi.yaml is not what make generate writes now")
	again, _ := made(t, sourceAt(root))
	require.True(t, text == again, "the same build twice is the same document")
}

// The service serves the same document as JSON, with the members in the same order.
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

// Another project's reader of OpenAPI 3.1 accepts the document, and every example fits its schema.
func TestDocumentIsValid(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromFile(root + "/openapi.yaml")
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background(), openapi3.DisableExamplesValidation()))
	typed, err := contract.Load() // openapi3 itself refuses null as an example of a member without a type
	require.NoError(t, err)
	require.NoError(t, typed.Validate(context.Background()))
}

// A person can read the document: its size for each operation is limited.
func TestDocumentIsShort(t *testing.T) {
	const first, bytes, each = 36, 450_000, 11_000 // the first 36 operations, and each that was added to them
	text, _ := made(t, sourceAt(root))
	require.Less(t, len(text), bytes+each*(len(documented())-first), "show less in the examples, or name what is said twice")
}

// The paths are in the order of the route table, after the general information.
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

// A value of any type has no list of types, which some generators refuse. A patch has writable members only.
func TestSchemasSuitGenerators(t *testing.T) {
	_, doc := made(t, sourceAt(root))
	schemas := doc.at(doc, "components", "schemas")
	var look func(where string, v any)
	look = func(where string, v any) {
		switch v := v.(type) {
		case tree:
			if kinds, several := v["type"].([]any); several {
				require.Len(t, kinds, 2, where)
				require.Equal(t, "null", kinds[1], where)
			}
			for name, kid := range v {
				look(where+"/"+name, kid)
			}
		case []any:
			for _, kid := range v {
				look(where, kid)
			}
		}
	}
	look("", schemas)
	require.Equal(t, "#/components/schemas/NullableAddress", schemas.at(doc, "Order", "properties")["ship_to"].(tree)["$ref"])
	require.Equal(t, schemas.at(doc, "Address", "properties"), schemas.at(doc, "NullableAddress", "properties"))
	for name := range schemas.at(doc) {
		if plain, nullable := strings.CutPrefix(name, "Nullable"); nullable && schemas.at(doc, name)["properties"] != nil && schemas.at(doc)[plain] != nil {
			require.Equal(t, plain, schemas.at(doc, name)["x-go-type"], "Go clients have one type of it")
		}
	}
	require.Equal(t, "Address", schemas.at(doc, "NullableAddress")["x-go-type"])
	require.NotContains(t, schemas.at(doc, "Change", "properties")["before"], "type")
	for patch, computed := range map[string]string{"OrderPatch": "total", "LinePatch": "amount", "CustomerPatch": "version", "SettingsPatch": "currency"} {
		require.NotContains(t, schemas.at(doc, patch, "properties"), computed)
		require.Equal(t, false, schemas.at(doc, patch)["additionalProperties"])
	}
}

// Generators make one type of each name, and one of each header wherever it is.
func TestNamesOfComponentsAreUnique(t *testing.T) {
	doc, err := sourceAt(root).build()
	require.NoError(t, err)
	kinds := map[string]string{}
	for _, kind := range []string{"parameters", "responses", "schemas"} {
		for _, m := range doc.at("components", kind) {
			require.Empty(t, kinds[m.name], "%s is also the name of one of the %s", m.name, kind)
			kinds[m.name] = kind
		}
	}
	for _, m := range doc.at("components", "headers") {
		require.Nil(t, m.value.(object).get("required"), m.name)
	}
}

// Where the service refuses a request without Idempotency-Key, the parameter is required.
func TestTheKeyIsRequiredWhereItIsNeeded(t *testing.T) {
	_, doc := made(t, sourceAt(root))
	for _, r := range documented() {
		op := doc.at(doc, "paths", r.Path, strings.ToLower(r.Method))
		parameters, _ := op["parameters"].([]any)
		for _, p := range parameters {
			if p := doc.resolved(p.(tree)); p["name"] == "Idempotency-Key" {
				require.Equal(t, r.Key == web.KeyRequired, p["required"], r.Operation)
			}
		}
	}
}

// Readers learn every code, and may meet others.
func TestCodesAreAnOpenEnum(t *testing.T) {
	_, doc := made(t, sourceAt(root))
	listed := map[bool][]any{}
	for field, schema := range map[bool]string{false: "Problem", true: "FieldError"} {
		code := doc.at(doc, "components", "schemas", schema, "properties", "code")
		require.Nil(t, code["enum"])
		listed[field], _ = code["x-extensible-enum"].([]any)
	}
	for _, e := range fault.Catalogue() {
		require.Contains(t, listed[e.Field], string(e.Code))
	}
	require.Len(t, fault.Catalogue(), len(listed[false])+len(listed[true]))
}

// A reader of YAML 1.1 takes on and off for booleans, unless they are quoted.
func TestOldBooleansAreQuoted(t *testing.T) {
	for _, word := range []string{"on", "off", "yes", "no", "y", "N", "On", "OFF"} {
		require.Regexp(t, `^["'].*["']$`, scalarText(t, word))
	}
	text, _ := made(t, sourceAt(root))
	require.Contains(t, text, `enum: [inherit, 'on', 'off']`)
}

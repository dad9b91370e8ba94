package api

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// bodies is what each operation decodes. One that takes a body and is not here fails the test below.
func bodies() map[string]any {
	return map[string]any{
		"placeOrder": cartBody{}, "updateOrder": orderPatch{}, "checkoutOrder": lineIDsBody{}, "billOrder": lineIDsBody{}, "voidOrder": reasonBody{},
		"confirmOrders": confirmManyBody{}, "recordPayment": newPaymentBody{}, "recordRefund": newRefundBody{}, "emailOrder": newEmailBody{},
		"createCustomer": newCustomerBody{}, "updateCustomer": customerPatch{}, "updateSettings": settingsPatch{},
	}
}

// What the document says of a request is what the binder holds it against: every member, type, bound and default.
func TestDocumentSaysTheBinderBounds(t *testing.T) {
	raw, err := os.ReadFile("../docs/openapi.json")
	require.NoError(t, err)
	var doc map[string]any
	require.NoError(t, json.Unmarshal(raw, &doc))
	d := apiDocument{t, doc}
	known := bodies()
	for _, r := range Routes() {
		if r.Undocumented {
			continue
		}
		op := d.at("paths", r.Path, strings.ToLower(r.Method))
		d.parameters(r, op)
		body, ok := op["requestBody"].(map[string]any)
		if !ok || r.Auth == web.Public { // SendGrid's hook is lenient, and its schema SendGrid's
			continue
		}
		into, ok := known[r.Operation]
		require.True(t, ok, "bodies() does not say what %s decodes", r.Operation)
		for media, m := range members(body["content"]) {
			d.same(r.Operation+" "+media, members(members(m)["schema"]), Reader().BodyShape(reflect.TypeOf(into)))
		}
		delete(known, r.Operation)
	}
	require.Empty(t, known, "these take no body in the document")
}

type apiDocument struct {
	t   *testing.T
	doc map[string]any
}

func members(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func (d apiDocument) at(path ...string) map[string]any {
	d.t.Helper()
	o := d.doc
	for _, name := range path {
		next, ok := o[name].(map[string]any)
		require.True(d.t, ok, "the document has no %s", strings.Join(path, " "))
		o = next
	}
	return o
}

// parameters compares an operation's query parameters with the struct that it binds.
func (d apiDocument) parameters(r Route, op map[string]any) {
	written := map[string]map[string]any{}
	list, _ := op["parameters"].([]any)
	for _, p := range list {
		if one := members(p); one["in"] == "query" {
			written[one["name"].(string)] = one
		}
	}
	if r.Query != nil {
		for _, f := range Reader().QueryShape(reflect.TypeOf(r.Query)).Fields {
			where := r.Operation + " ?" + f.Name
			p := written[f.Name]
			require.NotNil(d.t, p, where)
			require.Equal(d.t, f.Required, p["required"] == true, where)
			s := *f.Shape
			s.Nullable = false // a query has no null
			schema := members(p["schema"])
			if s.Kind == strictjson.List {
				require.Equal(d.t, []any{"form", false}, []any{p["style"], p["explode"]}, where)
			}
			d.same(where, schema, &s)
			d.fallback(where, schema, f)
			delete(written, f.Name)
		}
	}
	require.Empty(d.t, written, r.Operation)
}

func (d apiDocument) fallback(where string, schema map[string]any, f strictjson.Field) {
	switch {
	case f.Default == nil:
		require.Nil(d.t, schema["default"], where)
	case f.Shape.Kind == strictjson.List:
		require.Equal(d.t, []any{*f.Default}, schema["default"], where)
	default:
		require.Equal(d.t, *f.Default, fmt.Sprint(schema["default"]), where)
	}
}

// same compares a schema with the shape that the binder works by.
func (d apiDocument) same(where string, schema map[string]any, s *strictjson.Shape) {
	if ref, ok := schema["$ref"].(string); ok {
		schema = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	if s.Kind == strictjson.Any {
		return // a computed member, compared with what is stored and not with a rule
	}
	types, ok := schema["type"].([]any)
	if !ok {
		types = []any{schema["type"]}
	}
	require.Equal(d.t, s.Nullable, slices.Contains(types, any("null")), "%s may be null", where)
	require.Equal(d.t, map[strictjson.Kind]any{
		strictjson.Text: "string", strictjson.ParsedText: "string", strictjson.Boolean: "boolean", strictjson.Integer: "integer", strictjson.List: "array", strictjson.Map: "object", strictjson.Object: "object",
	}[s.Kind], types[0], "type of %s", where)
	switch s.Kind {
	case strictjson.Text, strictjson.ParsedText:
		d.text(where, schema, s)
	case strictjson.Integer:
		d.number(where+" minimum", schema["minimum"], s.Rule.Minimum)
		d.number(where+" maximum", schema["maximum"], s.Rule.Maximum)
	case strictjson.List:
		d.count(where+" minItems", schema["minItems"], s.Rule.MinItems)
		d.count(where+" maxItems", schema["maxItems"], s.Rule.MaxItems)
		d.same(where+"[]", members(schema["items"]), s.Elem)
	case strictjson.Map:
		d.same(where+"{}", members(schema["additionalProperties"]), s.Elem)
	case strictjson.Object:
		d.object(where, schema, s)
	}
}

func (d apiDocument) text(where string, schema map[string]any, s *strictjson.Shape) {
	if s.Rule.Enum != nil {
		var enum []string
		for _, v := range schema["enum"].([]any) {
			if v != nil {
				enum = append(enum, v.(string))
			}
		}
		require.Equal(d.t, s.Rule.Enum, enum, "%s enum", where)
		return
	}
	require.Nil(d.t, schema["enum"], where)
	var keyword string
	if s.Rule.Format != nil {
		keyword = s.Rule.Format.Keyword
	}
	require.Equal(d.t, keyword, strings.TrimPrefix(fmt.Sprint(schema["format"]), "<nil>"), "%s format", where)
	longest, bounded := s.Rule.Longest()
	require.True(d.t, bounded, "%s takes a text of any length", where)
	d.count(where+" maxLength", schema["maxLength"], &longest)
	d.count(where+" minLength", schema["minLength"], s.Rule.MinLength)
	require.Equal(d.t, s.Rule.TextPattern(), schema["pattern"], "%s pattern", where)
}

func (d apiDocument) object(where string, schema map[string]any, s *strictjson.Shape) {
	require.Equal(d.t, false, schema["additionalProperties"], "%s takes more members", where)
	var required []string
	list, _ := schema["required"].([]any)
	for _, name := range list {
		required = append(required, name.(string))
	}
	var written []string
	for name := range members(schema["properties"]) {
		written = append(written, name)
	}
	var known []string
	for _, f := range s.Fields {
		known = append(known, f.Name)
	}
	require.ElementsMatch(d.t, known, written, "members of %s", where)
	for _, f := range s.Fields {
		inside := where + "." + f.Name
		require.Equal(d.t, f.Required, slices.Contains(required, f.Name), "%s is required", inside)
		property := members(members(schema["properties"])[f.Name])
		d.same(inside, property, f.Shape)
		if f.Shape.Kind != strictjson.Any {
			d.fallback(inside, property, f)
		}
	}
}

func (d apiDocument) number(what string, got any, want *int64) {
	require.NotNil(d.t, want, "%s: the binder has none", what)
	require.Equal(d.t, strconv.FormatInt(*want, 10), fmt.Sprintf("%.0f", got), what)
}

func (d apiDocument) count(what string, got any, want *int) {
	if want == nil {
		require.Nil(d.t, got, what)
		return
	}
	require.Equal(d.t, strconv.Itoa(*want), fmt.Sprintf("%.0f", got), what)
}

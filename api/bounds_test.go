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
		if !ok || r.Auth == Public { // SendGrid's hook is lenient, and its schema SendGrid's
			continue
		}
		into, ok := known[r.Operation]
		require.True(t, ok, "bodies() does not say what %s decodes", r.Operation)
		for media, m := range members(body["content"]) {
			d.same(r.Operation+" "+media, members(members(m)["schema"]), shapeOf(reflect.TypeOf(into), "json"))
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
		for _, f := range shapeOf(reflect.TypeOf(r.Query), "query").fields {
			where := r.Operation + " ?" + f.name
			p := written[f.name]
			require.NotNil(d.t, p, where)
			require.Equal(d.t, f.required, p["required"] == true, where)
			s := *f.shape
			s.nullable = false // a query has no null
			schema := members(p["schema"])
			if s.kind == listKind {
				require.Equal(d.t, []any{"form", false}, []any{p["style"], p["explode"]}, where)
			}
			d.same(where, schema, &s)
			d.fallback(where, schema, f)
			delete(written, f.name)
		}
	}
	require.Empty(d.t, written, r.Operation)
}

func (d apiDocument) fallback(where string, schema map[string]any, f field) {
	switch {
	case f.fallback == nil:
		require.Nil(d.t, schema["default"], where)
	case f.shape.kind == listKind:
		require.Equal(d.t, []any{*f.fallback}, schema["default"], where)
	default:
		require.Equal(d.t, *f.fallback, fmt.Sprint(schema["default"]), where)
	}
}

// same compares a schema with the shape that the binder works by.
func (d apiDocument) same(where string, schema map[string]any, s *shape) {
	if ref, ok := schema["$ref"].(string); ok {
		schema = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	if s.kind == rawKind {
		return // a computed member, compared with what is stored and not with a rule
	}
	types, ok := schema["type"].([]any)
	if !ok {
		types = []any{schema["type"]}
	}
	require.Equal(d.t, s.nullable, slices.Contains(types, any("null")), "%s may be null", where)
	require.Equal(d.t, map[kind]any{
		textKind: "string", parsedKind: "string", boolKind: "boolean", intKind: "integer", listKind: "array", mapKind: "object", objectKind: "object",
	}[s.kind], types[0], "type of %s", where)
	switch s.kind {
	case textKind, parsedKind:
		d.text(where, schema, s)
	case intKind:
		d.number(where+" minimum", schema["minimum"], s.rule.minimum)
		d.number(where+" maximum", schema["maximum"], s.rule.maximum)
	case listKind:
		d.count(where+" minItems", schema["minItems"], s.rule.minItems)
		d.count(where+" maxItems", schema["maxItems"], s.rule.maxItems)
		d.same(where+"[]", members(schema["items"]), s.elem)
	case mapKind:
		d.same(where+"{}", members(schema["additionalProperties"]), s.elem)
	case objectKind:
		d.object(where, schema, s)
	}
}

func (d apiDocument) text(where string, schema map[string]any, s *shape) {
	if s.rule.enum != nil {
		var enum []string
		for _, v := range schema["enum"].([]any) {
			if v != nil {
				enum = append(enum, v.(string))
			}
		}
		require.Equal(d.t, s.rule.enum, enum, "%s enum", where)
		return
	}
	require.Nil(d.t, schema["enum"], where)
	f := Formats()[s.rule.format]
	require.Equal(d.t, f.Named, strings.TrimPrefix(fmt.Sprint(schema["format"]), "<nil>"), "%s format", where)
	longest := s.rule.maxLength
	if longest == nil && f.Length > 0 {
		longest = &f.Length
	}
	require.NotNil(d.t, longest, "%s takes a text of any length", where)
	d.count(where+" maxLength", schema["maxLength"], longest)
	d.count(where+" minLength", schema["minLength"], s.rule.minLength)
	pattern := PatternOf(s.rule.format, or(s.rule.minLength) > 0)
	if s.rule.pattern != nil {
		pattern = s.rule.pattern.String()
	}
	require.Equal(d.t, pattern, schema["pattern"], "%s pattern", where)
}

func (d apiDocument) object(where string, schema map[string]any, s *shape) {
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
	require.ElementsMatch(d.t, s.names(), written, "members of %s", where)
	for _, f := range s.fields {
		inside := where + "." + f.name
		require.Equal(d.t, f.required, slices.Contains(required, f.name), "%s is required", inside)
		property := members(members(schema["properties"])[f.name])
		d.same(inside, property, f.shape)
		if f.shape.kind != rawKind {
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

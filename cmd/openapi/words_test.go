package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
)

// Every operation says what it is for, who may call it, what each answer is, and shows it.
func TestEveryOperationIsDescribed(t *testing.T) {
	doc, err := build(root)
	require.NoError(t, err)
	var declared []any
	for _, tag := range tags {
		declared = append(declared, tag[0])
	}
	for _, r := range api.Routes() {
		if r.Undocumented {
			continue
		}
		op := at(doc, "paths", r.Path, strings.ToLower(r.Method))
		require.Equal(t, r.Operation, op["operationId"])
		require.NotEmpty(t, op["summary"], r.Operation)
		require.True(t, strings.HasSuffix(fmt.Sprint(op["description"]), "."), "the description of %s: %v", r.Operation, op["description"])
		list, _ := op["tags"].([]any)
		require.Len(t, list, 1, r.Operation)
		require.Contains(t, declared, list[0], r.Operation)
		require.Equal(t, r.Auth != web.Public, len(at(op, "x-roles")) > 0, "roles of %s", r.Operation)
		for _, p := range op["parameters"].([]any) {
			parameter := resolved(doc, p)
			require.NotEmpty(t, parameter["description"], "%s: parameter %v", r.Operation, parameter["name"])
		}
		for status := range at(op, "responses") {
			answersWell(t, doc, r, op, status)
		}
	}
}

func answersWell(t *testing.T, doc object, r api.Route, op object, status string) {
	t.Helper()
	where := r.Operation + " " + status
	answer := resolved(doc, at(op, "responses")[status])
	require.NotEmpty(t, answer["description"], where)
	require.Contains(t, answer["headers"], "X-Request-Id", where)
	content, _ := answer["content"].(object)
	for media := range content {
		require.Equal(t, status >= "400" && where != "readyz 503", media == "application/problem+json", "%s as %s", where, media)
	}
	if problem, ok := content["application/problem+json"].(object); ok {
		require.NotEmpty(t, answer["x-codes"], where)
		for _, code := range answer["x-codes"].([]any) {
			value, _ := resolved(doc, at(problem, "examples")[code.(string)])["value"].(object)
			require.NotNil(t, value, "%s: an example of %v", where, code)
			if ownProblem(r, status) {
				require.True(t, strings.HasPrefix(fmt.Sprint(value["instance"]), strings.Split(r.Path, "{")[0]), "%s: %v", where, value["instance"])
			}
		}
	}
	if media, ok := content["application/json"].(object); ok && !slices.Contains([]string{"readyz", "listErrors"}, r.Operation) {
		require.NotEmpty(t, media["examples"], "%s has no example", where)
	}
}

func resolved(doc object, v any) object {
	o, _ := v.(object)
	if ref, ok := o["$ref"].(string); ok {
		return at(doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	return o
}

// Every schema and every member has words, and every text of the tables is somebody's.
func TestEverySchemaIsDescribed(t *testing.T) {
	doc, err := build(root)
	require.NoError(t, err)
	schemas := at(doc, "components", "schemas")
	for _, name := range sortedKeys(schemas) {
		schema := at(schemas, name)
		require.NotEmpty(t, schema["description"], name)
		for property, p := range at(schema, "properties") {
			require.NotEmpty(t, resolved(doc, p)["description"], "%s.%s", name, property)
		}
	}
	for name := range schemaTexts {
		require.Contains(t, schemas, name, "schemaTexts describes a schema that is not there")
	}
	asked := map[string]bool{}
	for _, r := range api.Routes() {
		for _, p := range r.Parameters() {
			asked[p.Name], asked[r.Operation+"."+p.Name] = true, true
		}
	}
	for _, name := range append(sortedKeys(queryExamples), slices.Collect(maps.Keys(queryTexts))...) {
		require.True(t, asked[name], "the text or example of ?%s, which nothing takes", name)
	}
}

// A member of an answer is there whatever it holds, null where it has no value: a client need not ask for it twice. What
// is only there on demand stands in a list, and a problem has the members of its code.
func TestAnswersHaveAllTheirMembers(t *testing.T) {
	doc, err := build(root)
	require.NoError(t, err)
	seen := 0
	var whole func(v any, where string)
	whole = func(v any, where string) {
		o, _ := v.(object)
		if ref, ok := o["$ref"].(string); ok {
			name := strings.TrimPrefix(ref, refPrefix)
			whole(at(doc, "components", "schemas", name), name)
			return
		}
		if o == nil || where == "Problem" || strings.HasSuffix(where, ".problem") {
			return
		}
		required, _ := o["required"].([]any)
		properties, _ := o["properties"].(object)
		for _, name := range sortedKeys(properties) {
			seen++
			require.True(t, slices.Contains(required, any(name)) || slices.Contains(onDemand[where], name), "%s.%s may be absent", where, name)
			whole(properties[name], where+"."+name)
		}
		for _, under := range []string{"items", "additionalProperties"} {
			whole(o[under], where)
		}
		for _, part := range list(o["allOf"]) {
			whole(part, where)
		}
	}
	for _, r := range api.Routes() {
		if r.Undocumented {
			continue
		}
		for status, answer := range at(doc, "paths", r.Path, strings.ToLower(r.Method), "responses") {
			if content, _ := resolved(doc, answer)["content"].(object); status < "300" && content["application/json"] != nil {
				whole(at(content, "application/json", "schema"), r.Operation)
			}
		}
	}
	require.Greater(t, seen, 300)
}

func list(v any) []any { l, _ := v.([]any); return l }

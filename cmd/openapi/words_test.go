package main

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Every operation has its purpose, its callers, a description of each answer, and examples.
func TestEveryOperationIsDescribed(t *testing.T) {
	_, doc := made(t, sourceAt(root))
	var declared []string
	for _, tag := range tags {
		declared = append(declared, tag[0])
	}
	for _, r := range documented() {
		op := doc.at(doc, "paths", r.Path, strings.ToLower(r.Method))
		require.Equal(t, r.Operation, op["operationId"])
		require.NotEmpty(t, op["summary"], r.Operation)
		require.True(t, strings.HasSuffix(op["description"].(string), "."), "the description of %s: %v", r.Operation, op["description"])
		list, _ := op["tags"].([]any)
		require.Len(t, list, 1, r.Operation)
		require.Contains(t, declared, list[0], r.Operation)
		require.Equal(t, !r.Tokenless(), op["x-roles"] != nil, "roles of %s", r.Operation)
		parameters, _ := op["parameters"].([]any)
		for _, p := range parameters {
			parameter := doc.resolved(p.(tree))
			require.NotEmpty(t, parameter["description"], "%s: parameter %v", r.Operation, parameter["name"])
		}
		for status := range op.at(doc, "responses") {
			answersWell(t, doc, r, op.at(doc, "responses", status), status)
		}
	}
}

func answersWell(t *testing.T, doc tree, r api.Route, answer tree, status string) {
	t.Helper()
	where := r.Operation + " " + status
	require.NotEmpty(t, answer["description"], where)
	require.Contains(t, answer["headers"], "X-Request-Id", where)
	content, _ := answer["content"].(tree)
	for media := range content {
		require.Equal(t, status >= "400" && where != "readyz 503", media == "application/problem+json", "%s as %s", where, media)
	}
	problem := content.at(doc, "application/problem+json")
	if problem == nil {
		return
	}
	var announced []string
	for _, code := range r.Codes() {
		if strconv.Itoa(web.Status(code)) == status {
			announced = append(announced, string(code))
		}
	}
	var shown []string
	for code := range problem.at(doc, "examples") {
		shown = append(shown, code)
		value := problem.at(doc, "examples", code, "value")
		require.Equal(t, code, value["code"], where)
	}
	slices.Sort(shown)
	require.Equal(t, announced, shown, where)
}

// Every schema and every member has a description. The generator names the type and the field of a missing comment;
// this test also checks schemas that come from no struct.
func TestEverySchemaIsDescribed(t *testing.T) {
	_, doc := made(t, sourceAt(root))
	schemas := doc.at(doc, "components", "schemas")
	for name := range schemas {
		schema := schemas.at(doc, name)
		require.NotEmpty(t, schema["description"], name)
		properties, _ := schema["properties"].(tree)
		for property, p := range properties {
			require.NotEmpty(t, p.(tree)["description"], "%s.%s", name, property)
		}
	}
	require.Greater(t, len(schemas), 80)
}

// A member of an answer is always present, with null for no value. A member that is only present on request has
// omitempty in Go, and a problem has the members of its code.
func TestAnswersHaveAllTheirMembers(t *testing.T) {
	onDemand := map[string][]string{"Page": {"total", "total_exact", "synced_until", "facets", "totals"}, "OrderSummary": {"allowed_actions", "lines"},
		"OrderDetails": {"payments", "emails", "events"}, "Change": {"line_id", "position", "sku"}}
	_, doc := made(t, sourceAt(root))
	seen := 0
	var whole func(v any, where string)
	whole = func(v any, where string) {
		o, _ := v.(tree)
		if ref, ok := o["$ref"].(string); ok {
			name := strings.TrimPrefix(ref, "#/components/schemas/")
			whole(doc.resolved(o), strings.TrimPrefix(name, "Nullable"))
			return
		}
		if o == nil || where == "Problem" {
			return
		}
		required, _ := o["required"].([]any)
		properties, _ := o["properties"].(tree)
		for name, p := range properties {
			seen++
			require.True(t, slices.Contains(required, any(name)) || slices.Contains(onDemand[where], name), "%s.%s may be absent", where, name)
			whole(p, where+"."+name)
		}
		for _, under := range []string{"items", "additionalProperties"} {
			whole(o[under], where)
		}
	}
	for _, r := range documented() {
		for _, a := range r.Answers {
			media := doc.at(doc, "paths", r.Path, strings.ToLower(r.Method), "responses", strconv.Itoa(a.Status), "content", "application/json")
			whole(media["schema"], r.Operation)
		}
	}
	require.Greater(t, seen, 300)
}

// Every member that a code adds to its problem is described, and no other member is.
func TestProblemsHaveTheMembersOfTheCatalogue(t *testing.T) {
	_, doc := made(t, sourceAt(root))
	properties := doc.at(doc, "components", "schemas", "Problem", "properties")
	known := map[string]bool{"type": true, "title": true, "status": true, "detail": true, "instance": true, "code": true, "request_id": true, "retryable": true, "errors": true}
	for _, e := range fault.Catalogue() {
		for _, m := range e.Members {
			known[m.Name] = true
			require.Contains(t, properties, m.Name, "%s: give ProblemMembers a field for it", e.Code)
		}
	}
	for name := range properties {
		require.True(t, known[name], "no code adds %s", name)
	}
}

// Every answer of a deprecated operation declares its headers, and no answer of another operation does.
func TestSunsetIsDeclared(t *testing.T) {
	old := juggle()
	old.Sunset = &web.Sunset{
		Deprecated: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), Gone: time.Date(2027, 9, 1, 0, 0, 0, 0, time.UTC), Instead: "/docs/#/orders",
	}
	old.Version = web.Conditional
	_, doc := made(t, withJuggle(t, juggleComment, old))
	op := doc.at(doc, "paths", old.Path, "post")
	require.Equal(t, true, op["deprecated"])
	responses := op.at(doc, "responses")
	for status := range responses {
		for _, header := range []string{"Deprecation", "Sunset", "Link"} {
			require.Contains(t, responses.at(doc, status, "headers"), header, status)
		}
	}
	require.Contains(t, responses, "304")
	require.Contains(t, responses, "404")
	require.NotContains(t, doc.at(doc, "paths", "/v1/orders/{id}/void", "post", "responses", "404", "headers"), "Deprecation")

	old.Sunset = &web.Sunset{Deprecated: old.Sunset.Deprecated}
	require.Equal(t, []string{"Deprecation"}, sunsetHeaders(old), "no end is decided")
}

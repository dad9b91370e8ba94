package main

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/go-openapi/spec"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// parameters returns what the operation reads besides its body: the parts of its path, the query and the headers.
func (d *document) parameters(r api.Route, said comment) ([]any, error) {
	all, err := d.pathParameters(r, said)
	if r.Query != nil {
		for _, f := range d.schemas.reader.QueryShape(reflect.TypeOf(r.Query)).Fields {
			text, missing := d.words.field(f.Owner, f.Go.Name)
			if missing != nil {
				d.schemas.missing = append(d.schemas.missing, missing)
			}
			all = append(all, d.parameter(f, d.queryParameter(f, text)))
		}
	}
	for _, name := range commonParameters(r) {
		all = append(all, ref("parameters", name))
	}
	return all, err
}

// parameter is a query parameter: a reference to it, if several operations embed the struct that declares it.
func (d *document) parameter(f strictjson.Field, p object) object {
	if d.takers[f.Owner] < 2 {
		return p
	}
	owner := strings.TrimSuffix(f.Owner.Name(), "Query")
	name := strings.ToUpper(owner[:1]) + owner[1:] + f.Go.Name
	if items := p.at("schema", "items"); items.get("enum") != nil { // with a name, or generators of Go would take any text
		d.schemas.made[name+"Value"] = append(object{{"type", "string"}, {"description", "A value of the parameter " + f.Name + "."}}, items[1:]...)
		array := p.at("schema")
		array.set("items", ref("schemas", name+"Value"))
	}
	if known := d.shared.get(name); known != nil && !reflect.DeepEqual(known, p) {
		d.schemas.missing = append(d.schemas.missing, fmt.Errorf("two parameters are called %s: rename %s", name, f.Owner))
	}
	d.shared.set(name, p)
	return ref("parameters", name)
}

// takers is how many operations take the parameters that a struct declares.
func takers(routes []api.Route, reader *strictjson.Reader) map[reflect.Type]int {
	count := map[reflect.Type]int{}
	for _, r := range routes {
		if r.Query == nil || r.Undocumented {
			continue
		}
		owners := map[reflect.Type]bool{}
		for _, f := range reader.QueryShape(reflect.TypeOf(r.Query)).Fields {
			owners[f.Owner] = true
		}
		for owner := range owners {
			count[owner]++
		}
	}
	return count
}

// pathParameters returns the parts of the path in order. Each has its comment.
func (d *document) pathParameters(r api.Route, said comment) ([]any, error) {
	var all []any
	for _, step := range strings.Split(r.Path, "/") {
		name, ok := strings.CutPrefix(step, "{")
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		given := pathComment(said, name)
		if given == nil {
			return nil, fmt.Errorf("the comment of %s has no @Param %s", r.Operation, name)
		}
		rule := strictjson.Rule{}
		if given.MaxLength != nil {
			rule.MinLength, rule.MaxLength = new(int(*given.MinLength)), new(int(*given.MaxLength))
		}
		if f, known := d.schemas.reader.Formats()[given.Format]; known {
			rule.Format = &f
		}
		schema := d.schemas.text(&strictjson.Shape{Rule: rule}, request)
		p := object{{"name", name}, {"in", "path"}, {"required", true}, {"description", sentence(given.Description)}, {"schema", schema}}
		example := pathExamples[name]
		if strings.HasPrefix(r.Path, "/v1/customers/by-code/") {
			example = "BLOOM"
		}
		if example != "" {
			p.set("example", example)
		}
		all = append(all, p)
	}
	return all, nil
}

// pathExamples has an example for each part of a path.
var pathExamples = map[string]string{"id": "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80", "line_id": "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f81", "code": "order_changed"}

func pathComment(said comment, name string) *spec.Parameter {
	for i, p := range said.Parameters {
		if p.Name == name && p.In == "path" {
			return &said.Parameters[i]
		}
	}
	return nil
}

func (d *document) queryParameter(f strictjson.Field, text string) object {
	value := f.Shape
	if value.Kind == strictjson.List {
		value = value.Elem
	}
	var schema object
	switch value.Kind {
	case strictjson.Integer:
		schema = integer(value, "int32")
	case strictjson.Boolean:
		schema = object{{"type", "boolean"}}
	default:
		schema = d.schemas.text(value, request)
	}
	if f.Default != nil {
		schema.set("default", scalarOf(value, *f.Default))
	}
	p := object{{"name", f.Name}, {"in", "query"}}
	if f.Required {
		p.set("required", true)
	}
	p.set("description", text)
	if f.Shape.Kind == strictjson.List {
		p.set("explode", false)
		schema = object{{"type", "array"}, {"maxItems", *f.Shape.Rule.MaxItems}, {"items", schema}}
	}
	p.set("schema", schema)
	if example, ok := f.Go.Tag.Lookup("example"); ok {
		p.set("example", exampleOf(f.Shape, example))
	}
	return p
}

// commonParameters returns the parameters below that the operation takes. Every operation takes X-Request-Id, so only the
// introduction mentions it.
func commonParameters(r api.Route) []string {
	var names []string
	if r.DryRun {
		names = append(names, "DryRun")
	}
	switch r.Key {
	case web.KeyRequired:
		names = append(names, "RequiredIdempotencyKey")
	case web.KeyHonoured:
		names = append(names, "IdempotencyKey")
	case web.KeyNone:
	}
	switch r.Precondition() {
	case web.IfMatchRequired:
		names = append(names, "RequiredIfMatch")
	case web.IfMatchHonoured:
		names = append(names, "IfMatch")
	case web.IfMatchIgnored:
	}
	if r.Method == http.MethodPut {
		names = append(names, "CreateOnly")
	}
	if r.Version == web.Conditional {
		names = append(names, "IfNoneMatch")
	}
	if r.Auth == web.Signed {
		names = append(names, "SendGridTime")
	}
	if r.Streamed != nil {
		names = append(names, "Prefer", "LastEventID")
	}
	return names
}

func sharedParameters() object {
	text := func(pattern string, longest int) object {
		return object{{"type", "string"}, {"minLength", 1}, {"maxLength", longest}, {"pattern", pattern}}
	}
	key, tags := text(web.KeyPattern, web.LongestKeyHeader), text(web.TagsPattern, web.LongestTags)
	header := func(name, text string, required bool, schema object, example string) object {
		return object{{"name", name}, {"in", "header"}, {"required", required}, {"description", text}, {"schema", schema}, {"example", example}}
	}
	const uuid = "6f1c0a52-3c57-4b4f-9d35-6a1f0b6f0c11"
	return object{
		{"DryRun", object{
			{"name", "dry_run"}, {"in", "query"}, {"required", false},
			{"description", "Run the same checks and answer the same, with Dry-Run: true, and keep nothing: no row, no number, no e-mail."},
			{"schema", object{{"type", "boolean"}, {"default", false}}}, {"example", true},
		}},
		{"RequiredIdempotencyKey", header("Idempotency-Key", "Without it the answer is idempotency_key_missing; only a dry run needs none. A new UUID for each intent, the same one for each retry. Kept 24 hours.", true, key, uuid)},
		{"IdempotencyKey", header("Idempotency-Key", "A new UUID for each intent, the same one for each retry. Kept 24 hours.", false, key, uuid)},
		{"RequiredIfMatch", header("If-Match", "The ETag of the version that you edit.", true, tags, `"v7"`)},
		{"IfMatch", header("If-Match", "The ETag of the version that you mean; without it, whichever is there.", false, tags, `"v7"`)},
		{"IfNoneMatch", header("If-None-Match", "The ETag that you have: 304 where it is current.", false, tags, `"v7"`)},
		{"CreateOnly", header("If-None-Match", "*: only create; 412 if the customer exists.", false, object{{"type", "string"}, {"minLength", 1}, {"maxLength", 1}, {"pattern", `^\*$`}}, "*")},
		{"Prefer", header("Prefer", "How many seconds to wait if there is nothing yet, at most 60 (RFC 7240).", false, text(`^[\x20-\x7E]+$`, 200), "wait=20")},
		{"LastEventID", header("Last-Event-ID", "The id of the last event that you handled: a stream goes on behind it.", false, text(`^[\x21-\x7E]+$`, 1000), "YjFhLjc3OC4xMjM")},
		{"SendGridTime", header(webhook.TimestampHeader, "When SendGrid signed the body, in seconds of the Unix epoch; at most five minutes off.", true,
			object{{"type", "string"}, {"maxLength", 20}, {"pattern", "^[0-9]+$"}}, "1795518000")},
	}
}

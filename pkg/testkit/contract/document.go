// Package contract checks a service's answers against the API document that it serves. A wrapped service fails its test
// with the first answer that the document does not declare.
package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/orderdesk/orderdesk"
)

// Operation is one operation of the document.
type Operation struct {
	*openapi3.Operation
	Method string
	Path   string // with the placeholder {id}
}

// Document is the API document with resolved references. Objects in answers may have only the members that it names.
type Document struct {
	*openapi3.T
	operations []Operation
	byPath     map[string]map[string]Operation // by path and method
}

// Load reads the document that the service serves. All callers share the result and must not change it.
func Load() (*Document, error) { return load() }

var load = sync.OnceValues(func() (*Document, error) { return Read(orderdesk.OpenAPIJSON()) })

// Read reads a document, as JSON.
func Read(document []byte) (*Document, error) {
	var tree map[string]any
	if err := json.Unmarshal(document, &tree); err != nil {
		return nil, fmt.Errorf("reading the API document: %w", err)
	}
	closeObjects(tree)
	mergeNull(tree, tree)
	openapi3.DefineStringFormatValidator("text", openapi3.NewRegexpFormatValidator(`^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F]*$`))
	raw, err := json.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("writing the API document: %w", err)
	}
	t, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		return nil, fmt.Errorf("loading the API document: %w", err)
	}
	d := &Document{T: t, byPath: map[string]map[string]Operation{}}
	for path, item := range t.Paths.Map() {
		d.byPath[path] = map[string]Operation{}
		for method, o := range item.Operations() {
			d.byPath[path][method] = Operation{o, method, path}
			d.operations = append(d.operations, d.byPath[path][method])
		}
	}
	slices.SortFunc(d.operations, func(a, b Operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	return d, nil
}

// Operations returns every operation, by its name.
func (d *Document) Operations() []Operation { return d.operations }

// closeObjects forbids further members in every object that names its members. Clients must accept new members, but the
// service must not send undocumented ones. SendGrid's events are left open, because SendGrid may add to them.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, said := v["additionalProperties"]; !said && v["properties"] != nil && v["type"] != nil {
			v["additionalProperties"] = false
		}
		if properties, ok := v["properties"].(map[string]any); ok {
			openValues(properties)
		}
		openValues(map[string]any{"more": v["additionalProperties"]})
		for name, kid := range v {
			if name != "SendGridEvent" && name != "example" && name != "examples" {
				closeObjects(kid)
			}
		}
	case []any:
		for _, kid := range v {
			closeObjects(kid)
		}
	}
}

// mergeNull replaces each choice between a named type and null by one schema, a copy of the type that may be null, so that
// the readers of the document meet a single form.
func mergeNull(v any, doc map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		if choice, ok := v["anyOf"].([]any); ok && len(choice) == 2 {
			named, _ := choice[0].(map[string]any)
			name, _ := named["$ref"].(string)
			delete(v, "anyOf")
			for member, value := range copyOf(doc, name) {
				if _, own := v[member]; !own {
					v[member] = value
				}
			}
			v["type"] = []any{v["type"], "null"}
			if enum, ok := v["enum"].([]any); ok {
				v["enum"] = append(enum, nil)
			}
		}
		for _, kid := range v {
			mergeNull(kid, doc)
		}
	case []any:
		for _, kid := range v {
			mergeNull(kid, doc)
		}
	}
}

// copyOf returns a deep copy of the schema that a reference names.
func copyOf(doc map[string]any, ref string) map[string]any {
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	raw, err := json.Marshal(schemas[strings.TrimPrefix(ref, "#/components/schemas/")])
	var schema map[string]any
	if err == nil {
		err = json.Unmarshal(raw, &schema)
	}
	if err != nil || schema == nil {
		panic("contract: the document has no schema " + ref)
	}
	return schema
}

// openValues writes out the types of members that may be anything, because openapi3 refuses null without a type.
func openValues(properties map[string]any) {
	for _, p := range properties {
		if schema, ok := p.(map[string]any); ok && schema["type"] == nil && schema["$ref"] == nil && schema["anyOf"] == nil {
			schema["type"] = []any{"string", "number", "boolean", "object", "array", "null"}
		}
	}
}

// Find returns the operation of a request. known reports whether the document has the path, possibly for other methods.
// HEAD is treated as GET.
func (d *Document) Find(method, escapedPath string) (op Operation, found, known bool) {
	path, known := d.template(escapedPath)
	if method == http.MethodHead {
		method = http.MethodGet
	}
	op, found = d.byPath[path][method]
	return op, found, known
}

// template returns the document's path that matches a request's path; one without parameters is preferred.
func (d *Document) template(path string) (string, bool) {
	if _, ok := d.byPath[path]; ok && !strings.Contains(path, "{") {
		return path, true
	}
	steps := strings.Split(path, "/")
	for template := range d.byPath {
		if fits(strings.Split(template, "/"), steps) {
			return template, true
		}
	}
	return "", false
}

func fits(template, steps []string) bool {
	if len(template) != len(steps) {
		return false
	}
	for i, step := range template {
		if parameter := strings.HasPrefix(step, "{"); parameter && steps[i] == "" || !parameter && step != steps[i] {
			return false
		}
	}
	return true
}

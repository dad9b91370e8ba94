// Package contract holds what a service answers against the API document that it serves. A service under test that is
// wrapped by it fails the test with the first answer that the document does not announce.
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
	Path   string // with its {id}
}

// Document is the API document, its references resolved. Answers may have no members but those that it names.
type Document struct {
	*openapi3.T
	operations []Operation
	byPath     map[string]map[string]Operation // by path and method
}

// Load reads the document that the service serves. It is read once: callers share it and change nothing.
func Load() (*Document, error) { return load() }

var load = sync.OnceValues(func() (*Document, error) { return Read(orderdesk.OpenAPIJSON()) })

// Read reads a document, as JSON.
func Read(document []byte) (*Document, error) {
	var tree map[string]any
	if err := json.Unmarshal(document, &tree); err != nil {
		return nil, fmt.Errorf("reading the API document: %w", err)
	}
	closeObjects(tree)
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

// Operations is every operation, by its name.
func (d *Document) Operations() []Operation { return d.operations }

// closeObjects writes into every object that names its members that it has no others. Clients are told to expect more
// one day; the service is not to have some today. SendGrid's events are not ours to close.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, said := v["additionalProperties"]; !said && v["properties"] != nil && v["type"] != nil {
			v["additionalProperties"] = false
		}
		if properties, ok := v["properties"].(map[string]any); ok {
			openValues(properties)
		}
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

// openValues writes out the types of members that may be anything, for openapi3 takes no null for one without a type.
func openValues(properties map[string]any) {
	for _, p := range properties {
		if schema, ok := p.(map[string]any); ok && schema["type"] == nil && schema["$ref"] == nil {
			schema["type"] = []any{"string", "number", "boolean", "object", "array", "null"}
		}
	}
}

// Find is the operation that a request is for. known says that the document has its path, be it for other methods.
// HEAD is GET's.
func (d *Document) Find(method, escapedPath string) (op Operation, found, known bool) {
	path, known := d.template(escapedPath)
	if method == http.MethodHead {
		method = http.MethodGet
	}
	op, found = d.byPath[path][method]
	return op, found, known
}

// template is the path of the document that a request's path fits; one without parameters comes first.
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

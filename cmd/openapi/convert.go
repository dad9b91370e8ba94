package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
)

// object is a JSON object.
type object = map[string]any

// converted is swag's Swagger 2.0 as OpenAPI 3.0, as a tree.
func converted(path string) (object, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read what swag wrote (make generate runs it): %w", err)
	}
	var v2 openapi2.T
	if err := json.Unmarshal(raw, &v2); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	v3, err := openapi2conv.ToV3(&v2)
	if err != nil {
		return nil, fmt.Errorf("convert %s: %w", path, err)
	}
	if raw, err = json.Marshal(v3); err != nil {
		return nil, err
	}
	var doc object
	err = json.Unmarshal(raw, &doc)
	return doc, err
}

// at is the object at a path of members; a missing one is made.
func at(o object, path ...string) object {
	for _, name := range path {
		next, ok := o[name].(object)
		if !ok {
			next = object{}
			o[name] = next
		}
		o = next
	}
	return o
}

// walk visits every object of a tree, parents before children.
func walk(v any, visit func(object)) {
	switch v := v.(type) {
	case object:
		visit(v)
		for _, name := range sortedKeys(v) {
			walk(v[name], visit)
		}
	case []any:
		for _, item := range v {
			walk(item, visit)
		}
	}
}

package main

import "strings"

// lift makes OpenAPI 3.1 of 3.0: null is a type, and a reference may have companions.
func lift(doc object) {
	walk(doc, func(o object) {
		nullable, _ := o["nullable"].(bool)
		if x, ok := o["x-nullable"].(bool); ok {
			nullable = nullable || x
		}
		delete(o, "nullable")
		delete(o, "x-nullable")
		if !nullable {
			return
		}
		if of, ok := o["allOf"].([]any); ok && len(of) == 1 {
			o["$ref"] = of[0].(object)["$ref"] //nolint:errcheck // schemas are objects
			delete(o, "allOf")
		}
		if ref, ok := o["$ref"].(string); ok {
			orNull(o, at(doc, "components", "schemas", strings.TrimPrefix(ref, refPrefix)))
			return
		}
		if t, ok := o["type"].(string); ok {
			o["type"] = []any{t, "null"}
			if enum, ok := o["enum"].([]any); ok {
				o["enum"] = append(append([]any{}, enum...), nil)
			}
		}
	})
	walk(doc, func(o object) {
		if of, ok := o["allOf"].([]any); ok && len(of) == 1 { // swag's way of giving a reference a description
			if ref, ok := of[0].(object)["$ref"]; ok { //nolint:errcheck // schemas are objects
				delete(o, "allOf")
				o["$ref"] = ref
			}
		}
		for name := range o {
			if strings.HasPrefix(name, "x-enum") || name == "x-originalParamName" {
				delete(o, name)
			}
		}
	})
	doc["openapi"] = "3.1.0"
}

// orNull makes of a reference the schema itself, or null. A choice of the two would say the same and cost every reader,
// human or generator, a level.
func orNull(o, schema object) {
	delete(o, "$ref")
	for name, v := range clone(schema).(object) { //nolint:errcheck // an object's copy is one
		if _, own := o[name]; !own {
			o[name] = v
		}
	}
	o["type"] = []any{"object", "null"}
}

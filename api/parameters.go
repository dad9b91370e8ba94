package api

import "reflect"

// Parameter is a query parameter as the binder takes it: for the API document.
type Parameter struct {
	Name     string
	Required bool
	List     bool           // several values, separated by commas or repeated
	Schema   map[string]any // JSON Schema of the value, or of each value of a list
	MaxItems int            // of a list
	Default  *string
}

// Parameters is the operation's query parameters, in the order of its struct.
func (r Route) Parameters() []Parameter {
	if r.Query == nil {
		return nil
	}
	var list []Parameter
	for _, f := range shapeOf(reflect.TypeOf(r.Query), "query").fields {
		p := Parameter{Name: f.name, Required: f.required, Default: f.fallback}
		s := f.shape
		if s.kind == listKind {
			p.List, p.MaxItems, s = true, *s.rule.maxItems, s.elem
		}
		p.Schema = s.jsonSchema()
		list = append(list, p)
	}
	return list
}

// jsonSchema is a scalar's shape as JSON Schema.
func (s *shape) jsonSchema() map[string]any {
	m := map[string]any{"type": "string"}
	switch s.kind {
	case intKind:
		m["type"], m["format"] = "integer", "int32"
	case boolKind:
		m["type"] = "boolean"
	}
	r := s.rule
	if r.minLength != nil {
		m["minLength"] = *r.minLength
	}
	if r.maxLength != nil {
		m["maxLength"] = *r.maxLength
	}
	if r.minimum != nil {
		m["minimum"] = *r.minimum
	}
	if r.maximum != nil {
		m["maximum"] = *r.maximum
	}
	if len(r.enum) > 0 {
		m["enum"] = r.enum
	}
	if r.format != "" {
		m["format"] = r.format
	}
	if r.pattern != nil {
		m["pattern"] = r.pattern.String()
	}
	return m
}

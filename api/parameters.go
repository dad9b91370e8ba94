package api

import (
	"reflect"

	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

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
	for _, f := range Reader().QueryShape(reflect.TypeOf(r.Query)).Fields {
		p := Parameter{Name: f.Name, Required: f.Required, Default: f.Default}
		s := f.Shape
		if s.Kind == strictjson.List {
			p.List, p.MaxItems, s = true, *s.Rule.MaxItems, s.Elem
		}
		p.Schema = jsonSchema(s)
		list = append(list, p)
	}
	return list
}

// jsonSchema is a scalar's shape as JSON Schema.
func jsonSchema(s *strictjson.Shape) map[string]any {
	m := map[string]any{"type": "string"}
	switch s.Kind {
	case strictjson.Integer:
		m["type"], m["format"] = "integer", "int32"
	case strictjson.Boolean:
		m["type"] = "boolean"
	}
	r := s.Rule
	if r.MinLength != nil {
		m["minLength"] = *r.MinLength
	}
	if r.MaxLength != nil {
		m["maxLength"] = *r.MaxLength
	}
	if r.Minimum != nil {
		m["minimum"] = *r.Minimum
	}
	if r.Maximum != nil {
		m["maximum"] = *r.Maximum
	}
	if len(r.Enum) > 0 {
		m["enum"] = r.Enum
	}
	if r.Format != nil {
		m["format"] = r.Format.Name
	}
	if r.Pattern != nil {
		m["pattern"] = r.Pattern.String()
	}
	return m
}

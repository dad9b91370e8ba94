package fuzz

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
)

// Bound is a value at the limit of a schema, put into a body at a pointer.
type Bound struct {
	Pointer string
	Wrap    func(v any) map[string]any // the value in a body, at the pointer
	Within  any                        // at the limit; nil if there is none to try
	Beyond  any                        // beyond the limit
}

// Bounds returns the limits of every text, number and list of a body, including those of its objects and of its lists'
// items.
func Bounds(body *openapi3.Schema) []Bound {
	return bounds(body, "", func(v any) object { o, _ := v.(object); return o })
}

func bounds(s *openapi3.Schema, at string, wrap func(any) object) []Bound {
	var all []Bound
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p, pointer := s.Properties[name].Value, at+"/"+name
		put := func(v any) object { return wrap(object{name: v}) }
		switch {
		case p.Type.Includes("object"):
			all = append(all, bounds(p, pointer, put)...)
		case p.Type.Includes("array"):
			if item := p.Items.Value; len(item.Properties) > 0 {
				all = append(all, bounds(item, pointer+"/0", func(v any) object { return put([]any{v}) })...)
			}
			all = append(all, Bound{pointer, put, nil, slices.Repeat([]any{object{}}, int(*p.MaxItems)+1)})
			if p.MinItems > 0 {
				all = append(all, Bound{pointer, put, nil, []any{}})
			}
		case p.Type.Includes("integer"):
			all = append(all, Bound{pointer, put, int(*p.Min), int(*p.Min) - 1}, Bound{pointer, put, int(*p.Max), int(*p.Max) + 1})
		case p.Type.Includes("string") && len(p.Enum) == 0:
			all = append(all, textBounds(p, pointer, put)...)
		}
	}
	return all
}

// textBounds returns the longest and the shortest text, and texts that break its format.
func textBounds(p *openapi3.Schema, pointer string, put func(any) object) []Bound {
	longest := strings.Repeat("x", int(*p.MaxLength))
	all := []Bound{{pointer, put, nil, longest + "x"}}
	if contract.Fit(p, longest) == nil {
		all[0].Within = longest
	}
	if p.MinLength > 0 {
		all = append(all, Bound{pointer, put, nil, ""})
	}
	for _, text := range edges {
		if contract.Fit(p, text) != nil {
			all = append(all, Bound{pointer, put, nil, text})
		}
	}
	return all
}

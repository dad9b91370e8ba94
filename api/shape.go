package api

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// shape is what a Go type takes, worked out once from the type and the tags that the API document is made from as
// well. See rule.go for the tags.
type shape struct {
	kind     kind
	nullable bool
	opt      bool // an Opt around the rest of the shape
	pointer  bool // a pointer to the rest of the shape
	rule     rule
	elem     *shape // of a list's items or a map's values
	fields   []field
}

type kind int

const (
	textKind   kind = iota
	parsedKind      // a text that the type reads itself (encoding.TextUnmarshaler)
	boolKind
	intKind
	listKind
	mapKind
	objectKind
	rawKind
)

type field struct {
	name     string
	index    []int
	required bool
	fallback *string // the default tag, for a member that is absent
	shape    *shape
}

// find is the place of the field of that name, or -1.
func (s *shape) find(name string) int {
	return slices.IndexFunc(s.fields, func(f field) bool { return f.name == name })
}

func (s *shape) names() []string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.name
	}
	return names
}

// shapes remembers what shapeOf worked out: the same for every server of a process, like encoding/json's own cache.
var shapes sync.Map

type shapeKey struct {
	of  reflect.Type
	tag string
}

// shapeOf is the shape of a struct whose members are named by the tag: json or query. It panics on a type or tag
// that it does not know, or that swag would read otherwise: a mistake of ours, which the first test of a route shows.
func shapeOf(of reflect.Type, tag string) *shape {
	key := shapeKey{of, tag}
	if known, ok := shapes.Load(key); ok {
		if s, ok := known.(*shape); ok {
			return s
		}
	}
	s := objectOf(of, tag)
	shapes.Store(key, s)
	return s
}

func objectOf(of reflect.Type, tag string) *shape {
	s := &shape{kind: objectKind}
	for _, f := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(f.Tag.Get(tag), ",")
		if f.Anonymous && name == "" || !f.IsExported() || name == "-" {
			continue // VisibleFields lists what an embedded struct brings
		}
		where := of.String() + "." + f.Name
		if name == "" {
			panic("api: " + where + " has no " + tag + " tag")
		}
		if form := f.Tag.Get("form"); tag == "query" && form != name && (form != "" || snake(f.Name) != name) {
			panic("api: swag would call " + where + " otherwise than its query tag; name the field alike, or add a form tag")
		}
		s.fields = append(s.fields, fieldOf(f, name, tag, where))
	}
	return s
}

// maxValues is how many values a list among the query parameters takes that says nothing else.
const maxValues = 100

func fieldOf(f reflect.StructField, name, tag, where string) field {
	out := field{name: name, index: f.Index, shape: typeOf(f.Type, tag, where)}
	declared := slices.Contains(extensionsOf(f.Tag, where), "x-nullable")
	if out.shape.pointer && !declared && tag == "json" {
		panic("api: " + where + " accepts null, and the API document would not say so: add extensions:\"x-nullable\"")
	}
	out.shape.nullable = declared || out.shape.pointer
	if _, ok := f.Tag.Lookup("swaggertype"); !ok && tag == "json" && hiddenFromSwag(f.Type, out.shape) {
		panic("api: swag would lose the bounds of " + where + ": add swaggertype:\"string\" or the like")
	}
	if text, ok := f.Tag.Lookup("default"); ok {
		out.fallback = &text
	}
	out.required = out.shape.constrain(f.Tag, where)
	if tag == "query" && out.shape.kind == listKind && out.shape.rule.maxItems == nil {
		out.shape.rule.maxItems = ptr(maxValues)
	}
	return out
}

var (
	optional = reflect.TypeFor[interface{ isOpt() }]()
	parsed   = reflect.TypeFor[encoding.TextUnmarshaler]()
	raw      = reflect.TypeFor[Raw]()
)

// hiddenFromSwag says whether swag would take a scalar for an object.
func hiddenFromSwag(of reflect.Type, s *shape) bool {
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	known := of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]()
	return !known && (s.kind == textKind || s.kind == intKind || s.kind == boolKind || s.kind == parsedKind)
}

func typeOf(of reflect.Type, tag, where string) *shape {
	switch {
	case of == raw:
		return &shape{kind: rawKind}
	case of.Implements(optional):
		f, _ := of.FieldByName("Value")
		s := typeOf(f.Type, tag, where)
		s.opt = true
		return s
	case reflect.PointerTo(of).Implements(parsed):
		return &shape{kind: parsedKind}
	}
	switch of.Kind() {
	case reflect.String:
		return &shape{kind: textKind}
	case reflect.Bool:
		return &shape{kind: boolKind}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return &shape{kind: intKind}
	case reflect.Pointer:
		s := typeOf(of.Elem(), tag, where)
		s.pointer, s.nullable = true, true
		return s
	case reflect.Slice:
		return &shape{kind: listKind, elem: typeOf(of.Elem(), tag, where)}
	case reflect.Map:
		return &shape{kind: mapKind, elem: typeOf(of.Elem(), tag, where)}
	case reflect.Struct:
		return objectOf(of, tag)
	default:
		panic(fmt.Sprintf("api: %s is a %s, which no request holds", where, of))
	}
}

// snake is swag's own naming (--propertyStrategy snakecase): ShipDateFrom is ship_date_from, CustomerID customer_id.
func snake(name string) string {
	upper := func(i int) bool { return i < len(name) && name[i] >= 'A' && name[i] <= 'Z' }
	var out strings.Builder
	for i := range len(name) {
		if i > 0 && upper(i) && (i+1 < len(name) && !upper(i+1) || !upper(i-1)) {
			out.WriteByte('_')
		}
		out.WriteString(strings.ToLower(name[i : i+1]))
	}
	return out.String()
}

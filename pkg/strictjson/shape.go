package strictjson

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Shape says which JSON a Go type accepts: its kind, whether it may be null, the rule from its tags, and its parts. A Reader
// computes it once for each type and reads requests with it. The API document is made from it too.
//
// A Shape is shared, so callers must not change it.
type Shape struct {
	Kind     Kind
	Type     reflect.Type // the Go type without its Opt and without its pointer
	Nullable bool         // null is accepted
	Patch    bool         // the Go type is an Opt, which distinguishes absent from null
	Pointer  bool         // the Go type is a pointer, nil where the member is absent or null
	Rule     Rule
	Elem     *Shape  // of a list's items, or of a map's values
	Fields   []Field // of an object, in the order of the struct
}

// Kind says which JSON values a Shape accepts.
type Kind int

// The kinds of shapes.
const (
	Text       Kind = iota // a string
	ParsedText             // a string that the Go type reads itself (encoding.TextUnmarshaler)
	Boolean                // true or false
	Integer                // a number without point and exponent
	List                   // an array
	Map                    // an object with members of any name
	Object                 // an object with the members of a struct
	Any                    // any value, kept as Raw
)

// Field is one member of an object, or one query parameter.
type Field struct {
	Name     string  // as the request spells it
	Required bool    // it must be there
	Default  *string // its value where it is absent, as the tag spells it; nil for none
	Shape    *Shape

	Go    reflect.StructField // the field, with all of its tags
	Owner reflect.Type        // the struct that declares the field: an embedded one, where it comes from there
}

// find returns the index of the field with this name, or -1.
func (s *Shape) find(name string) int {
	return slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
}

func (s *Shape) names() []string {
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names
}

type shapeKey struct {
	of  reflect.Type
	tag string
}

// BodyShape returns the shape of a struct for a body. Its json tags name the members. It panics on an unknown type or tag,
// which is a programming error that the first test of a route finds.
func (r *Reader) BodyShape(of reflect.Type) *Shape { return r.shapeOf(of, "json") }

// QueryShape returns the shape of a struct for query parameters. Its query tags name them. It panics like BodyShape.
func (r *Reader) QueryShape(of reflect.Type) *Shape { return r.shapeOf(of, "query") }

func (r *Reader) shapeOf(of reflect.Type, tag string) *Shape {
	key := shapeKey{of, tag}
	if known, ok := r.shapes.Load(key); ok {
		if s, ok := known.(*Shape); ok {
			return s
		}
	}
	s := r.objectOf(of, tag)
	r.shapes.Store(key, s)
	return s
}

func (r *Reader) objectOf(of reflect.Type, tag string) *Shape {
	s := &Shape{Kind: Object, Type: of}
	for _, f := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(f.Tag.Get(tag), ",")
		if f.Anonymous && name == "" || !f.IsExported() || name == "-" {
			continue // VisibleFields also lists the fields of an embedded struct
		}
		where := of.String() + "." + f.Name
		if name == "" {
			panic("strictjson: " + where + " has no " + tag + " tag")
		}
		s.Fields = append(s.Fields, r.fieldOf(of, f, name, tag, where))
	}
	return s
}

// maxValues is the maxItems of a list among the query parameters that has no such tag.
const maxValues = 100

func (r *Reader) fieldOf(of reflect.Type, f reflect.StructField, name, tag, where string) Field {
	out := Field{Name: name, Shape: r.typeOf(f.Type, tag, where), Go: f, Owner: declaring(of, f.Index)}
	nullable := isTrue(f.Tag, "nullable", where)
	if nullable && out.Shape.Pointer {
		panic("strictjson: " + where + " is a pointer, so the tag nullable says nothing")
	}
	out.Shape.Nullable = nullable || out.Shape.Pointer
	if text, ok := f.Tag.Lookup("default"); ok {
		out.Default = &text
	}
	out.Required = r.constrain(out.Shape, f.Tag, where)
	if tag == "query" {
		out.Shape.inQuery()
	}
	if tag == "query" && out.Shape.Kind == List && out.Shape.Rule.MaxItems == nil {
		out.Shape.Rule.MaxItems = new(maxValues)
	}
	return out
}

// inQuery gives the formats of a parameter their meaning in a query.
func (s *Shape) inQuery() {
	for ; s != nil; s = s.Elem {
		if f := s.Rule.Format; f != nil && f.InQuery != "" {
			f.Meaning = f.InQuery // the rule has a copy of the reader's format
		}
	}
}

var (
	optional = reflect.TypeFor[interface{ isOpt() }]()
	parsed   = reflect.TypeFor[encoding.TextUnmarshaler]()
	raw      = reflect.TypeFor[Raw]()
)

// declaring returns the struct that declares the field at the index: of itself, or a struct that it embeds.
func declaring(of reflect.Type, index []int) reflect.Type {
	for _, i := range index[:len(index)-1] {
		of = of.Field(i).Type
	}
	return of
}

func (r *Reader) typeOf(of reflect.Type, tag, where string) *Shape {
	switch {
	case of == raw:
		return &Shape{Kind: Any, Type: of}
	case of.Implements(optional):
		f, _ := of.FieldByName("Value")
		s := r.typeOf(f.Type, tag, where)
		s.Patch = true
		return s
	case reflect.PointerTo(of).Implements(parsed):
		return &Shape{Kind: ParsedText, Type: of}
	}
	switch of.Kind() {
	case reflect.String:
		return &Shape{Kind: Text, Type: of}
	case reflect.Bool:
		return &Shape{Kind: Boolean, Type: of}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return &Shape{Kind: Integer, Type: of}
	case reflect.Pointer:
		s := r.typeOf(of.Elem(), tag, where)
		s.Pointer, s.Nullable = true, true
		return s
	case reflect.Slice:
		return &Shape{Kind: List, Type: of, Elem: r.typeOf(of.Elem(), tag, where)}
	case reflect.Map:
		return &Shape{Kind: Map, Type: of, Elem: r.typeOf(of.Elem(), tag, where)}
	case reflect.Struct:
		return r.objectOf(of, tag)
	case reflect.Interface: // in an answer; no request can be read into one
		return &Shape{Kind: Any, Type: of}
	default:
		panic(fmt.Sprintf("strictjson: %s is a %s, which no request holds", where, of))
	}
}

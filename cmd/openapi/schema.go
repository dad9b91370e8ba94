package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// schemas holds the types of bodies as JSON Schema. The rules come from the shapes that the strict reader uses for requests.
// The descriptions come from the comments of the types.
type schemas struct {
	reader *strictjson.Reader
	words  *words

	answered map[reflect.Type]bool // the types that occur in answers
	made     map[string]object     // the finished ones, by name
	owner    map[string]reflect.Type
	nullable map[string]bool // those that have a nullable variant
	missing  []error         // the descriptions that no comment gives
}

// These bounds apply to texts and numbers that the service writes itself, if the type has no bounds. A client need not
// expect more.
const (
	longestText = 300
	mostItems   = 500
	mostMembers = 100
	largest     = 9007199254740991 // the largest integer that a double holds exactly; every number is far below
)

// plainText is the format of a text in an answer: no control characters except tab and line ends. A name instead of the
// pattern keeps the document short; contract.Load knows the pattern. Requests must match strictjson's patterns, which are
// stricter.
const plainText = "text"

// inputSuffix is added to the name of a request's schema if an answer's schema has that name. An answer has every member; a
// request may leave members out.
const inputSuffix = "Input"

// use is the direction of a schema's values.
type use int

const (
	answer  use = iota // from the service: every member is present, and later versions may add members
	request            // to the service, which refuses other members
	event              // to the service, from another service that may send additional members
)

// noteAnswer remembers the types that an answer contains, so that a request with the same type gets a different name.
func (s *schemas) noteAnswer(shape *strictjson.Shape) {
	switch {
	case shape.Elem != nil:
		s.noteAnswer(shape.Elem)
	case shape.Kind == strictjson.Object && !s.answered[shape.Type]:
		s.answered[shape.Type] = true
		for _, f := range shape.Fields {
			s.noteAnswer(f.Shape)
		}
	}
}

// of returns the schema of a body: a value of the type, or a list of such values.
func (s *schemas) of(body any, u use) object {
	t := reflect.TypeOf(body)
	if t.Kind() == reflect.Slice {
		return object{{"type", "array"}, {"maxItems", 10000}, {"items", s.named(s.reader.BodyShape(t.Elem()), u)}}
	}
	return s.named(s.reader.BodyShape(t), u)
}

// named returns a reference to the schema of a struct. It makes the schema at the first call.
func (s *schemas) named(shape *strictjson.Shape, u use) object {
	said, err := s.words.of(shape.Type)
	if err != nil || said.text == "" {
		s.missing = append(s.missing, errors.Join(err, fmt.Errorf("%s has no words: say above the type what it is", shape.Type)))
	}
	name := said.name
	if name == "" {
		name = strings.TrimSuffix(shape.Type.Name(), "Body")
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	if u != answer && s.answered[shape.Type] {
		name += inputSuffix
	}
	if _, made := s.made[name]; !made {
		s.made[name], s.owner[name] = nil, shape.Type // a recursive type refers to itself
		s.made[name] = s.structure(shape, said.text, u)
	} else if s.owner[name] != shape.Type {
		s.missing = append(s.missing, fmt.Errorf("%s and %s are both called %s: name one of them by // @name", s.owner[name], shape.Type, name))
	}
	return ref("schemas", name)
}

func (s *schemas) structure(shape *strictjson.Shape, text string, u use) object {
	o := object{{"type", "object"}, {"description", text}}
	var required []string
	properties := object{}
	for _, f := range shape.Fields {
		if u == request && f.Shape.Kind == strictjson.Any {
			continue // a computed member, which a client does not set
		}
		absent := strings.HasSuffix(f.Go.Tag.Get("json"), ",omitempty")
		if f.Required || u == answer && !absent {
			required = append(required, f.Name)
		}
		said, err := s.words.field(f.Owner, f.Go.Name)
		if err != nil {
			s.missing = append(s.missing, err)
		}
		value := *f.Shape
		value.Nullable = value.Nullable && (u != answer || !absent)
		properties.set(f.Name, s.property(&value, f, said, u))
	}
	if len(required) > 0 {
		slices.Sort(required)
		o.set("required", list(required))
	}
	o.set("properties", properties)
	if u == request {
		o.set("additionalProperties", false)
	}
	return o
}

// extend adds the members of a struct to the schema of that name. They are optional.
func (s *schemas) extend(name string, more any) {
	added := s.structure(s.reader.BodyShape(reflect.TypeOf(more)), "", answer).at("properties")
	properties := append(s.made[name].at("properties"), added...)
	schema := s.made[name]
	schema.set("properties", properties)
	s.made[name] = schema
}

// openEnum lists the values of a text to which later versions may add values. An enum would make a client refuse new values.
func (s *schemas) openEnum(schema, member string, values []string) {
	slices.Sort(values)
	property := s.made[schema].at("properties", member)
	property.set("x-extensible-enum", list(values))
	properties := s.made[schema].at("properties")
	properties.set(member, property)
}

// property returns a member's schema with its description and an example.
func (s *schemas) property(shape *strictjson.Shape, f strictjson.Field, said string, u use) object {
	value := s.value(shape, f.Go.Tag, u)
	if shape.Nullable {
		value = s.orNull(value)
	}
	out := object{{"description", said}}
	out = append(out, value...)
	if f.Default != nil {
		out.set("default", scalarOf(shape, *f.Default))
	}
	return out
}

// orNull returns the nullable variant of a schema. A named type gets a second, nullable component, because tools count
// anyOf with null as a choice between two types.
func (s *schemas) orNull(value object) object {
	if link, ok := value.get("$ref").(string); ok {
		name := link[strings.LastIndex(link, "/")+1:]
		s.nullable[name] = true
		return ref("schemas", "Nullable"+name)
	}
	if name, single := value.get("type").(string); single {
		value.set("type", []any{name, "null"})
	}
	if enum, ok := value.get("enum").([]any); ok {
		value.set("enum", append(slices.Clone(enum), nil))
	}
	return value
}

// value returns the schema of a shape without its description.
func (s *schemas) value(shape *strictjson.Shape, tag reflect.StructTag, u use) object {
	switch shape.Kind {
	case strictjson.Object:
		return s.named(shape, u)
	case strictjson.Map:
		return object{{"type", "object"}, {"maxProperties", mostMembers}, {"additionalProperties", s.value(shape.Elem, tag, u)}}
	case strictjson.List:
		return s.listOf(shape, tag, u)
	case strictjson.Boolean:
		return object{{"type", "boolean"}}
	case strictjson.Integer:
		return integer(shape, "int64")
	case strictjson.Any:
		return object{} // no type, because some generators refuse a list of all types
	case strictjson.Text, strictjson.ParsedText:
	}
	return s.text(shape, u)
}

func (s *schemas) listOf(shape *strictjson.Shape, tag reflect.StructTag, u use) object {
	o := object{{"type", "array"}}
	if n := shape.Rule.MinItems; n != nil {
		o.set("minItems", *n)
	}
	o.set("maxItems", valueOr(shape.Rule.MaxItems, mostItems))
	o.set("items", s.value(shape.Elem, tag, u))
	return o
}

func (s *schemas) text(shape *strictjson.Shape, u use) object {
	o, r := object{{"type", "string"}}, shape.Rule
	if r.Enum != nil {
		o.set("enum", list(r.Enum))
		return o
	}
	if r.Format == nil && r.Pattern == nil && u != request {
		o.set("format", plainText)
		o.set("maxLength", valueOr(r.MaxLength, longestText))
		return o
	}
	filled := r.MinLength != nil && *r.MinLength > 0
	pattern := s.reader.Pattern("", filled)
	switch {
	case r.Pattern != nil:
		pattern = r.Pattern.String()
	case r.Format != nil:
		pattern = s.reader.Pattern(r.Format.Name, filled)
	}
	if r.Format != nil && r.Format.Keyword != "" {
		o.set("format", r.Format.Keyword)
	}
	if r.MinLength != nil {
		o.set("minLength", *r.MinLength)
	}
	longest, ok := r.Longest()
	if !ok {
		longest = longestText
	}
	o.set("maxLength", longest)
	o.set("pattern", pattern)
	if r.Format != nil && scalarNames[r.Format.Name] != "" && longest == r.Format.Length && r.MinLength == nil && r.Pattern == nil {
		name := scalarNames[r.Format.Name]
		s.made[name] = append(object{{"type", "string"}, {"description", sentence(s.reader.Formats()[r.Format.Name].Meaning)}}, o[1:]...)
		return ref("schemas", name)
	}
	if r.Format != nil && r.Format.Name == "line" && r.Pattern == nil {
		return s.singleLine(o, longest, filled)
	}
	return o
}

// singleLine returns a reference to the schema of single-line texts of this length. Many members use it, and its pattern is
// long.
func (s *schemas) singleLine(o object, longest int, filled bool) object {
	name, meaning := "SingleLine", "Text on one line, of at most %d characters."
	if filled {
		name, meaning = "FilledSingleLine", "Text on one line, of at most %d characters, at least one of which is visible."
	}
	name += strconv.Itoa(longest)
	s.made[name] = append(object{{"type", "string"}, {"description", fmt.Sprintf(meaning, longest)}}, o[1:]...)
	return ref("schemas", name)
}

// scalarNames are the text formats that many members share. Each is a component.
var scalarNames = map[string]string{
	"uuid": "ID", "date": "Date", "date-time": "Time", "decimal": "Decimal", "amount": "Amount", "price": "Price", "rate": "Rate", "email": "EmailAddress", "customer-code": "CustomerCode",
}

func integer(shape *strictjson.Shape, format string) object {
	return object{
		{"type", "integer"}, {"format", format},
		{"minimum", valueOr(shape.Rule.Minimum, 0)}, {"maximum", valueOr(shape.Rule.Maximum, largest)},
	}
}

// sorted returns all schemas by name, with the nullable variants.
func (s *schemas) sorted() object {
	for name := range s.nullable {
		s.made["Nullable"+name] = s.orNull(slices.Clone(s.made[name]))
	}
	var all object
	for _, name := range slices.Sorted(maps.Keys(s.made)) {
		all.set(name, s.made[name])
	}
	return all
}

func valueOr[T int | int64](p *T, other T) T {
	if p == nil {
		return other
	}
	return *p
}

// scalarOf returns the text of a tag as a value of the shape's type.
func scalarOf(shape *strictjson.Shape, text string) any {
	switch shape.Kind {
	case strictjson.Integer:
		return json.Number(text)
	case strictjson.Boolean:
		yes, err := strconv.ParseBool(text)
		if err != nil {
			panic(fmt.Sprintf("openapi: %q is neither true nor false", text))
		}
		return yes
	}
	return text
}

// exampleOf returns an example of a member. The example of a list has one item.
func exampleOf(shape *strictjson.Shape, text string) any {
	if shape.Kind == strictjson.List {
		return []any{scalarOf(shape.Elem, text)}
	}
	return scalarOf(shape, text)
}

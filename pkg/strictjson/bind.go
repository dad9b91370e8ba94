package strictjson

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Body is what Read returns besides the Go value that it sets.
type Body struct {
	// Canonical is the body without white space, members sorted by name, strings escaped in one way, numbers as they were
	// written: two bodies that say the same have the same bytes.
	Canonical []byte
	// Faults is every member that breaks the rule of its tags. Such a member keeps its zero value.
	Faults []fault.Field
}

// Read reads exactly one JSON value (RFC 8259, in UTF-8) into the struct that into points to. It skips a byte order mark.
//
// A body that cannot be read is an error with the code json_malformed, json_trailing_data, json_too_deep,
// json_duplicate_member or json_member_case. One that can be read and breaks rules is no error: see Body.Faults. But a body
// with more than fault.MaxFields faults is read no further: it is an error with the code body_invalid.
func (r *Reader) Read(raw []byte, into any) (Body, error) {
	tree, err := parse(raw)
	if err != nil {
		return Body{}, err
	}
	var b binder
	to := reflect.ValueOf(into).Elem()
	b.bind(&tree, to, r.BodyShape(to.Type()), &place{})
	if b.variant == nil && b.full() {
		return Body{}, fault.InvalidBody(b.faults)
	}
	return Body{Canonical: canonical(nil, &tree), Faults: b.faults}, b.variant
}

// binder walks a body against a shape, fills the Go value, and collects every fault of the content.
type binder struct {
	faults  []fault.Field
	variant error // for a name that differs from a known one only in letter case: the whole body is refused
}

// place is where in the body the walk is; it becomes a JSON pointer when there is a fault.
type place struct {
	parent *place
	name   string
	index  int // where name is empty and parent is not nil
	named  bool
}

func (p *place) pointer() string {
	if p.parent == nil {
		return ""
	}
	if !p.named {
		return p.parent.pointer() + "/" + strconv.Itoa(p.index)
	}
	return p.parent.pointer() + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(p.name)
}

func (b *binder) refuse(at *place, why breach) {
	if why.code != "" && !b.full() {
		b.faults = append(b.faults, fault.Field{Pointer: at.pointer(), Code: why.code, Detail: why.detail})
	}
}

// full reports whether the body has more faults than an answer lists, so that the walk ends: a body of a megabyte can have a
// million.
func (b *binder) full() bool { return len(b.faults) > fault.MaxFields }

// bind sets into from the node. If the node has a fault, into does not change.
func (b *binder) bind(n *node, into reflect.Value, s *Shape, at *place) {
	if b.full() {
		return
	}
	if s.Patch {
		into.FieldByName("Set").SetBool(true)
	}
	if n.kind == nullNode && s.Kind != Any {
		switch {
		case !s.Nullable:
			b.refuse(at, refuse(fault.FieldType, "Must be %s; null is not accepted.", s.expected()))
		case s.Patch:
			into.FieldByName("Null").SetBool(true)
		}
		return
	}
	if s.Patch {
		into = into.FieldByName("Value")
	}
	if s.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	switch {
	case s.Kind == Any:
		into.SetBytes(canonical(nil, n))
	case s.Kind == Object && n.kind == objectNode:
		b.object(n, into, s, at)
	case s.Kind == List && n.kind == listNode:
		b.list(n, into, s, at)
	case s.Kind == Map && n.kind == objectNode:
		b.entries(n, into, s, at)
	case s.Kind == Boolean && (n.kind == trueNode || n.kind == falseNode):
		into.SetBool(n.kind == trueNode)
	case s.Kind == Integer && n.kind == numberNode:
		b.refuse(at, s.set(into, n.text))
	case (s.Kind == Text || s.Kind == ParsedText) && n.kind == stringNode:
		b.refuse(at, s.set(into, n.text))
	default:
		b.refuse(at, refuse(fault.FieldType, "Must be %s; it is %s.", s.expected(), n.describe()))
	}
}

func (b *binder) object(n *node, into reflect.Value, s *Shape, at *place) {
	seen := make([]bool, len(s.Fields))
	for k := range n.kids {
		if b.full() {
			return
		}
		kid := &n.kids[k]
		here := &place{parent: at, name: kid.name, named: true}
		i := s.find(kid.name)
		if i < 0 {
			b.unknown(kid.name, s, here)
			continue
		}
		seen[i] = true
		b.bind(kid, into.FieldByIndex(s.Fields[i].Go.Index), s.Fields[i].Shape, here)
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		switch {
		case seen[i]:
		case f.Required:
			b.refuse(&place{parent: at, name: f.Name, named: true}, refuse(fault.FieldRequired, "Required: %s.", f.Shape.expected()))
		case f.Default != nil:
			f.setFallback(into)
		}
	}
}

func (b *binder) unknown(name string, s *Shape, at *place) {
	near := nearest(name, s.names())
	if near != "" && strings.EqualFold(name, near) && b.variant == nil {
		b.variant = fault.New(fault.JSONMemberCase, "The member at %s is spelled %s.", at.pointer(), near)
	}
	detail := "This member does not exist."
	if near != "" {
		detail = "This member does not exist. Did you mean " + near + "?"
	}
	b.refuse(at, breach{fault.FieldUnknown, detail})
}

func (b *binder) list(n *node, into reflect.Value, s *Shape, at *place) {
	if why := s.Rule.items(len(n.kids)); why.code != "" {
		b.refuse(at, why)
		if s.Rule.MaxItems != nil && len(n.kids) > *s.Rule.MaxItems {
			return // the list is too long, so the faults of its items do not help the caller
		}
	}
	into.Set(reflect.MakeSlice(into.Type(), len(n.kids), len(n.kids)))
	for i := range n.kids {
		if b.full() {
			return
		}
		b.bind(&n.kids[i], into.Index(i), s.Elem, &place{parent: at, index: i})
	}
}

func (b *binder) entries(n *node, into reflect.Value, s *Shape, at *place) {
	into.Set(reflect.MakeMapWithSize(into.Type(), len(n.kids)))
	for i := range n.kids {
		if b.full() {
			return
		}
		value := reflect.New(into.Type().Elem()).Elem()
		b.bind(&n.kids[i], value, s.Elem, &place{parent: at, name: n.kids[i].name, named: true})
		into.SetMapIndex(reflect.ValueOf(n.kids[i].name).Convert(into.Type().Key()), value)
	}
}

// set reads a scalar's text into the value. Bodies and parameters share it.
func (s *Shape) set(into reflect.Value, text string) breach {
	switch s.Kind {
	case Integer:
		return s.setInteger(into, text)
	case Boolean:
		if text != "true" && text != "false" {
			return refuse(fault.FieldType, "Must be true or false; it is %s.", Quote(text))
		}
		into.SetBool(text == "true")
		return breach{}
	default:
	}
	if s.Kind == Text && (s.Rule.Format == nil || !s.Rule.Format.Exact) {
		text = canon.Clean(text)
	}
	if s.Rule.Format != nil && s.Rule.Format.OneLine {
		text = canon.Line(text)
	}
	if why := s.Rule.text(text); why.code != "" {
		return why
	}
	if s.Kind == Text {
		into.SetString(text)
		return breach{}
	}
	reader, ok := into.Addr().Interface().(encoding.TextUnmarshaler)
	if !ok {
		panic("strictjson: " + into.Type().String() + " reads no text")
	}
	err := reader.UnmarshalText([]byte(text))
	var known *fault.Error
	switch {
	case err == nil:
		return breach{}
	case errors.As(err, &known):
		return breach{known.Code, known.Detail}
	}
	return refuse(fault.FieldInvalid, "Must be %s; it is %s.", s.expected(), Quote(text))
}

// whole returns a number without zeros after its point. To JSON Schema 10.0 is an integer, and some languages write one so.
func whole(number string) string {
	if digits, zeros, _ := strings.Cut(number, "."); zeros != "" && strings.Trim(zeros, "0") == "" {
		return digits
	}
	return number
}

func (s *Shape) setInteger(into reflect.Value, text string) breach {
	n, err := strconv.ParseInt(whole(text), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || err == nil && into.OverflowInt(n):
		return refuse(fault.FieldOutOfRange, "Must fit in a %d-bit integer.", into.Type().Bits())
	case err != nil || strings.HasPrefix(text, "+"):
		return refuse(fault.FieldType, "Must be a whole number without point or exponent; it is %s.", Quote(text))
	}
	if why := s.Rule.integer(n); why.code != "" {
		return why
	}
	into.SetInt(n)
	return breach{}
}

// setFallback sets the default value of a member that is absent.
func (f *Field) setFallback(into reflect.Value) {
	at := into.FieldByIndex(f.Go.Index)
	if f.Shape.Pointer {
		at.Set(reflect.New(at.Type().Elem()))
		at = at.Elem()
	}
	if why := f.Shape.set(at, *f.Default); why.code != "" {
		panic(fmt.Sprintf("strictjson: the default of %s is refused: %s", f.Name, why.detail))
	}
}

// expected returns the type for a sentence that starts with "Must be".
func (s *Shape) expected() string {
	switch s.Kind {
	case Boolean:
		return "true or false"
	case Integer:
		return "a whole number"
	case List:
		return "an array"
	case Map, Object:
		return "an object"
	case Any:
		return "a value"
	default:
	}
	switch {
	case s.Rule.Enum != nil:
		return "one of " + strings.Join(s.Rule.Enum, ", ")
	case s.Rule.Format != nil:
		return s.Rule.Format.Meaning
	}
	return "a string"
}

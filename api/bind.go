package api

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// binder walks a body against a shape, fills the Go value, and collects every fault of the content.
type binder struct {
	faults  []fault.Field
	variant error // a member whose name is right but for its letter case: the body counts as unreadable
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

// full says that there are faults enough: a body of a megabyte can have a million.
func (b *binder) full() bool { return len(b.faults) >= fault.MaxFields }

// bind fills into from the node. Where the node has a fault, into is left as it was.
func (b *binder) bind(n *node, into reflect.Value, s *shape, at *place) {
	if b.full() {
		return
	}
	if s.opt {
		into.FieldByName("Set").SetBool(true)
	}
	if n.kind == nullNode && s.kind != rawKind {
		switch {
		case !s.nullable:
			b.refuse(at, refuse(fault.FieldType, "Must be %s; null is not accepted.", s.expected()))
		case s.opt:
			into.FieldByName("Null").SetBool(true)
		}
		return
	}
	if s.opt {
		into = into.FieldByName("Value")
	}
	if s.pointer {
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	switch {
	case s.kind == rawKind:
		into.SetBytes(canonical(nil, n))
	case s.kind == objectKind && n.kind == objectNode:
		b.object(n, into, s, at)
	case s.kind == listKind && n.kind == listNode:
		b.list(n, into, s, at)
	case s.kind == mapKind && n.kind == objectNode:
		b.entries(n, into, s, at)
	case s.kind == boolKind && (n.kind == trueNode || n.kind == falseNode):
		into.SetBool(n.kind == trueNode)
	case s.kind == intKind && n.kind == numberNode, (s.kind == textKind || s.kind == parsedKind) && n.kind == stringNode:
		b.refuse(at, s.set(into, n.text))
	default:
		b.refuse(at, refuse(fault.FieldType, "Must be %s; it is %s.", s.expected(), n.describe()))
	}
}

func (b *binder) object(n *node, into reflect.Value, s *shape, at *place) {
	seen := make([]bool, len(s.fields))
	for k := range n.kids {
		kid := &n.kids[k]
		here := &place{parent: at, name: kid.name, named: true}
		i := s.find(kid.name)
		if i < 0 {
			b.unknown(kid.name, s, here)
			continue
		}
		seen[i] = true
		b.bind(kid, into.FieldByIndex(s.fields[i].index), s.fields[i].shape, here)
	}
	for i := range s.fields {
		f := &s.fields[i]
		switch {
		case seen[i]:
		case f.required:
			b.refuse(&place{parent: at, name: f.name, named: true}, refuse(fault.FieldRequired, "Required: %s.", f.shape.expected()))
		case f.fallback != nil:
			f.setFallback(into)
		}
	}
}

func (b *binder) unknown(name string, s *shape, at *place) {
	near := nearest(name, s.names())
	if strings.EqualFold(name, near) && b.variant == nil {
		b.variant = fault.New(fault.JSONMemberCase, "The member at %s is spelled %s.", at.pointer(), near)
	}
	detail := "There is no such member."
	if near != "" {
		detail = "There is no such member; the nearest is " + near + "."
	}
	b.refuse(at, breach{fault.FieldUnknown, detail})
}

func (b *binder) list(n *node, into reflect.Value, s *shape, at *place) {
	if why := s.rule.items(len(n.kids)); why.code != "" {
		b.refuse(at, why)
		if s.rule.maxItems != nil && len(n.kids) > *s.rule.maxItems {
			return // the faults of items nobody may send help nobody
		}
	}
	into.Set(reflect.MakeSlice(into.Type(), len(n.kids), len(n.kids)))
	for i := range n.kids {
		b.bind(&n.kids[i], into.Index(i), s.elem, &place{parent: at, index: i})
	}
}

func (b *binder) entries(n *node, into reflect.Value, s *shape, at *place) {
	into.Set(reflect.MakeMapWithSize(into.Type(), len(n.kids)))
	for i := range n.kids {
		value := reflect.New(into.Type().Elem()).Elem()
		b.bind(&n.kids[i], value, s.elem, &place{parent: at, name: n.kids[i].name, named: true})
		into.SetMapIndex(reflect.ValueOf(n.kids[i].name).Convert(into.Type().Key()), value)
	}
}

// set reads a scalar's text into the value, for bodies and parameters alike.
func (s *shape) set(into reflect.Value, text string) breach {
	switch s.kind {
	case intKind:
		return s.setInteger(into, text)
	case boolKind:
		if text != "true" && text != "false" {
			return refuse(fault.FieldType, "Must be true or false; it is %s.", quoted(text))
		}
		into.SetBool(text == "true")
		return breach{}
	default:
	}
	if why := s.rule.text(text); why.code != "" {
		return why
	}
	if s.kind == textKind {
		into.SetString(text)
		return breach{}
	}
	reader, ok := into.Addr().Interface().(encoding.TextUnmarshaler)
	if !ok {
		panic("api: " + into.Type().String() + " reads no text")
	}
	err := reader.UnmarshalText([]byte(text))
	var known *fault.Error
	switch {
	case err == nil:
		return breach{}
	case errors.As(err, &known):
		return breach{known.Code, known.Detail}
	}
	return refuse(fault.FieldInvalid, "Must be %s; it is %s.", s.expected(), quoted(text))
}

func (s *shape) setInteger(into reflect.Value, text string) breach {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || err == nil && into.OverflowInt(n):
		return refuse(fault.FieldOutOfRange, "Is beyond what the field holds.")
	case err != nil || strings.HasPrefix(text, "+"):
		return refuse(fault.FieldType, "Must be a whole number without point or exponent; it is %s.", quoted(text))
	}
	if why := s.rule.integer(n); why.code != "" {
		return why
	}
	into.SetInt(n)
	return breach{}
}

// setFallback puts the default in place of an absent member.
func (f *field) setFallback(into reflect.Value) {
	at := into.FieldByIndex(f.index)
	if f.shape.pointer {
		at.Set(reflect.New(at.Type().Elem()))
		at = at.Elem()
	}
	if why := f.shape.set(at, *f.fallback); why.code != "" {
		panic(fmt.Sprintf("api: the default of %s is refused: %s", f.name, why.detail))
	}
}

// expected names the type for a sentence: Must be …
func (s *shape) expected() string {
	switch s.kind {
	case boolKind:
		return "true or false"
	case intKind:
		return "a whole number"
	case listKind:
		return "an array"
	case mapKind, objectKind:
		return "an object"
	case rawKind:
		return "a value"
	default:
	}
	if f, ok := formats()[s.rule.format]; ok {
		return f.Meaning
	}
	return "a string"
}

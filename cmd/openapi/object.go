package main

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// object is a JSON object whose members are in the order for a reader.
type object []member

type member struct {
	name  string
	value any
}

// set adds the member, or replaces the member of that name.
func (o *object) set(name string, value any) {
	for i := range *o {
		if (*o)[i].name == name {
			(*o)[i].value = value
			return
		}
	}
	*o = append(*o, member{name, value})
}

// get returns the member's value, or nil.
func (o object) get(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// at returns the object at the path of members, which is empty if there is none.
func (o object) at(path ...string) object {
	for _, name := range path {
		next, _ := o.get(name).(object)
		o = next
	}
	return o
}

// ref returns a reference to a component.
func ref(kind, name string) object {
	return object{{"$ref", "#/components/" + kind + "/" + name}}
}

// list returns values of one type as a JSON array.
func list[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// decoded returns JSON with its members in the original order and its numbers in the original form.
func decoded(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := decodeNext(d)
	if err != nil {
		return nil, fmt.Errorf("%.60s is no JSON: %w", raw, err)
	}
	return v, nil
}

func decodeNext(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		values := []any{}
		for d.More() {
			v, err := decodeNext(d)
			if err != nil {
				return nil, err
			}
			values = append(values, v)
		}
		_, err = d.Token()
		return values, err
	case json.Delim('{'):
		o := object{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := decodeNext(d)
			if err != nil {
				return nil, err
			}
			o = append(o, member{name.(string), v}) //nolint:errcheck // the name of a member is always a string
		}
		_, err = d.Token()
		return o, err
	}
	return token, nil
}

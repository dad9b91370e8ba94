package servicetest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// Value is a JSON value. Reading something that does not exist fails the test.
type Value struct {
	v any
	t testing.TB
}

// At returns the value at a path such as orders/0/invoice/number.
func (v Value) At(path string) Value {
	v.t.Helper()
	at := v.v
	for step := range strings.SplitSeq(path, "/") {
		switch now := at.(type) {
		case map[string]any:
			next, ok := now[step]
			if !ok {
				v.t.Fatalf("no member %s (of %s) in %v", step, path, now)
			}
			at = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(now) {
				v.t.Fatalf("no item %s (of %s) in %v", step, path, now)
			}
			at = now[i]
		default:
			v.t.Fatalf("%s: %v has no members", path, now)
		}
	}
	return Value{at, v.t}
}

// Has reports whether an object has the member.
func (v Value) Has(member string) bool {
	v.t.Helper()
	m, ok := v.v.(map[string]any)
	if !ok {
		v.t.Fatalf("%v is not an object", v.v)
	}
	_, ok = m[member]
	return ok
}

// Text returns the value, which must be a string.
func (v Value) Text() string {
	v.t.Helper()
	s, ok := v.v.(string)
	if !ok {
		v.t.Fatalf("%v is not a string", v.v)
	}
	return s
}

// Int returns the value, which must be a whole number.
func (v Value) Int() int {
	v.t.Helper()
	f, ok := v.v.(float64)
	if !ok || f != float64(int(f)) {
		v.t.Fatalf("%v is not a whole number", v.v)
	}
	return int(f)
}

// Bool returns the value, which must be a boolean.
func (v Value) Bool() bool {
	v.t.Helper()
	b, ok := v.v.(bool)
	if !ok {
		v.t.Fatalf("%v is not a boolean", v.v)
	}
	return b
}

// Null reports whether the value is null.
func (v Value) Null() bool { return v.v == nil }

// Items returns the values of a list.
func (v Value) Items() []Value {
	v.t.Helper()
	list, ok := v.v.([]any)
	if !ok {
		v.t.Fatalf("%v is not a list", v.v)
	}
	items := make([]Value, len(list))
	for i := range list {
		items[i] = Value{list[i], v.t}
	}
	return items
}

// Texts returns the strings of a list.
func (v Value) Texts() []string {
	v.t.Helper()
	list := []string{}
	for _, item := range v.Items() {
		list = append(list, item.Text())
	}
	return list
}

// Each returns, for each item of a list, the value at a path.
func (v Value) Each(path string) []string {
	v.t.Helper()
	list := []string{}
	for _, item := range v.Items() {
		list = append(list, fmt.Sprint(item.At(path).Any()))
	}
	return list
}

// Any returns the value as encoding/json decoded it.
func (v Value) Any() any { return v.v }

// String is the value as a message of a failing test.
func (v Value) String() string { return fmt.Sprint(v.v) }

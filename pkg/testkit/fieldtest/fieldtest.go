// Package fieldtest helps tests to cover every field of a struct, including new ones.
package fieldtest

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// start is just before the times that Fill sets.
var start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Fill sets every field of the struct behind the pointer, and of nested structs and one item of each list, to a unique
// value. A pointer to a struct of the same type stays nil.
func Fill(t testing.TB, pointer any) {
	t.Helper()
	v := reflect.ValueOf(pointer).Elem()
	n := 0
	fill(t, v, v.Type(), &n)
}

func fill(t testing.TB, v reflect.Value, root reflect.Type, n *int) {
	t.Helper()
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(start.Add(time.Duration(*n) * time.Hour)))
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanUint():
		v.SetUint(uint64(*n % 256))
	case v.CanInt():
		v.SetInt(int64(*n))
	case v.Kind() == reflect.Pointer:
		if v.Type().Elem() != root {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), root, n)
		}
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(t, v.Index(0), root, n)
	case v.Kind() == reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, root, n)
		fill(t, value, root, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() || f.Anonymous {
				fill(t, v.Field(i), root, n)
			}
		}
	default:
		t.Fatalf("Fill does not support %s", v.Type())
	}
}

// Names returns the fields of a struct; the fields of an embedded struct are listed one by one.
func Names(of any) []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(of)) {
		if !f.Anonymous && f.IsExported() {
			names = append(names, f.Name)
		}
	}
	return names
}

// Clear sets a field of the struct behind the pointer to its zero value.
func Clear(pointer any, name string) { reflect.ValueOf(pointer).Elem().FieldByName(name).SetZero() }

// Only sets every other field of the struct behind the pointer to its zero value.
func Only(pointer any, name string) {
	v := reflect.ValueOf(pointer).Elem()
	for _, other := range Names(v.Interface()) {
		if other != name {
			v.FieldByName(other).SetZero()
		}
	}
}

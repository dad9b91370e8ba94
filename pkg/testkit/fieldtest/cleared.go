package fieldtest

import (
	"reflect"
	"time"
)

// EachCleared clears each field of the struct behind the pointer in turn, calls do with its path, such as Order.Carrier, and restores
// it. Nested structs, and the first item of a list of structs, are entered. Fill has to set the struct first.
func EachCleared(pointer any, do func(path string)) {
	eachCleared(reflect.ValueOf(pointer).Elem(), "", do)
}

func eachCleared(v reflect.Value, path string, do func(path string)) {
	for _, field := range reflect.VisibleFields(v.Type()) {
		if field.Anonymous || !field.IsExported() {
			continue
		}
		f, name := v.FieldByIndex(field.Index), path+field.Name
		if inner := structIn(f); inner.IsValid() {
			eachCleared(inner, name+".", do)
			continue
		}
		was := reflect.New(f.Type()).Elem()
		was.Set(f)
		f.SetZero()
		do(name)
		f.Set(was)
	}
}

// structIn is the struct that a field is, points to or lists, and invalid if it is something else.
func structIn(f reflect.Value) reflect.Value {
	if f.Kind() == reflect.Slice && f.Len() > 0 {
		f = f.Index(0)
	}
	if f.Kind() == reflect.Pointer && !f.IsNil() {
		f = f.Elem()
	}
	if f.Kind() != reflect.Struct || f.Type() == reflect.TypeFor[time.Time]() {
		return reflect.Value{}
	}
	return f
}

package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// PagingParameters choose a part of a list, and what is answered in addition. They do not change the list or its order.
var PagingParameters = []string{"cursor", "limit", "include"}

// ListKey names a list by everything that determines its rows and their order: the company, the path, and all parameters except
// the paging ones. A cursor is only valid for its list.
func ListKey(company, path string, query any) string {
	text := appendText(appendText(nil, company), path)
	v := reflect.ValueOf(query)
	for _, f := range choosingFields(v.Type()) {
		text = appendValue(appendText(text, f.name), v.FieldByIndex(f.index), f.where)
	}
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

type choosingField struct {
	name, where string
	index       []int
}

var choosing sync.Map // fields by the type of a query

// choosingFields is the fields of a query that choose rows or their order. It finds them once for each type.
func choosingFields(query reflect.Type) []choosingField {
	if known, ok := choosing.Load(query); ok {
		return known.([]choosingField) //nolint:errcheck // only fields go in
	}
	var fields []choosingField
	for _, f := range reflect.VisibleFields(query) {
		if !f.Anonymous && !slices.Contains(PagingParameters, f.Tag.Get("query")) { // VisibleFields lists what an embedded struct brings
			fields = append(fields, choosingField{f.Name, query.Name() + "." + f.Name, f.Index})
		}
	}
	choosing.Store(query, fields)
	return fields
}

// appendValue writes a value so that two values have equal bytes if and only if they are equal. It follows pointers, since an
// address means nothing, and panics on a kind that it does not know.
func appendValue(to []byte, v reflect.Value, where string) []byte {
	switch v.Kind() {
	case reflect.String:
		return appendText(to, v.String())
	case reflect.Bool:
		if v.Bool() {
			return append(to, 1)
		}
		return append(to, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(to, v.Int())
	case reflect.Pointer:
		if v.IsNil() {
			return append(to, 0)
		}
		return appendValue(append(to, 1), v.Elem(), where)
	case reflect.Slice:
		to = binary.AppendUvarint(to, uint64(v.Len())) //nolint:gosec // a length is not negative
		for i := range v.Len() {
			to = appendValue(to, v.Index(i), where)
		}
		return to
	default:
		panic(fmt.Sprintf("web: a cursor cannot be bound to %s, a %s: teach appendValue to write it", where, v.Type())) // a defect that TestListKey finds
	}
}

// appendText writes a text after its length, which separates texts.
func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

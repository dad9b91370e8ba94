package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
)

// PagingParameters choose which part of a list is answered, and what beside it. They do not move what stands in it.
var PagingParameters = []string{"cursor", "limit", "include"}

// ListKey names a list by everything that decides what stands in it, and where: the company, the path, and all
// parameters but the paging ones. A cursor is bound to it.
func ListKey(company, path string, query any) string {
	text := appendText(appendText(nil, company), path)
	v := reflect.ValueOf(query)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !slices.Contains(PagingParameters, f.Tag.Get("query")) {
			text = appendValue(appendText(text, f.Name), v.Field(i), v.Type().Name()+"."+f.Name)
		}
	}
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// appendValue writes a value so that equal ones, and no others, have equal bytes. It follows pointers, since an address
// says nothing, and panics on a kind that it cannot write so.
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
		panic(fmt.Sprintf("web: a cursor cannot be bound to %s, a %s: teach appendValue to write it", where, v.Type())) // a defect that TestListKey meets
	}
}

// appendText writes a text behind its length, which keeps texts apart.
func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

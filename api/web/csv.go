package web

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// CSVColumn is a column of an export: its name, and the member of the row that it shows, such as customer/code.
type CSVColumn [2]string

// CSVTable is the columns of an export of rows of type R.
type CSVTable[R any] struct {
	Names []string
	paths [][]int // for each column, the fields that lead to the member
}

// NewCSVTable is the columns of an export of rows of type R. It panics on a member that R does not have.
func NewCSVTable[R any](columns []CSVColumn) CSVTable[R] {
	var t CSVTable[R]
	members := memberIndex{}
	for _, c := range columns {
		t.Names = append(t.Names, c[0])
		t.paths = append(t.paths, members.path(reflect.TypeFor[R](), c[1]))
	}
	return t
}

// memberIndex is the members of each struct in a row. Listing them for each column would be a sixth of the start of the program.
type memberIndex map[reflect.Type]map[string]reflect.StructField

func (x memberIndex) of(t reflect.Type) map[string]reflect.StructField {
	if known, ok := x[t]; ok {
		return known
	}
	members := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if _, taken := members[tag]; !taken && !f.Anonymous {
			members[tag] = f
		}
	}
	x[t] = members
	return members
}

func (x memberIndex) path(row reflect.Type, member string) []int {
	var path []int
	at := row
	for _, name := range strings.Split(member, "/") {
		if at.Kind() == reflect.Pointer {
			at = at.Elem()
		}
		f, found := x.of(at)[name]
		if !found {
			panic(fmt.Sprintf("web: %s has no member %s", row, member)) // a defect: the program does not start
		}
		path, at = append(path, f.Index...), f.Type
	}
	return path
}

// Cells is the members of a row as texts. Null is the empty text, and a list has commas between its items.
func (t CSVTable[R]) Cells(row R) []string {
	cells := make([]string, len(t.paths))
	for i, path := range t.paths {
		cells[i] = csvCell(reflect.ValueOf(row), path)
	}
	return cells
}

func csvCell(v reflect.Value, path []int) string {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	if len(path) > 0 {
		return csvCell(v.Field(path[0]), path[1:])
	}
	if at, ok := v.Interface().(time.Time); ok {
		return at.UTC().Format(time.RFC3339Nano)
	}
	switch {
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.Kind() == reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = csvCell(v.Index(i), nil)
		}
		return strings.Join(items, ", ")
	}
	return v.String()
}

package rowscan

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"gorm.io/gorm/schema"
)

// column says where a column's field is in a row, and how it is read. A column that no field has is not decoded.
type column struct {
	offset uintptr
	decode decoder
}

// plan is how the columns of a statement are read into a type of rows.
type plan struct {
	described []pgfield
	columns   []column
}

var (
	parsed sync.Map // schemas by type, for GORM
	plans  sync.Map // []plan by type
)

// mostPlans is how many plans of a type are kept: a type is read by a few statements with different columns.
const mostPlans = 32

// columnsOf says how a statement's columns are read into a row of this type.
func columnsOf(row reflect.Type, names schema.Namer, described []pgfield) ([]column, error) {
	kept, _ := plans.Load(row)
	known, _ := kept.([]plan)
	for _, p := range known {
		if slices.EqualFunc(p.described, described, sameColumn) {
			return p.columns, nil
		}
	}
	columns, err := planOf(row, names, described)
	if err == nil && len(known) < mostPlans {
		plans.Store(row, append(slices.Clip(known), plan{slices.Clone(described), columns}))
	}
	return columns, err
}

func sameColumn(a, b pgfield) bool {
	return a.Name == b.Name && a.DataTypeOID == b.DataTypeOID && a.Format == b.Format
}

func planOf(row reflect.Type, names schema.Namer, described []pgfield) ([]column, error) {
	mapping, err := schema.Parse(reflect.New(row).Interface(), &parsed, names)
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(described))
	for i, d := range described {
		f := mapping.FieldsByDBName[d.Name]
		if f == nil || !f.Readable {
			continue
		}
		offset, err := offsetOf(row, f.StructField.Index)
		if err != nil {
			return nil, err
		}
		columns[i] = column{offset, decoderOf(f, d)}
	}
	return columns, nil
}

// offsetOf is the offset of a field in a struct, by its path through embedded structs.
func offsetOf(row reflect.Type, path []int) (uintptr, error) {
	offset := uintptr(0)
	for i, index := range path {
		if row.Kind() != reflect.Struct {
			return 0, fmt.Errorf("rowscan: %s is embedded in a row: embed a struct", row)
		}
		f := row.Field(index)
		offset += f.Offset
		if i < len(path)-1 {
			row = f.Type
		}
	}
	return offset, nil
}

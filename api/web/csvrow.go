package web

import (
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// csvRows appends rows to a file as encoding/csv writes their Cells, with guardFormula and CRLF. It allocates nothing for a row. Exports have
// millions of rows of forty cells, and most of their time went into Cells, a regular expression and a writer for each row. The tests
// compare with Cells and encoding/csv.
type csvRows[R any] struct {
	table CSVTable[R]
	row   *R
	value reflect.Value // of row
	cell  []byte
}

func (t CSVTable[R]) rows() *csvRows[R] {
	row := new(R)
	return &csvRows[R]{table: t, row: row, value: reflect.ValueOf(row).Elem()}
}

// append appends a row.
func (w *csvRows[R]) append(out []byte, row R) []byte {
	*w.row = row // reflect reads an addressable value without an allocation
	for i, path := range w.table.paths {
		if i > 0 {
			out = append(out, ',')
		}
		w.cell = appendCell(w.cell[:0], w.value, path)
		out = appendField(out, w.cell)
	}
	return append(out, "\r\n"...)
}

var timeType = reflect.TypeFor[time.Time]()

// appendCell appends the text that csvCell returns.
func appendCell(out []byte, v reflect.Value, path []int) []byte {
	for {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return out
			}
			v = v.Elem()
		}
		if len(path) == 0 {
			break
		}
		v, path = v.Field(path[0]), path[1:]
	}
	switch {
	case v.Kind() == reflect.String:
		return append(out, v.String()...)
	case v.CanInt():
		return strconv.AppendInt(out, v.Int(), 10)
	case v.Kind() == reflect.Bool:
		return strconv.AppendBool(out, v.Bool())
	case v.Type() == timeType && v.CanAddr():
		at := v.Addr().Interface().(*time.Time) //nolint:errcheck // its type is known
		return at.UTC().AppendFormat(out, time.RFC3339Nano)
	}
	return append(out, csvCell(v, nil)...)
}

// appendField appends a cell, guarded, and quoted where it has to be.
func appendField(out, cell []byte) []byte {
	if len(cell) == 0 {
		return out
	}
	if mayBeFormula(cell[0]) {
		cell = []byte(guardFormula(string(cell)))
	}
	if !needsQuotes(cell) {
		return append(out, cell...)
	}
	out = append(out, '"')
	for _, c := range cell {
		switch c {
		case '"':
			out = append(out, `""`...)
		case '\r': // encoding/csv leaves it out where lines end with CRLF
		case '\n':
			out = append(out, "\r\n"...)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}

// mayBeFormula reports whether guardFormula may change a cell that begins with this byte. It saves
// most cells guardFormula's regular expression.
func mayBeFormula(first byte) bool {
	return first >= utf8.RuneSelf || strings.IndexByte("=+-@\t\r\n", first) >= 0
}

// needsQuotes is the rule of encoding/csv.
func needsQuotes(cell []byte) bool {
	for _, c := range cell {
		if c == ',' || c == '"' || c == '\r' || c == '\n' {
			return true
		}
	}
	if cell[0] < utf8.RuneSelf {
		return cell[0] == ' ' || cell[0] == '\t' || cell[0] == '\v' || cell[0] == '\f' || string(cell) == `\.`
	}
	first, _ := utf8.DecodeRune(cell)
	return unicode.IsSpace(first)
}

// appendNames appends the header row.
func appendNames(out []byte, names []string) []byte {
	for i, name := range names {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendField(out, []byte(name))
	}
	return append(out, "\r\n"...)
}

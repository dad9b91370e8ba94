package rowscan

import (
	"database/sql/driver"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// bound keeps what bind makes of statements without lists, by their text. Such a text is about 1 KB, and most are fixed.
var bound = struct {
	sync.Map
	size atomic.Int64
}{}

// mostBound is how many texts are kept. The texts of lists depend on their filters.
const mostBound = 256

// bindKept is bind, which writes the text of a statement without lists once.
func bindKept(text string, args []any) (string, []any) {
	if slices.ContainsFunc(args, func(arg any) bool { _, is := listOf(arg); return is }) {
		return bind(text, args)
	}
	if known, ok := bound.Load(text); ok {
		return known.(string), args //nolint:errcheck // only texts go in
	}
	written, args := bind(text, args)
	if bound.size.Load() < mostBound {
		bound.size.Add(1)
		bound.Store(text, written)
	}
	return written, args
}

// bind writes a statement as PostgreSQL takes it: ? becomes $1, $2 and so on, as GORM's Raw does it, which takes several times as
// long. A list becomes its values in parentheses, or (NULL) if it is empty; where the text has the parentheses, none are added.
func bind(text string, args []any) (string, []any) {
	var out strings.Builder
	out.Grow(len(text) + 2*len(args))
	bound := make([]any, 0, len(args))
	add := func(value any) {
		bound = append(bound, value)
		out.WriteByte('$')
		var digits [8]byte
		out.Write(strconv.AppendInt(digits[:0], int64(len(bound)), 10))
	}
	for next := 0; ; next++ {
		at := strings.IndexByte(text, '?')
		if at < 0 || next == len(args) {
			out.WriteString(text)
			return out.String(), bound
		}
		out.WriteString(text[:at])
		bare := strings.HasSuffix(text[:at], "(")
		text = text[at+1:]
		list, ok := listOf(args[next])
		if !ok {
			add(args[next])
			continue
		}
		if !bare {
			out.WriteByte('(')
		}
		if list.Len() == 0 && bare {
			add(nil)
		} else if list.Len() == 0 {
			out.WriteString("NULL")
		}
		for i := range list.Len() {
			if i > 0 {
				out.WriteByte(',')
			}
			add(list.Index(i).Interface())
		}
		if !bare {
			out.WriteByte(')')
		}
	}
}

// listOf returns an argument that stands for several values. Bytes are one value, and so is what has a value of its own.
func listOf(arg any) (reflect.Value, bool) {
	switch arg.(type) {
	case nil, string, int, int64, bool, []byte, driver.Valuer:
		return reflect.Value{}, false
	}
	v := reflect.ValueOf(arg)
	return v, v.Kind() == reflect.Slice || v.Kind() == reflect.Array
}

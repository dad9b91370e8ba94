package store

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/company"
)

// How the values of filters become conditions and arguments.

// between is column >= low AND column < (or <=) high, of the bounds that are there.
func between(column string, low any, below string, high any) (string, []any) {
	var parts []string
	var args []any
	if low != nil {
		parts, args = append(parts, column+" >= ?"), append(args, low)
	}
	if high != nil {
		parts, args = append(parts, column+" "+below+" ?"), append(args, high)
	}
	return strings.Join(parts, " AND "), args
}

// atTime is a time as an argument; nil for the zero time.
func atTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

// prefixed is the range of a key that begins with a text. The highest code point ends it: as bytes, which is how both
// databases compare here, nothing that begins with the text comes behind.
func prefixed(column, prefix string) (string, []any) {
	return column + " >= ? AND " + column + " < ?", []any{prefix, prefix + string(utf8.MaxRune)}
}

// storable reports whether a column can hold the text: PostgreSQL's hold neither a zero nor what is not UTF-8.
func storable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func validUUID(s string) bool { return validID(s) == nil }

// narrow leaves each value once, and only those that may be; false where it leaves none of some.
func narrow[T comparable](values *[]T, may func(T) bool) bool {
	var kept []T
	for _, v := range *values {
		if (may == nil || may(v)) && !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	ok := len(kept) > 0 || len(*values) == 0
	*values = kept
	return ok
}

func among[T comparable](values *[]T, all []T) bool {
	return narrow(values, func(v T) bool { return slices.Contains(all, v) })
}

// texts are the values as arguments.
func texts[T ~string](values []T) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	return args
}

// keys are the texts' keys, each once.
func keys(values []string) []any {
	var args []any
	for _, v := range values {
		if k := any(company.KeyOf(v)); !slices.Contains(args, k) {
			args = append(args, k)
		}
	}
	return args
}

// lowered folds the letters that SQL's lower folds on both databases: ASCII's.
func lowered(values []string) []string {
	low := make([]string, len(values))
	for i, v := range values {
		low[i] = lower(v)
	}
	return low
}

func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

// padded repeats the last of several values until there are 1, 2, 4, 8 …: few numbers of values, few texts.
func padded(values []any) []any {
	for n := len(values); n > 1 && n&(n-1) != 0; n++ {
		values = append(values, values[len(values)-1])
	}
	return values
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

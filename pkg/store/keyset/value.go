package keyset

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// BeginsWith is the range of a column whose values begin with a text. The highest code point ends it: as bytes, which is
// how both databases compare here, nothing that begins with the text comes behind.
func BeginsWith(column, text string) (sql string, args []any) {
	return column + " >= ? AND " + column + " < ?", []any{text, text + string(utf8.MaxRune)}
}

// Storable reports whether a column can hold the text: PostgreSQL's hold neither a zero nor what is not UTF-8.
func Storable[T ~string](s T) bool {
	return utf8.ValidString(string(s)) && !strings.ContainsRune(string(s), 0)
}

// UUID reports whether the text is an id as we write it: PostgreSQL takes no other text for a UUID, SQLite compares it as
// text.
func UUID(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// Among reports of a value whether it is one of all.
func Among[T comparable](all []T) func(T) bool {
	return func(v T) bool { return slices.Contains(all, v) }
}

// Narrow leaves each text once, and only those that may be, by a nil may those that are storable; false where it leaves
// none of some. The slice that was passed is not written to.
func Narrow[T ~string](values *[]T, may func(T) bool) bool {
	if may == nil {
		may = Storable[T]
	}
	return NarrowAny(values, may)
}

// NarrowAny is Narrow for values that are not texts. By a nil may every value may be.
func NarrowAny[T comparable](values *[]T, may func(T) bool) bool {
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

// Texts are the values as arguments.
func Texts[T ~string](values []T) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	return args
}

// Lower folds the letters that SQL's lower folds on both databases: ASCII's.
func Lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

// Condition is the condition that a column has one of several values; empty for none. The last value is repeated until there are
// 1, 2, 4, 8 …: few numbers of values make few statements, each of which is prepared once.
func Condition(column string, values []any) (sql string, args []any) {
	if len(values) == 0 {
		return "", nil
	}
	args = slices.Clone(values)
	for n := len(args); n&(n-1) != 0; n++ {
		args = append(args, args[len(args)-1])
	}
	return column + " IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ") + ")", args
}

package keyset

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// BeginsWith is the condition that a column's value has this prefix, as a range that ends with the highest code point. Both
// databases compare bytes here, so no value with the prefix comes after that.
func BeginsWith(column, text string) (sql string, args []any) {
	return column + " >= ? AND " + column + " < ?", []any{text, text + string(utf8.MaxRune)}
}

// Storable reports whether a column can hold the text. PostgreSQL's columns can hold neither NUL nor invalid UTF-8.
func Storable[T ~string](s T) bool {
	return utf8.ValidString(string(s)) && !strings.ContainsRune(string(s), 0)
}

// UUID reports whether the text is an id in our notation. PostgreSQL accepts no other text for a UUID, and SQLite
// compares ids as text.
func UUID(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// Among returns a function that reports whether a value is one of all.
func Among[T comparable](all []T) func(T) bool {
	return func(v T) bool { return slices.Contains(all, v) }
}

// Narrow removes repeated values and those that allowed refuses; a nil allowed is Storable. It returns false if there
// were values and none is left. It does not write to the caller's slice.
func Narrow[T ~string](values *[]T, allowed func(T) bool) bool {
	if allowed == nil {
		allowed = Storable[T]
	}
	return NarrowAny(values, allowed)
}

// NarrowAny is Narrow for other values than texts. A nil allowed accepts every value.
func NarrowAny[T comparable](values *[]T, allowed func(T) bool) bool {
	var kept []T
	for _, v := range *values {
		if (allowed == nil || allowed(v)) && !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	ok := len(kept) > 0 || len(*values) == 0
	*values = kept
	return ok
}

// Texts returns the values as arguments.
func Texts[T ~string](values []T) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	return args
}

// Lower converts ASCII letters to lower case, like SQL's lower on both databases.
func Lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

// Condition is the condition that a column has one of several values, or empty if there are none. It repeats the last
// value until the number is a power of two, so that there are few different statements to prepare.
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

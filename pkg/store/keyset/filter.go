package keyset

import (
	"strings"
	"time"
)

// Filter is one field of a list's filter F.
type Filter[F any] struct {
	Name   string
	Range  string                                            // the column, where Where is a range of it that an index sorted by it serves
	Where  func(scope string, f *F) (sql string, args []any) // what it asks of a row; "": nothing
	Narrow func(f *F) bool                                   // may be nil: leaves only values that a row can have; false: none is left
}

// Equal is a filter of one value. The empty text asks nothing.
func Equal[F any](name, column string, field func(*F) string) Filter[F] {
	return Filter[F]{
		Name:   name,
		Narrow: func(f *F) bool { return Storable(field(f)) },
		Where: func(_ string, f *F) (string, []any) {
			if field(f) == "" {
				return "", nil
			}
			return column + " = ?", []any{field(f)}
		},
	}
}

// EqualID is Equal for a column of ids: a text that is no UUID matches nothing.
func EqualID[F any](name, column string, field func(*F) string) Filter[F] {
	equal := Equal(name, column, field)
	equal.Narrow = func(f *F) bool { return field(f) == "" || UUID(field(f)) }
	return equal
}

// In is a filter of several values, one of which the column has. No value asks nothing. Values that may not be are left
// out; a nil may is Storable.
func In[F any, T ~string](name, column string, field func(*F) *[]T, may func(T) bool) Filter[F] {
	return Filter[F]{
		Name:   name,
		Narrow: func(f *F) bool { return Narrow(field(f), may) },
		Where:  func(_ string, f *F) (string, []any) { return Condition(column, Texts(*field(f))) },
	}
}

// Bool is a filter of a boolean column. Nil asks nothing.
func Bool[F any](name, column string, field func(*F) *bool) Filter[F] {
	return Filter[F]{
		Name: name,
		Where: func(_ string, f *F) (string, []any) {
			switch v := field(f); {
			case v == nil:
				return "", nil
			case *v:
				return column, nil
			default:
				return "NOT " + column, nil
			}
		},
	}
}

// Search is a filter that looks for a text in several columns, by a branch each. The empty text asks nothing.
func Search[F any](name string, field func(*F) string, branches func(scope, text string) []Branch) Filter[F] {
	return Filter[F]{
		Name:   name,
		Narrow: func(f *F) bool { return Storable(field(f)) },
		Where: func(scope string, f *F) (string, []any) {
			if field(f) == "" {
				return "", nil
			}
			return Or(branches(scope, field(f)))
		},
	}
}

// Between is a filter of a range of a column.
func Between[F any](column string, ends func(*F) Ends) Filter[F] {
	return Filter[F]{
		Name:  column,
		Range: column,
		Where: func(_ string, f *F) (string, []any) {
			e := ends(f)
			var parts []string
			var args []any
			if e.From != nil {
				parts, args = append(parts, column+" >= ?"), append(args, e.From)
			}
			if e.To != nil {
				parts, args = append(parts, column+" <= ?"), append(args, e.To)
			}
			if e.Before != nil {
				parts, args = append(parts, column+" < ?"), append(args, e.Before)
			}
			return strings.Join(parts, " AND "), args
		},
	}
}

// Ends are the ends of a range. Nil is no end.
type Ends struct {
	From   any // inclusive
	To     any // inclusive
	Before any // exclusive
}

// At is a time as an end; nil for the zero time.
func At(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

// Int is a whole number as an end; nil for none.
func Int[T ~int64](n *T) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

package keyset

import (
	"strings"
	"time"
)

// Filter is one field of a list's filter F.
type Filter[F any] struct {
	Name   string
	Range  string                                            // the column, if Where is a range of it that an index sorted by it serves
	Where  func(scope string, f *F) (sql string, args []any) // the condition on a row, which may be called d; "": none
	Narrow func(f *F) bool                                   // may be nil; removes values that no row can have; false: no row can match
	Key    bool                                              // the scope and the id name a row only together with this filter's value

	// Weighed means that Table.Weight counts what the filter selects in another table: the weight is 0 for a row that it excludes, and an
	// index that leads to ids has one for each that is counted.
	Weighed bool

	// Follows means that other filters imply this range. It selects days of an index, and no row is examined for it.
	Follows bool
}

// Following is a range that other filters of the table imply.
func (f Filter[F]) Following() Filter[F] {
	f.Follows = true
	return f
}

// OfKey is a filter that every list of the table has, and without whose value an id names several rows of the scope.
func (f Filter[F]) OfKey() Filter[F] {
	f.Key = true
	return f
}

// Equal is a filter for one value. An empty text does not restrict.
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

// EqualID is Equal for a column of ids. A text that is not a UUID matches nothing.
func EqualID[F any](name, column string, field func(*F) string) Filter[F] {
	equal := Equal(name, column, field)
	equal.Narrow = func(f *F) bool { return field(f) == "" || UUID(field(f)) }
	return equal
}

// In is a filter for several values, of which the column must have one. No value does not restrict. Values that allowed
// refuses are removed; a nil allowed is Storable.
func In[F any, T ~string](name, column string, field func(*F) *[]T, allowed func(T) bool) Filter[F] {
	return Filter[F]{
		Name:   name,
		Narrow: func(f *F) bool { return Narrow(field(f), allowed) },
		Where:  func(_ string, f *F) (string, []any) { return Condition(column, Texts(*field(f))) },
	}
}

// Bool is a filter for a boolean column. Nil does not restrict.
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

// Search is a filter that searches a text in several columns, with one branch each. An empty text does not restrict.
func Search[F any](name string, field func(*F) string, branches func(scope, text string) []Branch) Filter[F] {
	return Filter[F]{
		Name:   name,
		Narrow: func(f *F) bool { return Storable(field(f)) },
		Where: func(scope string, f *F) (string, []any) {
			if field(f) == "" {
				return "", nil
			}
			return AnyBranch(branches(scope, field(f)))
		},
	}
}

// Between is a filter for a range of a column.
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

// UTCDay is the day in UTC of a column of times, as the indexes by such days have it. Each database writes it in its own way: see
// DB.UTCDay.
func UTCDay(column string) string { return utcDay + column + ")" }

const utcDay = "utc_day("

// Ends are the ends of a range. A nil end is open.
type Ends struct {
	From   any // inclusive
	To     any // inclusive
	Before any // exclusive
}

// At returns a time as an end, or nil for the zero time.
func At(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

// Int returns an integer as an end, or nil.
func Int[T ~int64](n *T) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

package api

import (
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// some is a text's pointer, or nil for none: a field without a value is null.
func some[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	return new(string(s))
}

func someInt[T ~int | ~int64](n T) *int64 {
	if n == 0 {
		return nil
	}
	return new(int64(n))
}

// or is what a pointer points at, or the zero value.
func or[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// moment is a time, or a day of the company: its beginning, or with end the moment after it, since both ends of a
// range belong to it.
func moment(text string, zone *time.Location, end bool) time.Time {
	if text == "" {
		return time.Time{}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		if end {
			day = day.AddDate(0, 0, 1)
		}
		return day.UTC()
	}
	at := instant(text)
	if end {
		at = at.Add(time.Microsecond)
	}
	return at
}

func dayOrZero(text string) time.Time {
	day, _ := time.Parse(time.DateOnly, text) // query has read it
	return day
}

// instant is a date-time that was read before, in UTC.
func instant(text string) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	return at.UTC()
}

// all is texts as values of a named type.
func all[T ~string](texts []string) []T {
	values := make([]T, len(texts))
	for i, t := range texts {
		values[i] = T(t)
	}
	return values
}

// texts is a list of codes as JSON has it: never null.
func texts[T ~string](codes []T) []string {
	all := make([]string, len(codes))
	for i, code := range codes {
		all[i] = string(code)
	}
	return all
}

// lowered is UUIDs as they are kept: in lower case. Nil stays nil.
func lowered(ids []string) []string {
	for i := range ids {
		ids[i] = strings.ToLower(ids[i])
	}
	return ids
}

// sent is a member of a merge patch as a revision has it: nil where absent, at the zero value where it was null.
func sent[T any](o strictjson.Opt[T]) *T {
	if !o.Set {
		return nil
	}
	return &o.Value
}

// within is a member of an object in a merge patch: null around it clears it.
func within[O, T any](around strictjson.Opt[O], o strictjson.Opt[T]) *T {
	if around.Null {
		return new(T)
	}
	return sent(o)
}

// merge is one member of a merge patch: absent leaves the value, null clears it.
func merge[T any](value *T, o strictjson.Opt[T]) {
	if o.Set {
		*value = o.Value // the zero value where it was null
	}
}

// as is a text among the members of a merge patch, as sent.
func as[T ~string](o strictjson.Opt[string]) *T {
	if !o.Set {
		return nil
	}
	value := T(o.Value)
	return &value
}

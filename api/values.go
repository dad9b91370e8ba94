package api

import (
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// bodiesOf is the body of each thing: a list without any is empty and never null.
func bodiesOf[T, Body any](things []T, body func(*T) Body) []Body {
	bodies := make([]Body, len(things))
	for i := range things {
		bodies[i] = body(&things[i])
	}
	return bodies
}

// nullIfEmpty is a pointer to the text, or nil if it is empty: a member without a value is null.
func nullIfEmpty[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	return new(string(s))
}

// nullIfZero is a pointer to the number, or nil for 0.
func nullIfZero[T ~int | ~int64](n T) *int64 {
	if n == 0 {
		return nil
	}
	return new(int64(n))
}

// valueOrZero is the value of a pointer, or the zero value for nil.
func valueOrZero[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}

// utcOrNil is a time in UTC, or nil for none.
func utcOrNil(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// parseDay is a date that Decode or DecodeQuery has checked; the zero time for none.
func parseDay(text string) time.Time {
	day, _ := time.Parse(time.DateOnly, text) // DecodeQuery has read it
	return day
}

// parseInstant is a date-time that Decode or DecodeQuery has checked, in UTC.
func parseInstant(text string) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	return at.UTC()
}

// typedStrings converts texts to a named type.
func typedStrings[T ~string](texts []string) []T {
	values := make([]T, len(texts))
	for i, t := range texts {
		values[i] = T(t)
	}
	return values
}

// plainStrings converts codes to texts. The list is never null in JSON.
func plainStrings[T ~string](codes []T) []string {
	all := make([]string, len(codes))
	for i, code := range codes {
		all[i] = string(code)
	}
	return all
}

// lowercase converts UUIDs to lower case, as they are stored. Nil stays nil.
func lowercase(ids []string) []string {
	for i := range ids {
		ids[i] = strings.ToLower(ids[i])
	}
	return ids
}

// patchValue is a member of a merge patch for a revision: nil if it is absent, a pointer to the zero value if it is null.
func patchValue[T any](o strictjson.Opt[T]) *T {
	if !o.Set {
		return nil
	}
	return &o.Value
}

// nestedPatchValue is patchValue for a member of an object. If the object is null, the member is cleared.
func nestedPatchValue[O, T any](around strictjson.Opt[O], o strictjson.Opt[T]) *T {
	if around.Null {
		return new(T)
	}
	return patchValue(o)
}

// merge applies one member of a merge patch: an absent member changes nothing, null clears the value.
func merge[T any](value *T, o strictjson.Opt[T]) {
	if o.Set {
		*value = o.Value // the zero value if it is null
	}
}

// typedPatchValue is patchValue for a text, as a named type.
func typedPatchValue[T ~string](o strictjson.Opt[string]) *T {
	if !o.Set {
		return nil
	}
	value := T(o.Value)
	return &value
}

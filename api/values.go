package api

import (
	"cmp"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
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

// textOrNil returns the pointer, or nil if the text is empty. Unlike nullIfEmpty it copies nothing, so the text must not change before the
// body is encoded.
func textOrNil(s *string) *string {
	if *s == "" {
		return nil
	}
	return s
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
	day, _ := time.Parse(time.DateOnly, text)
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

// ranges collects the faults of parameters that come in pairs, such as placed_from and placed_to: the second must not lie
// before the first. Every pair goes through it; TestRangesThatEndBeforeTheyStart walks all of them.
type ranges struct {
	zone   *time.Location
	faults []fault.Field
}

func (r *ranges) refuse(name, detail string) {
	r.faults = append(r.faults, fault.Field{Pointer: name, Code: fault.FieldInvalid, Detail: detail})
}

func (r *ranges) reversed(name, suffix, relation, other string) {
	r.faults = append(r.faults, fault.Field{Pointer: name + suffix, Code: fault.FieldConflict, Detail: "Must not be " + relation + " " + name + other + ": no row is in such a range."})
}

// moments reads name_from and name_to, each a moment or a day of the company. Both belong to the range: a day as a whole.
// It returns the start of the range and the moment after its end, the zero time for none.
func (r *ranges) moments(name, from, to string) (start, end time.Time) {
	start, end = parseMoment(from, r.zone, false), parseMoment(to, r.zone, true)
	switch {
	case from == "" || to == "":
	case isDay(from) && isDay(to):
		if to < from { // both have four digits for the year
			r.reversed(name, "_to", "before", "_from")
		}
	case !start.Before(end):
		r.reversed(name, "_to", "before", "_from")
	}
	return start, end
}

// days reads name_from and name_to, both days that belong to the range.
func (r *ranges) days(name, from, to string) (first, last time.Time) {
	if from != "" && to != "" && to < from {
		r.reversed(name, "_to", "before", "_from")
	}
	return parseDay(from), parseDay(to)
}

// ordered refuses name_max where it is less than name_min.
func ordered[T cmp.Ordered](r *ranges, name string, least, most *T) (*T, *T) {
	if least != nil && most != nil && *most < *least {
		r.reversed(name, "_max", "less than", "_min")
	}
	return least, most
}

func isDay(text string) bool { return !strings.ContainsAny(text, "Tt") }

// parseMoment returns a time. A day of the company gives the start of that day; with end it gives the moment after the
// day, because both ends of a range are part of it.
func parseMoment(text string, zone *time.Location, end bool) time.Time {
	switch {
	case text == "":
		return time.Time{}
	case isDay(text) && end:
		return company.StartOfDay(parseDay(text).AddDate(0, 0, 1), zone)
	case isDay(text):
		return company.StartOfDay(parseDay(text), zone)
	case end:
		return parseInstant(text).Add(time.Microsecond)
	default:
		return parseInstant(text)
	}
}

// warningBody is something that the caller should know, although the request succeeded.
type warningBody struct {
	// The id of the order or prebook.
	OrderID string `json:"order_id" format:"uuid"`
	// The code. Its meaning never changes.
	Code string `json:"code" enums:"order_unpaid,customer_has_no_email,autoconfirm_refused,text_not_printable"`
	// The explanation for people.
	Message string `json:"message" maxLength:"2000"`
} // @name Warning

func warningBodiesOf(warnings []desk.Warning) []warningBody {
	bodies := make([]warningBody, len(warnings))
	for i, w := range warnings {
		bodies[i] = warningBody{w.OrderID, string(w.Code), w.Message}
	}
	return bodies
}

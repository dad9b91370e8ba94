package api

import (
	"cmp"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// ranges collects the faults of parameters that come in pairs, such as placed_from and placed_to: the second must not lie
// before the first. Every pair goes through it; TestRangesThatEndBeforeTheyStart walks all of them.
type ranges struct {
	zone   *time.Location
	faults []fault.Field
}

func (r *ranges) refuse(name, detail string) {
	r.faults = append(r.faults, fault.Field{Pointer: name, Code: fault.FieldInvalid, Detail: detail})
}

func (r *ranges) reversed(name, suffix, other string) {
	r.faults = append(r.faults, fault.Field{Pointer: name + suffix, Code: fault.FieldConflict, Detail: "Must not be before " + name + other + ": no row is in such a range."})
}

// moments reads name_from and name_to, each a moment or a day of the company. Both belong to the range: a day as a whole.
// It returns the start of the range and the moment after its end, the zero time for none.
func (r *ranges) moments(name, from, to string) (start, end time.Time) {
	start, end = parseMoment(from, r.zone, false), parseMoment(to, r.zone, true)
	switch {
	case from == "" || to == "":
	case isDay(from) && isDay(to):
		if to < from { // both have four digits for the year
			r.reversed(name, "_to", "_from")
		}
	case !start.Before(end):
		r.reversed(name, "_to", "_from")
	}
	return start, end
}

// days reads name_from and name_to, both days that belong to the range.
func (r *ranges) days(name, from, to string) (first, last time.Time) {
	if from != "" && to != "" && to < from {
		r.reversed(name, "_to", "_from")
	}
	return parseDay(from), parseDay(to)
}

// ordered refuses name_max where it is less than name_min.
func ordered[T cmp.Ordered](r *ranges, name string, least, most *T) (*T, *T) {
	if least != nil && most != nil && *most < *least {
		r.reversed(name, "_max", "_min")
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

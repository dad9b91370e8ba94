package store

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// localDays returns the days that the moments of a range have in any time zone. An issue date is the day of issued_at in the time
// zone that the company had then, so it is one of these days. The exact range is left to be examined.
func localDays(from, before time.Time) keyset.Ends {
	ends := utcDays(from, before)
	if !from.IsZero() {
		ends.From = dayOf(from).AddDate(0, 0, -1)
	}
	if !before.IsZero() {
		ends.To = dayOf(before).AddDate(0, 0, 1)
	}
	return ends
}

// utcDays returns the days in UTC of the moments of a range, and perhaps one day more at its end.
func utcDays(from, before time.Time) (ends keyset.Ends) {
	if !from.IsZero() {
		ends.From = dayOf(from)
	}
	if !before.IsZero() {
		ends.To = dayOf(before)
	}
	return ends
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

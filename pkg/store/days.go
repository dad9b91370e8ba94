package store

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// localDays is the days, in any time zone, of the moments in a range. The issue date is the day of issued_at in the time zone that
// the company had then, so it follows from the filter. The exact range is left to be examined.
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

// utcDays is the days in UTC of the moments in a range, and perhaps the one after.
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

package company

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Cutoff is the confirmation cut-off of each weekday: a time "HH:MM" in the company's time zone, by the English name of the
// weekday in lower case. An order that ships on this weekday is late from this time on. A weekday may have no cut-off.
type Cutoff map[string]string

const clock = "15:04" // a layout of package time

// ClockLength is the number of characters of a time of day.
const ClockLength = len(clock)

// ClockPattern matches a time of day.
const ClockPattern = `^([01][0-9]|2[0-3]):[0-5][0-9]$`

// ParseClock reads "HH:MM".
func ParseClock(s string) (hour, minute int, err error) {
	t, err := time.Parse(clock, s)
	if err != nil || len(s) != ClockLength {
		return 0, 0, fmt.Errorf("%q is not a time of day such as \"14:30\"", s)
	}
	return t.Hour(), t.Minute(), nil
}

// Weekdays are the names that a Cutoff may use.
var Weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// faults returns a fault for each unknown weekday and for each value that is not a time of day.
func (c Cutoff) faults() []fault.Field {
	var faults []fault.Field
	for _, day := range slices.Sorted(maps.Keys(c)) {
		_, _, err := ParseClock(c[day])
		switch {
		case !slices.Contains(Weekdays, day):
			faults = append(faults, fault.Field{Pointer: "/confirmation_cutoff", Code: fault.FieldInvalid, Detail: fmt.Sprintf("Each name must be a weekday such as \"monday\"; %q is not.", day)})
		case err != nil:
			faults = append(faults, fault.Field{Pointer: "/confirmation_cutoff/" + day, Code: fault.FieldInvalid, Detail: "Must be a time of day such as \"14:30\"."})
		}
	}
	return faults
}

// PastCutoff reports whether the cut-off for goods that ship on shipDate has passed at now. It has passed from its time
// on the ship date on, and on later days. If the clock skips this time (daylight saving), the cut-off is an hour later.
func (s Settings) PastCutoff(shipDate, now time.Time) bool {
	clock, ok := s.ConfirmationCutoff[strings.ToLower(shipDate.Weekday().String())]
	if !ok {
		return false
	}
	hour, minute, err := ParseClock(clock)
	if err != nil {
		return false
	}
	return !now.Before(onClock(shipDate, hour, minute, s.Location()))
}

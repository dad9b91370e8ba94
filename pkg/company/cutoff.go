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

const clock = "15:04" // in the words of package time

// ClockLength is how many characters a time of day has.
const ClockLength = len(clock)

// ClockPattern is what a time of day matches.
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
			faults = append(faults, fault.Field{Pointer: "/confirmation_cutoff", Code: fault.FieldInvalid, Detail: fmt.Sprintf("%q is no weekday such as \"monday\".", day)})
		case err != nil:
			faults = append(faults, fault.Field{Pointer: "/confirmation_cutoff/" + day, Code: fault.FieldInvalid, Detail: "Must be a time of day such as \"14:30\"."})
		}
	}
	return faults
}

// PastCutoff reports whether, at now, the cut-off for goods that leave on shipDate has passed: from that moment of
// the ship date's day on, later days too. In a zone where the clock skips the moment (daylight saving), it is the
// moment an hour later that exists.
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

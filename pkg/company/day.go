package company

import "time"

// StartOfDay returns the first moment of a calendar day in a time zone. The clock of some zones skips midnight, and that
// of Apia skipped a whole day: a skipped day starts when the next one does, and has no moments. Where the clock goes back
// over midnight, the day starts when midnight passes for the last time.
//
// Days are given as midnight UTC. A day ends where the next one starts, so that each moment is in one day, which is DayOf.
func StartOfDay(day time.Time, zone *time.Location) time.Time {
	y, m, d := day.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	var start time.Time
	for p := range periods(midnight, zone) {
		passes := midnight.Add(-p.offset) // when the clock shows midnight, if the offset is this one
		if p.to.Before(passes) {
			passes = p.to
		}
		if passes.After(p.from) { // an earlier day until then
			start = passes
		}
	}
	return start
}

// DayOf returns the calendar day of a moment in a time zone, as midnight UTC.
func DayOf(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if at.Before(StartOfDay(day, zone)) {
		return day.AddDate(0, 0, -1)
	}
	return day
}

// onClock returns the moment of a day at which the clock shows a time: the first one, where it shows it twice. A time that
// the clock skips is counted on from the time before the gap, so that 02:30 is 03:30 if the clock skips an hour.
func onClock(day time.Time, hour, minute int, zone *time.Location) time.Time {
	y, m, d := day.Date()
	shown := time.Date(y, m, d, hour, minute, 0, 0, time.UTC)
	var skipped time.Time
	for p := range periods(shown, zone) {
		at := shown.Add(-p.offset)
		switch {
		case at.Before(p.from):
			return skipped
		case at.Before(p.to):
			return at
		}
		skipped = at
	}
	return skipped
}

// period is a time in which a zone's offset from UTC stays the same.
type period struct {
	from, to time.Time
	offset   time.Duration
}

// periods yields the periods of a zone around a moment that its clock shows, which is given as if it were UTC.
func periods(shown time.Time, zone *time.Location) func(yield func(period) bool) {
	const around = 48 * time.Hour // no offset is larger
	return func(yield func(period) bool) {
		last := shown.Add(around)
		for from := shown.Add(-around); from.Before(last); {
			_, seconds := from.In(zone).Zone()
			_, to := from.In(zone).ZoneBounds()
			if to.IsZero() || to.After(last) {
				to = last
			}
			if !yield(period{from.UTC(), to.UTC(), time.Duration(seconds) * time.Second}) {
				return
			}
			from = to
		}
	}
}

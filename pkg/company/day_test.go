package company_test

import (
	"archive/zip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/stretchr/testify/require"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Days that begin otherwise than at 00:00, or not at all.
func TestStartOfDay(t *testing.T) {
	for _, c := range []struct {
		zone string
		day  time.Time
		want string // in UTC
	}{
		{"UTC", date(2026, 9, 6), "2026-09-06T00:00:00Z"},
		{"America/Santiago", date(2026, 9, 6), "2026-09-06T04:00:00Z"}, // 01:00
		{"America/Santiago", date(2026, 4, 5), "2026-04-05T04:00:00Z"}, // 24:00 of the day before became 23:00
		{"Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00:00Z"},    // 01:00
		{"Asia/Beirut", date(2026, 3, 29), "2026-03-28T22:00:00Z"},     // 01:00
		{"America/Havana", date(2026, 11, 1), "2026-11-01T04:00:00Z"},  // 00:00 comes twice, and the day starts at the first
		{"Asia/Kathmandu", date(2026, 1, 1), "2025-12-31T18:15:00Z"},
		{"Pacific/Apia", date(2011, 12, 29), "2011-12-29T10:00:00Z"},
		{"Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00Z"}, // there was none
		{"Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00:00Z"},
		{"Pacific/Kwajalein", date(1993, 8, 21), "1993-08-21T12:00:00Z"}, // nor this
		{"America/St_Johns", date(2010, 11, 7), "2010-11-07T03:30:00Z"},  // a minute after midnight it was 23:01 again
	} {
		require.Equal(t, c.want, company.StartOfDay(c.day, zone(t, c.zone)).Format(time.RFC3339), "%s %s", c.zone, c.day.Format(time.DateOnly))
	}
	require.Equal(t, date(2026, 9, 5), company.DayOf(time.Date(2026, 9, 6, 3, 30, 0, 0, time.UTC), zone(t, "America/Santiago")), "Saturday 23:30")
}

// In every zone, days follow each other without gap or overlap. Each moment is in the day of DayOf, and the clock on
// the wall shows that day, except for the minutes that come twice around a midnight.
func TestDaysOfEveryZone(t *testing.T) {
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	require.NoError(t, err)
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	require.NoError(t, err)
	defer archive.Close()
	zones, odd := 0, 0
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		loc := zone(t, f.Name)
		zones++
		check := func(day time.Time) {
			start, end := company.StartOfDay(day, loc), company.StartOfDay(day.AddDate(0, 0, 1), loc)
			if end.Before(start) {
				t.Fatalf("%s: %s ends at %s before it starts at %s", f.Name, day, end, start)
			}
			for at := start; at.Before(end); at = at.Add(10 * time.Minute) {
				if got := company.DayOf(at, loc); !got.Equal(day) {
					t.Fatalf("%s: %s is in %s, want %s", f.Name, at, got, day)
				}
				if y, m, d := at.In(loc).Date(); day.Year() > 2011 && !date(y, m, d).Equal(day) {
					t.Fatalf("%s: the wall shows %s at %s, in the day %s", f.Name, date(y, m, d), at, day)
				}
			}
			if start.Before(end) {
				if got := company.DayOf(end.Add(-time.Nanosecond), loc); !got.Equal(day) {
					t.Fatalf("%s: the last moment of %s is in %s", f.Name, day, got)
				}
				if h, m, _ := start.In(loc).Clock(); h != 0 || m != 0 {
					odd++
				}
			}
		}
		// The days around each change of the clock are those that may be odd.
		for at := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2040; {
			_, next := at.In(loc).ZoneBounds()
			if next.IsZero() {
				break
			}
			day := company.DayOf(next, loc)
			for i := -1; i <= 1; i++ {
				check(day.AddDate(0, 0, i))
			}
			at = next.UTC()
		}
	}
	require.Greater(t, zones, 400)
	require.Greater(t, odd, 100)
}

// A cut-off that falls into a gap of the clock, or comes twice, is one moment.
func TestCutoffWhereTheClockChanges(t *testing.T) {
	for _, c := range []struct {
		zone, clock string
		ship        time.Time
		want        string
	}{
		{"America/Santiago", "00:30", date(2026, 9, 6), "2026-09-06T04:30:00Z"}, // in the gap at midnight: 01:30
		{"America/Santiago", "01:00", date(2026, 9, 6), "2026-09-06T04:00:00Z"},
		{"America/New_York", "02:30", date(2026, 3, 8), "2026-03-08T07:30:00Z"},
		{"America/New_York", "01:30", date(2026, 11, 1), "2026-11-01T05:30:00Z"}, // the first of two
		{"Europe/Berlin", "02:59", date(2026, 10, 25), "2026-10-25T00:59:00Z"},
		{"Australia/Lord_Howe", "02:10", date(2026, 10, 4), "2026-10-03T15:40:00Z"}, // a gap of half an hour
	} {
		s := company.Settings{TimeZone: c.zone, ConfirmationCutoff: company.Cutoff{strings.ToLower(c.ship.Weekday().String()): c.clock}}
		want, err := time.Parse(time.RFC3339, c.want)
		require.NoError(t, err)
		require.False(t, s.PastCutoff(c.ship, want.Add(-time.Second)), c)
		require.True(t, s.PastCutoff(c.ship, want), c)
	}
}

package api_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/stretchr/testify/require"
)

// Every list refuses a range that ends before it starts.
func TestRangesThatEndBeforeTheyStart(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		admin.Patch("/v1/settings", object{"time_zone": "Pacific/Apia"}, "If-Match", "*").Is(200)
		tried := 0
		for _, r := range api.Routes() {
			if r.Query == nil || strings.Contains(r.Path, "{") {
				continue
			}
			fields := map[string]*strictjson.Shape{}
			for _, f := range api.Reader().QueryShape(reflect.TypeOf(r.Query)).Fields {
				fields[f.Name] = f.Shape
			}
			for name, shape := range fields {
				low, high := "", ""
				switch {
				case strings.HasSuffix(name, "_from"):
					low, high = name, strings.TrimSuffix(name, "_from")+"_to"
				case strings.HasSuffix(name, "_min"):
					low, high = name, strings.TrimSuffix(name, "_min")+"_max"
				default:
					continue
				}
				require.Contains(t, fields, high, "a range has two ends")
				pairs := map[string][][2]string{
					"date":   {{"2026-05-02", "2026-05-01"}},
					"moment": {{"2026-05-02", "2026-05-01"}, {"2026-05-01T10:00:00.000001Z", "2026-05-01T10:00:00Z"}, {"2026-05-02T12:00:00Z", "2026-05-01"}, {"2026-05-02", "2026-05-01T10:59:59Z"}},
					"amount": {{"10.01", "10"}, {"0", "-0.01"}},
				}[shape.Rule.Format.Name]
				require.NotEmpty(t, pairs, "%s has the format %s: give this test values of it", name, shape.Rule.Format.Name)
				for _, pair := range pairs {
					tried++
					a := admin.Get(r.Path + "?" + low + "=" + pair[0] + "&" + high + "=" + pair[1])
					a.Refused(400, "parameter_invalid")
					require.Equal(t, []string{high + " field_conflict"}, a.Faults(), "%s %v", r.Path, pair)
					if relation := "Must not be before "; strings.HasSuffix(high, "_max") { // an amount is not before another
						require.NotContains(t, string(a.Body), relation)
					} else {
						require.Contains(t, string(a.Body), relation)
					}
					require.Equal(t, 200, admin.Get(r.Path+"?"+low+"="+pair[1]+"&"+high+"="+pair[0]).Status)
					require.Equal(t, 200, admin.Get(r.Path+"?"+low+"="+pair[0]+"&"+high+"="+pair[0]).Status)
				}
			}
		}
		require.Greater(t, tried, 16)
		admin.Get("/v1/orders?placed_from=2011-12-30&placed_to=2011-12-30").Is(200) // the time zone skipped this day
		admin.Get("/v1/orders?placed_from=2011-12-31&placed_to=2011-12-30").Refused(400, "parameter_invalid")
	})
}

// A day is a day in the time zone of the company. An order of Saturday 23:30 is listed under Saturday.
func TestLocalDays(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		admin.Patch("/v1/settings", object{"time_zone": "America/Santiago"}, "If-Match", "*").Is(200)
		days := map[string][]string{}
		for _, c := range [][2]string{
			{"2027-04-04T03:30:00Z", "2027-04-03"}, // 23:30, for the second time
			{"2027-04-04T04:00:00Z", "2027-04-04"},
			{"2027-09-05T03:30:00Z", "2027-09-04"}, // 23:30
			{"2027-09-05T04:00:00Z", "2027-09-05"}, // 01:00, which follows 23:59
			{"2027-09-06T02:59:00Z", "2027-09-05"},
		} {
			at, err := time.Parse(time.RFC3339, c[0])
			require.NoError(t, err)
			s.Clock.Move(at.Sub(s.Clock.Now()))
			admin = s.As(t, auth.Admin)
			o := place(admin, cart("BLOOM", line("on_hand", 1)))
			days[c[1]] = append(days[c[1]], o.At("number").Text())
			invoice := confirm(admin, o.At("id").Text()).At("invoice")
			require.Equal(t, c[1], admin.Get("/v1/invoices/"+invoice.At("id").Text()).Is(200).At("issue_date").Text())
			require.Contains(t, admin.Get("/v1/invoices?issued_from="+c[1]+"&issued_to="+c[1]).Is(200).At("data").Each("number"), invoice.At("number").Text())
		}
		for day := time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC); day.Month() < 10; day = day.AddDate(0, 0, 1) {
			if day.Day() > 8 {
				continue
			}
			date := day.Format(time.DateOnly)
			require.ElementsMatch(t, days[date], numbersOf(t, admin, "placed_from="+date+"&placed_to="+date), date)
		}
	})
}

// The date of a payment is at most one day in the future, by the calendar of the company.
func TestPaidAtIsNotInTheFuture(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		admin.Patch("/v1/settings", object{"time_zone": "Pacific/Kiritimati"}, "If-Match", "*").Is(200) // UTC+14
		id := placed(admin, cart("BLOOM", line("on_hand", 1)))
		zone, err := time.LoadLocation("Pacific/Kiritimati")
		require.NoError(t, err)
		y, m, d := s.Clock.Now().In(zone).Date()
		overmorrow := time.Date(y, m, d+2, 0, 0, 0, 0, zone)
		for _, action := range []string{"payments", "refunds"} {
			for _, late := range []time.Time{overmorrow, overmorrow.Add(time.Hour), time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)} {
				a := admin.Post(at(id, action), object{"method": "cash", "amount": "1.00", "paid_at": late.UTC().Format(time.RFC3339)})
				a.Refused(422, "body_invalid")
				require.Equal(t, []string{"/paid_at field_out_of_range"}, a.Faults())
			}
			for _, fine := range []time.Time{overmorrow.Add(-time.Second), s.Clock.Now(), time.Date(2019, 2, 28, 0, 0, 0, 0, time.UTC)} {
				admin.Post(at(id, action), object{"method": "cash", "amount": "1.00", "paid_at": fine.UTC().Format(time.RFC3339)}).Is(201)
			}
		}
	})
}

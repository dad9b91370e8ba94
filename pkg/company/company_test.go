package company_test

import (
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/stretchr/testify/require"
)

// An order is late from the cut-off of its ship date on, in the company's time zone, and on all later days.
func TestPastCutoff(t *testing.T) {
	s := company.Settings{TimeZone: "America/New_York", ConfirmationCutoff: company.Cutoff{"friday": "14:30", "sunday": "02:30", "monday": "00:00"}}
	friday := time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)
	at := func(text string) time.Time {
		moment, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return moment
	}
	for _, c := range []struct {
		name string
		ship time.Time
		now  string
		want bool
	}{
		{"the second before", friday, "2026-03-06T14:29:59-05:00", false},
		{"the moment itself", friday, "2026-03-06T14:30:00-05:00", true},
		{"by the company's clock, not UTC's", friday, "2026-03-06T19:29:59Z", false},
		{"by the company's clock, not UTC's", friday, "2026-03-06T19:30:00Z", true},
		{"days before", friday, "2026-03-02T23:00:00-05:00", false},
		{"the morning after", friday, "2026-03-07T00:01:00-05:00", true},
		{"weeks after", friday, "2026-04-06T08:00:00-04:00", true},
		{"a day without a cut-off", friday.AddDate(0, 0, 1), "2026-04-06T08:00:00-04:00", false},
		{"midnight", friday.AddDate(0, 0, 3), "2026-03-08T23:59:59-04:00", false},
		{"midnight", friday.AddDate(0, 0, 3), "2026-03-09T00:00:00-04:00", true},
		{"a moment that the clock skips: before", friday.AddDate(0, 0, 2), "2026-03-08T01:59:59-05:00", false},
		{"a moment that the clock skips: after", friday.AddDate(0, 0, 2), "2026-03-08T03:30:00-04:00", true},
	} {
		require.Equal(t, c.want, s.PastCutoff(c.ship, at(c.now)), "%s: %s", c.name, c.now)
	}
	require.False(t, company.Settings{}.PastCutoff(friday, at("2026-04-06T08:00:00Z")), "off by default")
}

func TestParseClock(t *testing.T) {
	for text, want := range map[string][2]int{"00:00": {0, 0}, "09:05": {9, 5}, "23:59": {23, 59}} {
		h, m, err := company.ParseClock(text)
		require.NoError(t, err)
		require.Equal(t, want, [2]int{h, m})
	}
	for _, text := range []string{"", "9:05", "24:00", "12:60", "12:00:00", "12.00", " 2:00", "ab:cd"} {
		_, _, err := company.ParseClock(text)
		require.Error(t, err, text)
	}
}

// The customer's setting overrides the company's setting.
func TestAutoconfirms(t *testing.T) {
	for _, c := range []struct {
		customer company.Autoconfirm
		company  bool
		want     bool
	}{
		{company.Inherit, true, true}, {company.Inherit, false, false}, {company.On, false, true},
		{company.On, true, true}, {company.Off, true, false}, {company.Off, false, false},
	} {
		require.Equal(t, c.want, company.Customer{Autoconfirm: c.customer}.Autoconfirms(company.Settings{AutoconfirmOrdersUponCheckout: c.company}), c)
	}
}

// A new company has these settings.
func TestDefaults(t *testing.T) {
	d := company.Defaults()
	require.False(t, d.AutoconfirmOrdersUponCheckout)
	require.True(t, d.EmailInvoiceOnConfirmation)
	require.True(t, d.EmailSalespersonOnOrder)
	require.True(t, d.EmailSalespersonOnBounce)
	require.False(t, d.EmailCustomerOnOrder)
	require.Equal(t, company.KnownRecipients, d.EmailRecipients)
	require.Empty(t, d.OrderURL)
	require.Equal(t, company.Warn, d.UnpaidCardOrders)
	require.Empty(t, d.ConfirmationCutoff)
	require.Equal(t, 72, *d.DraftExpiryHours)
	require.Equal(t, time.UTC, d.Location())
}

func TestDayOf(t *testing.T) {
	evening := time.Date(2026, 3, 7, 4, 30, 0, 0, time.UTC)
	require.Equal(t, time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC), company.Settings{TimeZone: "America/New_York"}.DayOf(evening))
	require.Equal(t, time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC), company.Settings{TimeZone: "Asia/Tokyo"}.DayOf(evening))
	require.Equal(t, time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC), company.Settings{TimeZone: "Nowhere/Land"}.DayOf(evening))
}

// What a machine has beside the zones of the IANA is not the same on another machine.
func TestKnownZone(t *testing.T) {
	for _, name := range []string{"UTC", "America/New_York", "America/Argentina/Buenos_Aires", "Etc/GMT+12", "EST5EDT", "Asia/Kolkata"} {
		require.True(t, company.KnownZone(name), name)
	}
	for _, name := range []string{"", "Local", "localtime", "posixrules", "posix/Europe/Berlin", "right/Europe/Berlin", "right/UTC", "Factory", "Mars/Olympus", "../UTC",
		"america/new_york", "tzdata.zi", "zone.tab"} {
		require.False(t, company.KnownZone(name), name)
	}
}

func TestLetterhead(t *testing.T) {
	require.Equal(t, "Rosefields", company.Company{Name: "Rosefields"}.Letterhead())
	require.Equal(t, "Rosefields Ltd", company.Company{Name: "Rosefields", Settings: company.Settings{LetterheadName: "Rosefields Ltd"}}.Letterhead())
}

// Letter case and blanks around an address do not matter. An unset policy is the strict one.
func TestUnknownRecipients(t *testing.T) {
	asked := []string{"Ann@Bloom.example", "x@evil.example", " bo@rosefields.example", ""}
	known := []string{"ann@bloom.example", "", "BO@rosefields.example"}
	require.Equal(t, []int{1, 3}, company.KnownRecipients.UnknownRecipients(asked, known...))
	require.Equal(t, []int{1, 3}, company.RecipientPolicy("").UnknownRecipients(asked, known...))
	require.Empty(t, company.AnyRecipients.UnknownRecipients(asked))
	require.Equal(t, []int{0, 1, 2, 3}, company.KnownRecipients.UnknownRecipients(asked))
}

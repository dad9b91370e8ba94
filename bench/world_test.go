package main

import (
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/stretchr/testify/require"
)

// The table companies speaks of a big company with 90 % of the orders beside a thousand small ones.
func TestBigCompanyHasNineTenths(t *testing.T) {
	plan := settings{orders: 1_000_000}.plan()
	counts, all := plan.Counts() // the template company has orders too
	small := 0
	for i, g := range plan.Groups {
		all += g.Companies * counts[i]
		if i > 0 {
			small += g.Companies
			require.LessOrEqual(t, counts[i], counts[0]/500, "%s is not a small company", g.Name)
		}
	}
	require.Equal(t, 1, plan.Groups[0].Companies)
	require.Equal(t, 1000, small)
	require.InDelta(t, 0.90, float64(counts[0])/float64(all), 0.005, "%v of %d", counts, all)
}

// The service that is measured has the settings of Go's runtime that the bench has, and the figures name them.
func TestSettingsOfTheRuntimeArePassedOn(t *testing.T) {
	mail, err := sendgridtest.Start(apiKey, time.Now)
	require.NoError(t, err)
	defer mail.Close()
	w := &world{sendgrid: mail}
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	require.NotContains(t, strings.Join(w.environment("x"), " "), "GOGC")
	t.Setenv("GOGC", "150")
	t.Setenv("GOMEMLIMIT", "44MiB")
	require.Subset(t, w.environment("x"), []string{"GOGC=150", "GOMEMLIMIT=44MiB", "DATABASE_URL=x"})
	require.Equal(t, []string{"GOGC=150", "GOMEMLIMIT=44MiB"}, tuning())
}

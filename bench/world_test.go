package main

import (
	"testing"

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

package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A round in which both builds were slow changes neither the medians nor the ratio.
func TestTrialComparesWithinARound(t *testing.T) {
	var rounds trialRounds
	for _, p := range [][2]time.Duration{{100, 90}, {104, 92}, {1000, 900}, {98, 91}} {
		rounds = append(rounds, [2]figures{{p50: p[0] * time.Millisecond}, {p50: p[1] * time.Millisecond}})
	}
	require.Equal(t, "102.0, 91.5: 0.900", rounds.cell(1, func(f figures) float64 { return f.p50.Seconds() * 1e3 }))
	require.Equal(t, "0, 0: 0.000", rounds.cell(0, func(f figures) float64 { return f.rate }))
}

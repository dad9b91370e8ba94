package main

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
	"github.com/stretchr/testify/require"
)

// The pieces of source that twins remove are still there, and each fault has a twin and a name of its own. The faults themselves
// run in make faults.
func TestEveryFaultHasATwin(t *testing.T) {
	t.Chdir("../../..")
	known := map[string]bool{}
	for _, r := range faults {
		require.False(t, known[r.name], r.name)
		known[r.name] = true
		require.NotEmpty(t, r.what, r.name)
		require.NotEmpty(t, r.twin.name, r.name)
		require.NotEmpty(t, r.twin.cuts, r.name)
		cuts := r.twin.cuts
		if r.options.clocks {
			cuts = append(append([]overlay.Cut{}, movableClock...), cuts...)
		}
		if r.options.poison {
			cuts = append(append([]overlay.Cut{}, poison...), cuts...)
		}
		_, remove, err := overlay.Write(cuts)
		require.NoError(t, err, r.name)
		remove()
	}
}

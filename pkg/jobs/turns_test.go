package jobs

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/desk"
)

// Companies take turns, however many endpoints one has, and the one whose last turn is longest ago comes first.
func TestTurnsAreFair(t *testing.T) {
	w := newWebhooks(nil, slog.New(slog.DiscardHandler))
	var refs []desk.EndpointRef
	for i := range 20 {
		refs = append(refs, desk.EndpointRef{CompanyID: "large", ID: fmt.Sprint("large ", i)})
	}
	for i := range 40 {
		refs = append(refs, desk.EndpointRef{CompanyID: fmt.Sprint("small ", i), ID: fmt.Sprint("small ", i)})
	}
	served := map[string]int{}
	seen := map[desk.EndpointRef]int{}
	turn := func() []desk.EndpointRef {
		chosen := w.choose(refs)
		for _, ref := range chosen {
			served[ref.CompanyID]++
			seen[ref]++
		}
		return chosen
	}
	first := turn()
	require.Len(t, first, webhookTurns)
	require.Empty(t, turn(), "all turns are taken")
	for range 2 {
		for _, ref := range first {
			delete(w.busy, ref)
		}
		first = turn()
		require.Len(t, first, webhookTurns)
	}
	for i := range 40 {
		require.Positive(t, served[fmt.Sprint("small ", i)], "nobody waits for more than a round")
	}
	require.LessOrEqual(t, served["large"], 3*turnsOfCompany)
	for ref, n := range seen {
		if ref.CompanyID == "large" {
			require.Equal(t, 1, n, "its endpoints take turns too")
		}
	}
	alone := newWebhooks(nil, slog.New(slog.DiscardHandler))
	require.Len(t, alone.choose(refs[:20]), turnsOfCompany, "so that another company finds room")
	require.Equal(t, refs[20:21], alone.choose(refs[:21]))
}

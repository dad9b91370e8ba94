package fault_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/stretchr/testify/require"
)

// Render replaces the operations that write knows, with their ids, and nothing else.
func TestRender(t *testing.T) {
	write := func(operation, id string) string {
		if operation != "billOrder" {
			return ""
		}
		return "POST /" + id
	}
	for text, want := range map[string]string{
		"Nothing is named.":                  "Nothing is named.",
		"Bill it with {billOrder}.":          "Bill it with POST /.",
		"{billOrder 7}, then {billOrder 8}.": "POST /7, then POST /8.",
		"No customer {unknown} or {Acme 9}.": "No customer {unknown} or {Acme 9}.",
		"A brace { and }, {} and {billOrder": "A brace { and }, {} and {billOrder",
	} {
		require.Equal(t, want, fault.Render(text, write))
	}
	require.Equal(t, "Bill it with {billOrder 7}, then {listOrders 7}.", fault.WithID("Bill it with {billOrder}, then {listOrders}.", "7"))
	require.Equal(t, "{billOrder}", fault.WithID("{billOrder}", ""))
}

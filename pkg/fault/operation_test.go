package fault_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/stretchr/testify/require"
)

// Render replaces the operations that write knows, and nothing else.
func TestRender(t *testing.T) {
	write := func(operation string) string {
		if operation != "billOrder" {
			return ""
		}
		return "POST /7"
	}
	for text, want := range map[string]string{
		"Nothing is named.":                  "Nothing is named.",
		"Bill it with {billOrder}.":          "Bill it with POST /7.",
		"{billOrder}, then {billOrder}.":     "POST /7, then POST /7.",
		"No customer {unknown} or {Acme 9}.": "No customer {unknown} or {Acme 9}.",
		"A brace { and }, {} and {billOrder": "A brace { and }, {} and {billOrder",
	} {
		require.Equal(t, want, fault.Render(text, write))
	}
}

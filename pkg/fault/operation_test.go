package fault_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/stretchr/testify/require"
)

// An operation in a text is written out by whoever shows it, with the id that it is about; all else stays.
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
	require.Equal(t, "Bill it with {billOrder 7}, then {listOrders 7}.", fault.About("Bill it with {billOrder}, then {listOrders}.", "7"))
	require.Equal(t, "{billOrder}", fault.About("{billOrder}", ""))
}

package api

import (
	"encoding/json"
	"testing"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allowed_actions gives the result of the guard for each action, and lists no other action.
func TestAllowedActionsHasEveryAction(t *testing.T) {
	s := &service{Options: Options{Options: web.Options{Wording: wording(Routes())}}}
	v := desk.View{Order: order.Order{Currency: "USD"}, Allowed: map[order.Action]order.Verdict{}}
	for _, a := range order.GuardedActions {
		v.Allowed[a] = order.Verdict{Message: "said of " + string(a)}
	}
	raw, err := json.Marshal(s.orderBodyOf(v).AllowedActions)
	require.NoError(t, err)
	var got map[string]struct{ Message string }
	require.NoError(t, json.Unmarshal(raw, &got))
	for _, a := range order.GuardedActions {
		assert.Contains(t, got, string(a), "allowedActions (transitions.go) has no member for the action %s", a)
		assert.Equal(t, "said of "+string(a), got[string(a)].Message, "allowedActionsOf (transitions.go) leaves allowed_actions.%s empty", a)
	}
	require.Len(t, got, len(order.GuardedActions), "allowedActions (transitions.go) has a member that is no action of order.GuardedActions")
}

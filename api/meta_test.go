package api

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
)

func TestMetaSaysWhatTheTablesSay(t *testing.T) {
	s := serve(t, nil)
	var states orderStatesBody
	r := s.Ask(t, "GET", "/v1/meta/order-states", "")
	require.NoError(t, json.Unmarshal([]byte(r.Text), &states), r.Text)
	require.Len(t, states.Steps, len(order.Rules))
	require.Contains(t, r.Text, `{"kind":"prebook","status":"checked_out","label":"Checked Out"}`)
	require.NotContains(t, r.Text, `"from":null`)
	require.Contains(t, r.Text, `"kind":"prebook","action":"bill","from":["draft"],"to":null`, "an open line keeps it a draft")
	require.Contains(t, r.Text, `"kind":"prebook","action":"bill","from":["checked_out"],"to":"billed"`)

	var roles rolesBody
	r = s.Ask(t, "GET", "/v1/meta/roles", "")
	require.NoError(t, json.Unmarshal([]byte(r.Text), &roles), r.Text)
	require.Len(t, roles.Permissions, len(auth.Matrix()))
	require.Contains(t, r.Text, `{"role":"Sales","scope":"open"}`)
	require.Equal(t, 403, s.Ask(t, "GET", "/v1/meta/roles", "", "Authorization: Bearer buyer/bob/Admin").StatusCode)

	me := s.Ask(t, "GET", "/v1/me", "", "Authorization: Bearer c1/anna/Sales").Text
	require.Contains(t, me, `"name":null,"email":null,"company_id":"c1","roles":["Sales"]`)
	require.Contains(t, me, `{"permission":"void","scope":"open"}`)
	require.NotContains(t, me, "refund")
	require.Contains(t, s.Ask(t, "GET", "/v1/me", "", "Authorization: Bearer c1/bob/Janitor").Text, `"roles":[],"permits":[]`)
}

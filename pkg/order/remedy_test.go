package order_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

// The first word of a step, and the action that it takes. The second list takes none.
var (
	stepVerbs = map[string]order.Action{
		"void": order.Void, "confirm": order.Confirm, "edit": order.Edit, "bill": order.Bill, "check": order.Checkout, "pay": order.Pay, "record": order.Pay,
		"refund": order.Refund, "place": order.Place, "remove": order.Edit, "lower": order.Edit,
	}
	noAction = []string{"use", "there", "ask", "or"}
	askedFor = regexp.MustCompile(`ask somebody with the role (.+?) to (\w+)[^,.]*`)
	between  = regexp.MustCompile(`, then |, `)
)

// A remedy tells a caller only what the role matrix lets it do. For everything else it names the roles to ask, which may do it. This
// walks through every role, kind, status and action, and reads the text, not the steps.
func TestRemediesTellWhatTheCallerMayDo(t *testing.T) {
	rows := map[order.Action]auth.Row{}
	for _, row := range auth.Matrix() {
		rows[order.Action(row.Permission)] = row
	}
	told, asked, codes := map[auth.Role]int{}, map[auth.Role]int{}, map[fault.Code]bool{}
	for _, c := range guardCells(t) {
		for _, in := range []order.GuardContext{{}, {PastCutoff: true}, {BlockUnpaid: true}} {
			o := c.document()
			v := order.Guard(with(c.Role), c.Action, o, in)
			if v.Allowed || v.Already || v.Code == fault.RoleNotAllowed {
				continue
			}
			codes[v.Code] = true
			text, _, _ := strings.Cut(v.Remedy, ". ") // the rest is a note
			text = strings.ToLower(text[:1]) + strings.TrimSuffix(text[1:], ".")
			for _, ask := range askedFor.FindAllStringSubmatch(text, -1) {
				asked[c.Role]++
				action, known := stepVerbs[ask[2]]
				require.True(t, known, "%v: %s", c, v.Remedy)
				for _, role := range strings.Split(strings.ReplaceAll(ask[1], " or ", ", "), ", ") {
					require.Equal(t, order.ScopeAll, rows[action].Scope(auth.Role(role)), "%v: %s may not %s: %s", c, role, ask[2], v.Remedy)
					require.NotEqual(t, c.Role, auth.Role(role), "%v is told to ask itself: %s", c, v.Remedy)
				}
			}
			for _, step := range between.Split(strings.Trim(askedFor.ReplaceAllString(text, "ask"), ", "), -1) {
				verb, _, _ := strings.Cut(step, " ")
				if slices.Contains(noAction, verb) {
					continue
				}
				action, known := stepVerbs[verb]
				require.True(t, known, "%v: what does %q take? %s", c, step, v.Remedy)
				told[c.Role]++
				scope := rows[action].Scope(c.Role)
				open := o.Status == order.StatusDraft || o.Status == order.StatusPending
				may := scope == order.ScopeAll || scope == order.ScopeOwn || open && (scope == order.ScopeOpen || scope == order.ScopeOwnOpen)
				require.True(t, may, "%v is told to %s, and may not: %s", c, step, v.Remedy)
			}
		}
	}
	for _, role := range auth.Roles() {
		require.Greater(t, told[role], 10, role)
	}
	require.Zero(t, asked[auth.Admin], "an Admin may do everything")
	for _, role := range []auth.Role{auth.Sales, auth.SalesAllocation, auth.Cashier, auth.Storefront} {
		require.Greater(t, asked[role], 2, role)
	}
	require.Greater(t, len(codes), 8, codes)
}

// How the steps become a sentence.
func TestRemedyIsASentence(t *testing.T) {
	pre := order.Order{ID: "7", Kind: order.KindPrebook, Status: order.StatusDraft, OwnerSub: "shop"}
	_, remedy := mustRule(t, order.KindPrebook, order.Pay).RefusalIn(order.StatusDraft)
	require.Equal(t, "Check out lines, bill them, then pay the order billed from it.", remedy.String())
	require.Equal(t, "Check out lines, ask somebody with the role Admin, Sales Manager or Sales Allocation to bill them, then pay the order billed from it.",
		remedy.For(auth.Actor{Subject: "shop", Roles: []auth.Role{auth.Storefront}}, &pre))
	require.Equal(t, remedy.String(), remedy.For(auth.Actor{Roles: []auth.Role{auth.Admin}}, &pre))
	require.Empty(t, order.Remedy{}.String())
	require.Empty(t, order.Remedy{Note: "No step."}.For(auth.Actor{}, &pre))
}

func mustRule(t *testing.T, k order.Kind, a order.Action) order.Rule {
	t.Helper()
	r, ok := order.RuleOf(k, a, order.StatusDraft)
	require.True(t, ok)
	return r
}

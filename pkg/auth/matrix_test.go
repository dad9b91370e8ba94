package auth_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// rightsTable says who may do what, in words. It was written before the matrix, and the test compares both.
const rightsTable = `
| | Admin | Sales Manager | Sales | Sales Allocation | Cashier | Storefront |
|---|---|---|---|---|---|---|
| list, view, print, export, timeline; invoices, credit notes | ✓ | ✓ | ✓ | ✓ | ✓ | documents its sub placed and orders billed from them; any other is 404 |
| place (staff: P by default, W, S, X) | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ (origin W) |
| edit | ✓ | ✓ | ✓ | ✓ | ✓ | its drafts |
| e-mail | ✓ | ✓ | ✓ | ✓ | ✓ | – |
| **confirm, bulk confirm** | ✓ | ✓ | ✓ | ✓ | ✓ | – |
| **check out prebook lines** | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ for the customer |
| void | ✓ | ✓ | ✓ draft, pending | – | – | its draft, pending (cause customer) |
| bill prebook lines | ✓ | ✓ | – | ✓ | – | – |
| record payment | ✓ | ✓ | ✓ | ✓ | ✓ | online payments |
| refund | ✓ | ✓ | – | – | ✓ | online payments |
| customers: read | ✓ | ✓ | ✓ | ✓ | ✓ | its own |
| customers: write | ✓ | ✓ | – | – | – | its own |
| settings: read | ✓ | ✓ | ✓ | ✓ | ✓ | – |
| settings, webhook endpoints: write | ✓ | – | – | – | – | – |
`

// named has the permissions of each row of rightsTable.
var named = map[string][]auth.Permission{
	"list, view, print, export, timeline; invoices, credit notes": {"view", "print"},
	"place (staff: P by default, W, S, X)":                        {"place"},
	"edit":                                                        {"edit"},
	"e-mail":                                                      {"email"},
	"confirm, bulk confirm":                                       {"confirm"},
	"check out prebook lines":                                     {"checkout"},
	"void":                                                        {"void"},
	"bill prebook lines":                                          {"bill"},
	"record payment":                                              {"pay"},
	"refund":                                                      {"refund"},
	"customers: read":                                             {"customers.read"},
	"customers: write":                                            {"customers.write"},
	"settings: read":                                              {"settings.read"},
	"settings, webhook endpoints: write":                          {"settings.write", "webhooks.write"},
}

// cells has the scope that each cell means. "✓ for the customer" and "online payments" apply to the documents that the
// storefront may see.
var cells = map[string]order.Scope{
	"✓": order.ScopeAll,
	"–": order.ScopeNone,
	"documents its sub placed and orders billed from them; any other is 404": order.ScopeOwn,
	"✓ (origin W)":                        order.ScopeAll,
	"its drafts":                          order.ScopeOwnDraft,
	"✓ for the customer":                  order.ScopeOwn,
	"✓ draft, pending":                    order.ScopeOpen,
	"its draft, pending (cause customer)": order.ScopeOwnOpen,
	"online payments":                     order.ScopeOwn,
	"its own":                             order.ScopeOwn,
}

func TestMatrixIsTheTableOfRights(t *testing.T) {
	want := map[auth.Permission]map[auth.Role]order.Scope{
		// The table has no rows for these: the ledger across orders is for staff, webhook endpoints are read by Admin and Sales Manager, and after the cut-off only Admin and Sales Manager
		// may confirm.
		auth.PaymentsRead: {auth.Admin: order.ScopeAll, auth.SalesManager: order.ScopeAll, auth.Sales: order.ScopeAll, auth.SalesAllocation: order.ScopeAll, auth.Cashier: order.ScopeAll},
		auth.WebhooksRead: {auth.Admin: order.ScopeAll, auth.SalesManager: order.ScopeAll},
		auth.PassCutoff:   {auth.Admin: order.ScopeAll, auth.SalesManager: order.ScopeAll},
	}
	var columns []string
	for i, line := range strings.Split(strings.TrimSpace(rightsTable), "\n") {
		fields := strings.Split(strings.Trim(line, "|"), "|")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		switch i {
		case 0:
			columns = fields[1:]
		case 1:
		default:
			permissions := named[strings.Trim(fields[0], "*")]
			require.NotEmpty(t, permissions, fields[0])
			for _, p := range permissions {
				want[p] = map[auth.Role]order.Scope{}
				for c, cell := range fields[1:] {
					scope, ok := cells[cell]
					require.True(t, ok, cell)
					want[p][auth.Role(columns[c])] = scope
				}
			}
		}
	}
	require.Len(t, auth.Matrix(), len(want))
	for _, row := range auth.Matrix() {
		require.Contains(t, want, row.Permission)
		require.NotEmpty(t, row.Description)
		for _, role := range auth.Roles() {
			require.Equal(t, want[row.Permission][role], row.Scope(role), "%s: %s", row.Permission, role)
			actor := auth.Actor{Roles: []auth.Role{role}}
			require.Equal(t, want[row.Permission][role], actor.Scope(order.Action(row.Permission)))
		}
		require.Equal(t, order.ScopeNone, row.Scope("Buyer"))
	}
	for i, role := range auth.Roles() {
		require.Equal(t, columns[i], string(role), "the same spelling as in tokens, and the same order as in the table")
	}
}

// Neither of own and open contains the other, so there is no scope for a caller who would have both.
func TestNoRowGrantsBothOwnAndOpen(t *testing.T) {
	for _, row := range auth.Matrix() {
		granted := map[order.Scope]bool{}
		for _, role := range auth.Roles() {
			granted[row.Scope(role)] = true
		}
		require.False(t, granted[order.ScopeOwn] && granted[order.ScopeOpen], row.Permission)
	}
}

// Several roles permit what at least one of them permits. Their order does not matter.
func TestWidestScopeOfSeveralRolesCounts(t *testing.T) {
	contains := map[order.Scope]string{ // in what states, of whose documents
		"": "", "own_draft": "a", "own_open": "ab", "own": "abc", "open": "abde", "all": "abcdef",
	}
	rapid.Check(t, func(t *rapid.T) {
		roles := rapid.SliceOf(rapid.SampledFrom(append(auth.Roles(), "Buyer", ""))).Draw(t, "roles")
		row := rapid.SampledFrom(auth.Matrix()).Draw(t, "row")
		var union string
		for _, r := range roles {
			union += contains[row.Scope(r)]
		}
		got := contains[auth.Actor{Roles: roles}.Scope(order.Action(row.Permission))]
		require.True(t, subset(union, got), "%v lose %s", roles, row.Permission)
		require.True(t, subset(got, union), "%v gain %s", roles, row.Permission)
	})
}

func subset(a, b string) bool { return strings.Trim(a, b) == "" }

func TestRequireNamesTheRolesThatMay(t *testing.T) {
	for _, c := range []struct {
		roles []auth.Role
		p     auth.Permission
		want  string
	}{
		{[]auth.Role{auth.Sales}, auth.CustomersWrite, "Sales may not create and change customers. Only Admin or Sales Manager may."},
		{[]auth.Role{auth.Sales, auth.SalesAllocation}, "refund", "Sales and Sales Allocation may not refund payments. Only Admin, Sales Manager or Cashier may."},
		{[]auth.Role{auth.SalesManager}, auth.SettingsWrite, "Sales Manager may not change the settings. Only Admin may."},
		{[]auth.Role{auth.Storefront}, "confirm", "Storefront may not confirm orders. Only Admin, Sales Manager, Sales, Sales Allocation or Cashier may."},
		{nil, auth.SettingsRead, "An actor without a role may not see the settings. Only Admin, Sales Manager, Sales, Sales Allocation or Cashier may."},
		{[]auth.Role{auth.Admin}, "fly", "No role permits this."},
	} {
		err := auth.Actor{Roles: c.roles}.Require(c.p)
		require.True(t, fault.Is(err, fault.RoleNotAllowed))
		require.Equal(t, c.want, fault.Of(err).Detail)
		remedy := fault.Of(err).Members["remedy"]
		require.NotEmpty(t, remedy)
		if _, may, named := strings.Cut(c.want, " Only "); named {
			require.Equal(t, "Ask somebody with the role "+strings.TrimSuffix(may, " may.")+".", remedy)
		}
	}
	require.NoError(t, auth.Actor{Roles: []auth.Role{auth.Cashier}}.Require("refund"))
}

// RolesFor never names a role that may do no more than the caller.
func TestRolesForNamesRolesWithAWiderScope(t *testing.T) {
	for _, c := range []struct {
		role   auth.Role
		action order.Action
		want   string
	}{
		{auth.Cashier, order.Void, "Admin, Sales Manager or Sales"},
		{auth.Sales, order.Void, "Admin or Sales Manager"}, // a confirmed order
		{auth.Storefront, order.Void, "Admin or Sales Manager"},
		{auth.Sales, order.Bill, "Admin, Sales Manager or Sales Allocation"},
		{auth.Storefront, order.Edit, "Admin, Sales Manager, Sales, Sales Allocation or Cashier"},
		{auth.Admin, "fly", ""},
	} {
		require.Equal(t, c.want, auth.Actor{Roles: []auth.Role{c.role}}.RolesFor(c.action, order.StatusPending), "%s %s", c.role, c.action)
	}
	require.Equal(t, "Admin or Sales Manager", auth.Actor{Roles: []auth.Role{auth.Cashier}}.RolesFor(order.Void, order.StatusConfirmed), "Sales voids open documents only")
}

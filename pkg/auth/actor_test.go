package auth_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

func TestIsStorefrontAndMayPassCutoff(t *testing.T) {
	for _, c := range []struct {
		name             string
		actor            auth.Actor
		storefront, pass bool
	}{
		{"no role", auth.Actor{}, false, false},
		{"an unknown role", auth.Actor{Roles: []auth.Role{"Buyer"}}, false, false},
		{"a web shop", auth.Actor{Roles: []auth.Role{auth.Storefront}}, true, false},
		{"a cashier", auth.Actor{Roles: []auth.Role{auth.Cashier}}, false, false},
		{"sales and allocation", auth.Actor{Roles: []auth.Role{auth.Sales, auth.SalesAllocation}}, false, false},
		{"storefront and sales", auth.Actor{Roles: []auth.Role{auth.Sales, auth.Storefront}}, false, false},
		{"sales manager and sales", auth.Actor{Roles: []auth.Role{auth.SalesManager, auth.Sales}}, false, true},
		{"an admin", auth.Actor{Roles: []auth.Role{auth.Admin}}, false, true},
		{"the service", auth.System(company), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.storefront, c.actor.IsStorefront())
			require.Equal(t, c.pass, c.actor.MayPassCutoff())
		})
	}
}

// The service itself confirms, checks out and voids. It does not record payments, edit, place or change settings.
func TestSystem(t *testing.T) {
	s := auth.System(company)
	require.Equal(t, "system", s.Sub())
	require.Equal(t, company, s.CompanyID)
	may := map[auth.Permission]bool{
		"view": true, "print": true, "confirm": true, "checkout": true, "void": true, auth.CustomersRead: true, auth.SettingsRead: true,
	}
	for _, row := range auth.Matrix() {
		require.Equal(t, may[row.Permission], s.Permits(row.Permission), row.Permission)
	}
	require.Equal(t, order.ScopeAll, s.Scope(order.Void))
	require.Equal(t, "The service itself may not refund payments. Only Admin, Sales Manager or Cashier may.",
		fault.Of(s.Require(auth.Permission(order.Refund))).Detail)
}

func TestParseRole(t *testing.T) {
	for _, r := range auth.Roles() {
		got, err := auth.ParseRole(string(r))
		require.NoError(t, err)
		require.Equal(t, r, got)
	}
	_, err := auth.ParseRole("sales")
	require.EqualError(t, err, `there is no role "sales"; the roles are Admin, Sales Manager, Sales, Sales Allocation, Cashier and Storefront`)
}

func TestBearer(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		token   string
		code    fault.Code
	}{
		"as usual":           {[]string{"Bearer a.b.c"}, "a.b.c", ""},
		"in lower case":      {[]string{"bearer a.b.c"}, "a.b.c", ""},
		"more spaces":        {[]string{" BEARER   a.b.c "}, "a.b.c", ""},
		"no header":          {nil, "", fault.TokenMissing},
		"an empty header":    {[]string{""}, "", fault.TokenMissing},
		"no token":           {[]string{"Bearer "}, "", fault.TokenMissing},
		"another scheme":     {[]string{"Basic YTpi"}, "", fault.TokenMissing},
		"a scheme that ends": {[]string{"BearerX a.b.c"}, "", fault.TokenMissing},
		"the bare token":     {[]string{"a.b.c"}, "", fault.TokenMissing},
		"two headers":        {[]string{"Bearer a.b.c", "Bearer a.b.c"}, "", fault.HeaderInvalid},
		"two, one empty":     {[]string{"Bearer a.b.c", ""}, "", fault.HeaderInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := auth.Bearer(c.headers)
			require.Equal(t, c.token, token)
			if c.code == "" {
				require.NoError(t, err)
			} else {
				require.True(t, fault.Is(err, c.code), err)
			}
		})
	}
}

package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
)

func TestIssuedTokensAreAccepted(t *testing.T) {
	i, err := auth.NewIssuer([]byte(secret), issuer, audience, clock)
	require.NoError(t, err)
	want := auth.Actor{
		CompanyID: company, Subject: "dev-cashier", Name: "Dev Cashier", Email: "dev@example.com",
		Roles: []auth.Role{auth.SalesManager, auth.Cashier},
	}
	token, err := i.Issue(auth.Grant{Actor: want, TTL: time.Hour})
	require.NoError(t, err)
	got, err := verifier(t, auth.Settings{Secret: []byte(secret)}).Verify(token)
	require.NoError(t, err)
	want.TokenExpires = noon.Add(time.Hour)
	require.Equal(t, want, got)
}

func TestIssuerRefusesInvalidGrants(t *testing.T) {
	_, err := auth.NewIssuer([]byte("short"), issuer, audience, clock)
	require.ErrorContains(t, err, "at least 32")
	_, err = auth.NewIssuer([]byte(secret), issuer, "", clock)
	require.Error(t, err)

	i, err := auth.NewIssuer([]byte(secret), issuer, audience, clock)
	require.NoError(t, err)
	whole := auth.Actor{CompanyID: company, Subject: "s", Roles: []auth.Role{auth.Admin}}
	for _, g := range []auth.Grant{
		{Actor: whole},
		{Actor: whole, TTL: -time.Hour},
		{Actor: auth.Actor{Subject: "s", Roles: whole.Roles}, TTL: time.Hour},
		{Actor: auth.Actor{CompanyID: company, Roles: whole.Roles}, TTL: time.Hour},
		{Actor: auth.Actor{CompanyID: company, Subject: "s"}, TTL: time.Hour},
	} {
		_, err := i.Issue(g)
		require.Error(t, err)
	}
}

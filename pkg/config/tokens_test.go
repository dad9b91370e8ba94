package config_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/config"
)

func TestTokenSignsForTheDemoOrForServe(t *testing.T) {
	s, err := config.Token(environment{}.get)
	require.NoError(t, err)
	require.Equal(t, config.Signing{Secret: config.DemoSecret, Issuer: config.DemoIssuer, Audience: config.DemoAudience}, s)

	demo := config.Demo("127.0.0.1:8080", "var")
	require.Equal(t, config.Tokens{Secret: s.Secret, Issuer: s.Issuer, Audience: s.Audience, MaxTTL: 365 * 24 * time.Hour}, demo.Tokens)

	s, err = config.Token(with(nil).get)
	require.NoError(t, err)
	require.Equal(t, config.Signing{Secret: "canary-token-secret-of-32-bytes-or-more", Issuer: "https://id.example", Audience: "orderdesk"}, s)

	file := write(t, "canary-token-secret-of-32-bytes-or-more\n")
	fromFile, err := config.Token(with(environment{"JWT_SECRET": "", "JWT_SECRET_FILE": file}).get)
	require.NoError(t, err)
	require.Equal(t, s, fromFile)
}

func TestTokenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		env       environment
		variables []string
	}{
		"a public key":          {environment{"JWT_PUBLIC_KEY_FILE": "key.pem", "JWT_ISSUER": "i", "JWT_AUDIENCE": "a"}, []string{"JWT_PUBLIC_KEY_FILE"}},
		"a key set":             {with(environment{"JWT_JWKS_URL": "https://id.example/keys"}), []string{"JWT_JWKS_URL"}},
		"a short secret":        {with(environment{"JWT_SECRET": "canary"}), []string{"JWT_SECRET"}},
		"half of it":            {environment{"JWT_ISSUER": "https://id.example"}, []string{"JWT_SECRET", "JWT_AUDIENCE"}},
		"the secret alone":      {with(environment{"JWT_ISSUER": "", "JWT_AUDIENCE": ""}), []string{"JWT_ISSUER", "JWT_AUDIENCE"}},
		"claims elsewhere":      {with(environment{"JWT_CLAIM_ROLES": "/r", "JWT_ROLE_MAP": "a=Admin"}), []string{"JWT_CLAIM_ROLES", "JWT_ROLE_MAP"}},
		"a secret and its file": {with(environment{"JWT_SECRET_FILE": "secret"}), []string{"JWT_SECRET"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Token(c.env.get)
			require.Equal(t, config.Signing{}, s)
			var problems config.Problems
			require.ErrorAs(t, err, &problems)
			var named []string
			for _, p := range problems {
				named = append(named, p.Variable)
			}
			require.Equal(t, c.variables, named, err)
			require.NotContains(t, err.Error(), "canary")
		})
	}
}

func TestClaimsElsewhere(t *testing.T) {
	c, err := config.Serve(with(environment{
		"JWT_CLAIM_ROLES": "/realm_access/roles", "JWT_CLAIM_COMPANY": "/https:~1~1desk.example~1company", "JWT_CLAIM_COMPANY_TYPE": "/org/type", "JWT_CLAIM_NAME": "/preferred_username",
		"JWT_ROLE_MAP": "desk-admin=Admin, a=b=Sales Manager", "JWT_DEFAULT_COMPANY_TYPE": "seller",
	}).get)
	require.NoError(t, err)
	require.Equal(t, auth.ClaimMap{
		Roles: "/realm_access/roles", Company: "/https:~1~1desk.example~1company", CompanyType: "/org/type", Name: "/preferred_username",
		RoleNames: map[string]auth.Role{"desk-admin": auth.Admin, "a=b": auth.SalesManager}, DefaultCompanyType: "seller",
	}, c.Tokens.Settings().Claims)

	_, err = config.Serve(with(environment{
		"JWT_CLAIM_ROLES": "roles", "JWT_CLAIM_COMPANY": "/", "JWT_CLAIM_COMPANY_TYPE": "/a~2", "JWT_CLAIM_NAME": "/a~",
		"JWT_ROLE_MAP": "admin,x=admin,y=Admin,y=Sales,=Cashier", "JWT_DEFAULT_COMPANY_TYPE": "buyer",
	}).get)
	var problems config.Problems
	require.ErrorAs(t, err, &problems)
	var named []string
	for _, p := range problems {
		named = append(named, p.Variable)
	}
	require.Equal(t, []string{"JWT_CLAIM_ROLES", "JWT_CLAIM_COMPANY", "JWT_CLAIM_COMPANY_TYPE", "JWT_CLAIM_NAME",
		"JWT_ROLE_MAP", "JWT_ROLE_MAP", "JWT_ROLE_MAP", "JWT_ROLE_MAP", "JWT_DEFAULT_COMPANY_TYPE"}, named, "all at once: %v", err)
}

func TestDatabaseAlone(t *testing.T) {
	address, err := config.Database(environment{"DATABASE_URL": "sqlite:desk.db"}.get)
	require.NoError(t, err)
	require.Equal(t, "sqlite:desk.db", address.Reveal())

	_, err = config.Database(environment{}.get)
	require.EqualError(t, err, "the configuration has a problem:\n  DATABASE_URL is not set. Set postgres://user:password@host/database, or sqlite:PATH.")
}

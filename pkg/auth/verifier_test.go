package auth_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

func TestVerifyReturnsTheActor(t *testing.T) {
	v := verifier(t, auth.Settings{Secret: []byte(secret)})
	require.NoError(t, v.Ready())
	actor, err := v.Verify(hs256(t, good(members{"company_id": strings.ToUpper(company)})))
	require.NoError(t, err)
	require.Equal(t, auth.Actor{
		CompanyID: company, Subject: "user-7", Name: "Ana Flores", Email: "ana@farm.example", Roles: []auth.Role{auth.Sales},
		TokenExpires: noon.Add(time.Hour),
	}, actor)
}

// A name from another system is as clean as one that a caller types. The subject stays as it is.
func TestNamesOfATokenAreClean(t *testing.T) {
	v := verifier(t, auth.Settings{Secret: []byte(secret)})
	actor, err := v.Verify(hs256(t, good(members{"sub": "ana-o\u0301", "name": "Ana O\u0301rfa\u202e Flo\u200bres", "email": "ano\u0301@farm.example"})))
	require.NoError(t, err)
	require.Equal(t, []string{"ana-o\u0301", "Ana \u00d3rfa Flores", "an\u00f3@farm.example"}, []string{actor.Subject, actor.Name, actor.Email})
}

func TestVerifyAccepts(t *testing.T) {
	v := verifier(t, auth.Settings{Secret: []byte(secret)})
	at := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	for name, claims := range map[string]members{
		"an audience in a list":         good(members{"aud": []string{"warehouse", audience}}),
		"no iat":                        without("iat"),
		"iat a minute ahead":            good(members{"iat": at(time.Minute)}),
		"nbf a minute ahead":            good(members{"nbf": at(time.Minute)}),
		"a fraction of a second left":   good(members{"exp": float64(noon.Unix()) + 0.5}),
		"an exp in the next century":    good(members{"exp": 4102444800}),
		"no name, a null e-mail":        good(members{"name": "", "email": nil}),
		"a member it does not know":     good(members{"scope": members{"a": []int{1}}}),
		"a role of its own, and roles":  good(members{"role": "Cashier", "roles": []string{"Buyer", "Sales"}}),
		"a role of its own, null roles": good(members{"role": "Cashier", "roles": nil}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify(hs256(t, claims))
			require.NoError(t, err)
		})
	}
	for _, header := range []members{
		{"alg": "HS256"}, {"alg": "HS256", "typ": "jwt"}, {"alg": "HS256", "typ": "at+jwt"}, {"alg": "HS256", "typ": "AT+JWT"}, {"alg": "HS256", "typ": "application/at+jwt"},
		{"alg": "HS256", "kid": "any", "x5t": "abc"},
	} {
		_, err := v.Verify(forge(t, header, good(), jwt.SigningMethodHS256, []byte(secret)))
		require.NoError(t, err, header)
	}
}

// A token that lives for decades is refused, even if the identity provider signs it by mistake.
func TestLifetimeOfAToken(t *testing.T) {
	v := verifier(t, auth.Settings{Secret: []byte(secret), MaxTTL: 24 * time.Hour})
	at := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	lasting := func(exp time.Duration, change members) string {
		claims := good(members{"exp": at(exp)}, change)
		if change["iat"] == nil {
			delete(claims, "iat")
		}
		return hs256(t, claims)
	}
	for name, token := range map[string]string{
		"a day":                  lasting(24*time.Hour, members{"iat": at(0)}),
		"a day, begun yesterday": lasting(time.Minute, members{"iat": at(time.Minute - 24*time.Hour)}),
		"a day without iat":      lasting(24*time.Hour, members{"iat": nil}),
	} {
		_, err := v.Verify(token)
		require.NoError(t, err, name)
	}
	for name, token := range map[string]string{
		"a second too long":                    lasting(24*time.Hour+time.Second, members{"iat": at(0)}),
		"ends soon, but was valid for 2 days":  lasting(time.Minute, members{"iat": at(-48 * time.Hour)}),
		"no iat, and valid for 2 days":         lasting(48*time.Hour, members{"iat": nil}),
		"a century":                            hs256(t, good(members{"exp": 4102444800})),
		"a number of seconds that no time has": hs256(t, good(members{"exp": 1e300})),
	} {
		t.Run(name, func(t *testing.T) { refuse(t, v, token) })
	}
}

func TestRolesOfAToken(t *testing.T) {
	v := verifier(t, auth.Settings{Secret: []byte(secret)})
	for _, c := range []struct {
		claims members
		want   []auth.Role
	}{
		{good(members{"roles": []string{"Cashier", "Admin", "Cashier"}}), []auth.Role{auth.Admin, auth.Cashier}},
		{good(members{"roles": []string{"Buyer", "Sales Allocation"}}), []auth.Role{auth.SalesAllocation}},
		{good(members{"roles": []string{"Sales"}, "role": "Storefront"}), []auth.Role{auth.Sales, auth.Storefront}},
		{good(members{"roles": []string{}, "role": "Sales Manager"}), []auth.Role{auth.SalesManager}},
	} {
		actor, err := v.Verify(hs256(t, c.claims))
		require.NoError(t, err)
		require.Equal(t, c.want, actor.Roles)
	}
}

// A valid token that permits nothing is refused, but Verify returns the actor, who has no permission.
func TestVerifyReturnsAnActorWithoutRights(t *testing.T) {
	v := verifier(t, auth.Settings{Secret: []byte(secret)})
	for name, c := range map[string]struct {
		claims members
		want   fault.Code
	}{
		"a buyer's Admin":         {good(members{"company_type": "buyer", "roles": []string{"Admin"}}), fault.CompanyNotSeller},
		"Seller is not seller":    {good(members{"company_type": "Seller"}), fault.CompanyNotSeller},
		"no company_type":         {without("company_type"), fault.CompanyNotSeller},
		"no roles":                {without("roles"), fault.RoleMissing},
		"only unknown roles":      {good(members{"roles": []string{"Buyer", "admin", "Sales manager", ""}}), fault.RoleMissing},
		"a role, nearly":          {good(members{"roles": []string{"Admin "}}), fault.RoleMissing},
		"neither seller nor role": {good(members{"company_type": "", "roles": []string{}}), fault.CompanyNotSeller},
	} {
		t.Run(name, func(t *testing.T) {
			actor, err := v.Verify(hs256(t, c.claims))
			require.True(t, fault.Is(err, c.want), err)
			require.Equal(t, fault.Forbidden, fault.Of(err).Kind())
			require.Equal(t, "user-7", actor.Subject)
			require.Equal(t, company, actor.CompanyID)
			for _, row := range auth.Matrix() {
				require.False(t, actor.Permits(row.Permission), row.Permission)
			}
		})
	}
}

func TestNewVerifierRefusesWeakOrUnclearSettings(t *testing.T) {
	small, p384 := rsaKey(t, 1024), ecKey(t, elliptic.P384())
	private, err := x509.MarshalPKCS8PrivateKey(ecKey(t, elliptic.P256()))
	require.NoError(t, err)
	privatePEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	strong := publicPEM(t, ecKey(t, elliptic.P256()))
	for name, c := range map[string]struct {
		settings auth.Settings
		want     string
	}{
		"no key":             {auth.Settings{}, "exactly one"},
		"two keys":           {auth.Settings{Secret: []byte(secret), PublicKey: strong}, "exactly one"},
		"31 bytes":           {auth.Settings{Secret: []byte(secret[:31])}, "31 bytes"},
		"no PEM":             {auth.Settings{PublicKey: []byte("ssh-rsa AAAA")}, "not PEM"},
		"a private key":      {auth.Settings{PublicKey: privatePEM}, "is a PRIVATE KEY"},
		"two PEM blocks":     {auth.Settings{PublicKey: append(strong, strong...)}, "more than one"},
		"a broken key":       {auth.Settings{PublicKey: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte("x")})}, "not a public key"},
		"a small RSA key":    {auth.Settings{PublicKey: publicPEM(t, small)}, "1024 bits"},
		"a curve not P-256":  {auth.Settings{PublicKey: publicPEM(t, p384)}, "P-384"},
		"a JWKS by FTP":      {auth.Settings{JWKSURL: "ftp://id.example/keys"}, "must start with"},
		"a relative address": {auth.Settings{JWKSURL: "keys.json"}, "must start with"},
	} {
		t.Run(name, func(t *testing.T) {
			c.settings.Issuer, c.settings.Audience = issuer, audience
			_, err := auth.NewVerifier(t.Context(), c.settings, clock, slog.New(slog.DiscardHandler))
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err = auth.NewVerifier(t.Context(), auth.Settings{Secret: []byte(secret), Issuer: issuer}, clock, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "issuer and audience")
}

// Mapped claims replace those of the same meaning, and a map of roles lets no other name count.
func TestClaimsElsewhere(t *testing.T) {
	where := elsewhere
	where.RoleNames, where.DefaultCompanyType = map[string]auth.Role{"desk-sales": auth.Sales, "Cashier": auth.Admin}, "seller"
	v := verifier(t, auth.Settings{Secret: []byte(secret), Claims: where})
	named := func(roles ...string) members { return moved(good(members{"roles": roles})) }
	actor, err := v.Verify(hs256(t, named("desk-sales", "Admin", "offline_access")))
	require.NoError(t, err)
	require.Equal(t, auth.Actor{CompanyID: company, Subject: "user-7", Name: "Ana Flores", Email: "ana@farm.example", Roles: []auth.Role{auth.Sales}, TokenExpires: noon.Add(time.Hour)}, actor)

	change := func(change members) members {
		m := named("desk-sales")
		maps.Copy(m, change)
		return m
	}
	for name, claims := range map[string]members{
		"no company type": change(members{"orgs": nil}), "no such item": change(members{"orgs": []any{}}), "plain claims beside": change(members{"role": "Admin", "roles": []string{"Admin"}, "company_id": "x", "company_type": "buyer", "name": []int{1}}),
	} {
		actor, err := v.Verify(hs256(t, claims))
		require.NoError(t, err, name)
		require.Equal(t, []auth.Role{auth.Sales}, actor.Roles, name)
	}
	for name, c := range map[string]struct {
		claims members
		want   fault.Code
	}{
		"only names of ours":         {named("Admin", "Sales"), fault.RoleMissing},
		"roles under the plain name": {change(members{"realm_access": nil, "roles": []string{"desk-sales"}}), fault.RoleMissing},
		"a buyer":                    {change(members{"orgs": []members{{"type": "buyer"}}}), fault.CompanyNotSeller},
	} {
		_, err := v.Verify(hs256(t, c.claims))
		require.True(t, fault.Is(err, c.want), "%s: %v", name, err)
	}
	text, err := json.Marshal(named("desk-sales"))
	require.NoError(t, err)
	for name, claims := range map[string]any{
		"the company under the plain name": change(members{"https://desk.example/company": nil, "company_id": company}),
		"a text on the way":                change(members{"realm_access": "roles"}),
		"a number on the way":              change(members{"profile": 7}),
		"a member twice on the way":        strings.Replace(string(text), `"realm_access":{`, `"realm_access":{"roles":["desk-sales"],`, 1),
		"roles a text":                     change(members{"realm_access": members{"roles": "desk-sales"}}),
	} {
		t.Run(name, func(t *testing.T) { refuse(t, v, hs256(t, claims)) })
	}
}

package auth_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"maps"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
)

const (
	issuer   = "https://id.example"
	audience = "orderdesk"
	company  = "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506"
	secret   = "correct horse battery staple 4242"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

type members = map[string]any

// good returns the claims of a token that every verifier of these tests accepts.
func good(change ...members) members {
	c := members{
		"iss": issuer, "aud": audience, "sub": "user-7", "name": "Ana Flores", "email": "ana@farm.example",
		"company_id": company, "company_type": "seller", "roles": []string{"Sales"},
		"iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(),
	}
	for _, m := range change {
		maps.Copy(c, m)
	}
	return c
}

func without(claim string) members {
	c := good()
	delete(c, claim)
	return c
}

// forge signs any header and claims, valid or not. Each is a string or a value to marshal.
func forge(t *testing.T, header, claims any, method jwt.SigningMethod, key any) string {
	t.Helper()
	text := segment(t, header) + "." + segment(t, claims)
	signature, err := method.Sign(text, key)
	require.NoError(t, err)
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func segment(t *testing.T, v any) string {
	t.Helper()
	raw, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		raw = string(b)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(raw))
}

func hs256(t *testing.T, claims any) string {
	t.Helper()
	return forge(t, members{"alg": "HS256", "typ": "JWT"}, claims, jwt.SigningMethodHS256, []byte(secret))
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	return k
}

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(curve, rand.Reader)
	require.NoError(t, err)
	return k
}

func publicPEM(t *testing.T, k crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(k.Public())
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// verifier returns a verifier for tokens of issuer and audience. Its clock shows noon.
func verifier(t *testing.T, s auth.Settings) *auth.Verifier {
	t.Helper()
	s.Issuer, s.Audience = issuer, audience
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	v, err := auth.NewVerifier(ctx, s, clock, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return v
}

// elsewhere is where an identity provider may put the claims.
var elsewhere = auth.ClaimMap{Roles: "/realm_access/roles", Company: "/https:~1~1desk.example~1company", CompanyType: "/orgs/0/type", Name: "/profile/display~0name"}

// moved puts the claims where elsewhere says.
func moved(c members) members {
	m := maps.Clone(c)
	for name, put := range map[string]func(v any){
		"roles":        func(v any) { m["realm_access"] = members{"roles": v} },
		"company_id":   func(v any) { m["https://desk.example/company"] = v },
		"company_type": func(v any) { m["orgs"] = []members{{"type": v}} },
		"name":         func(v any) { m["profile"] = members{"display~name": v} },
	} {
		if v, ok := c[name]; ok {
			delete(m, name)
			put(v)
		}
	}
	return m
}

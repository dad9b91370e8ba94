package servicetest

import (
	"maps"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

// How the service's tokens are signed.
const (
	secret   = "a secret of a test, which is long enough"
	issuer   = "https://id.test"
	audience = "orderdesk"
)

// Claims returns a client whose token has these claims in addition to those of an Admin of Company. A nil claim is
// removed.
func (s *Service) Claims(t testing.TB, claims map[string]any) *Client {
	t.Helper()
	now := s.Clock.Now()
	all := jwt.MapClaims{
		"iss": issuer, "aud": audience, "sub": "admin@rosefields.example", "company_id": Company, "company_type": "seller",
		"roles": []string{"Admin"}, "iat": now.Unix(), "exp": now.Add(24 * time.Hour).Unix(),
	}
	maps.Copy(all, claims)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, all).SignedString([]byte(secret))
	require.NoError(t, err)
	return &Client{Service: s, Token: token, t: t}
}

// Nobody returns a client without a token.
func (s *Service) Nobody(t testing.TB) *Client { return &Client{Service: s, t: t} }

// WithToken returns a client with this text as its token.
func (s *Service) WithToken(t testing.TB, token string) *Client {
	return &Client{Service: s, Token: token, t: t}
}

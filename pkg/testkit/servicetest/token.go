package servicetest

import (
	"maps"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

// How the service's tokens are signed, and for whom.
const (
	secret   = "a secret of a test, which is long enough"
	issuer   = "https://id.test"
	audience = "orderdesk"
)

// Claims is a client whose token says these claims over those of an Admin of Company; a nil claim is left out.
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

// Nobody is a client without a token.
func (s *Service) Nobody(t testing.TB) *Client { return &Client{Service: s, t: t} }

// Bearing is a client with this text for a token.
func (s *Service) Bearing(t testing.TB, token string) *Client {
	return &Client{Service: s, Token: token, t: t}
}

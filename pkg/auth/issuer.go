package auth

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Issuer signs tokens for development and demos. In production the tokens come from an identity provider.
type Issuer struct {
	secret   []byte
	issuer   string
	audience string
	now      func() time.Time
}

// Grant is the content of a token.
type Grant struct {
	Actor
	TTL time.Duration // how long the token is valid; must be positive
}

// NewIssuer returns an Issuer that signs with HS256. The secret must have at least [MinSecretBytes] bytes.
func NewIssuer(secret []byte, issuer, audience string, now func() time.Time) (*Issuer, error) {
	if _, err := hmacKey(secret); err != nil {
		return nil, err
	}
	if issuer == "" || audience == "" {
		return nil, errors.New("a token needs an issuer and an audience")
	}
	return &Issuer{secret: secret, issuer: issuer, audience: audience, now: now}, nil
}

// Issue returns a signed token of a seller company. It is valid from now for the grant's TTL.
func (i *Issuer) Issue(g Grant) (string, error) {
	if g.CompanyID == "" || g.Subject == "" || len(g.Roles) == 0 || g.TTL <= 0 {
		return "", errors.New("a token needs a company, a subject, a role and a positive lifetime")
	}
	now := i.now()
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": i.issuer, "aud": i.audience, "sub": g.Subject,
		"name": g.Name, "email": g.Email,
		"company_id": g.CompanyID, "company_type": SellerCompany, "roles": g.Roles,
		"iat": now.Unix(), "exp": now.Add(g.TTL).Unix(),
	})
	signed, err := token.SignedString(i.secret)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

const (
	// MaxTokenBytes is the length of the longest token that is looked at.
	MaxTokenBytes = 8 << 10
	// ClockSkew is how far ahead iat and nbf may be. exp has no grace.
	ClockSkew = time.Minute
)

// Settings say whose tokens are good, and for whom. Exactly one of Secret, PublicKey and JWKSURL is set.
type Settings struct {
	Secret    []byte // HS256, at least [MinSecretBytes] bytes
	PublicKey []byte // PEM: an RSA key means RS256, a P-256 key ES256
	JWKSURL   string // https://, http:// or file://; each key says its algorithm, and tokens name their key
	Issuer    string
	Audience  string
}

// Verifier gets actors out of tokens. It is safe for concurrent use.
type Verifier struct {
	keys   keys
	parser *jwt.Parser
	now    func() time.Time
}

// NewVerifier reads the key. A JWKS source that is away is no error: Ready tells, and its keys are fetched as soon as
// it is back, until ctx ends.
func NewVerifier(ctx context.Context, s Settings, now func() time.Time, log *slog.Logger) (*Verifier, error) {
	source, err := s.keys(ctx, now, log)
	if err != nil {
		return nil, err
	}
	if s.Issuer == "" || s.Audience == "" {
		return nil, errors.New("verify tokens: issuer and audience must be set")
	}
	return &Verifier{keys: source, now: now, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{"HS256", "RS256", "ES256"}), // each key then narrows it to its own
		jwt.WithStrictDecoding(),
		jwt.WithIssuer(s.Issuer), jwt.WithAudience(s.Audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(ClockSkew),
		jwt.WithTimeFunc(now),
	)}, nil
}

func (s Settings) keys(ctx context.Context, now func() time.Time, log *slog.Logger) (keys, error) {
	secret, public, remote := len(s.Secret) > 0, len(s.PublicKey) > 0, s.JWKSURL != ""
	switch {
	case secret && !public && !remote:
		return hmacKey(s.Secret)
	case public && !secret && !remote:
		return pemKey(s.PublicKey)
	case remote && !secret && !public:
		return newJWKS(ctx, s.JWKSURL, now, log)
	}
	return nil, errors.New("verify tokens: exactly one of secret, public key and JWKS address must be set")
}

// Ready says why no token can be verified now, or nil.
func (v *Verifier) Ready() error { return v.keys.ready() }

// Verify is the actor that a token speaks for.
//
// Every refused token is a [fault.TokenInvalid] with one and the same detail; the reason is its cause, for the log. A
// good token that grants nothing gives the actor, without roles, together with the fault: [fault.CompanyNotSeller] or
// [fault.RoleMissing]. So a caller that needs no rights, such as GET /v1/me, can still say who it is.
func (v *Verifier) Verify(token string) (Actor, error) {
	c, err := v.parse(token)
	if err != nil {
		return Actor{}, fault.New(fault.TokenInvalid, "The token is not valid here, or not any more. Get a fresh one.").Because(err)
	}
	actor := Actor{CompanyID: c.CompanyID, Subject: c.Subject, Name: c.Name, Email: c.Email}
	if c.CompanyType != sellerCompany {
		return actor, fault.New(fault.CompanyNotSeller, "The token's company is not a seller company.")
	}
	actor.Roles = known(c.Roles)
	if len(actor.Roles) == 0 {
		return actor, fault.New(fault.RoleMissing, "The token has none of the roles %s.", sentence(roles[:], "and"))
	}
	return actor, nil
}

func (v *Verifier) parse(token string) (*claims, error) {
	if len(token) > MaxTokenBytes {
		return nil, fmt.Errorf("the token has %d bytes", len(token))
	}
	if strings.ContainsAny(token, "\r\n") { // Go's base64 skips them: one token would have many spellings
		return nil, errors.New("the token has a line break")
	}
	c := &claims{}
	if _, err := v.parser.ParseWithClaims(token, c, v.keyFor); err != nil {
		return nil, err
	}
	if !v.now().Before(c.ExpiresAt.Time) { // the parser gives exp the leeway too
		return nil, jwt.ErrTokenExpired
	}
	return c, nil
}

// keyFor finds the key for a token whose header is in order. A header that brings its own key, or that has extensions
// one must understand, is refused: we look keys up in our own set and nowhere else (RFC 8725, section 3).
func (v *Verifier) keyFor(t *jwt.Token) (any, error) {
	for _, name := range []string{"crit", "jku", "jwk", "x5u", "x5c"} {
		if _, ok := t.Header[name]; ok {
			return nil, fmt.Errorf("the header has %s", name)
		}
	}
	if typ, ok := t.Header["typ"]; ok {
		s, _ := typ.(string)
		if !slices.ContainsFunc([]string{"JWT", "at+jwt"}, func(good string) bool { return strings.EqualFold(s, good) }) {
			return nil, errors.New("the header's typ is neither JWT nor at+jwt")
		}
	}
	kid, named := t.Header["kid"].(string)
	if _, ok := t.Header["kid"]; ok && !named {
		return nil, errors.New("the header's kid is not a string")
	}
	k, err := v.keys.find(kid)
	if err != nil {
		return nil, err
	}
	if t.Method.Alg() != k.method.Alg() {
		return nil, fmt.Errorf("the key is for %s, the token says %s", k.method.Alg(), t.Method.Alg())
	}
	return k.material, nil
}

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
	// MaxTokenBytes is the length of the longest token that is accepted.
	MaxTokenBytes = 8 << 10
	// ClockSkew is how far iat and nbf may be in the future. It does not apply to exp.
	ClockSkew = time.Minute
)

// Settings says which tokens are accepted. Exactly one of Secret, PublicKey and JWKSURL must be set.
type Settings struct {
	Secret    []byte // HS256, at least [MinSecretBytes] bytes
	PublicKey []byte // PEM: an RSA key means RS256, a P-256 key ES256
	JWKSURL   string // https://, http:// or file://; tokens name their key by kid
	Issuer    string
	Audience  string
	Claims    ClaimMap // where the claims are; zero: under their own names
	// MaxTTL is the longest time from iat to exp. A token without iat counts from now. Zero means no limit.
	MaxTTL time.Duration
}

// Verifier turns tokens into actors. It is safe for concurrent use.
type Verifier struct {
	keys       keys
	parser     *jwt.Parser
	validator  *jwt.Validator // checks the claims of a remembered token by the parser's rules
	claims     ClaimMap
	maxTTL     time.Duration
	now        func() time.Time
	remembered remembered
}

// NewVerifier reads the key. If a JWKS URL does not answer, that is not an error: Ready reports it, and later calls fetch
// the keys again, until ctx ends.
func NewVerifier(ctx context.Context, s Settings, now func() time.Time, log *slog.Logger) (*Verifier, error) {
	source, err := s.keys(ctx, now, log)
	if err != nil {
		return nil, err
	}
	if s.Issuer == "" || s.Audience == "" {
		return nil, errors.New("verify tokens: issuer and audience must be set")
	}
	rules := []jwt.ParserOption{
		jwt.WithValidMethods([]string{"HS256", "RS256", "ES256"}), // keyFor then checks the algorithm of the key
		jwt.WithStrictDecoding(),
		jwt.WithIssuer(s.Issuer), jwt.WithAudience(s.Audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(ClockSkew),
		jwt.WithTimeFunc(now),
	}
	return &Verifier{keys: source, now: now, claims: s.Claims, maxTTL: s.MaxTTL, parser: jwt.NewParser(rules...), validator: jwt.NewValidator(rules...)}, nil
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
	return nil, errors.New("verify tokens: exactly one of secret, public key and JWKS URL must be set")
}

// Ready returns why no token can be verified now, or nil.
func (v *Verifier) Ready() error { return v.keys.ready() }

// Verify returns the actor of a token.
//
// It returns [fault.TokenInvalid] for a token that is not valid. The detail is always the same; the log has the reason. For
// a valid token of another company, or without a known role, it returns the actor without roles, and
// [fault.CompanyNotSeller] or [fault.RoleMissing]. So GET /v1/me can still say who the caller is.
func (v *Verifier) Verify(token string) (Actor, error) {
	if known, ok := v.recall(token); ok {
		return known, nil
	}
	c, signer, err := v.parse(token)
	if err != nil {
		return Actor{}, fault.New(fault.TokenInvalid, "The token is not valid for this service, or has expired. Get a new one.").Because(err)
	}
	actor := Actor{CompanyID: c.CompanyID, Subject: c.Subject, Name: c.Name, Email: c.Email, TokenExpires: c.ExpiresAt.UTC()}
	if c.CompanyType != SellerCompany {
		return actor, fault.New(fault.CompanyNotSeller, "The token's company is not a seller company.")
	}
	actor.Roles = v.claims.known(c.Roles)
	if len(actor.Roles) == 0 {
		return actor, fault.New(fault.RoleMissing, "The token has none of the roles %s.", sentence(roles[:], "and"))
	}
	signer.registered, signer.actor = c.RegisteredClaims, actor
	v.remembered.put(token, signer)
	return actor, nil
}

// parse returns the claims of a token and which key signed it.
func (v *Verifier) parse(token string) (*claims, *verified, error) {
	if len(token) > MaxTokenBytes {
		return nil, nil, fmt.Errorf("the token has %d bytes", len(token))
	}
	if strings.ContainsAny(token, "\r\n") { // encoding/base64 ignores them, so that one token could be written in many ways
		return nil, nil, errors.New("the token has a line break")
	}
	c, signer := &claims{where: v.claims}, &verified{}
	if _, err := v.parser.ParseWithClaims(token, c, func(t *jwt.Token) (material any, err error) {
		if signer.kid, signer.key, err = v.keyFor(t); err != nil {
			return nil, err
		}
		return signer.key.material, nil
	}); err != nil {
		return nil, nil, err
	}
	return c, signer, v.checkTimes(&c.RegisteredClaims)
}

// checkTimes checks the rules about times that are ours.
func (v *Verifier) checkTimes(c *jwt.RegisteredClaims) error {
	if !v.now().Before(c.ExpiresAt.Time) { // the parser gives exp the leeway too
		return jwt.ErrTokenExpired
	}
	begin := v.now()
	if c.IssuedAt != nil {
		begin = c.IssuedAt.Time
	}
	if ttl := c.ExpiresAt.Sub(begin); v.maxTTL > 0 && ttl > v.maxTTL {
		return fmt.Errorf("the token is valid for %s, which is longer than %s", ttl, v.maxTTL)
	}
	return nil
}

// keyFor finds the key for a token, and its id. It refuses a header that contains or names a key of its own, or that has critical
// extensions: keys come only from the configured source (RFC 8725, section 3).
func (v *Verifier) keyFor(t *jwt.Token) (kid string, k *key, err error) {
	for _, name := range []string{"crit", "jku", "jwk", "x5u", "x5c"} {
		if _, ok := t.Header[name]; ok {
			return "", nil, fmt.Errorf("the header has %s", name)
		}
	}
	if typ, ok := t.Header["typ"]; ok {
		s, _ := typ.(string)
		if !slices.ContainsFunc([]string{"JWT", "at+jwt", "application/at+jwt"}, func(good string) bool { return strings.EqualFold(s, good) }) {
			return "", nil, errors.New("the header's typ is neither JWT nor at+jwt")
		}
	}
	kid, named := t.Header["kid"].(string)
	if _, ok := t.Header["kid"]; ok && !named {
		return "", nil, errors.New("the header's kid is not a string")
	}
	if k, err = v.keys.find(kid); err != nil {
		return "", nil, err
	}
	if t.Method.Alg() != k.method.Alg() {
		return "", nil, fmt.Errorf("the key is for %s, the token says %s", k.method.Alg(), t.Method.Alg())
	}
	return kid, k, nil
}

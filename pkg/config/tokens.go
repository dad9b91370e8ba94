package config

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
)

const (
	secretRemedy   = "Set at least 32 random bytes, such as the output of: openssl rand -base64 48."
	issuerRemedy   = "Set the iss of your identity provider's tokens."
	audienceRemedy = "Set the aud that your identity provider writes into tokens for this service."
	oneKeyRemedy   = "Set exactly one of JWT_SECRET, JWT_PUBLIC_KEY_FILE and JWT_JWKS_URL."
)

func (r *reader) tokens() Tokens {
	t := Tokens{
		Issuer:   r.required("JWT_ISSUER", issuerRemedy),
		Audience: r.required("JWT_AUDIENCE", audienceRemedy),
		Claims:   r.claims(),
		MaxTTL:   r.maxTTL(),
	}
	var sources []string
	if secret, given := r.twin("JWT_SECRET"); given {
		sources = append(sources, "JWT_SECRET")
		t.Secret = Secret(secret)
		r.checkSecret(secret)
	}
	if r.text("JWT_PUBLIC_KEY_FILE") != "" {
		sources = append(sources, "JWT_PUBLIC_KEY_FILE")
		t.PublicKey = r.publicKey()
	}
	if t.JWKSURL = r.text("JWT_JWKS_URL"); t.JWKSURL != "" {
		sources = append(sources, "JWT_JWKS_URL")
		r.checkJWKS(t.JWKSURL)
	}
	switch {
	case len(sources) == 0:
		r.wrong("JWT_SECRET", oneKeyRemedy, "is not set, and no other key for tokens is")
	case len(sources) > 1:
		r.wrong(sources[0], oneKeyRemedy, "is set together with %s", strings.Join(sources[1:], " and "))
	}
	return t
}

func (r *reader) maxTTL() time.Duration {
	const name, remedy = "JWT_MAX_TTL", "Set a duration such as 24h."
	value := r.text(name)
	ttl, err := time.ParseDuration(value)
	switch {
	case err != nil:
		r.wrong(name, remedy, "is %q, which is not a duration", value)
	case ttl <= 0:
		r.wrong(name, remedy, "is %s: no token would be accepted", value)
	}
	return ttl
}

// claimVariables are those that say where the claims are.
var claimVariables = []string{"JWT_CLAIM_ROLES", "JWT_CLAIM_COMPANY", "JWT_CLAIM_COMPANY_TYPE", "JWT_CLAIM_NAME"} //nolint:gochecknoglobals // constant

func (r *reader) claims() auth.ClaimMap {
	pointers := map[string]string{}
	for _, name := range claimVariables {
		pointers[name] = r.text(name)
		if err := auth.CheckPointer(pointers[name]); pointers[name] != "" && err != nil {
			r.wrong(name, "Write a JSON pointer such as /realm_access/roles. A / in a claim's name is ~1: /https:~1~1desk.example~1roles.", "%v", err)
		}
	}
	m := auth.ClaimMap{
		Roles: pointers["JWT_CLAIM_ROLES"], Company: pointers["JWT_CLAIM_COMPANY"], CompanyType: pointers["JWT_CLAIM_COMPANY_TYPE"], Name: pointers["JWT_CLAIM_NAME"],
		RoleNames: r.roleNames(), DefaultCompanyType: r.text("JWT_DEFAULT_COMPANY_TYPE"),
	}
	if m.DefaultCompanyType != "" && m.DefaultCompanyType != auth.SellerCompany {
		r.wrong("JWT_DEFAULT_COMPANY_TYPE", "Write seller, or unset it.", "is %q: only seller companies have rights here", m.DefaultCompanyType)
	}
	return m
}

func (r *reader) roleNames() map[string]auth.Role {
	const name, remedy = "JWT_ROLE_MAP", "Write pairs such as desk-admin=Admin,desk-sales=Sales."
	var names map[string]auth.Role
	for _, pair := range r.list(name) {
		i := strings.LastIndex(pair, "=")
		if i < 1 {
			r.wrong(name, remedy, "has %q, which is no pair their=Ours", pair)
			continue
		}
		theirs, ours := strings.TrimSpace(pair[:i]), auth.Role(strings.TrimSpace(pair[i+1:]))
		if !slices.Contains(auth.Roles(), ours) {
			r.wrong(name, remedy, "has %q, and there is no role %q", pair, ours)
		}
		if _, twice := names[theirs]; twice || theirs == "" {
			r.wrong(name, remedy, "has the name %q twice or empty", theirs)
		}
		if names == nil {
			names = map[string]auth.Role{}
		}
		names[theirs] = ours
	}
	return names
}

// checkSecret adds no problem for an empty secret: in this case twin has added one for the file.
func (r *reader) checkSecret(secret string) {
	switch {
	case secret == "":
	case secret == DemoSecret:
		r.wrong("JWT_SECRET", secretRemedy, "is the demo's secret, which is public")
	case len(secret) < auth.MinSecretBytes:
		r.wrong("JWT_SECRET", secretRemedy, "has %d bytes, which can be guessed", len(secret))
	}
}

func (r *reader) publicKey() string {
	const name = "JWT_PUBLIC_KEY_FILE"
	text := r.file(name)
	if text == "" {
		return ""
	}
	if err := auth.CheckPublicKey([]byte(text)); err != nil {
		r.wrong(name, "Set the path of a PEM file with one PUBLIC KEY: RSA of at least 2048 bits, or P-256.", "names a file without a usable key: %v", err)
	}
	return text
}

func (r *reader) checkJWKS(address string) {
	const name, remedy = "JWT_JWKS_URL", "Set the https:// URL of the identity provider's key set, or file:///PATH."
	u, err := url.Parse(address)
	switch {
	case err != nil:
		r.wrong(name, remedy, "is not a URL")
	case u.User != nil:
		r.wrong(name, remedy, "has a user or password")
	case u.Scheme == "file" && u.Host == "" && strings.HasPrefix(u.Path, "/"):
	case u.Scheme == "https" && u.Host != "":
	case u.Scheme == "http" && isLoopback(u):
	case u.Scheme == "http":
		r.wrong(name, remedy, "is http without TLS: others on the network could replace the keys")
	default:
		r.wrong(name, remedy, "is neither an https:// URL nor file:///PATH")
	}
}

// Signing is what the token command needs to sign a token.
type Signing struct {
	Secret   Secret
	Issuer   string
	Audience string
}

// Token returns what development tokens are signed with. If no variable for tokens is set, it returns the demo's secret,
// which only the demo accepts.
func Token(env func(string) string) (Signing, error) {
	r := &reader{env: env}
	for _, name := range []string{"JWT_PUBLIC_KEY_FILE", "JWT_JWKS_URL"} {
		if r.text(name) != "" {
			r.wrong(name, "Get tokens from your identity provider; this command signs with JWT_SECRET only.", "is set")
		}
	}
	for _, name := range append([]string{"JWT_ROLE_MAP"}, claimVariables...) {
		if r.text(name) != "" {
			r.wrong(name, "Unset it for serve too while you use this command, which signs claims under their own names.", "is set")
		}
	}
	secret, given := r.twin("JWT_SECRET")
	issuer, audience := r.text("JWT_ISSUER"), r.text("JWT_AUDIENCE")
	if len(r.problems) == 0 && !given && issuer == "" && audience == "" {
		return Signing{Secret: DemoSecret, Issuer: DemoIssuer, Audience: DemoAudience}, nil
	}
	switch {
	case given && secret != DemoSecret:
		r.checkSecret(secret)
	case !given && len(r.problems) == 0:
		r.wrong("JWT_SECRET", "Set the same secret as for serve, or unset JWT_ISSUER and JWT_AUDIENCE to use the demo's.", "is not set")
	}
	r.required("JWT_ISSUER", "Set the same value as for serve.")
	r.required("JWT_AUDIENCE", "Set the same value as for serve.")
	if err := r.result(); err != nil {
		return Signing{}, err
	}
	return Signing{Secret: Secret(secret), Issuer: issuer, Audience: audience}, nil
}

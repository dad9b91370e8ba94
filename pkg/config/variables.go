package config

import "slices"

// Variable is an environment variable that the service reads.
type Variable struct {
	Name    string
	Meaning string
	Default string // empty: none
	Need    Need   // whether serve needs it
	Secret  bool   // its value is never shown
	File    bool   // instead, Name_FILE may name a file that has the value
}

// Need says whether serve needs a variable.
type Need string

// The needs.
const (
	Optional Need = ""
	Required Need = "required"
	OneKey   Need = "exactly one of JWT_SECRET, JWT_PUBLIC_KEY_FILE, JWT_JWKS_URL"
	OneMail  Need = "exactly one of SENDGRID_API_KEY, MAIL_DIR"
)

// Variables returns a copy of the list of all environment variables, in the order of the documentation.
func Variables() []Variable { return slices.Clone(variables) }

var variables = []Variable{
	{Name: "ADDR", Default: ":8080", Meaning: "Address of the API, as host:port."},
	{Name: "METRICS_ADDR", Meaning: "Address of /metrics, as host:port. The public must not reach it. Unset: there is no /metrics."},
	{Name: "DATABASE_URL", Need: Required, Secret: true, File: true, Meaning: "postgres://user:password@host/database, or sqlite:PATH."},
	{Name: "DATABASE_READ_URL", Secret: true, File: true, Meaning: "postgres://user:password@host/database of a streaming standby of DATABASE_URL, which answers reads while it has replayed every earlier write. Unset: none."},
	{Name: "JWT_SECRET", Need: OneKey, Secret: true, File: true, Meaning: "HS256 secret of at least 32 bytes that the issuer signs tokens with."},
	{Name: "JWT_PUBLIC_KEY_FILE", Need: OneKey, Meaning: "PEM file with the public key of the issuer: RSA (RS256) of at least 2048 bits, or P-256 (ES256)."},
	{Name: "JWT_JWKS_URL", Need: OneKey, Meaning: "JSON Web Key Set of the identity provider: an https:// URL, or file:///PATH. Tokens name their key by kid."},
	{Name: "JWT_ISSUER", Need: Required, Meaning: "The iss that tokens must have."},
	{Name: "JWT_AUDIENCE", Need: Required, Meaning: "The aud that tokens must have."},
	{Name: "JWT_MAX_TTL", Default: "24h", Meaning: "Longest lifetime of a token, from its iat to its exp; without iat, from now. A token that is valid for longer is refused."},
	{Name: "JWT_CLAIM_ROLES", Meaning: "JSON pointer to the list of roles in tokens: /realm_access/roles. Unset: the claims roles and role."},
	{Name: "JWT_CLAIM_COMPANY", Meaning: "JSON pointer to the id of the company in tokens. Unset: the claim company_id."},
	{Name: "JWT_CLAIM_COMPANY_TYPE", Meaning: "JSON pointer to the type of the company in tokens. Unset: the claim company_type."},
	{Name: "JWT_CLAIM_NAME", Meaning: "JSON pointer to the name of the user in tokens. Unset: the claim name."},
	{Name: "JWT_ROLE_MAP", Meaning: "Names of roles in tokens and what they are here, comma-separated: desk-admin=Admin,desk-sales=Sales. Other names then have no meaning. Unset: names as they are."},
	{Name: "JWT_DEFAULT_COMPANY_TYPE", Meaning: "Type of the company if a token does not have one: seller. Unset: such a token has no rights."},
	{Name: "SENDGRID_API_KEY", Need: OneMail, Secret: true, File: true, Meaning: "SendGrid API key with the permission to send mail."},
	{Name: "SENDGRID_BASE_URL", Default: "https://api.sendgrid.com", Meaning: "URL of SendGrid's API. For the EU: https://api.eu.sendgrid.com."},
	{Name: "SENDGRID_WEBHOOK_PUBLIC_KEY", File: true, Meaning: "Verification key of SendGrid's signed event webhook, as its settings page shows it. Unset: its events are refused."},
	{Name: "MAIL_DIR", Need: OneMail, Meaning: "Directory for e-mails as .eml files. They are then not sent."},
	{Name: "MAIL_FROM", Need: Required, Meaning: "Sender of e-mails, as address or Name <address>."},
	{Name: "WEBHOOK_KEY", Secret: true, File: true, Meaning: "Key that the signing secrets of webhook endpoints are derived from: 32 random bytes as base64 or hex (openssl rand -base64 32). With two, comma-separated, the first derives new secrets. Unset: there are no webhook endpoints."},
	{Name: "WEBHOOK_ALLOWED_NETWORKS", Meaning: "Networks that webhook endpoints may be in besides the public internet, by http too, comma-separated: 10.1.0.0/16. Unset: none."},
	{Name: "CORS_ORIGINS", Meaning: "Origins of browser front ends, comma-separated: https://app.example. Unset: none."},
	{Name: "CONSOLE", Default: "off", Meaning: "on serves the Order Summary page at /console/. People sign in with a token of the issuer."},
	{Name: "PUBLIC_URL", Meaning: "URL that clients use, for links: https://orders.example."},
	{Name: "TRUSTED_PROXIES", Meaning: "Networks of proxies whose X-Forwarded-For header is used, comma-separated: 10.0.0.0/8. Unset: none."},
	{Name: "RATE_LIMIT", Default: "600", Meaning: "Requests per minute for each token."},
	{Name: "RATE_LIMIT_ADDRESS", Default: "1200", Meaning: "Requests per minute without a valid token, for each client address (IPv6: each /64). Behind a proxy, set TRUSTED_PROXIES, or all clients share it."},
	{Name: "IDEMPOTENCY_TTL", Default: "24h", Meaning: "How long answers are kept for their Idempotency-Key; at least 24h."},
	{Name: "LOG_LEVEL", Default: "info", Meaning: "debug, info, warn or error."},
	{Name: "LOG_FORMAT", Default: "json", Meaning: "json or text."},
}

func variable(name string) Variable {
	i := slices.IndexFunc(variables, func(v Variable) bool { return v.Name == name })
	if i < 0 {
		return Variable{}
	}
	return variables[i]
}

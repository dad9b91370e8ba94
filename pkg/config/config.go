// Package config reads the configuration from environment variables and checks it. It reports all problems together.
package config

import (
	"log/slog"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// Config is the configuration of the service. It can be printed and logged: secrets appear as [redacted].
type Config struct {
	Addr           string // host:port of the API
	MetricsAddr    string // host:port of the metrics; empty: there is no metrics server
	Database       Secret // postgres://… or sqlite:PATH
	ReadReplica    Secret // postgres://… of a standby for reads; empty: none
	Tokens         Tokens
	Mail           Mail
	Webhooks       Webhooks
	Console        bool   // serve the Order Summary page at /console/
	PublicURL      string // https://host, without a slash at the end; empty: links are relative
	CORSOrigins    []string
	CORSLocal      bool           // pages that this machine serves may call the API too; in the demo alone
	TrustedProxies []netip.Prefix // networks whose X-Forwarded-For header is used
	RateLimit      int            // requests per minute for each token
	AddressLimit   int            // requests per minute without a valid token, for each client address
	IdempotencyTTL time.Duration  // how long an answer is kept for its Idempotency-Key
	Log            Log
}

// Tokens says which tokens are accepted. Exactly one of Secret, PublicKey and JWKSURL is set.
type Tokens struct {
	Secret    Secret
	PublicKey string // PEM
	JWKSURL   string
	Issuer    string
	Audience  string
	Claims    auth.ClaimMap
	MaxTTL    time.Duration // the longest time from iat to exp; 0: no limit
}

// Settings returns the settings for auth.NewVerifier.
func (t Tokens) Settings() auth.Settings {
	return auth.Settings{
		Secret: []byte(t.Secret.Reveal()), PublicKey: []byte(t.PublicKey), JWKSURL: t.JWKSURL,
		Issuer: t.Issuer, Audience: t.Audience, Claims: t.Claims, MaxTTL: t.MaxTTL,
	}
}

// Mail says how e-mails are sent: by SendGrid, or as files if Dir is set.
type Mail struct {
	From               mail.Address
	Dir                string
	SendGridAPIKey     Secret
	SendGridBaseURL    string // without a slash at the end
	SendGridWebhookKey string // ECDSA public key, as base64 of its DER form; empty: the event webhook refuses all events
}

// Webhooks says how webhooks are signed, and where they may go.
type Webhooks struct {
	Keys    webhook.Keys // without keys there are no webhook endpoints
	Allowed webhook.Networks
}

// Log is the level and the format of the log.
type Log struct {
	Level  slog.Level
	Format string // json or text
}

// LogValue returns the configuration for the log line at the start, without secrets.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("addr", c.Addr),
		slog.String("metrics_addr", c.MetricsAddr),
		slog.String("database", whichDatabase(c.Database.Reveal())),
		slog.String("token_key", c.Tokens.kind()),
		slog.String("token_issuer", c.Tokens.Issuer),
		slog.String("token_audience", c.Tokens.Audience),
		slog.Duration("token_max_ttl", c.Tokens.MaxTTL),
		slog.String("mail", c.Mail.kind()),
		slog.String("mail_from", c.Mail.From.Address),
		slog.Bool("webhooks", c.Webhooks.Keys.Configured()),
		slog.Any("webhook_allowed_networks", c.Webhooks.Allowed),
		slog.Bool("console", c.Console),
		slog.String("public_url", c.PublicURL),
		slog.Any("cors_origins", c.CORSOrigins),
		slog.Any("trusted_proxies", c.TrustedProxies),
		slog.Int("rate_limit", c.RateLimit),
		slog.Int("rate_limit_address", c.AddressLimit),
		slog.Duration("idempotency_ttl", c.IdempotencyTTL),
	)
}

func (t Tokens) kind() string {
	switch {
	case t.JWKSURL != "":
		return t.JWKSURL
	case t.PublicKey != "":
		return "public key"
	default:
		return "HS256 secret"
	}
}

func (m Mail) kind() string {
	if m.Dir != "" {
		return "files in " + m.Dir
	}
	return m.SendGridBaseURL
}

// whichDatabase returns the database URL without the user, the password and the query, which may have a password too.
func whichDatabase(address string) string {
	if strings.HasPrefix(address, sqlitePrefix) {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// The demo signs and accepts tokens with these. The secret is public, so Serve refuses it.
const (
	DemoSecret   = "orderdesk demo secret, public, never for production"
	DemoIssuer   = "orderdesk-demo"
	DemoAudience = "orderdesk"
)

// Demo returns the configuration of the demo: an SQLite file and e-mails as files, both in dir, and tokens signed with
// [DemoSecret]. Pages on localhost may call it, on any port, so that a front end can be developed against it.
func Demo(addr, dir string) Config {
	c := defaults()
	c.Addr = addr
	c.Database = Secret(sqlitePrefix + filepath.Join(dir, "orderdesk.db"))
	c.Tokens = Tokens{Secret: DemoSecret, Issuer: DemoIssuer, Audience: DemoAudience, MaxTTL: 365 * 24 * time.Hour}
	c.Mail = Mail{Dir: filepath.Join(dir, "mail"), From: mail.Address{Name: "Orderdesk demo", Address: "orders@demo.example"}}
	c.CORSLocal = true
	c.Console = true
	c.Log.Format = "text"
	return c
}

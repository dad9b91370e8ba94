// Package config turns the environment into a configuration that is complete and safe, or into the list of
// everything that is wrong with it.
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
)

// Config is what the service runs with. It may be printed and logged: its secrets show as [redacted].
type Config struct {
	Addr           string // host:port the API listens on
	MetricsAddr    string // host:port the metrics listen on; empty: they are not served
	Database       Secret // postgres://… or sqlite:PATH
	Tokens         Tokens
	Mail           Mail
	PublicURL      string // https://host, without a slash at the end; empty: links are relative
	CORSOrigins    []string
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	RateLimit      int            // requests a minute and token
	IdempotencyTTL time.Duration  // how long an answer is kept for its Idempotency-Key
	Log            Log
}

// Tokens say whose tokens are good. Exactly one of Secret, PublicKey and JWKSURL is set.
type Tokens struct {
	Secret    Secret
	PublicKey string // PEM
	JWKSURL   string
	Issuer    string
	Audience  string
}

// Settings are what a verifier is made with.
func (t Tokens) Settings() auth.Settings {
	return auth.Settings{
		Secret: []byte(t.Secret.Reveal()), PublicKey: []byte(t.PublicKey), JWKSURL: t.JWKSURL,
		Issuer: t.Issuer, Audience: t.Audience,
	}
}

// Mail says how e-mails leave: by SendGrid, or, where Dir is set, as files.
type Mail struct {
	From               mail.Address
	Dir                string
	SendGridAPIKey     Secret
	SendGridBaseURL    string // without a slash at the end
	SendGridWebhookKey string // ECDSA public key, base64 of its DER; empty: the event hook refuses everything
}

// Log says what is logged, and how.
type Log struct {
	Level  slog.Level
	Format string // json or text
}

// LogValue is the configuration as a start-up line shows it: what kind of thing is used, and no credentials.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("addr", c.Addr),
		slog.String("metrics_addr", c.MetricsAddr),
		slog.String("database", whichDatabase(c.Database.Reveal())),
		slog.String("token_key", c.Tokens.kind()),
		slog.String("token_issuer", c.Tokens.Issuer),
		slog.String("token_audience", c.Tokens.Audience),
		slog.String("mail", c.Mail.kind()),
		slog.String("mail_from", c.Mail.From.Address),
		slog.String("public_url", c.PublicURL),
		slog.Any("cors_origins", c.CORSOrigins),
		slog.Any("trusted_proxies", c.TrustedProxies),
		slog.Int("rate_limit", c.RateLimit),
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

// whichDatabase leaves out the user, the password and the query, which may hold one too.
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

// What the demo signs and accepts. Everybody can read this secret, so Serve refuses it.
const (
	DemoSecret   = "orderdesk demo secret, public, never for production"
	DemoIssuer   = "orderdesk-demo"
	DemoAudience = "orderdesk"
)

// Demo is a configuration for trying things out: an SQLite file and e-mails as files, all in dir, and [DemoSecret].
func Demo(addr, dir string) Config {
	c := defaults()
	c.Addr = addr
	c.Database = Secret(sqlitePrefix + filepath.Join(dir, "orderdesk.db"))
	c.Tokens = Tokens{Secret: DemoSecret, Issuer: DemoIssuer, Audience: DemoAudience}
	c.Mail = Mail{Dir: filepath.Join(dir, "mail"), From: mail.Address{Name: "Orderdesk demo", Address: "orders@demo.example"}}
	c.Log.Format = "text"
	return c
}

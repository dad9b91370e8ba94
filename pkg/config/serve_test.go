package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/mail"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/config"
)

type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// with returns a complete environment with some variables changed. An empty value removes a variable.
func with(change environment) environment {
	e := environment{
		"DATABASE_URL": "postgres://desk:canary-database@db.example/desk?sslmode=disable",
		"JWT_SECRET":   "canary-token-secret-of-32-bytes-or-more",
		"JWT_ISSUER":   "https://id.example", "JWT_AUDIENCE": "orderdesk",
		"SENDGRID_API_KEY": "SG.canary-sendgrid", "MAIL_FROM": "Orders <orders@farm.example>",
	}
	maps.Copy(e, change)
	return e
}

// Keys of webhooks, of which the second is in hex.
var (
	oneKey    = base64.StdEncoding.EncodeToString([]byte("canary-webhook-key-of-32-bytes-a"))
	otherKey  = hex.EncodeToString([]byte("canary-webhook-key-of-32-bytes-b"))
	threeKeys = oneKey + "," + otherKey + "," + hex.EncodeToString([]byte("canary-webhook-key-of-32-bytes-c"))
)

func TestWebhookKeys(t *testing.T) {
	c, err := config.Serve(with(environment{}).get)
	require.NoError(t, err)
	require.False(t, c.Webhooks.Keys.Configured())

	c, err = config.Serve(with(environment{"WEBHOOK_KEY_FILE": write(t, oneKey+", "+otherKey+"\n"), "WEBHOOK_ALLOWED_NETWORKS": "10.1.2.3/16"}).get)
	require.NoError(t, err)
	require.True(t, c.Webhooks.Keys.Configured())
	require.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}, []netip.Prefix(c.Webhooks.Allowed))
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%s"} {
		require.NotContains(t, fmt.Sprintf(verb, c), "canary-webhook")
		require.NotContains(t, fmt.Sprintf(verb, c.Webhooks.Keys), hex.EncodeToString([]byte("canary")))
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func publicKey(t *testing.T, public any) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	return der
}

func pemOf(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestServeFillsInDefaults(t *testing.T) {
	c, err := config.Serve(with(nil).get)
	require.NoError(t, err)
	require.Equal(t, config.Config{
		Addr:     ":8080",
		Database: "postgres://desk:canary-database@db.example/desk?sslmode=disable",
		Tokens:   config.Tokens{Secret: "canary-token-secret-of-32-bytes-or-more", Issuer: "https://id.example", Audience: "orderdesk", MaxTTL: 24 * time.Hour},
		Mail: config.Mail{
			From:           mail.Address{Name: "Orders", Address: "orders@farm.example"},
			SendGridAPIKey: "SG.canary-sendgrid", SendGridBaseURL: "https://api.sendgrid.com",
		},
		RateLimit: 600, AddressLimit: 1200, IdempotencyTTL: 24 * time.Hour,
		Log: config.Log{Level: slog.LevelInfo, Format: "json"},
	}, c)
}

func TestServeReadsEverything(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der := publicKey(t, ec.Public())
	dir := t.TempDir()
	c, err := config.Serve(with(environment{
		"ADDR": "127.0.0.1:9000", "METRICS_ADDR": "[::1]:9464",
		"DATABASE_URL": "", "DATABASE_URL_FILE": write(t, "sqlite:/var/lib/desk.db\r\n"),
		"JWT_SECRET": "", "JWT_PUBLIC_KEY_FILE": write(t, pemOf(der)),
		"SENDGRID_API_KEY": "", "MAIL_DIR": dir,
		"SENDGRID_BASE_URL": "http://127.0.0.1:4010/", "SENDGRID_WEBHOOK_PUBLIC_KEY_FILE": write(t, pemOf(der)),
		"CORS_ORIGINS": "https://app.example, http://localhost:5173,https://app.example,", "PUBLIC_URL": "https://orders.example/", "CONSOLE": "ON",
		"TRUSTED_PROXIES": "10.1.2.3/8,2001:db8::/32", "RATE_LIMIT": "1200", "RATE_LIMIT_ADDRESS": "90", "IDEMPOTENCY_TTL": "48h", "JWT_MAX_TTL": "90m",
		"LOG_LEVEL": "debug", "LOG_FORMAT": "text",
	}).get)
	require.NoError(t, err)
	require.Equal(t, config.Config{
		Addr: "127.0.0.1:9000", MetricsAddr: "[::1]:9464", Database: "sqlite:/var/lib/desk.db",
		Tokens: config.Tokens{PublicKey: strings.TrimSpace(pemOf(der)), Issuer: "https://id.example", Audience: "orderdesk", MaxTTL: 90 * time.Minute},
		Mail: config.Mail{
			From: mail.Address{Name: "Orders", Address: "orders@farm.example"}, Dir: dir,
			SendGridBaseURL: "http://127.0.0.1:4010", SendGridWebhookKey: base64.StdEncoding.EncodeToString(der),
		},
		Console: true, PublicURL: "https://orders.example",
		CORSOrigins:    []string{"https://app.example", "http://localhost:5173"},
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")},
		RateLimit:      1200, AddressLimit: 90, IdempotencyTTL: 48 * time.Hour,
		Log: config.Log{Level: slog.LevelDebug, Format: "text"},
	}, c)
	require.Equal(t, c.Tokens.PublicKey, string(c.Tokens.Settings().PublicKey))
	require.Equal(t, c.Tokens.MaxTTL, c.Tokens.Settings().MaxTTL)
}

// Each bad environment gives one problem, which names the variable and says what to do.
func TestServeRefuses(t *testing.T) {
	const secret = "canary-token-secret-of-32-bytes-or-more"
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	weakDER := publicKey(t, weak.Public())
	goodPEM := func() string {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		return pemOf(publicKey(t, k.Public()))
	}()
	dir := t.TempDir()
	file := write(t, "x")
	empty := write(t, "\n")
	huge := write(t, strings.Repeat("x", 65<<10))

	for name, c := range map[string]struct {
		change   environment
		variable string
		fault    string
	}{
		"a lifetime without a unit":   {environment{"JWT_MAX_TTL": "24"}, "JWT_MAX_TTL", "not a duration"},
		"a lifetime of nothing":       {environment{"JWT_MAX_TTL": "0s"}, "JWT_MAX_TTL", "no token would be accepted"},
		"addr without a port":         {environment{"ADDR": "localhost"}, "ADDR", "not an address to listen on"},
		"addr with a bad port":        {environment{"ADDR": ":99999"}, "ADDR", "not an address to listen on"},
		"addr with a named port":      {environment{"ADDR": ":http"}, "ADDR", "not an address to listen on"},
		"metrics on the same port":    {environment{"METRICS_ADDR": ":8080"}, "METRICS_ADDR", "the same as ADDR"},
		"no database":                 {environment{"DATABASE_URL": ""}, "DATABASE_URL", "is not set"},
		"a blank database":            {environment{"DATABASE_URL": " ", "DATABASE_URL_FILE": file}, "DATABASE_URL", "both set"},
		"another database":            {environment{"DATABASE_URL": "mysql://canary-database@db/desk"}, "DATABASE_URL", "not a URL of PostgreSQL or SQLite"},
		"a database in words":         {environment{"DATABASE_URL": "host=db password=canary-database"}, "DATABASE_URL", "not a URL"},
		"a database without a host":   {environment{"DATABASE_URL": "postgres:///desk"}, "DATABASE_URL", "not a URL"},
		"a database with a bad port":  {environment{"DATABASE_URL": "postgres://u:canary-database@db:port/desk"}, "DATABASE_URL", "not a URL"},
		"sqlite without a path":       {environment{"DATABASE_URL": "sqlite:"}, "DATABASE_URL", "names no file"},
		"sqlite in memory":            {environment{"DATABASE_URL": "sqlite::memory:"}, "DATABASE_URL", "in memory"},
		"sqlite with two slashes":     {environment{"DATABASE_URL": "sqlite://desk.db"}, "DATABASE_URL", "has //"},
		"sqlite with parameters":      {environment{"DATABASE_URL": "sqlite:desk.db?_pragma=synchronous(0)"}, "DATABASE_URL", "parameters"},
		"sqlite on a directory":       {environment{"DATABASE_URL": "sqlite:" + dir}, "DATABASE_URL", "names a directory"},
		"no token key":                {environment{"JWT_SECRET": ""}, "JWT_SECRET", "no other key"},
		"two token keys":              {environment{"JWT_JWKS_URL": "https://id.example/keys"}, "JWT_SECRET", "set together with JWT_JWKS_URL"},
		"three token keys":            {environment{"JWT_JWKS_URL": "https://id.example/keys", "JWT_PUBLIC_KEY_FILE": write(t, goodPEM)}, "JWT_SECRET", "JWT_PUBLIC_KEY_FILE and JWT_JWKS_URL"},
		"a short secret":              {environment{"JWT_SECRET": secret[:31]}, "JWT_SECRET", "has 31 bytes"},
		"the demo's secret":           {environment{"JWT_SECRET": config.DemoSecret}, "JWT_SECRET", "the demo's secret"},
		"the demo's secret in a file": {environment{"JWT_SECRET": "", "JWT_SECRET_FILE": write(t, config.DemoSecret+"\n")}, "JWT_SECRET", "the demo's secret"},
		"a secret and its file":       {environment{"JWT_SECRET_FILE": write(t, secret)}, "JWT_SECRET", "and JWT_SECRET_FILE are both set"},
		"a secret file that is gone":  {environment{"JWT_SECRET": "", "JWT_SECRET_FILE": filepath.Join(dir, "gone")}, "JWT_SECRET_FILE", "cannot be read"},
		"a secret file, empty":        {environment{"JWT_SECRET": "", "JWT_SECRET_FILE": empty}, "JWT_SECRET_FILE", "empty file"},
		"a secret file, huge":         {environment{"JWT_SECRET": "", "JWT_SECRET_FILE": huge}, "JWT_SECRET_FILE", "more than 65536 bytes"},
		"a secret file, a directory":  {environment{"JWT_SECRET": "", "JWT_SECRET_FILE": dir}, "JWT_SECRET_FILE", "cannot be read"},
		"a file without a key":        {environment{"JWT_SECRET": "", "JWT_PUBLIC_KEY_FILE": file}, "JWT_PUBLIC_KEY_FILE", "it is not PEM"},
		"a weak public key":           {environment{"JWT_SECRET": "", "JWT_PUBLIC_KEY_FILE": write(t, pemOf(weakDER))}, "JWT_PUBLIC_KEY_FILE", "1024 bits"},
		"no issuer":                   {environment{"JWT_ISSUER": " "}, "JWT_ISSUER", "is not set"},
		"no audience":                 {environment{"JWT_AUDIENCE": ""}, "JWT_AUDIENCE", "is not set"},
		"plain JWKS":                  {environment{"JWT_SECRET": "", "JWT_JWKS_URL": "http://id.example/keys"}, "JWT_JWKS_URL", "http without TLS"},
		"JWKS on localhost.evil":      {environment{"JWT_SECRET": "", "JWT_JWKS_URL": "http://localhost.evil.example/keys"}, "JWT_JWKS_URL", "http without TLS"},
		"JWKS with a password":        {environment{"JWT_SECRET": "", "JWT_JWKS_URL": "https://u:canary-jwks@id.example/keys"}, "JWT_JWKS_URL", "user or password"},
		"JWKS by a path":              {environment{"JWT_SECRET": "", "JWT_JWKS_URL": "keys.json"}, "JWT_JWKS_URL", "neither"},
		"JWKS on another's disk":      {environment{"JWT_SECRET": "", "JWT_JWKS_URL": "file://host/keys.json"}, "JWT_JWKS_URL", "neither"},
		"no mail":                     {environment{"SENDGRID_API_KEY": ""}, "SENDGRID_API_KEY", "and MAIL_DIR are both not set"},
		"two ways of mail":            {environment{"MAIL_DIR": dir}, "SENDGRID_API_KEY", "and MAIL_DIR are both set"},
		"a key with a line break":     {environment{"SENDGRID_API_KEY": "SG.canary\nX: y"}, "SENDGRID_API_KEY", "no key has"},
		"mail into a file":            {environment{"SENDGRID_API_KEY": "", "MAIL_DIR": file}, "MAIL_DIR", "is a file"},
		"plain SendGrid":              {environment{"SENDGRID_BASE_URL": "http://mail.example"}, "SENDGRID_BASE_URL", "http without TLS"},
		"SendGrid with a path":        {environment{"SENDGRID_BASE_URL": "https://api.sendgrid.com/v3"}, "SENDGRID_BASE_URL", "more than scheme and host"},
		"SendGrid without a scheme":   {environment{"SENDGRID_BASE_URL": "api.sendgrid.com"}, "SENDGRID_BASE_URL", "not a URL"},
		"a webhook key, not base64":   {environment{"SENDGRID_WEBHOOK_PUBLIC_KEY": "?"}, "SENDGRID_WEBHOOK_PUBLIC_KEY", "not base64"},
		"a webhook key, RSA":          {environment{"SENDGRID_WEBHOOK_PUBLIC_KEY": base64.StdEncoding.EncodeToString(weakDER)}, "SENDGRID_WEBHOOK_PUBLIC_KEY", "not a public key on P-256"},
		"no sender":                   {environment{"MAIL_FROM": ""}, "MAIL_FROM", "is not set"},
		"a sender without a domain":   {environment{"MAIL_FROM": "orders"}, "MAIL_FROM", "not an address"},
		"two senders":                 {environment{"MAIL_FROM": "a@farm.example, b@farm.example"}, "MAIL_FROM", "not an address"},
		"a sender with a header":      {environment{"MAIL_FROM": "a@farm.example\r\nBcc: b@evil.example"}, "MAIL_FROM", "not an address"},
		"every origin":                {environment{"CORS_ORIGINS": "*"}, "CORS_ORIGINS", "has *"},
		"the null origin":             {environment{"CORS_ORIGINS": "https://app.example,null"}, "CORS_ORIGINS", "has null"},
		"a wildcard origin":           {environment{"CORS_ORIGINS": "https://*.example"}, "CORS_ORIGINS", "wildcards are not supported"},
		"a plain origin":              {environment{"CORS_ORIGINS": "http://app.example"}, "CORS_ORIGINS", "localhost only"},
		"an origin with a slash":      {environment{"CORS_ORIGINS": "https://app.example/"}, "CORS_ORIGINS", "no slash at the end"},
		"an origin in capitals":       {environment{"CORS_ORIGINS": "https://App.example"}, "CORS_ORIGINS", "lower case"},
		"an origin with port 443":     {environment{"CORS_ORIGINS": "https://app.example:443"}, "CORS_ORIGINS", "default port"},
		"an origin without a scheme":  {environment{"CORS_ORIGINS": "app.example"}, "CORS_ORIGINS", "not an origin"},
		"a public URL by name":        {environment{"PUBLIC_URL": "orders.example"}, "PUBLIC_URL", "not an http"},
		"a public URL with a query":   {environment{"PUBLIC_URL": "https://orders.example/?a=1"}, "PUBLIC_URL", "a query"},
		"a proxy without a mask":      {environment{"TRUSTED_PROXIES": "10.0.0.1"}, "TRUSTED_PROXIES", "not a network"},
		"a short webhook key":         {environment{"WEBHOOK_KEY": "Y2FuYXJ5"}, "WEBHOOK_KEY", "not 32 bytes"},
		"three webhook keys":          {environment{"WEBHOOK_KEY": threeKeys}, "WEBHOOK_KEY", "has 3 keys"},
		"the same webhook key twice":  {environment{"WEBHOOK_KEY": oneKey + "," + oneKey}, "WEBHOOK_KEY", "the same key twice"},
		"webhooks to everywhere":      {environment{"WEBHOOK_ALLOWED_NETWORKS": "0.0.0.0/0"}, "WEBHOOK_ALLOWED_NETWORKS", "every private address"},
		"webhooks to a name":          {environment{"WEBHOOK_ALLOWED_NETWORKS": "erp.example"}, "WEBHOOK_ALLOWED_NETWORKS", "not a network"},
		"every proxy":                 {environment{"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES", "false client address"},
		"every proxy of IPv6":         {environment{"TRUSTED_PROXIES": "::/0"}, "TRUSTED_PROXIES", "false client address"},
		"a console by number":         {environment{"CONSOLE": "1"}, "CONSOLE", `is "1"`},
		"no requests at all":          {environment{"RATE_LIMIT": "0"}, "RATE_LIMIT", `is "0"`},
		"no tokenless requests":       {environment{"RATE_LIMIT_ADDRESS": "0"}, "RATE_LIMIT_ADDRESS", `is "0"`},
		"a pool that is too small":    {environment{"DATABASE_URL": "postgres://db/desk?pool_max_conns=3"}, "DATABASE_URL", "has pool_max_conns=3"},
		"a pool in words":             {environment{"DATABASE_URL": "postgres://db/desk?pool_max_conns=many"}, "DATABASE_URL", "has pool_max_conns=many"},
		"a replica of a file":         {environment{"DATABASE_URL": "sqlite:/var/lib/orderdesk.db", "DATABASE_READ_URL": "postgres://db/desk"}, "DATABASE_READ_URL", "DATABASE_URL is SQLite"},
		"a replica that is a file":    {environment{"DATABASE_URL": "postgres://db/desk", "DATABASE_READ_URL": "sqlite:/var/lib/orderdesk.db"}, "DATABASE_READ_URL", "not a URL of PostgreSQL"},
		"the primary as its replica":  {environment{"DATABASE_URL": "postgres://db/desk", "DATABASE_READ_URL": "postgres://db/desk"}, "DATABASE_READ_URL", "the same as DATABASE_URL"},
		"a rate in words":             {environment{"RATE_LIMIT": "10/s"}, "RATE_LIMIT", `is "10/s"`},
		"answers kept for an hour":    {environment{"IDEMPOTENCY_TTL": "1h"}, "IDEMPOTENCY_TTL", "too short"},
		"answers kept for 24":         {environment{"IDEMPOTENCY_TTL": "24"}, "IDEMPOTENCY_TTL", "not a duration"},
		"an unknown level":            {environment{"LOG_LEVEL": "trace"}, "LOG_LEVEL", `is "trace"`},
		"an unknown format":           {environment{"LOG_FORMAT": "logfmt"}, "LOG_FORMAT", `is "logfmt"`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.Serve(with(c.change).get)
			require.Equal(t, config.Config{}, got)
			var problems config.Problems
			require.ErrorAs(t, err, &problems)
			require.Len(t, problems, 1, err)
			require.Equal(t, c.variable, problems[0].Variable)
			require.Contains(t, problems[0].Fault, c.fault)
			require.True(t, strings.HasSuffix(problems[0].Remedy, "."), problems[0].Remedy)
			require.NotContains(t, err.Error(), "canary")
		})
	}
}

func TestServeAccepts(t *testing.T) {
	for name, change := range map[string]environment{
		"a postgresql scheme":       {"DATABASE_URL": "postgresql://db/desk"},
		"a socket":                  {"DATABASE_URL": "postgres:///desk?host=/run/postgresql"},
		"sqlite by relative path":   {"DATABASE_URL": "sqlite:./var/desk.db"},
		"sqlite by absolute URL":    {"DATABASE_URL": "sqlite:///var/desk.db"},
		"any free port":             {"ADDR": "127.0.0.1:0", "METRICS_ADDR": "127.0.0.1:9464"},
		"JWKS on this machine":      {"JWT_SECRET": "", "JWT_JWKS_URL": "http://127.0.0.1:4000/keys"},
		"JWKS by https":             {"JWT_SECRET": "", "JWT_JWKS_URL": "https://id.example/keys"},
		"JWKS in a file":            {"JWT_SECRET": "", "JWT_JWKS_URL": "file:///etc/orderdesk/keys.json"},
		"a secret of 32 bytes":      {"JWT_SECRET": strings.Repeat("é", 16)},
		"a SendGrid double":         {"SENDGRID_BASE_URL": "http://[::1]:4010"},
		"a directory to be created": {"SENDGRID_API_KEY": "", "MAIL_DIR": "/nowhere/yet"},
		"an origin on localhost":    {"CORS_ORIGINS": "http://127.0.0.1:5173,http://[::1]:5173,https://localhost"},
		"a public URL with a path":  {"PUBLIC_URL": "https://example.com/orders"},
		"other variables":           {"ORDERDESK_TYPO": "1", "PATH": "/bin"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Serve(with(change).get)
			require.NoError(t, err)
		})
	}
}

func TestServeReportsAllProblems(t *testing.T) {
	_, err := config.Serve(environment{
		"LOG_LEVEL": "loud", "JWT_SECRET": "canary", "CORS_ORIGINS": "*,null", "ADDR": "nowhere",
	}.get)
	require.EqualError(t, err, `the configuration has 10 problems:
  ADDR is "nowhere", which is not an address to listen on. Set host:port or :port, such as :8080.
  DATABASE_URL is not set. Set postgres://user:password@host/database, or sqlite:PATH.
  JWT_SECRET has 6 bytes, which can be guessed. Set at least 32 random bytes, such as the output of: openssl rand -base64 48.
  JWT_ISSUER is not set. Set the iss of your identity provider's tokens.
  JWT_AUDIENCE is not set. Set the aud that your identity provider writes into tokens for this service.
  SENDGRID_API_KEY and MAIL_DIR are both not set. Set SENDGRID_API_KEY to send e-mails, or MAIL_DIR to write them to files.
  MAIL_FROM is not set. Set one address that SendGrid has verified, such as Orders <orders@farm.example>.
  CORS_ORIGINS has *: any page could use a visitor's token. List exact origins, such as https://app.example,http://localhost:5173.
  CORS_ORIGINS has null, which is the origin of every sandboxed page. List exact origins, such as https://app.example,http://localhost:5173.
  LOG_LEVEL is "loud". Set debug, info, warn or error.`)

	_, err = config.Serve(with(environment{"RATE_LIMIT": "-1"}).get)
	require.ErrorContains(t, err, "the configuration has a problem:\n  RATE_LIMIT")
	var problems config.Problems
	require.True(t, errors.As(err, &problems))
}

// For an empty environment, the problems are exactly the variables that serve needs.
func TestServeNeedsWhatTheTableSays(t *testing.T) {
	_, err := config.Serve(environment{}.get)
	var problems config.Problems
	require.ErrorAs(t, err, &problems)
	var named, needed []string
	for _, p := range problems {
		named = append(named, p.Variable)
	}
	groups := map[config.Need]bool{}
	for _, v := range config.Variables() {
		if v.Need == config.Required || v.Need != config.Optional && !groups[v.Need] {
			needed = append(needed, v.Name)
		}
		groups[v.Need] = true
	}
	require.Equal(t, needed, named)
}

package config

import (
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/webhook"
)

const (
	minIdempotencyTTL = 24 * time.Hour // the API promises it to clients
	minPoolSize       = 4
	maxRateLimit      = 10_000_000
)

// Serve returns the configuration for production. Its error is [Problems]: all variables that are missing, malformed or
// unsafe.
func Serve(env func(string) string) (Config, error) {
	r := &reader{env: env}
	c := Config{
		Addr:        r.address("ADDR"),
		MetricsAddr: r.address("METRICS_ADDR"),
		Database:    r.database(),
		Tokens:      r.tokens(),
		Mail:        r.mail(),
		CORSOrigins: r.origins(),
		Webhooks:    r.webhooks(),
		Console:     r.console(),
		PublicURL:   r.publicURL(),
	}
	c.ReadReplica = r.readReplica(c.Database)
	if c.MetricsAddr != "" && c.MetricsAddr == c.Addr {
		r.wrong("METRICS_ADDR", "Use another port for the metrics, such as 127.0.0.1:9464.", "is the same as ADDR")
	}
	c.TrustedProxies = r.proxies()
	c.RateLimit = r.rateLimit("RATE_LIMIT")
	c.AddressLimit = r.rateLimit("RATE_LIMIT_ADDRESS")
	c.IdempotencyTTL = r.idempotencyTTL()
	c.Log = r.log()
	if err := r.result(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// Database returns only the URL of the database, for the commands that need nothing else.
func Database(env func(string) string) (Secret, error) {
	r := &reader{env: env}
	address := r.database()
	if err := r.result(); err != nil {
		return "", err
	}
	return address, nil
}

// Origins returns only CORS_ORIGINS, which the demo reads too.
func Origins(env func(string) string) ([]string, error) {
	r := &reader{env: env}
	origins := r.origins()
	return origins, r.result()
}

// defaults returns the default values of the optional variables.
func defaults() Config {
	r := &reader{env: func(string) string { return "" }}
	return Config{
		Addr: r.address("ADDR"), RateLimit: r.rateLimit("RATE_LIMIT"), AddressLimit: r.rateLimit("RATE_LIMIT_ADDRESS"), IdempotencyTTL: r.idempotencyTTL(), Log: r.log(),
	}
}

func (r *reader) address(name string) string {
	value := r.text(name)
	if value == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(value)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 && port != "0" {
		r.wrong(name, "Set host:port or :port, such as :8080.", "is %q, which is not an address to listen on", value)
	}
	return value
}

const sqlitePrefix = "sqlite:"

func (r *reader) database() Secret {
	const remedy = "Set postgres://user:password@host/database, or sqlite:PATH."
	value, given := r.twin("DATABASE_URL")
	value = strings.TrimSpace(value)
	path, sqlite := strings.CutPrefix(value, sqlitePrefix)
	switch {
	case !given:
		r.wrong("DATABASE_URL", remedy, "is not set")
	case value == "": // twin has added a problem of the file
	case sqlite:
		r.sqlitePath(path)
	case !isPostgres(value):
		r.wrong("DATABASE_URL", remedy, "is not a URL of PostgreSQL or SQLite")
	default:
		r.poolSize(value)
	}
	return Secret(value)
}

// readReplica reads the address of the standby. It does not connect, because the standby may be away when the service starts. The
// store checks that it is a standby when it uses it.
func (r *reader) readReplica(primary Secret) Secret {
	const name, remedy = "DATABASE_READ_URL", "Set postgres://user:password@host/database of a streaming standby, or unset it."
	value, given := r.twin(name)
	value = strings.TrimSpace(value)
	switch {
	case !given || value == "":
	case strings.HasPrefix(primary.Reveal(), sqlitePrefix):
		r.wrong(name, "Unset it: an SQLite file has no standby.", "is set, and DATABASE_URL is SQLite")
	case !isPostgres(value):
		r.wrong(name, remedy, "is not a URL of PostgreSQL")
	case value == primary.Reveal():
		r.wrong(name, remedy, "is the same as DATABASE_URL")
	}
	return Secret(value)
}

// poolSize checks the size of the pool, which needs a connection for each use.
func (r *reader) poolSize(address string) {
	u, err := url.Parse(address)
	if err != nil || !u.Query().Has("pool_max_conns") {
		return
	}
	value := u.Query().Get("pool_max_conns")
	if n, err := strconv.Atoi(value); err != nil || n < minPoolSize {
		r.wrong("DATABASE_URL", "Set pool_max_conns to 4 or more: writes, reads, jobs and probes have connections of their own.", "has pool_max_conns=%s", value)
	}
}

func (r *reader) sqlitePath(path string) {
	const name, remedy = "DATABASE_URL", "Set sqlite:PATH with the path of a file, such as sqlite:/var/lib/orderdesk/orderdesk.db."
	info, err := os.Stat(path)
	switch {
	case path == "":
		r.wrong(name, remedy, "names no file")
	case strings.Contains(path, ":memory:"):
		r.wrong(name, remedy, "names a database in memory, which loses its data at a restart")
	case strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///"):
		r.wrong(name, remedy, "has // before a relative path")
	case strings.ContainsAny(path, "?#\x00"):
		r.wrong(name, remedy, "has parameters after the path")
	case err == nil && info.IsDir():
		r.wrong(name, remedy, "names a directory")
	}
}

func (r *reader) console() bool {
	value := strings.ToLower(r.text("CONSOLE"))
	if value != "on" && value != "off" {
		r.wrong("CONSOLE", "Set on or off.", "is %q", value)
	}
	return value == "on"
}

func (r *reader) proxies() []netip.Prefix {
	return r.networks("TRUSTED_PROXIES", "List the networks of your proxies, such as 10.0.0.0/8,192.0.2.7/32.", "everybody could send a false client address")
}

// networks reads a list of networks. It refuses a network that has every address, and gives everything as the reason.
func (r *reader) networks(name, remedy, everything string) []netip.Prefix {
	var networks []netip.Prefix
	for _, part := range r.list(name) {
		network, err := netip.ParsePrefix(part)
		switch {
		case err != nil:
			r.wrong(name, remedy, "has %q, which is not a network", part)
		case network.Bits() == 0:
			r.wrong(name, remedy, "has %s: %s", part, everything)
		default:
			networks = append(networks, network.Masked())
		}
	}
	return networks
}

func (r *reader) webhooks() Webhooks {
	const name, remedy = "WEBHOOK_KEY", "Set 32 random bytes, as openssl rand -base64 32 prints them, or two such keys with a comma between them."
	w := Webhooks{Allowed: r.networks("WEBHOOK_ALLOWED_NETWORKS", "List the networks of receivers that are not public, such as 10.1.0.0/16.", "webhooks could reach every private address")}
	value, given := r.twin(name)
	if !given || value == "" {
		return w
	}
	keys, err := webhook.ParseKeys(value)
	if err != nil {
		r.wrong(name, remedy, "%v", err)
	}
	w.Keys = keys
	return w
}

func (r *reader) rateLimit(name string) int {
	value := r.text(name)
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxRateLimit {
		r.wrong(name, "Set a number of requests per minute, from 1 to 10000000.", "is %q", value)
	}
	return n
}

func (r *reader) idempotencyTTL() time.Duration {
	const name, remedy = "IDEMPOTENCY_TTL", "Set a duration of at least 24h, which the API promises to clients."
	value := r.text(name)
	ttl, err := time.ParseDuration(value)
	switch {
	case err != nil:
		r.wrong(name, remedy, "is %q, which is not a duration", value)
	case ttl < minIdempotencyTTL:
		r.wrong(name, remedy, "is %s, which is too short", value)
	}
	return ttl
}

func (r *reader) log() Log {
	levels := map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
	word, format := r.text("LOG_LEVEL"), r.text("LOG_FORMAT")
	level, ok := levels[word]
	if !ok {
		r.wrong("LOG_LEVEL", "Set debug, info, warn or error.", "is %q", word)
	}
	if format != "json" && format != "text" {
		r.wrong("LOG_FORMAT", "Set json or text.", "is %q", format)
	}
	return Log{Level: level, Format: format}
}

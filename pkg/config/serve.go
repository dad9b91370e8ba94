package config

import (
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	minIdempotencyTTL = 24 * time.Hour // what clients are promised
	maxRateLimit      = 10_000_000
)

// Serve is the configuration for production. The error is [Problems]: everything that is missing, malformed or unsafe.
func Serve(env func(string) string) (Config, error) {
	r := &reader{env: env}
	c := Config{
		Addr:        r.address("ADDR"),
		MetricsAddr: r.address("METRICS_ADDR"),
		Database:    r.database(),
		Tokens:      r.tokens(),
		Mail:        r.mail(),
		CORSOrigins: r.origins(),
		PublicURL:   r.publicURL(),
	}
	if c.MetricsAddr != "" && c.MetricsAddr == c.Addr {
		r.wrong("METRICS_ADDR", "Give metrics a port of their own, such as 127.0.0.1:9464.", "is the same as ADDR")
	}
	c.TrustedProxies = r.networks()
	c.RateLimit = r.rateLimit()
	c.IdempotencyTTL = r.idempotencyTTL()
	c.Log = r.log()
	if err := r.result(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// Database is the database's address alone, for the commands that need nothing else.
func Database(env func(string) string) (Secret, error) {
	r := &reader{env: env}
	address := r.database()
	if err := r.result(); err != nil {
		return "", err
	}
	return address, nil
}

// defaults is what an empty environment gives the optional variables.
func defaults() Config {
	r := &reader{env: func(string) string { return "" }}
	return Config{
		Addr: r.address("ADDR"), RateLimit: r.rateLimit(), IdempotencyTTL: r.idempotencyTTL(), Log: r.log(),
	}
}

func (r *reader) address(name string) string {
	value := r.text(name)
	if value == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(value)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 && port != "0" {
		r.wrong(name, "Write host:port or :port, such as :8080.", "is %q, which is no address to listen on", value)
	}
	return value
}

const sqlitePrefix = "sqlite:"

func (r *reader) database() Secret {
	const remedy = "Write postgres://user:password@host/database, or sqlite:PATH."
	value, given := r.twin("DATABASE_URL")
	value = strings.TrimSpace(value)
	path, sqlite := strings.CutPrefix(value, sqlitePrefix)
	switch {
	case !given:
		r.wrong("DATABASE_URL", remedy, "is not set")
	case value == "": // the file's own problem is noted
	case sqlite:
		r.sqlitePath(path)
	case !isPostgres(value):
		r.wrong("DATABASE_URL", remedy, "is not an address of PostgreSQL or SQLite")
	}
	return Secret(value)
}

func (r *reader) sqlitePath(path string) {
	const name, remedy = "DATABASE_URL", "Write sqlite:PATH with the path of a file, such as sqlite:/var/lib/orderdesk/orderdesk.db."
	info, err := os.Stat(path)
	switch {
	case path == "":
		r.wrong(name, remedy, "names no file")
	case strings.Contains(path, ":memory:"):
		r.wrong(name, remedy, "names a database in memory, which every restart would empty")
	case strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///"):
		r.wrong(name, remedy, "has // before a relative path")
	case strings.ContainsAny(path, "?#\x00"):
		r.wrong(name, remedy, "has parameters behind the path")
	case err == nil && info.IsDir():
		r.wrong(name, remedy, "names a directory")
	}
}

func (r *reader) networks() []netip.Prefix {
	const name, remedy = "TRUSTED_PROXIES", "List the networks of your proxies, such as 10.0.0.0/8,192.0.2.7/32."
	var networks []netip.Prefix
	for _, part := range r.list(name) {
		network, err := netip.ParsePrefix(part)
		switch {
		case err != nil:
			r.wrong(name, remedy, "has %q, which is no network", part)
		case network.Bits() == 0:
			r.wrong(name, remedy, "has %s: everybody could claim any address", part)
		default:
			networks = append(networks, network.Masked())
		}
	}
	return networks
}

func (r *reader) rateLimit() int {
	value := r.text("RATE_LIMIT")
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxRateLimit {
		r.wrong("RATE_LIMIT", "Write a number of requests a minute, from 1 to 10000000.", "is %q", value)
	}
	return n
}

func (r *reader) idempotencyTTL() time.Duration {
	const name, remedy = "IDEMPOTENCY_TTL", "Write a duration of at least 24h: clients are promised that much."
	value := r.text(name)
	ttl, err := time.ParseDuration(value)
	switch {
	case err != nil:
		r.wrong(name, remedy, "is %q, which is no duration", value)
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
		r.wrong("LOG_LEVEL", "Write debug, info, warn or error.", "is %q", word)
	}
	if format != "json" && format != "text" {
		r.wrong("LOG_FORMAT", "Write json or text.", "is %q", format)
	}
	return Log{Level: level, Format: format}
}

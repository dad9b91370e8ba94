package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// ContentSecurityPolicy forbids a page of the API to load anything and to be in a frame.
const ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'"

// secure sets the headers that restrict what a browser does with an answer. A handler may set another Cache-Control, and the
// docs page sets its own policy.
//
// It also closes the connection after a request with Transfer-Encoding. If such a request has a Content-Length too, a proxy
// may take its body for the next request (RFC 9112, section 6.1); net/http removes that header before we see it.
func secure(httpsOnly bool) middleware {
	return func(next Handler) Handler {
		return func(c Request) error {
			secureHeaders(c, httpsOnly)
			return next(c)
		}
	}
}

func secureHeaders(c Request, httpsOnly bool) {
	header := c.Response().Header()
	if httpsOnly {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if len(c.Request().TransferEncoding) > 0 {
		header.Set("Connection", "close")
	}
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	if !strings.HasPrefix(c.Request().URL.Path, "/docs") {
		header.Set("Content-Security-Policy", ContentSecurityPolicy)
	}
}

// noOtherSpelling refuses a path with more or fewer slashes than its route, such as a trailing or a doubled one, which
// Echo would take for a parameter that is empty or holds a slash. There are no redirects: each resource has one address.
func noOtherSpelling(next Handler) Handler {
	return func(c Request) error {
		path, route := c.Request().URL.EscapedPath(), c.Path()
		if strings.HasSuffix(route, "*") {
			return next(c)
		}
		if strings.Count(path, "/") != strings.Count(route, "/") || strings.HasSuffix(path, "/") && !strings.HasSuffix(route, "/") {
			return echo.ErrNotFound
		}
		return next(c)
	}
}

// ExposedHeaders are the headers of answers that a page of an allowed origin may read: all that the API document has.
var ExposedHeaders = []string{ //nolint:gochecknoglobals // a constant list
	"Content-Disposition", "Deprecation", "Dry-Run", "ETag", "Idempotency-Replayed", "Link", "Location", "Preference-Applied", "RateLimit", "RateLimit-Policy",
	"Retry-After", "Sunset", "WWW-Authenticate", "X-Request-Id",
}

// allowsOrigin reports whether pages of this origin may call the API. Every sandboxed page has the origin null, so it is
// never allowed.
func (o Options) allowsOrigin(origin string) bool {
	if origin == "" || origin == "null" {
		return false
	}
	return slices.Contains(o.CORSOrigins, origin) || o.CORSLocal && isLocal(origin)
}

// isLocal reports whether the origin is a web server on this machine.
func isLocal(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || origin != u.Scheme+"://"+u.Host {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

// cors allows only pages of the allowed origins to call the API and to read these headers. The API uses no cookies, so
// credentials are not allowed.
func cors(o Options) middleware {
	const (
		methods = "GET, HEAD, POST, PUT, PATCH, DELETE"
		send    = "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Prefer, X-Request-Id"
	)
	read := strings.Join(ExposedHeaders, ", ")
	return func(next Handler) Handler {
		return func(c Request) error {
			if len(o.CORSOrigins) == 0 && !o.CORSLocal {
				return next(c)
			}
			header := c.Response().Header()
			header.Add("Vary", "Origin")
			origin := c.Request().Header.Get("Origin")
			if !o.allowsOrigin(origin) {
				return next(c)
			}
			header.Set("Access-Control-Allow-Origin", origin)
			if c.Request().Method != http.MethodOptions || c.Request().Header.Get("Access-Control-Request-Method") == "" {
				header.Set("Access-Control-Expose-Headers", read)
				return next(c)
			}
			header.Set("Access-Control-Allow-Methods", methods)
			header.Set("Access-Control-Allow-Headers", send)
			header.Set("Access-Control-Max-Age", "600")
			return c.NoContent(http.StatusNoContent)
		}
	}
}

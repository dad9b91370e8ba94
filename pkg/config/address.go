package config

import (
	"net/netip"
	"net/url"
	"strings"
)

// isLoopback reports whether the host is this machine, so that http without TLS is safe.
func isLoopback(u *url.URL) bool {
	host := u.Hostname()
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// isPostgres reports whether the text is a URL with PostgreSQL's scheme and with a host. The host may also be in the query,
// as the directory of a socket.
func isPostgres(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return false
	}
	return u.Host != "" || u.Query().Get("host") != ""
}

// origins requires the spelling that browsers use, since the origins are compared with the Origin header as strings.
func (r *reader) origins() []string {
	const name, remedy = "CORS_ORIGINS", "List exact origins, such as https://app.example,http://localhost:5173."
	origins := r.list(name)
	for _, origin := range origins {
		u, err := url.Parse(origin)
		switch {
		case origin == "*":
			r.wrong(name, remedy, "has *: any page could use a visitor's token")
		case origin == "null":
			r.wrong(name, remedy, "has null, which is the origin of every sandboxed page")
		case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
			r.wrong(name, remedy, "has %q, which is not an origin", origin)
		case strings.Contains(u.Host, "*"):
			r.wrong(name, remedy, "has %q; wildcards are not supported", origin)
		case u.Scheme == "http" && !isLoopback(u):
			r.wrong(name, remedy, "has %q: http without TLS is allowed for localhost only", origin)
		case origin != strings.ToLower(u.Scheme+"://"+u.Host):
			r.wrong(name, remedy, "has %q; an origin has scheme, host and port in lower case, and no slash at the end", origin)
		case u.Scheme == "https" && u.Port() == "443", u.Scheme == "http" && u.Port() == "80":
			r.wrong(name, remedy, "has %q; browsers leave out the default port", origin)
		}
	}
	return origins
}

func (r *reader) publicURL() string {
	const name, remedy = "PUBLIC_URL", "Set the URL that clients use, such as https://orders.example."
	value := r.text(name)
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		r.wrong(name, remedy, "is not an http:// or https:// URL")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		r.wrong(name, remedy, "has a user, a query or a fragment")
	}
	return strings.TrimRight(value, "/")
}

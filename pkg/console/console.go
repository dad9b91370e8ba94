// Package console is the Order Summary as a page in the browser. It serves files alone: the page calls the public API
// with its reader's token, so it may do what the token may do, and nothing else.
//
// app is its source in TypeScript. make console builds dist from it, which is committed, so that go build needs no Node.
package console

import (
	"bytes"
	"embed"
	"net"
	"net/http"
	"net/netip"
	"path"
)

//go:embed dist
var dist embed.FS

// Policy is the Content-Security-Policy of the page: its own files, this service's API, and nothing inline.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"require-trusted-types-for 'script'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// Console is the page's files and, in the demo, the roles that it offers.
type Console struct {
	files map[string]File
	roles []Role
}

// File is one of the page's files.
type File struct {
	Media string // its Content-Type
	Raw   []byte
}

// Role is a person of the demo, whose token everybody on this machine may use.
type Role struct {
	Role  string `json:"role"`
	Name  string `json:"name"`
	Token string `json:"token"`
}

// media is the Content-Type of each file that is served.
var media = map[string]string{ //nolint:gochecknoglobals // constant
	"index.html": "text/html; charset=utf-8", "console.js": "text/javascript; charset=utf-8", "console.css": "text/css; charset=utf-8",
	"icon.svg": "image/svg+xml", "licenses.txt": "text/plain; charset=utf-8",
}

// New returns the console. Only the demo gives it roles: then the page offers them instead of asking for a token.
func New(roles []Role) (*Console, error) {
	c := &Console{files: map[string]File{}, roles: roles}
	for name, contentType := range media {
		raw, err := dist.ReadFile(path.Join("dist", name))
		if err != nil {
			return nil, err
		}
		if name == Page && len(roles) > 0 {
			raw = bytes.Replace(raw, []byte("<body>"), []byte(`<body data-demo>`), 1) // so that elsewhere the page never asks for them
		}
		c.files[name] = File{contentType, raw}
	}
	return c, nil
}

// Page is the name of the page itself among the files.
const Page = "index.html"

// Files returns the page's files by name.
func (c *Console) Files() map[string]File { return c.files }

// Demo reports whether there are roles to offer.
func (c *Console) Demo() bool { return len(c.roles) > 0 }

// Roles returns the people of the demo, with their tokens, if the request comes from a page of this machine. Otherwise it returns none.
func (c *Console) Roles(r *http.Request) []Role {
	if !local(r) {
		return nil
	}
	return c.roles
}

// local reports whether a request comes from this machine and names it by an address of this machine. The name keeps out a
// foreign page whose host's name was pointed at this machine (DNS rebinding), and a tunnel that publishes the demo. The
// header that browsers send keeps out a page of another origin.
func local(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !loopback(peer) {
		return false
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return host == "localhost" || loopback(host)
}

func loopback(host string) bool {
	if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

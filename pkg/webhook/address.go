package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
)

// Networks is the networks of WEBHOOK_ALLOWED_NETWORKS, in which endpoints may be although they are not public.
type Networks []netip.Prefix

func (n Networks) contain(a netip.Addr) bool {
	return slices.ContainsFunc(n, func(p netip.Prefix) bool { return p.Contains(a) })
}

// notPublic is the networks for special purposes among the addresses that IsGlobalUnicast accepts (IANA's registries). Of IPv6 only
// 2000::/3 is global unicast, which leaves out mapped, NAT64, unique local and link-local addresses.
var notPublic = func() (all []netip.Prefix) {
	for _, text := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
	} {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}()

var globalUnicast6 = netip.MustParsePrefix("2000::/3")

// Public reports whether an address is global unicast: one that everybody on the internet may reach.
func Public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" || a.Is6() && !globalUnicast6.Contains(a) {
		return false
	}
	return !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(a) })
}

// CheckURL returns what is wrong with the URL of an endpoint, as a sentence, or an empty string. The address of a name is checked
// when it is dialled, because it can change at any time.
func CheckURL(text string, allowed Networks) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "":
		return "This is not a URL with a host. Write https://erp.example/hooks."
	case u.Scheme != "https" && (u.Scheme != "http" || len(allowed) == 0):
		return "The URL must begin with https://."
	case u.User != nil:
		return "The URL must not have a user or a password. Webhooks are signed, so the receiver needs none."
	case u.Fragment != "":
		return "The URL must not have a fragment."
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "The port must be from 1 to 65535."
		}
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !allowed.contain(a) && !Public(a) {
		return "The address is not a public one."
	}
	return ""
}

// Resolver finds the addresses of a host. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// errForbidden is the error of a host that has no address that may be dialled.
var errForbidden = errors.New("the host has no public address")

// guard chooses the addresses that may be dialled.
type guard struct {
	allowed  Networks
	resolver Resolver
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
}

// dialContext resolves a host, checks its addresses, and dials a checked address instead of the name. So it does not help an attacker
// to change the address of a name between the check and the connection.
func (g guard) dialContext(ctx context.Context, network, hostport string, plain bool) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	addresses, err := g.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	failed := errForbidden
	for _, a := range addresses {
		if !g.allowed.contain(a) && (plain || !Public(a)) {
			continue
		}
		conn, err := g.dial(ctx, network, netip.AddrPortFrom(a, mustPort(port)).String())
		if err == nil {
			return conn, nil
		}
		failed = err
	}
	return nil, failed
}

// addresses returns the addresses of a host. The resolver returns IPv4 addresses of a name as mapped IPv6 addresses, so these are
// unmapped. A mapped address in a URL stays as it is, and is refused.
func (g guard) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	found, err := g.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("the name of the host was not found: %w", err)
	}
	for i := range found {
		found[i] = found[i].Unmap()
	}
	return found, nil
}

func mustPort(text string) uint16 {
	var port uint16
	_, _ = fmt.Sscan(text, &port) // 0 is refused when it is dialled
	return port
}

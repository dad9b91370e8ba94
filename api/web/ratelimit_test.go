package web

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// A client address has a quota for requests without a good token. Those with one are served, whoever else is at the address.
func TestAddressLimit(t *testing.T) {
	now := time.Date(2026, 5, 31, 12, 0, 0, 0, time.UTC)
	s := serve(t, func(o *Options) {
		o.AddressLimit, o.RateLimit, o.Now = 6, 1000, func() time.Time { return now }
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	},
		Endpoint{Route{Method: "GET", Path: "/v1/t"}, done},
		Endpoint{Route{Method: "POST", Path: "/v1/hook", Auth: Signed}, func(c Request) error {
			if c.Request().Header.Get("Signature") == "" {
				return fault.New(fault.SignatureInvalid, "no")
			}
			return done(c)
		}})
	from := func(address string) []string { return []string{"X-Forwarded-For: " + address, "Authorization: "} }
	spent := func(address string, ask func() int) int {
		n := 0
		for ask() != 429 {
			n++
			require.Less(t, n, 100, address)
		}
		return n
	}
	for i, ask := range []struct{ method, path, token string }{
		{"GET", "/v1/errors", ""},           // needs none
		{"GET", "/v1/errors", "c1/a/Admin"}, // is not looked at
		{"GET", "/v1/t", "nonsense"},        // refused
		{"GET", "/v1/t", ""},                // missing
		{"GET", "/nowhere", ""},
		{"POST", "/v1/hook", ""}, // not signed
	} {
		address := "203.0.113." + string(rune('1'+i))
		headers := from(address)
		if ask.token != "" {
			headers[1] = "Authorization: Bearer " + ask.token
		}
		require.Equal(t, 6, spent(address, func() int { return s.Ask(t, ask.method, ask.path, "", headers...).StatusCode }), "%+v", ask)
		full := s.Ask(t, ask.method, ask.path, "", headers...)
		require.Equal(t, "rate_limited", full.Code(t))
		require.Equal(t, `"address";q=6;w=60`, full.Header.Get("RateLimit-Policy"))
		require.Equal(t, `"address";r=0;t=10`, full.Header.Get("RateLimit"))
		require.Equal(t, "10", full.Header.Get("Retry-After"))

		served := s.Ask(t, "GET", "/v1/t", "", headers[0], "Authorization: Bearer c1/anna/Admin")
		require.Equal(t, 204, served.StatusCode, "a good token at the same address")
		require.Contains(t, served.Header.Get("RateLimit-Policy"), "token")
		require.Equal(t, 204, s.Ask(t, "POST", "/v1/hook", "", headers[0], "Signature: good", "Authorization: ").StatusCode)
		require.Equal(t, 200, s.Ask(t, "GET", "/livez", "", headers...).StatusCode, "a probe")
		require.Equal(t, 200, s.Ask(t, "GET", "/v1/errors", "", from("198.51.100.7, 203.0.113."+string(rune('a'+i)))...).StatusCode, "another address")
	}
	now = now.Add(10 * time.Second)
	require.Equal(t, 200, s.Ask(t, "GET", "/v1/errors", "", from("203.0.113.1")...).StatusCode)
	require.Equal(t, 429, s.Ask(t, "GET", "/v1/errors", "", from("203.0.113.1")...).StatusCode)
}

// The proxies that are trusted say whose request it is. Everybody else can write X-Forwarded-For as they like.
func TestAddressLimitIgnoresFalseAddresses(t *testing.T) {
	s := serve(t, func(o *Options) { o.AddressLimit = 3 })
	for i := range 3 {
		require.Equal(t, 200, s.Ask(t, "GET", "/v1/errors", "", "X-Forwarded-For: 203.0.113."+string(rune('1'+i))).StatusCode)
	}
	require.Equal(t, 429, s.Ask(t, "GET", "/v1/errors", "", "X-Forwarded-For: 203.0.113.9").StatusCode)
}

func TestNetworkOfAnAddress(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.9": "203.0.113.9", "::ffff:203.0.113.9": "203.0.113.9",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2:ffff::": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
		"@": "@",
	} {
		require.Equal(t, want, network(address), address)
	}
}

package order_test

import (
	"regexp"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The patterns match exactly what the parsers read.
func TestPatternsMatchWhatTheParsersRead(t *testing.T) {
	origin, number := regexp.MustCompile(order.OriginPattern()), regexp.MustCompile(order.NumberPattern())
	holds := func(s string) {
		_, isOrigin := order.ParseOrigin(s)
		require.Equal(t, isOrigin, origin.MatchString(s), "%q as an origin", s)
		_, err := order.ParseNumberFilter(s)
		require.Equal(t, err == nil, number.MatchString(s), "%q as a number: %v", s, err)
	}
	for _, s := range []string{"", " ", "W", "w", "x", "web", "WEB", "wEb", "ſ", "ſtanding", "Q", "W0", "0", "000", "W000123", "w123", " 123 ", "\t1", "W 1", "W-1", "+1", "1.0", "WW1",
		"999999999999999999", "0999999999999999999", "1000000000000000000", "9223372036854775807", "99999999999999999999", "1\n"} {
		holds(s)
	}
	rapid.Check(t, func(r *rapid.T) { holds(rapid.StringMatching(` ?[WwPpSsXxQ]?[0-9]{0,20} ?`).Draw(r, "number")) })
}

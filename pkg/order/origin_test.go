package order_test

import (
	"regexp"
	"strings"
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
	for _, s := range []string{"", " ", "W", "w", "x", "web", "WEB", "wEb", "ſ", "ſtanding", "Q", "W0", "W00000", "W000000", "W00012", "w0a", "0", "000", "W000123", "w123", " 123 ", "\t1", "W 1", "W-1", "+1", "1.0", "WW1",
		"999999999999999999", "0999999999999999999", "1000000000000000000", "9223372036854775807", "99999999999999999999", "1\n"} {
		holds(s)
	}
	rapid.Check(t, func(r *rapid.T) { holds(rapid.StringMatching(` ?[WwPpSsXxQ]?[0-9]{0,20} ?`).Draw(r, "number")) })
}

func TestParseNumberFilter(t *testing.T) {
	for text, want := range map[string]order.NumberFilter{
		"W": {Origin: order.Web}, "w000123": {Origin: order.Web, Sequence: 123}, "W123": {Origin: order.Web, Sequence: 123}, "123": {Sequence: 123}, "0012": {Sequence: 12},
		"P1000000": {Origin: order.Phone, Sequence: 1_000_000}, "W0000012": {Origin: order.Web, Sequence: 12},
		"W0": {Origin: order.Web, Sequence: 1, Through: 99_999}, "w0000": {Origin: order.Web, Sequence: 1, Through: 99}, "W00000": {Origin: order.Web, Sequence: 1, Through: 9},
		"S0012": {Origin: order.Standing, Sequence: 1200, Through: 1299}, "W00012": {Origin: order.Web, Sequence: 120, Through: 129}, "X012": {Origin: order.External, Sequence: 12000, Through: 12999},
	} {
		for _, typed := range []string{text, " " + text + " "} {
			got, err := order.ParseNumberFilter(typed)
			require.NoError(t, err, typed)
			require.Equal(t, want, got, typed)
		}
	}
}

// A beginning with zeros selects exactly the numbers that begin so.
func TestBeginningsOfNumbers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := "W" + rapid.StringMatching("0[0-9]{0,4}").Draw(r, "digits")
		f, err := order.ParseNumberFilter(text)
		require.NoError(t, err)
		n := rapid.OneOf(rapid.Int64Range(1, 2_000_000), rapid.Int64Range(max(f.Sequence-2, 1), f.Through+2)).Draw(r, "sequence")
		require.Equal(t, strings.HasPrefix(order.NumberOf(order.Web, n), text), f.Sequence <= n && n <= f.Through, "%s and %d", text, n)
	})
}

package money_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A pattern matches exactly what its parser accepts. A pattern for amounts matches what the parser accepts for at least one
// currency.
func TestPatternsAreTheParsers(t *testing.T) {
	price := func(s string) bool { v, err := money.ParsePrice(s); return err == nil && v >= 0 && s[0] != '-' }
	rate := func(s string) bool { v, err := money.ParseRate(s); return err == nil && v >= 0 && s[0] != '-' }
	amount := func(keeps func(money.Amount, string) bool) func(string) bool {
		return func(s string) bool {
			for digits := range 5 {
				if a, err := money.ParseAmount(s, digits); err == nil && keeps(a, s) {
					return true
				}
			}
			return false
		}
	}
	any := amount(func(money.Amount, string) bool { return true })
	fromZero := amount(func(_ money.Amount, s string) bool { return s[0] != '-' })
	aboveZero := amount(func(a money.Amount, _ string) bool { return a > 0 })
	for name, c := range map[string]struct {
		pattern string
		takes   func(string) bool
		exactly bool // false: numbers with too many digits match too
	}{
		"price": {money.PricePattern, price, true}, "rate": {money.RatePattern, rate, true},
		"amount": {money.AmountPattern, any, false}, "from 0": {money.FromZeroPattern, fromZero, false}, "above 0": {money.AboveZeroPattern, aboveZero, false},
	} {
		t.Run(name, func(t *testing.T) {
			matches := regexp.MustCompile(c.pattern).MatchString
			holds := func(s string) {
				require.False(t, c.takes(s) && !matches(s), "%q is taken and does not match %s", s, c.pattern)
				large := !c.exactly && len(strings.Trim(s, "-")) > len("99999999999.9999")-4
				require.False(t, matches(s) && !c.takes(s) && !large, "%q matches %s and is not taken", s, c.pattern)
			}
			for _, s := range []string{"", "-", "0", "-0", "0.0000", "0.00000", "-0.0001", "0.0001", "0.001", "0.01", "0.1", "0.1000", "1", "1.", ".5", "01", "1e3", "+1", " 1", "1\n",
				"99999999", "99999999.9999", "100000000", "100000000.0", "999.9999", "1000", "1000.0", "1000.0000", "1000.00000", "1000.0001", "1001", "9999",
				"999999999999999", "1000000000000000", "99999999999.9999", "-99999999999.9999", "100000000000.00000"} {
				holds(s)
			}
			rapid.Check(t, func(r *rapid.T) {
				holds(rapid.StringMatching(`-?(0|[1-9][0-9]{0,16}|0[0-9])(\.[0-9]{0,6})?`).Draw(r, "number"))
			})
		})
	}
}

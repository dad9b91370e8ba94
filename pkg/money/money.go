// Package money has exact amounts, prices and rates. They are integers, never floating-point numbers. Products are rounded
// half away from zero. What a client sends is never rounded.
package money

import (
	"errors"
	"math/bits"
	"strconv"
	"strings"

	"github.com/bojanz/currency"
)

// Amount is an amount in the minor units of its currency: 1234 is 12.34 USD, 1234 JPY or 1.234 BHD.
type Amount int64

// Price is the price of one unit, in ten-thousandths of the major unit: 2350 is 0.2350.
type Price int64

// Rate is a tax rate, in ten-thousandths of a per cent: 82500 is 8.25 %.
type Rate int64

// The largest values. The sum of 500 lines of MaxAmount still fits an int64.
const (
	MaxAmount Amount = 999_999_999_999_999
	MaxPrice  Price  = 999_999_999_999 // 99,999,999.9999
	MaxRate   Rate   = 1_000_0000      // 1,000 %
)

// CodeLength is the number of letters of a currency code (ISO 4217).
const CodeLength = 3

const (
	priceDecimals = 4
	rateDecimals  = 4
)

// The reasons why a decimal string is refused.
var (
	ErrSyntax   = errors.New(`not a decimal number such as "12.50"`)
	ErrDecimals = errors.New("too many decimals")
	ErrRange    = errors.New("out of range")
)

// Digits returns how many decimals amounts in the currency have (ISO 4217: USD 2, JPY 0, BHD 3). It returns false for an
// unknown code.
func Digits(code string) (int, bool) {
	d, ok := currency.GetDigits(code)
	if !ok || d > mostDigits {
		return 0, false
	}
	return int(d), true
}

// ParseAmount reads a decimal string with at most digits decimals. It returns ErrSyntax, ErrDecimals or ErrRange.
func ParseAmount(s string, digits int) (Amount, error) {
	v, err := parse(s, digits, int64(MaxAmount))
	return Amount(v), err
}

// ParsePrice reads a price with at most four decimals. It returns ErrSyntax, ErrDecimals or ErrRange.
func ParsePrice(s string) (Price, error) {
	v, err := parse(s, priceDecimals, int64(MaxPrice))
	return Price(v), err
}

// ParseRate reads a rate in per cent with at most four decimals. It returns ErrSyntax, ErrDecimals or ErrRange.
func ParseRate(s string) (Rate, error) {
	v, err := parse(s, rateDecimals, int64(MaxRate))
	return Rate(v), err
}

// Format returns the amount as a decimal string with exactly digits decimals.
func (a Amount) Format(digits int) string { return Decimal(int64(a), digits) }

// String returns the price with four decimals.
func (p Price) String() string { return Decimal(int64(p), priceDecimals) }

// String returns the rate in per cent without trailing zeros: "8.25", "21".
func (r Rate) String() string {
	return strings.TrimRight(strings.TrimRight(Decimal(int64(r), rateDecimals), "0"), ".")
}

// Times returns quantity × price as an amount with digits decimals, rounded half away from zero. It returns false if the
// amount exceeds MaxAmount. The quantity must not be negative.
func (p Price) Times(quantity int64, digits int) (Amount, bool) {
	v, ok := mulDiv(int64(p), quantity, pow10(priceDecimals-digits))
	return Amount(v), ok
}

// Of returns the rate of the base amount, rounded half away from zero. It returns false if it exceeds MaxAmount.
func (r Rate) Of(base Amount) (Amount, bool) {
	v, ok := mulDiv(int64(base), int64(r), 100*pow10(rateDecimals))
	return Amount(v), ok
}

// mulDiv returns a*b/div, rounded half away from zero. The product has 128 bits, so it cannot overflow.
func mulDiv(a, b, div int64) (int64, bool) {
	negative := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	d := magnitude(div)
	if hi >= d {
		return 0, false
	}
	quo, rem := bits.Div64(hi, lo, d)
	if rem >= d-rem {
		quo++
	}
	if quo > uint64(MaxAmount) {
		return 0, false
	}
	if negative {
		return -int64(quo), true
	}
	return int64(quo), true
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}

func parse(s string, decimals int, limit int64) (int64, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if !numeric(whole) || point && !numeric(fraction) || len(whole) > 1 && whole[0] == '0' {
		return 0, ErrSyntax
	}
	if len(fraction) > decimals {
		if strings.Trim(fraction[decimals:], "0") != "" {
			return 0, ErrDecimals
		}
		fraction = fraction[:decimals] // zeros beyond it round nothing
	}
	v, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", decimals-len(fraction)), 10, 64)
	if err != nil || v > limit {
		return 0, ErrRange
	}
	if negative {
		v = -v
	}
	return v, nil
}

func numeric(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// format writes a number of the smallest units with decimals.
func format(units []byte, decimals int, negative bool) string {
	var room [32]byte // for most numbers, so that only the result takes memory
	text := room[:0]
	if negative {
		text = append(text, '-')
	}
	whole := max(0, len(units)-decimals)
	text = append(text, units[:whole]...)
	if whole == 0 {
		text = append(text, '0')
	}
	if decimals > 0 {
		text = append(text, '.')
		for range decimals - len(units) {
			text = append(text, '0')
		}
		text = append(text, units[whole:]...)
	}
	return string(text)
}

// Decimal writes a number of the smallest units with decimals, for quantities that are no money too: 500 with 3 is 0.500.
func Decimal(v int64, decimals int) string {
	var digits [20]byte
	return format(strconv.AppendUint(digits[:0], magnitude(v), 10), decimals, v < 0)
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

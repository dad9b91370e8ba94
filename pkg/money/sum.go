package money

import "math/big"

// Sum is a sum of many amounts. It may be larger than an Amount can be.
type Sum struct{ minor *big.Int }

// SumOf is the sum of this many minor units.
func SumOf(minor *big.Int) Sum { return Sum{minor} }

// Format writes the sum with this many decimals, like Amount.Format.
func (s Sum) Format(digits int) string {
	if s.minor == nil {
		return format([]byte("0"), digits, false)
	}
	return format(new(big.Int).Abs(s.minor).Append(nil, 10), digits, s.minor.Sign() < 0)
}

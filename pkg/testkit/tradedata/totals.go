package tradedata

import (
	"fmt"
	"math/big"
)

// Totals adds up the data with fractions, independently of the service's arithmetic.
func (d Data) Totals() Totals {
	t := Totals{Customers: len(d.Customers), Orders: len(d.Orders)}
	amounts, freight := new(big.Rat), new(big.Rat)
	for _, o := range d.Orders {
		t.Lines += len(o.Lines)
		t.LargestOrder = max(t.LargestOrder, len(o.Lines))
		freight.Add(freight, number(o.Freight))
		for _, l := range o.Lines {
			units := new(big.Rat).SetInt64(l.Units)
			amounts.Add(amounts, number(rounded(units.Mul(units, number(l.NetPrice())), 2)))
		}
	}
	t.LineAmounts, t.Freight, t.Total = rounded(amounts, 2), rounded(freight, 2), rounded(new(big.Rat).Add(amounts, freight), 2)
	return t
}

// NetPrice is the unit price less the discount, with four decimals.
func (l Line) NetPrice() string {
	kept := new(big.Rat).Sub(big.NewRat(1, 1), number(l.Discount))
	return rounded(kept.Mul(kept, number(l.Price)), 4)
}

// number parses a decimal. It panics on invalid text, because the data were checked before.
func number(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic(fmt.Sprintf("%q is not a number", text))
	}
	return r
}

// rounded formats a non-negative number with this many decimals, and rounds half up.
func rounded(r *big.Rat, decimals int) string {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	half := big.NewRat(1, 2)
	scaled := new(big.Rat).SetInt(scale)
	scaled.Mul(scaled, r).Add(scaled, half)
	whole := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	return new(big.Rat).SetFrac(whole, scale).FloatString(decimals)
}

package order_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// oracle computes the totals of a document with fractions. It shares no code with the package.
type oracle struct {
	digits                        int
	amounts                       []*big.Rat
	subtotal, charges, taxes, sum *big.Rat
	boxes, units                  int64
	fbe                           *big.Rat
	taxAmounts                    []*big.Rat
	fixed                         bool // the document has the charges and the fixed taxes of the cart
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

// rounded rounds half away from zero, to the currency's minor unit.
func rounded(r *big.Rat, digits int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	scaled := new(big.Rat).Mul(new(big.Rat).Abs(r), scale)
	scaled.Add(scaled, big.NewRat(1, 2))
	floor := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	out := new(big.Rat).Quo(new(big.Rat).SetInt(floor), scale)
	if r.Sign() < 0 {
		out.Neg(out)
	}
	return out
}

func (o *oracle) add(lines []order.CartLine, c order.Cart) {
	o.subtotal, o.charges, o.taxes, o.fbe = new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat)
	factor := map[order.BoxType]*big.Rat{order.FullBox: rat("1"), order.HalfBox: rat("0.5"), order.QuarterBox: rat("0.25"), order.EighthBox: rat("0.125")}
	for _, l := range lines {
		quantity := new(big.Rat)
		if l.Units != nil {
			quantity.SetInt64(*l.Units)
		} else {
			quantity.Mul(new(big.Rat).SetInt64(*l.Boxes), new(big.Rat).SetInt64(*l.UnitsPerBox))
			o.boxes += *l.Boxes
			if f := factor[l.BoxType]; f != nil {
				o.fbe.Add(o.fbe, new(big.Rat).Mul(f, new(big.Rat).SetInt64(*l.Boxes)))
			}
		}
		o.units += quantity.Num().Int64()
		amount := rounded(new(big.Rat).Mul(quantity, rat(l.UnitPrice)), o.digits)
		o.amounts = append(o.amounts, amount)
		o.subtotal.Add(o.subtotal, amount)
	}
	if o.fixed {
		for _, ch := range c.Charges {
			o.charges.Add(o.charges, rat(ch.Amount))
		}
	}
	base := new(big.Rat).Add(o.subtotal, o.charges)
	for _, t := range c.Taxes {
		var amount *big.Rat
		switch {
		case t.Rate != "":
			amount = rounded(new(big.Rat).Quo(new(big.Rat).Mul(base, rat(t.Rate)), rat("100")), o.digits)
		case !o.fixed:
			continue
		default:
			amount = rat(t.Amount)
		}
		o.taxAmounts = append(o.taxAmounts, amount)
		o.taxes.Add(o.taxes, amount)
	}
	o.sum = new(big.Rat).Add(base, o.taxes)
}

func same(t require.TestingT, want *big.Rat, got money.Amount, digits int) {
	require.Zero(t, want.Cmp(rat(got.Format(digits))), "want %s, got %s", want.FloatString(6), got.Format(digits))
}

// The totals of 10,000 random carts are those that the oracle computes. "One cart, one or two documents" in docs/concepts.md
// says which document has which lines, charges and taxes.
func TestTotalsAgainstFractions(t *testing.T) {
	check(t, 10_000, func(t *rapid.T) {
		code, digits := drawCurrency(t)
		cart := drawCart(t, code, digits, anyFrom...)
		split := map[order.Kind][]order.CartLine{}
		for _, l := range cart.Lines {
			k := order.KindPrebook
			if l.Source == order.OnHand {
				k = order.KindOrder
			}
			split[k] = append(split[k], l)
		}
		docs, faults := cart.Documents(placement(code))
		require.Len(t, docs, len(split))
		var refused fault.Code
		for i := range docs {
			o := &docs[i]
			lines := split[o.Kind]
			want := oracle{digits: digits, fixed: o.Kind == order.KindOrder || len(split) == 1}
			want.add(lines, cart)
			switch {
			case want.sum.Sign() < 0:
				refused = fault.TotalNegative
			case slices.ContainsFunc(want.taxAmounts, func(tax *big.Rat) bool { return tax.Sign() < 0 }):
				refused = fault.TaxNegative
			}
			require.Len(t, o.Lines, len(lines))
			for j, l := range o.Lines {
				same(t, want.amounts[j], l.Amount, digits)
				require.Equal(t, j+1, l.Position)
			}
			same(t, want.subtotal, o.Subtotal, digits)
			same(t, want.charges, o.ChargesTotal, digits)
			same(t, want.taxes, o.TaxesTotal, digits)
			same(t, want.sum, o.Total, digits)
			require.Len(t, o.Taxes, len(want.taxAmounts))
			for j, tax := range o.Taxes {
				same(t, want.taxAmounts[j], tax.Amount, digits)
			}
			require.Equal(t, want.boxes, o.TotalBoxes)
			require.Equal(t, want.units, o.TotalUnits)
			require.Zero(t, want.fbe.Cmp(rat(o.TotalFBE.String())))
		}
		if refused != "" {
			require.NotEmpty(t, faults)
			require.Equal(t, refused, faults[0].Code)
		} else {
			require.Empty(t, faults)
		}
	})
}

// These totals were computed by hand. Binary floating point or rounding to even would give other results.
func TestTotalsByHand(t *testing.T) {
	units := func(n int64) *int64 { return &n }
	for _, c := range []struct {
		currency, price string
		units           int64
		want            string
	}{
		{"USD", "0.0050", 1, "0.01"},    // half: away from zero
		{"USD", "0.0049", 1, "0.00"},    //
		{"USD", "0.0150", 1, "0.02"},    // to even would be 0.02, too
		{"USD", "0.0250", 1, "0.03"},    // to even would be 0.02
		{"USD", "0.2350", 125, "29.38"}, // 29.375
		{"USD", "1.0050", 1, "1.01"},    // 1.00499… in binary
		{"JPY", "0.5000", 1, "1"},       //
		{"JPY", "0.4999", 1, "0"},       //
		{"BHD", "0.0005", 1, "0.001"},   //
		{"BHD", "0.0004", 1, "0.000"},   //
		{"USD", "0.0000", 7, "0.00"},    // free goods
		{"USD", "99999999.9999", 1000, "99999999999.90"},
	} {
		docs, faults := order.Cart{Lines: []order.CartLine{{Source: order.OnHand, SKU: "A", Units: units(c.units), UnitPrice: c.price}}}.Documents(placement(c.currency))
		require.Empty(t, faults)
		require.Equal(t, c.want, docs[0].Total.Format(docs[0].Digits()), "%d × %s", c.units, c.price)
	}
}

// An amount that is too large for its column is refused with a pointer, and never overflows.
func TestTotalsTooLarge(t *testing.T) {
	n := func(n int64) *int64 { return &n }
	huge := order.CartLine{Source: order.OnHand, SKU: "A", Units: n(order.MaxUnits), UnitPrice: "99999999.9999"}
	large := order.CartLine{Source: order.OnHand, SKU: "A", Units: n(90_000), UnitPrice: "99999999.9999"} // one such line fits, two do not
	for _, c := range []struct {
		name string
		cart order.Cart
		want string
	}{
		{"a line", order.Cart{Lines: []order.CartLine{huge}}, "/lines/0/unit_price"},
		{"the sum of the lines", order.Cart{Lines: []order.CartLine{large, large}}, "/lines"},
		{"a tax", order.Cart{Lines: []order.CartLine{large}, Taxes: []order.CartTax{{Name: "t", Rate: "1000"}}}, "/taxes/0/rate"},
		{"boxes", order.Cart{Lines: []order.CartLine{{Source: order.OnHand, SKU: "A", Boxes: n(order.MaxBoxes), UnitsPerBox: n(order.MaxPack), UnitPrice: "99999999.9999"}}}, "/lines/0/unit_price"},
	} {
		_, faults := c.cart.Documents(placement("USD"))
		require.NotEmpty(t, faults, c.name)
		require.Equal(t, fault.AmountTooLarge, faults[0].Code, c.name)
		require.Equal(t, c.want, faults[0].Pointer, c.name)
	}
	many := order.Cart{}
	for range order.MaxLines {
		many.Lines = append(many.Lines, large)
	}
	docs, faults := many.Documents(placement("USD"))
	require.NotEmpty(t, faults)
	require.Positive(t, int64(docs[0].Subtotal), "500 of the largest lines fit an int64")
}

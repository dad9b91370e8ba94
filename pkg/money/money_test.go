package money_test

import (
	"errors"
	"math/big"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/money"
	"pgregory.net/rapid"
)

func TestParseAmount(t *testing.T) {
	for _, tt := range []struct {
		in     string
		digits int
		want   money.Amount
		err    error
	}{
		{"12.34", 2, 1234, nil},
		{"12.3", 2, 1230, nil},
		{"12", 2, 1200, nil},
		{"-0.01", 2, -1, nil},
		{"0", 0, 0, nil},
		{"1500", 0, 1500, nil},
		{"1.234", 3, 1234, nil},
		{"9999999999999.99", 2, money.MaxAmount, nil},
		{"10000000000000.00", 2, 0, money.ErrRange},
		{"99999999999999999999999", 2, 0, money.ErrRange},
		{"12.345", 2, 0, money.ErrDecimals},
		{"1.0", 0, 1, nil}, // zeros beyond the decimals round nothing
		{"7.2500000", 2, 725, nil},
		{"-3.000", 0, -3, nil},
		{"1.01", 0, 0, money.ErrDecimals},
		{"7.2500001", 2, 0, money.ErrDecimals},
		{"", 2, 0, money.ErrSyntax},
		{"-", 2, 0, money.ErrSyntax},
		{"1.", 2, 0, money.ErrSyntax},
		{".5", 2, 0, money.ErrSyntax},
		{"+1", 2, 0, money.ErrSyntax},
		{"01", 2, 0, money.ErrSyntax},
		{"1e3", 2, 0, money.ErrSyntax},
		{"1,000", 2, 0, money.ErrSyntax},
		{"NaN", 2, 0, money.ErrSyntax},
		{"１", 2, 0, money.ErrSyntax},
		{" 1", 2, 0, money.ErrSyntax},
	} {
		got, err := money.ParseAmount(tt.in, tt.digits)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ParseAmount(%q, %d) = %d, %v; want %d, %v", tt.in, tt.digits, got, err, tt.want, tt.err)
		}
	}
}

func TestDigits(t *testing.T) {
	for code, want := range map[string]int{"USD": 2, "EUR": 2, "JPY": 0, "BHD": 3} {
		if got, ok := money.Digits(code); !ok || got != want {
			t.Errorf("Digits(%s) = %d, %v", code, got, ok)
		}
	}
	if _, ok := money.Digits("XXQ"); ok {
		t.Error("XXQ is not a currency")
	}
}

func TestRoundsHalfAwayFromZero(t *testing.T) {
	for _, tt := range []struct {
		price  money.Price
		qty    int64
		digits int
		want   money.Amount
	}{
		{2350, 100, 2, 2350}, // 0.2350 × 100 = 23.50
		{50, 1, 2, 1},        // 0.0050 → 0.01
		{49, 1, 2, 0},        // 0.0049 → 0.00
		{5000, 1, 0, 1},      // 0.5 JPY → 1
		{12345, 1, 3, 1235},  // 1.2345 → 1.235
		{money.MaxPrice, 1, 2, 100_000_000_00},
	} {
		if got, ok := tt.price.Times(tt.qty, tt.digits); !ok || got != tt.want {
			t.Errorf("%v × %d = %d, %v; want %d", tt.price, tt.qty, got, ok, tt.want)
		}
	}
	if _, ok := money.MaxPrice.Times(1_000_000_000_000, 2); ok {
		t.Error("an amount above MaxAmount was accepted")
	}
	if got, _ := money.Rate(82500).Of(-1000); got != -83 { // 8.25 % of -10.00 = -0.825
		t.Errorf("8.25%% of -10.00 = %d", got)
	}
}

// Times and Of give the same results as rational arithmetic, for every number of decimals.
func TestArithmeticIsExact(t *testing.T) {
	half := big.NewRat(1, 2)
	round := func(r *big.Rat) int64 {
		sign := int64(r.Sign())
		r.Abs(r).Add(r, half)
		return sign * new(big.Int).Quo(r.Num(), r.Denom()).Int64()
	}
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.IntRange(0, 4).Draw(t, "digits")
		price := rapid.Int64Range(0, int64(money.MaxPrice)).Draw(t, "price")
		qty := rapid.Int64Range(0, 1_000_000).Draw(t, "quantity")
		unit := big.NewRat(price, 10_000)
		exact := unit.Mul(unit, big.NewRat(qty, 1))
		for range digits {
			exact.Mul(exact, big.NewRat(10, 1))
		}
		got, ok := money.Price(price).Times(qty, digits)
		if want := round(exact); ok && int64(got) != want || !ok && want <= int64(money.MaxAmount) {
			t.Fatalf("%d × %d (%d digits) = %d, %v; want %d", price, qty, digits, got, ok, want)
		}
		base := rapid.Int64Range(-int64(money.MaxAmount), int64(money.MaxAmount)).Draw(t, "base")
		rate := rapid.Int64Range(0, int64(money.MaxRate)).Draw(t, "rate")
		taxed, ok := money.Rate(rate).Of(money.Amount(base))
		want := round(new(big.Rat).Mul(big.NewRat(base, 1), big.NewRat(rate, 1_000_000)))
		if ok && int64(taxed) != want {
			t.Fatalf("%d of %d = %d, want %d", rate, base, taxed, want)
		}
	})
}

// ParseAmount reads what Format writes as the same amount.
func TestFormatAndParseAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.IntRange(0, 4).Draw(t, "digits")
		a := money.Amount(rapid.Int64Range(-int64(money.MaxAmount), int64(money.MaxAmount)).Draw(t, "amount"))
		got, err := money.ParseAmount(a.Format(digits), digits)
		if err != nil || got != a {
			t.Fatalf("%d → %s → %d, %v", a, a.Format(digits), got, err)
		}
	})
}

func FuzzParseAmount(f *testing.F) {
	f.Add("12.34", 2)
	f.Add("-0", 0)
	f.Fuzz(func(t *testing.T, s string, digits int) {
		if digits < 0 || digits > 4 {
			return
		}
		a, err := money.ParseAmount(s, digits)
		if err != nil {
			return
		}
		again, err := money.ParseAmount(a.Format(digits), digits)
		if err != nil || again != a {
			t.Fatalf("%q → %d → %q → %d, %v", s, a, a.Format(digits), again, err)
		}
	})
}

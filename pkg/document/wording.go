package document

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Money groups the thousands of a decimal string: 1234.50 becomes 1,234.50. Other text stays unchanged.
func Money(amount string) string {
	if !decimal(amount) {
		return amount
	}
	digits, sign := strings.CutPrefix(amount, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	var out strings.Builder
	if sign {
		out.WriteByte('-')
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(digit)
	}
	if pointed {
		out.WriteString("." + fraction)
	}
	return out.String()
}

// decimal reports whether s is a plain decimal number, perhaps negative.
func decimal(s string) bool {
	whole, fraction, pointed := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return whole != "" && strings.Trim(whole+fraction, "0123456789") == "" && (!pointed || fraction != "")
}

// Prices formats the unit prices of one document with the same number of decimals, so that the points are aligned. It
// uses as few decimals as show all prices exactly, and at least as many as amount has, which are the currency's.
func Prices(prices []string, amount string) []string {
	_, cents, _ := strings.Cut(amount, ".")
	decimals := len(cents)
	for _, price := range prices {
		_, fraction, _ := strings.Cut(price, ".")
		decimals = max(decimals, len(strings.TrimRight(fraction, "0")))
	}
	out := make([]string, len(prices))
	for i, price := range prices {
		if !decimal(price) {
			out[i] = price
			continue
		}
		whole, fraction, _ := strings.Cut(price, ".")
		if fraction = (strings.TrimRight(fraction, "0") + strings.Repeat("0", decimals))[:decimals]; fraction != "" {
			fraction = "." + fraction
		}
		out[i] = Money(whole + fraction)
	}
	return out
}

// Date formats YYYY-MM-DD as 2 Jan 2006, which is the same day in every country. Other text stays unchanged.
func Date(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day.Format("2 Jan 2006")
}

// UnitLabel returns a unit type as the table shows it: Stem, Bunch, Each.
func UnitLabel(unit string) string {
	if unit == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(unit)
	return string(unicode.ToUpper(first)) + unit[size:]
}

// TaxLabel returns the name of a tax, with its rate in per cent if it has one: Sales tax 7%.
func TaxLabel(name, rate string) string {
	if rate == "" {
		return name
	}
	if strings.Contains(rate, ".") {
		rate = strings.TrimRight(strings.TrimRight(rate, "0"), ".")
	}
	return joined(" ", name, rate+"%")
}

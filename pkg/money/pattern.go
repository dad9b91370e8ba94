package money

import (
	"fmt"
	"strconv"
	"strings"
)

// mostDigits is the largest number of decimals of a currency.
const mostDigits = priceDecimals

// The patterns are regular expressions for what the parsers accept. ECMA 262 and RE2 both read them. The patterns for amounts
// match what is valid in at least one currency, since the number of decimals and the largest amount depend on the currency.
var (
	PricePattern     = "^" + upTo(int64(MaxPrice), priceDecimals) + "$" // from 0 to MaxPrice
	RatePattern      = "^" + upTo(int64(MaxRate), rateDecimals) + "$"   // from 0 to MaxRate
	AmountPattern    = "^-?" + anyAmount + "$"
	FromZeroPattern  = "^" + anyAmount + "$"                                                        // of an amount of 0 or more
	AboveZeroPattern = "^(" + fromOne(int64(MaxAmount)) + fraction(mostDigits) + "|" + cents + ")$" // of an amount above 0
)

var (
	anyAmount = "(0|" + fromOne(int64(MaxAmount)) + ")" + fraction(mostDigits)
	cents     = belowOne(mostDigits)
)

// upTo matches a number from 0 to a limit with this many decimals. The limit must be a power of ten, or one less in its last
// decimal.
func upTo(limit int64, decimals int) string {
	whole := limit / pow10(decimals)
	if below := strconv.FormatInt(whole-1, 10); strings.Trim(below, "9") == "" {
		return fmt.Sprintf(`(%d(\.0+)?|(0|%s)%s)`, whole, fromOne(whole-1), fraction(decimals))
	}
	return "(0|" + fromOne(whole) + ")" + fraction(decimals)
}

// fromOne matches a whole number from 1 to the limit, which must consist of nines.
func fromOne(limit int64) string {
	return fmt.Sprintf("[1-9][0-9]{0,%d}", len(strconv.FormatInt(limit, 10))-1)
}

func fraction(decimals int) string { return fmt.Sprintf(`(\.[0-9]{1,%d}0*)?`, decimals) }

// belowOne matches a number between 0 and 1 with at most this many decimals.
func belowOne(decimals int) string {
	forms := make([]string, decimals)
	for zeros := range forms {
		forms[zeros] = strings.Repeat("0", zeros) + "[1-9]"
		if more := decimals - zeros - 1; more > 0 {
			forms[zeros] += fmt.Sprintf("[0-9]{0,%d}", more)
		}
	}
	return `0\.(` + strings.Join(forms, "|") + ")0*"
}

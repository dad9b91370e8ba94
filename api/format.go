package api

import (
	"sync"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// Reader reads the bodies and parameters of every operation. The API document is generated from its shapes.
var Reader = sync.OnceValue(func() *strictjson.Reader { return strictjson.New(tradeFormats()) })

// tradeFormats is the formats of texts that only the trade knows. If the trade has a better message for a wrong number, the
// format accepts every decimal number and the trade checks the rest. A test compares the two.
func tradeFormats() map[string]strictjson.Format {
	const longest = 50 // programs write zeros at the end, such as 1.50000000000000000000, and a longer number is a mistake
	decimal := func(pattern, example string) strictjson.Format {
		return strictjson.Format{Meaning: "a decimal number in a string, such as " + example, Pattern: pattern, Length: longest, Keyword: "decimal",
			Valid: strictjson.Matches(strictjson.DecimalPattern)}
	}
	matching := func(meaning, pattern string, length int) strictjson.Format {
		return strictjson.Format{Meaning: meaning, Pattern: pattern, Length: length, Valid: strictjson.Matches(pattern)}
	}
	return map[string]strictjson.Format{
		"code": matching("a code such as order_changed", `^[a-z_]+$`, 50),
		"uri-reference": {Meaning: "an address, or a part of one", Pattern: `^[\s\S]*$`, Length: 2000, Keyword: "uri-reference",
			Valid: func(string) bool { return true }},
		"price":          decimal(money.PricePattern, `"0.2350"`),
		"rate":           decimal(money.RatePattern, `"8.25"`),
		"amount":         decimal(money.AmountPattern, `"12.50"`),
		"amount-from-0":  decimal(money.FromZeroPattern, `"12.50"`),
		"amount-above-0": decimal(money.AboveZeroPattern, `"12.50"`),
		// The trade has better messages for the codes that it refuses.
		"customer-code": {Meaning: "a text on one line without invisible characters, and without letters of scripts that look alike", Pattern: strictjson.LinePattern(true),
			Length: company.MaxCode, OneLine: true, Exact: true, Valid: strictjson.Matches(strictjson.LinePattern(false))},
		"currency":     {Meaning: "a currency's code such as USD", Pattern: `^[A-Z]{3}$`, Length: money.CodeLength, Valid: func(string) bool { return true }},
		"origin":       matching("W, P, S, X, web, phone, standing or external", order.OriginPattern(), 8),
		"order-number": matching("an origin's letter, digits, or both: W, W000123, W123, 123", order.NumberPattern(), 20),
		"number-prefix": {Meaning: "letters, digits, /, _ and -", Pattern: strictjson.Pasted(company.PrefixPattern), Length: company.MaxPrefix, OneLine: true,
			Valid: strictjson.Matches(company.PrefixPattern)},
		"logo": matching("a data URI of a PNG or JPEG: data:image/png;base64,…", company.LogoPattern, company.MaxLogoURI),
	}
}

package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// For any order within the limits, each number stands in the document in one piece, beside no other number and inside
// the margins.
func TestPDFNumbersStayWhole(t *testing.T) {
	fewer(t, "60") // each try renders a whole PDF
	rapid.Check(t, func(t *rapid.T) {
		p := wideContent(t)
		s := newSheet(p)
		pieces := s.pieces(t)
		count := map[string]int{}
		for i, one := range pieces {
			count[one.Text]++
			require.False(t, strings.HasSuffix(one.Text, "…"), one.Text)
			require.True(t, one.X >= margin-0.01 && one.End <= s.right+0.01, "%q runs from %.1f to %.1f", one.Text, one.X, one.End)
			require.GreaterOrEqual(t, one.Size, leastSize+0.5, "%q is too small to read", one.Text)
			for _, other := range pieces[:i] {
				require.False(t, one.Page == other.Page && one.Y == other.Y && one.X < other.End && other.X < one.End, "%q stands on %q", one.Text, other.Text)
			}
		}
		for text, want := range numbersOf(p) {
			require.GreaterOrEqual(t, count[text], want, "%q is broken", text)
		}
	})
}

// The usual numbers of a large order do not make the text smaller.
func TestPDFTextStaysLarge(t *testing.T) {
	for _, p := range []Content{invoiceContent(12), invoiceContent(500), prebookContent(), voidOrderContent(), largeContent(12500_0000)} {
		s := newSheet(p)
		require.Equal(t, textStyle, arrange(p, s.left, s.right).text, p.Heading())
	}
}

// numbersOf returns how often a document must show each of its numbers and codes.
func numbersOf(p Content) map[string]int {
	count := map[string]int{}
	for _, col := range p.columns() {
		if col.described || col.title == "SKU" {
			continue
		}
		count[col.sum]++
		for _, line := range p.Lines {
			count[col.cell(line)]++
		}
	}
	for _, row := range p.sums() {
		count[row.amount]++
	}
	delete(count, "")
	return count
}

// wideContent has numbers up to the largest that an order allows.
func wideContent(t *rapid.T) Content {
	number := func(name string, most int64) string {
		return Money(fmt.Sprint(rapid.OneOf(rapid.Just(most), rapid.Int64Range(1, most)).Draw(t, name)))
	}
	decimals := rapid.SampledFrom([]int{0, 2, 3}).Draw(t, "decimals")
	amount := func(name string) string {
		most := int64(money.MaxAmount)
		return Money(money.Amount(rapid.OneOf(rapid.Just(most), rapid.Int64Range(-most, most)).Draw(t, name)).Format(decimals))
	}
	fbe := func(name string, most int64) string {
		return Money(thousandths(rapid.Int64Range(most/2, most).Draw(t, name)))
	}
	p := Content{Kind: KindInvoice, Size: rapid.SampledFrom([]Size{A4, Letter}).Draw(t, "size"), Currency: "USD", Subtotal: amount("subtotal"),
		Charges: []Row{{"Freight", amount("freight")}}, Taxes: []Row{{"Sales tax 7%", amount("tax")}}, Total: amount("total"), Balance: amount("balance"),
		TotalBoxes: number("all boxes", 500*1_000_000), TotalUnits: number("all units", 500*1_000_000_000_000),
		TotalFBE: fbe("all fbe", 500*1_000_000_000)}
	status := rapid.SampledFrom([][]string{{""}, {"Open", "Checked out", "Billed"}}).Draw(t, "statuses")
	words := rapid.StringMatching(`[A-Z][a-z]{2,12}( [a-z0-9]{1,14}){0,4}`)
	prices, most := []string(nil), int64(money.MaxPrice)
	for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
		prices = append(prices, money.Price(rapid.OneOf(rapid.Just(most), rapid.Int64Range(0, most)).Draw(t, "price")).String())
		line := Line{Position: fmt.Sprint(500 - i), SKU: rapid.StringMatching(`[A-Z0-9-]{0,40}`).Draw(t, "sku"), Description: words.Draw(t, "description"),
			Units: number("units", 1_000_000_000), UnitType: rapid.SampledFrom([]string{"Stem", "Bunch", "Each"}).Draw(t, "unit"), Amount: amount("amount"),
			Status: rapid.SampledFrom(status).Draw(t, "status")}
		if rapid.Bool().Draw(t, "boxed") {
			line.Boxes, line.Pack = number("boxes", 1_000_000), number("pack", 1_000_000)
			line.Units = number("boxed units", 1_000_000_000_000)
			line.BoxType, line.FBE = rapid.SampledFrom([]string{"FB", "HB", "QB", "EB"}).Draw(t, "box"), fbe("fbe", 1_000_000_000)
		}
		p.Lines = append(p.Lines, line)
	}
	for i, price := range Prices(prices, "0.00") {
		p.Lines[i].Price = price
	}
	return p
}

package tradedata

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTotalsAreTheKnownOnes(t *testing.T) {
	Each(t, func(t *testing.T, data Data, want Totals) {
		require.Equal(t, want, data.Totals())
	})
}

// Both data sets have the difficult shapes that tests of the service rely on.
func TestShapes(t *testing.T) {
	Each(t, func(t *testing.T, data Data, _ Totals) {
		buyers, sellers, carriers, products, countries, discounts := set{}, set{}, set{}, set{}, set{}, set{}
		odd, noRegion, noPostalCode := 0, 0, 0
		for _, o := range data.Orders {
			buyers[o.CustomerCode], sellers[o.SoldBy], carriers[o.Carrier] = true, true, true
			require.True(t, o.RequiredOn.After(o.PlacedOn))
			require.NotEmpty(t, o.Recipient)
			noRegion += count(o.ShipTo.Region == "")
			noPostalCode += count(o.ShipTo.PostalCode == "")
			inOrder := set{}
			for _, l := range o.Lines {
				require.False(t, inOrder[l.SKU], "a product occurs in an order once")
				require.Positive(t, l.Units)
				inOrder[l.SKU], products[l.SKU+l.Description], discounts[l.Discount] = true, true, true
				odd += count(!strings.HasSuffix(number(l.NetPrice()).FloatString(4), "00"))
			}
		}
		codes, names, text := set{}, set{}, ""
		for _, c := range data.Customers {
			codes[c.Code], names[c.Name], countries[c.Address.Country] = true, true, true
			text += c.Name + c.Address.Line1 + c.Address.City
		}
		require.Len(t, codes, 91)
		require.Len(t, names, 91)
		require.Len(t, countries, 21)
		require.Len(t, buyers, 89, "two customers have no order")
		require.Subset(t, codes, buyers)
		require.Len(t, sellers, 9)
		require.Len(t, carriers, 3)
		require.Len(t, products, 77)
		require.Greater(t, len(discounts), 6)
		require.Greater(t, odd, 100, "prices with four decimals, after the discount")
		require.Greater(t, noRegion, 300)
		require.Greater(t, noPostalCode, 10)
		for _, hard := range []string{"é", "ü", "ã", "ö", "'", ","} {
			require.Contains(t, text, hard)
		}
		first, last := data.Orders[0].PlacedOn, data.Orders[len(data.Orders)-1].PlacedOn
		require.InDelta(t, 670, last.Sub(first).Hours()/24, 60, "nearly two years, in days")
	})
}

func TestSeedMakesTheSameAgain(t *testing.T) {
	require.Equal(t, Make(7), Make(7))
	require.NotEqual(t, Make(7), Make(8))
}

// Half is rounded up, in fractions: binary floating point cannot represent 1.005.
func TestRounding(t *testing.T) {
	for text, want := range map[string]string{"1.005": "1.01", "1.0049999": "1.00", "0.115": "0.12", "2": "2.00", "1264.999": "1265.00"} {
		require.Equal(t, want, rounded(number(text), 2), text)
	}
	require.Equal(t, "11.0596", Line{Price: "14.75", Discount: "0.2502"}.NetPrice())
}

// If NORTHWIND_DIR names a directory without the data, the test fails and is not skipped.
func TestNamedDirectoryWithoutNorthwind(t *testing.T) {
	t.Setenv("NORTHWIND_DIR", t.TempDir())
	_, err := ReadNorthwind(northwindDir(t))
	require.ErrorContains(t, err, "customers.csv")
}

type set map[string]bool

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

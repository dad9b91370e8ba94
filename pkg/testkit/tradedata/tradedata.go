// Package tradedata gives tests two years of a wholesaler's orders: 830 orders with 2,155 lines, from 91 customers in
// 21 countries. It creates them from a seed, in the shape of the classic Northwind sample, which we may not publish. A
// test also reads that sample if it is available.
package tradedata

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Data is the trade of some years. An empty string means unknown, such as a region.
type Data struct {
	Customers []Customer
	Orders    []Order
}

// Customer is an account that buys.
type Customer struct {
	Code, Name, Phone string
	Address           Address
}

// Address is the address of a customer or a delivery.
type Address struct{ Line1, City, Region, PostalCode, Country string }

// Order is one order of a customer. Freight is in the currency's main unit, with two decimals.
type Order struct {
	Number       string
	CustomerCode string
	SoldBy       string // the employee's name
	PlacedOn     time.Time
	RequiredOn   time.Time
	Carrier      string
	Freight      string
	Recipient    string // who gets the goods at ShipTo
	ShipTo       Address
	Lines        []Line
}

// Line is one product of an order. Price is for one unit. Discount is a fraction of it: 0.05 is 5 %.
type Line struct {
	SKU, Description string
	Units            int64
	Price, Discount  string
}

// Totals are the expected totals in a service that takes each order with its discounted unit prices, and its freight as
// a charge. Amounts have two decimals.
type Totals struct {
	Customers, Orders, Lines, LargestOrder int
	LineAmounts, Freight, Total            string
}

// The expected totals are constants, so that a changed generator or a wrong sum is noticed. Those of Northwind are
// published with it.
var (
	fixtureTotals = Totals{
		Customers: 91, Orders: 830, Lines: 2155, LargestOrder: 25,
		LineAmounts: "2374834.53", Freight: "80733.56", Total: "2455568.09",
	}
	northwindTotals = Totals{
		Customers: 91, Orders: 830, Lines: 2155, LargestOrder: 25,
		LineAmounts: "1265793.29", Freight: "64942.69", Total: "1330735.98",
	}
)

// seed makes the fixture. Another seed needs other fixtureTotals.
const seed = 1996

// FirstMonths runs the test on the first 120 orders of the generated data.
func FirstMonths(t *testing.T, test func(t *testing.T, data Data, want Totals)) {
	t.Helper()
	data := Make(seed)
	data.Orders = data.Orders[:120]
	t.Run("first months", func(t *testing.T) { test(t, data, data.Totals()) })
}

// Each runs the test on the generated data and, if it is available, on Northwind: in the directory NORTHWIND_DIR, or in
// ../shared/data/northwind beside the repository.
func Each(t *testing.T, test func(t *testing.T, data Data, want Totals)) {
	t.Helper()
	t.Run("fixture", func(t *testing.T) { test(t, Make(seed), fixtureTotals) })
	t.Run("northwind", func(t *testing.T) {
		data, err := ReadNorthwind(northwindDir(t))
		require.NoError(t, err)
		test(t, data, northwindTotals)
	})
}

// northwindDir skips the test if the data are in neither place. A directory in NORTHWIND_DIR must exist.
func northwindDir(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("NORTHWIND_DIR"); dir != "" {
		return dir
	}
	dir := filepath.Join(repository(t), "../shared/data/northwind")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("an additional run: the Northwind sample is not available; NORTHWIND_DIR names its directory")
	}
	return dir
}

// repository is the directory of go.mod, above the package under test.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		require.NotEqual(t, parent, dir, "no go.mod above the test")
		dir = parent
	}
}

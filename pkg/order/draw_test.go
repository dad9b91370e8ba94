package order_test

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// check runs a property as often as times says, unless the flag -rapid.checks is set.
func check(t *testing.T, times int, property func(*rapid.T)) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() == f.DefValue {
		require.NoError(t, f.Value.Set(strconv.Itoa(times)))
		defer func() { _ = f.Value.Set(f.DefValue) }()
	}
	rapid.Check(t, property)
}

// currencies is currencies by how many decimals they have.
var currencies = map[string]int{"JPY": 0, "USD": 2, "BHD": 3}

var (
	me     = company.Person{Sub: "me", Name: "Me Myself"}
	biller = company.Person{Sub: "the biller", Name: "Bill Biller"}
)

var moment = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// ids returns a function that returns id-0001, id-0002 and so on.
func ids() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("id-%04d", n) }
}

func placement(currency string) order.Placement {
	return order.Placement{Company: company.Company{ID: "c", Currency: currency}, Customer: company.Customer{ID: "cu", Code: "C", Name: "Customer"},
		CheckoutID: "co", By: me, Now: moment, NewID: ids()}
}

// decimal draws a decimal string below limit + 1 with at most this many decimals.
func decimal(t *rapid.T, label string, limit int64, decimals int) string {
	whole := rapid.Int64Range(0, limit).Draw(t, label)
	n := rapid.IntRange(0, decimals).Draw(t, label+" decimals")
	if n == 0 {
		return strconv.FormatInt(whole, 10)
	}
	fraction := rapid.IntRange(0, pow10(n)-1).Draw(t, label+" fraction")
	return fmt.Sprintf("%d.%0*d", whole, n, fraction)
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

func drawCurrency(t *rapid.T) (string, int) {
	code := rapid.SampledFrom([]string{"JPY", "USD", "BHD"}).Draw(t, "currency")
	return code, currencies[code]
}

func drawLine(t *rapid.T, sources ...order.Source) order.CartLine {
	l := order.CartLine{
		Source: rapid.SampledFrom(sources).Draw(t, "source"), SKU: "SKU", Description: "Roses", UnitType: order.Stem,
		UnitPrice: decimal(t, "price", 200, 4),
	}
	if rapid.Bool().Draw(t, "boxed") {
		boxes, pack := rapid.Int64Range(1, 40).Draw(t, "boxes"), rapid.Int64Range(1, 600).Draw(t, "pack")
		l.Boxes, l.UnitsPerBox = &boxes, &pack
		l.BoxType = rapid.SampledFrom([]order.BoxType{"", order.FullBox, order.HalfBox, order.QuarterBox, order.EighthBox}).Draw(t, "box")
	} else {
		units := rapid.Int64Range(1, 5000).Draw(t, "units")
		l.Units = &units
	}
	if l.Source != order.OnHand {
		l.CheckedOut = rapid.Bool().Draw(t, "checked out")
	}
	return l
}

// drawCart draws a cart that is valid, except that its discount may be too large.
func drawCart(t *rapid.T, currency string, digits int, sources ...order.Source) order.Cart {
	c := order.Cart{CustomerID: "cu", Origin: order.Web, Header: order.Header{ShipDate: moment}, Currency: currency, Checkout: rapid.Bool().Draw(t, "checkout")}
	for range rapid.IntRange(1, 8).Draw(t, "lines") {
		c.Lines = append(c.Lines, drawLine(t, sources...))
	}
	for range rapid.IntRange(0, 3).Draw(t, "charges") {
		c.Charges = append(c.Charges, order.CartCharge{Code: "charge", Amount: decimal(t, "charge", 300, digits)})
	}
	if rapid.IntRange(0, 3).Draw(t, "discount") == 0 {
		c.Charges = append(c.Charges, order.CartCharge{Code: "discount", Amount: "-" + decimal(t, "discount", 40, digits)})
	}
	for range rapid.IntRange(0, 3).Draw(t, "taxes") {
		tax := order.CartTax{Name: "tax"}
		if rapid.Bool().Draw(t, "rated") {
			tax.Rate = decimal(t, "rate", 30, 4)
		} else {
			tax.Amount = decimal(t, "tax", 50, digits)
		}
		c.Taxes = append(c.Taxes, tax)
	}
	return c
}

// The sources to draw from.
var (
	onHand  = []order.Source{order.OnHand}
	toCome  = []order.Source{order.FutureSales, order.K2K, order.VendorAvailability}
	anyFrom = order.Sources
)

// drawDocuments draws a cart and places it. It skips carts with a discount that is too large.
func drawDocuments(t *rapid.T, sources ...order.Source) (order.Cart, []order.Order) {
	code, digits := drawCurrency(t)
	c := drawCart(t, code, digits, sources...)
	docs, faults := c.Documents(placement(code))
	for _, f := range faults {
		if !strings.HasPrefix(f.Pointer, "/charges") {
			t.Fatalf("%s", f.Pointer+" "+f.Detail)
		}
		t.Skip("the discount is too large")
	}
	return c, docs
}

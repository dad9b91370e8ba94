package order_test

import (
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// exampleCart has a line on hand and one that arrives later, freight, and a tax with a rate.
func exampleCart() order.Cart {
	boxes, pack, units := int64(2), int64(250), int64(40)
	return order.Cart{
		Origin: order.Web, Checkout: true,
		Header: order.Header{ShipDate: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)},
		Lines: []order.CartLine{
			{Source: order.OnHand, SKU: "ROSE-60", BoxType: order.HalfBox, Boxes: &boxes, UnitsPerBox: &pack, UnitPrice: "0.2350"},
			{Source: order.FutureSales, SKU: "TULIP", Units: &units, UnitPrice: "0.5000"},
		},
		Charges: []order.CartCharge{{Code: "FREIGHT", Amount: "45.00"}},
		Taxes:   []order.CartTax{{Name: "Sales tax", Rate: "8.25"}},
	}
}

func examplePlacement() order.Placement {
	next := 0
	return order.Placement{
		Company:  company.Company{ID: "company", Currency: "USD"},
		Customer: company.Customer{ID: "customer", Code: "BLOOM"},
		By:       company.Person{Sub: "webshop", Name: "Web shop"},
		Now:      time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC),
		NewID:    func() string { next++; return fmt.Sprint("id-", next) },
	}
}

// The on-hand lines of a cart become an order, the other lines a prebook. The order has the charges.
func ExampleCart_Documents() {
	documents, faults := exampleCart().Documents(examplePlacement())
	fmt.Println(len(faults), "faults")
	for _, d := range documents {
		fmt.Println(d.Kind, d.Status, d.Lines[0].SKU)
		fmt.Println("  subtotal", d.Subtotal.Format(2), "charges", d.ChargesTotal.Format(2), "taxes", d.TaxesTotal.Format(2), "total", d.Total.Format(2))
		fmt.Println("  boxes", d.TotalBoxes, "full-box equivalents", d.TotalFBE, "units", d.TotalUnits)
	}
	// Output:
	// 0 faults
	// order pending ROSE-60
	//   subtotal 117.50 charges 45.00 taxes 13.41 total 175.91
	//   boxes 2 full-box equivalents 1.000 units 500
	// prebook draft TULIP
	//   subtotal 20.00 charges 0.00 taxes 1.65 total 21.65
	//   boxes 0 full-box equivalents 0.000 units 40
}

// Documents returns all faults of a cart together, with pointers into the cart.
func ExampleCart_Documents_faults() {
	cart := exampleCart()
	cart.Lines[1].UnitPrice = "0.50001"
	cart.Taxes[0].Rate = "2000"
	_, faults := cart.Documents(examplePlacement())
	for _, f := range faults {
		fmt.Println(f.Pointer, f.Code)
	}
	// Output:
	// /taxes/0/rate field_out_of_range
	// /lines/1/unit_price decimals_too_many
}

// A use case asks the guard before it changes a document.
func ExampleGuard() {
	documents, _ := exampleCart().Documents(examplePlacement())
	o := documents[0]
	o.Number = order.NumberOf(o.Origin, 123)
	for _, role := range []auth.Role{auth.Storefront, auth.Sales} {
		caller := auth.Actor{Subject: "anna", Roles: []auth.Role{role}}
		verdict := order.Guard(caller, order.Confirm, &o, order.GuardContext{})
		if !verdict.Allowed {
			fmt.Println(role, "-", verdict.Message, verdict.Remedy)
			continue
		}
		o.Confirm(caller.Person(), time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
		fmt.Println(role, "-", o.Number, "is", o.Status)
	}
	late := order.Guard(auth.Actor{Roles: []auth.Role{auth.Sales}}, order.Edit, &o, order.GuardContext{})
	fmt.Println(late.Code, "-", late.Message, late.Remedy)
	// Output:
	// Storefront - Your roles do not allow you to confirm orders. Ask somebody with the role Admin, Sales Manager, Sales, Sales Allocation or Cashier.
	// Sales - W000123 is confirmed
	// order_not_editable - Order W000123 is Confirmed and cannot be edited. Ask somebody with the role Admin or Sales Manager to void the order, then place a new one.
}

// Checked-out lines of a prebook are billed into a new order, which has the prebook's charges.
func ExampleOrder_Bill() {
	cart := exampleCart()
	cart.Lines = cart.Lines[1:]
	placement, anna := examplePlacement(), company.Person{Sub: "anna", Name: "Anna"}
	documents, _ := cart.Documents(placement)
	prebook := documents[0]
	if _, err := prebook.CheckOutLines(nil, anna, placement.Now); err != nil {
		fmt.Println(err)
	}
	fmt.Println(prebook.Kind, prebook.Status, prebook.Total.Format(2))
	bill, err := prebook.Bill(nil, placement.NewID, anna, placement.Now)
	fmt.Println(bill.Kind, bill.Status, bill.Total.Format(2), err)
	fmt.Println(prebook.Kind, prebook.Status, prebook.Total.Format(2))
	// Output:
	// prebook checked_out 70.36
	// order pending 70.36 <nil>
	// prebook billed 21.65
}

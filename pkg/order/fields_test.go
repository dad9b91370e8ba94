package order_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/require"
)

// filled returns a prebook with a value in every field and a checked-out line.
func filled(t *testing.T) order.Order {
	t.Helper()
	var o order.Order
	fieldtest.Fill(t, &o)
	o.BilledFrom = &order.Order{ID: "before"}
	o.Kind, o.Status, o.Currency = order.KindPrebook, order.StatusCheckedOut, "USD"
	o.Taxes[0].Rate, o.TakenTaxes[0].Rate = nil, nil
	o.Lines[0].BoxType, o.Lines[0].Status, o.Lines[0].BilledOrderID = order.HalfBox, order.LineCheckedOut, nil
	require.Empty(t, o.Recalculate())
	require.Equal(t, order.StatusCheckedOut, o.Status)
	return o
}

// What a bill does with each field of its prebook.
const (
	kept     = "kept"     // the bill has the prebook's value
	reset    = "reset"    // the bill has the zero value
	its      = "its"      // the bill has a value of its own
	computed = "computed" // Recalculate computes the bill's value
)

var billedFields = map[string]string{
	"CompanyID": kept, "ID": its, "Kind": its, "Sequence": reset, "Number": reset, "Origin": kept, "Status": its,
	"PaymentStatus": reset, "PaymentIndicator": reset,
	"OwnerSub": kept, "PlacedBy": its, "CheckoutID": kept, "ExternalReference": reset, "ReferenceKey": reset, "BilledFromID": its,
	"CustomerID": kept, "CustomerCode": kept, "CustomerName": kept, "CodeKey": kept, "NameKey": kept, "SalespersonName": kept, "SalespersonEmail": kept,
	"Header": kept, "POKey": kept, "Words": reset, "Currency": kept,
	"Subtotal": computed, "ChargesTotal": computed, "TaxesTotal": computed, "Total": computed, "TotalBoxes": computed, "TotalFBE": computed, "TotalUnits": computed,
	"Paid": reset, "Refunded": reset, "Balance": reset, "OwnOnline": reset,
	"LineCount": computed, "LinesCheckedOut": reset, "LinesBilled": reset, "Billable": reset,
	"Charges": kept, "Taxes": kept, "TakenCharges": its, "TakenTaxes": its,
	"InvoiceID": reset, "InvoiceNumber": reset, "InvoicedAt": reset, "CreditNoteID": reset, "CreditNoteNumber": reset, "CreditedAt": reset, "EmailStatus": reset,
	"Version": its, "PlacedAt": its, "CheckedOutAt": its, "ConfirmedAt": reset, "ConfirmedBy": reset,
	"VoidedAt": reset, "VoidCause": reset, "VoidReason": reset, "VoidedBy": reset, "CreatedAt": its, "UpdatedAt": its,
	"Lines": its, "Links": reset, "BilledFrom": reset,
}

var billedLineFields = map[string]string{
	"CompanyID": kept, "OrderID": its, "ID": its, "Position": computed, "SKU": kept, "Description": kept, "Source": kept, "BoxType": kept,
	"Boxes": kept, "UnitsPerBox": kept, "UnitType": kept, "Quantity": kept, "UnitPrice": kept, "Amount": kept, "FBE": kept,
	"Status": reset, "CheckedOutAt": reset, "CheckedOutBy": reset, "BilledOrderID": reset, "MarkCode": kept, "Notes": kept,
}

// A bill keeps each field of the prebook or resets it. A new field fails this test until somebody decides which.
func TestBillKeepsOrResets(t *testing.T) {
	prebook := filled(t)
	was := prebook.Clone()
	bill, err := prebook.Bill(nil, ids(), biller, moment)
	require.NoError(t, err)
	requireFields(t, "newBill", billedFields, was, bill)
	requireFields(t, "Line.billed", billedLineFields, was.Lines[0], bill.Lines[0])
	require.Equal(t, []order.Charge{was.Charges[0]}, bill.TakenCharges)
	require.Equal(t, []order.Tax{was.Taxes[0]}, bill.TakenTaxes)
	require.Equal(t, []any{prebook.ID, biller, 1}, []any{*bill.BilledFromID, bill.PlacedBy, bill.Version})
}

func requireFields(t *testing.T, decidedIn string, want map[string]string, before, after any) {
	t.Helper()
	was, is := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range was.NumField() {
		name := was.Type().Field(i).Name
		b, a := was.Field(i).Interface(), is.Field(i).Interface()
		switch want[name] {
		case kept:
			require.False(t, is.Field(i).IsZero() || b == nil, "%s is filled", name)
			require.Equal(t, b, a, "%s is kept", name)
		case reset:
			require.True(t, is.Field(i).IsZero(), "%s must be reset, but is %v", name, a)
		case its:
			require.False(t, is.Field(i).IsZero(), "%s is set", name)
			require.NotEqual(t, b, a, "%s is set", name)
		case computed:
			require.False(t, is.Field(i).IsZero(), "%s is computed", name)
		default:
			require.Fail(t, fmt.Sprintf("%s.%s is a new field: decide in %s (verbs.go) whether a bill keeps it, and add it to this test", was.Type().Name(), name, decidedIn))
		}
	}
}

// A clone is equal and shares no slice.
func TestCloneSharesNoList(t *testing.T) {
	o := filled(t)
	clone := o.Clone()
	require.Equal(t, o, clone)
	was, is := reflect.ValueOf(o), reflect.ValueOf(clone)
	for i := range was.NumField() {
		if f := was.Field(i); f.Kind() == reflect.Slice {
			require.NotEqual(t, f.Pointer(), is.Field(i).Pointer(), "Clone shares %s", was.Type().Field(i).Name)
		}
	}
}

// Documents uses every field of a cart: without it the documents are different.
func TestCartReachesTheDocuments(t *testing.T) {
	full := func() order.Cart {
		var c order.Cart
		fieldtest.Fill(t, &c)
		c.Currency = "USD"
		c.Charges[0].Amount, c.Taxes[0].Rate, c.Taxes[0].Amount = "1", "", "1"
		l := &c.Lines[0]
		l.Source, l.BoxType, l.Units, l.UnitPrice = order.K2K, order.HalfBox, nil, "2.50"
		c.Lines = append(c.Lines, order.CartLine{Source: order.OnHand, SKU: "A", Boxes: l.Boxes, UnitsPerBox: l.UnitsPerBox, UnitPrice: "1"})
		return c
	}
	documents := func(c order.Cart) []order.Order {
		docs, _ := c.Documents(placement("USD"))
		return docs
	}
	want := documents(full())
	require.Len(t, want, 2)
	for _, name := range fieldtest.Names(order.Cart{}) {
		if slices.Contains([]string{"CustomerID", "CustomerCode", "Currency"}, name) { // the use case finds the customer; the currency is only compared
			continue
		}
		c := full()
		fieldtest.Clear(&c, name)
		require.False(t, reflect.DeepEqual(want, documents(c)), "Documents forgets %s of a cart", name)
	}
	for _, name := range fieldtest.Names(order.CartLine{}) {
		if name == "Units" { // the line has Boxes instead
			continue
		}
		c := full()
		fieldtest.Clear(&c.Lines[0], name)
		require.False(t, reflect.DeepEqual(want, documents(c)), "Documents forgets %s of a cart's line", name)
	}
}

// An edit can change every field of the header.
func TestRevisionHasEveryFieldOfTheHeader(t *testing.T) {
	require.Equal(t, fieldtest.Names(order.Header{}), fieldtest.Names(order.HeaderRevision{}), "HeaderRevision (header.go) has the fields of Header")
}

// Apply uses every field of an edit, and Diff finds the change.
func TestRevisionReachesTheDocument(t *testing.T) {
	for _, name := range fieldtest.Names(order.Revision{}) {
		o := filled(t)
		o.Status, o.Lines[0].Status = order.StatusDraft, order.LineOpen
		one := money.Amount(1)
		var e order.Revision
		fieldtest.Fill(t, &e)
		(*e.Charges)[0].Amount, (*e.Taxes)[0] = one.Format(2), order.CartTax{Name: "Fee", Amount: "1"}
		line := &(*e.Lines)[0]
		*line = order.LineRevision{ID: o.Lines[0].ID, Notes: line.Notes}
		fieldtest.Only(&e, name)
		before := o.Clone()
		require.NoError(t, o.Apply(e, ids()))
		require.NotEmpty(t, order.Diff(&before, &o), "Apply forgets %s, or Diff does", name)
	}
	for _, name := range fieldtest.Names(order.LineRevision{}) {
		if slices.Contains([]string{"ID", "Units"}, name) { // ID selects the line; the line has Boxes instead of Units
			continue
		}
		o := filled(t)
		o.Status, o.Lines[0].Status = order.StatusDraft, order.LineOpen
		var e order.LineRevision
		fieldtest.Fill(t, &e)
		fieldtest.Only(&e, name)
		e.ID = o.Lines[0].ID
		switch name {
		case "UnitPrice":
			*e.UnitPrice = "7.25"
		case "Boxes":
			*e.Boxes++
		case "UnitsPerBox":
			*e.UnitsPerBox++
		}
		before := o.Clone()
		require.NoError(t, o.Apply(order.Revision{Lines: &[]order.LineRevision{e}}, ids()), name)
		require.NotEmpty(t, order.Diff(&before, &o), "LineRevision.apply forgets %s, or Diff does", name)
	}
}

package order_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A cart becomes an order, a prebook or both. No line, charge or tax is lost or duplicated.
func TestDocumentsSplitTheCart(t *testing.T) {
	check(t, 2000, func(t *rapid.T) {
		cart, docs := drawDocuments(t, anyFrom...)
		var kinds []order.Kind
		at := map[order.Kind]int{}
		seen := map[string]bool{}
		for i := range docs {
			o := &docs[i]
			kinds = append(kinds, o.Kind)
			require.Equal(t, "co", o.CheckoutID)
			require.Equal(t, "me", o.OwnerSub)
			require.Equal(t, 1, o.Version)
			for _, l := range o.Lines {
				require.False(t, seen[l.ID], "two lines have the same id")
				seen[l.ID] = true
				require.Equal(t, o.ID, l.OrderID)
			}
			require.False(t, seen[o.ID])
			seen[o.ID] = true
		}
		require.Contains(t, [][]order.Kind{{order.KindOrder}, {order.KindPrebook}, {order.KindOrder, order.KindPrebook}}, kinds)
		for _, l := range cart.Lines { // the source of a line decides which document it is in; the lines keep their order
			k := order.KindPrebook
			if l.Source == order.OnHand {
				k = order.KindOrder
			}
			for i := range docs {
				if docs[i].Kind == k {
					got := docs[i].Lines[at[k]]
					require.Equal(t, l.Source, got.Source)
					require.Equal(t, l.SKU, got.SKU)
					want := order.LineStatus("")
					if k == order.KindPrebook {
						want = order.LineOpen
						if l.CheckedOut {
							want = order.LineCheckedOut
						}
					}
					require.Equal(t, want, got.Status)
					require.Equal(t, l.CheckedOut, got.CheckedOutAt != nil)
				}
			}
			at[k]++
		}
		fixed := 0
		for _, tax := range cart.Taxes {
			if tax.Rate == "" {
				fixed++
			}
		}
		for i := range docs {
			o := &docs[i]
			require.Len(t, o.Lines, at[o.Kind])
			if i == 0 { // one document has the charges and fixed taxes, each document the rates
				require.Len(t, o.Charges, len(cart.Charges))
				require.Len(t, o.Taxes, len(cart.Taxes))
			} else {
				require.Empty(t, o.Charges)
				require.Len(t, o.Taxes, len(cart.Taxes)-fixed)
			}
			switch {
			case o.Kind == order.KindPrebook:
				require.Equal(t, order.PrebookStatus(o.LineCount, o.LinesCheckedOut, o.LinesBilled), o.Status)
			case cart.Checkout:
				require.Equal(t, order.StatusPending, o.Status)
				require.NotNil(t, o.CheckedOutAt)
			default:
				require.Equal(t, order.StatusDraft, o.Status)
				require.Nil(t, o.CheckedOutAt)
			}
		}
	})
}

// Documents returns all faults of a cart together, with pointers into the cart.
func TestDocumentsReturnEveryFault(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	cart := order.Cart{
		Currency: "EUR",
		Lines: []order.CartLine{
			{Source: order.K2K, SKU: "A", Units: n(1), UnitPrice: "1"},
			{Source: order.OnHand, Units: n(0), UnitPrice: "-1"},
			{Source: order.OnHand, SKU: "A", Boxes: n(1), UnitsPerBox: n(1), Units: n(1), UnitPrice: "1.00001"},
			{Source: order.OnHand, SKU: "A", Boxes: n(1), UnitPrice: "x", CheckedOut: true},
			{Source: order.OnHand, SKU: " ", Description: " ", UnitPrice: "100000000"},
			{Source: order.OnHand, SKU: "A", UnitsPerBox: n(1), UnitPrice: "1"},
		},
		Charges: []order.CartCharge{{Amount: "1.001"}},
		Taxes:   []order.CartTax{{}, {Amount: "-1"}, {Rate: "-1"}, {Rate: "1001"}, {Rate: "1.00001"}},
	}
	_, faults := cart.Documents(placement("USD"))
	var got []string
	for _, f := range faults {
		got = append(got, f.Pointer+" "+string(f.Code))
	}
	require.Equal(t, []string{
		"/currency currency_mismatch", "/charges/0/amount decimals_too_many", "/taxes/0/rate field_required", "/taxes/1/amount field_out_of_range",
		"/taxes/2/rate field_out_of_range", "/taxes/3/rate field_out_of_range", "/taxes/4/rate decimals_too_many",
		"/lines/1/sku field_required", "/lines/1/units field_out_of_range", "/lines/1/unit_price field_out_of_range",
		"/lines/2/units field_conflict", "/lines/2/unit_price decimals_too_many", "/lines/3/units_per_box field_required", "/lines/3/unit_price field_invalid",
		"/lines/3/checked_out field_conflict", "/lines/4/sku field_required", "/lines/4/boxes field_required", "/lines/4/unit_price field_out_of_range",
		"/lines/5/boxes field_required",
	}, got)
}

// A fault of a document's line has the pointer of the cart's line, also if lines of the other document precede it.
func TestDocumentsPointIntoTheCart(t *testing.T) {
	n := int64(order.MaxUnits)
	cart := order.Cart{Lines: []order.CartLine{
		{Source: order.OnHand, SKU: "A", Units: &n, UnitPrice: "0"},
		{Source: order.K2K, SKU: "A", Units: &n, UnitPrice: "0"},
		{Source: order.OnHand, SKU: "A", Units: &n, UnitPrice: "90000000"},
	}}
	_, faults := cart.Documents(placement("USD"))
	require.NotEmpty(t, faults)
	require.Equal(t, "/lines/2/unit_price", faults[0].Pointer)
}

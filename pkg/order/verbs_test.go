package order_test

import (
	"slices"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Lines are checked out, billed, edited and freed in random order. After each step the prebook has the status that follows
// from its lines, each line is billed into one order at most, and the charges and fixed taxes exist once, in the prebook or
// in one of its bills. The guard predicts each refusal.
func TestBillingConserves(t *testing.T) {
	check(t, 2000, func(t *rapid.T) {
		_, docs := drawDocuments(t, toCome...)
		o, newID := docs[0], ids()
		fresh := func() string { return "bill-" + newID() }
		charges, taxes := owed(&o, nil)
		var bills []order.Order
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			was := o.Clone()
			chosen := chooseLines(t, &o)
			switch rapid.SampledFrom([]string{"check out", "bill", "free", "charge", "charge a bill"}).Draw(t, "step") {
			case "check out":
				changed, err := o.CheckOutLines(chosen, me, moment)
				require.NoError(t, err)
				open := 0
				for i, l := range was.Lines {
					if l.Status == order.LineOpen && o.Lines[i].Status == order.LineCheckedOut {
						open++
					} else {
						require.Equal(t, l, o.Lines[i], "no other line changes")
					}
				}
				require.Len(t, changed, open)
			case "bill":
				verdict := order.Guard(with(auth.Admin), order.Bill, &o, order.GuardContext{})
				bill, err := o.Bill(chosen, fresh, me, moment)
				if chosen == nil && was.LinesCheckedOut > was.LinesBilled {
					require.Equal(t, verdict.Err(), err)
				}
				if err != nil {
					require.Equal(t, was, o.Clone(), "a refused bill changes nothing")
					continue
				}
				if len(bill.Lines) > 0 { // the guard refuses to bill no line
					bills = append(bills, bill)
				} else {
					o = was
				}
			case "free":
				if len(bills) == 0 {
					continue
				}
				i := rapid.IntRange(0, len(bills)-1).Draw(t, "bill")
				bills[i].BilledFrom = &was
				verdict := order.Guard(with(auth.Admin), order.Void, &bills[i], order.GuardContext{})
				faults := o.Unbill(&bills[i])
				require.Equal(t, verdict.Allowed, len(faults) == 0, "%v", faults)
				if len(faults) > 0 {
					o = was
					continue
				}
				bills = append(bills[:i], bills[i+1:]...)
			case "charge":
				if o.Status == order.StatusBilled || o.Apply(drawCharge(t, &o), fresh) != nil {
					continue
				}
				charges, taxes = owed(&o, bills)
			case "charge a bill":
				if len(bills) > 0 {
					b := &bills[rapid.IntRange(0, len(bills)-1).Draw(t, "bill")]
					_ = b.Apply(drawCharge(t, b), fresh)
				}
			}
			requireProgress(t, &o, bills)
			nowCharges, nowTaxes := owed(&o, bills)
			require.Equal(t, charges, nowCharges)
			require.Equal(t, taxes, nowTaxes)
		}
	})
}

func pointers(orders []order.Order) []*order.Order {
	var all []*order.Order
	for i := range orders {
		all = append(all, &orders[i])
	}
	return all
}

// owed returns the sums of the charges and of the fixed taxes that the prebook has and that its bills took from it.
func owed(o *order.Order, bills []order.Order) (charges, taxes money.Amount) {
	all, rates := o.Charges, o.Taxes
	for _, b := range bills {
		all, rates = slices.Concat(all, b.TakenCharges), slices.Concat(rates, b.TakenTaxes)
	}
	for _, c := range all {
		charges += c.Amount
	}
	for _, t := range rates {
		if t.Rate == nil {
			taxes += t.Amount
		}
	}
	return charges, taxes
}

// drawCharge draws an edit that replaces the charges of a document by one, from minus to plus twice its subtotal.
func drawCharge(t *rapid.T, o *order.Order) order.Revision {
	most := 2 * int64(o.Subtotal)
	amount := money.Amount(rapid.Int64Range(-most, most).Draw(t, "charge"))
	return order.Revision{Charges: &[]order.CartCharge{{Code: "new", Amount: amount.Format(o.Digits())}}}
}

// chooseLines draws the ids of some lines, or nil, which means all lines.
func chooseLines(t *rapid.T, o *order.Order) []string {
	if rapid.Bool().Draw(t, "all") {
		return nil
	}
	some := []string{}
	for _, l := range o.Lines {
		if rapid.Bool().Draw(t, "line") {
			some = append(some, l.ID)
		}
	}
	return some
}

func requireProgress(t *rapid.T, o *order.Order, bills []order.Order) {
	open, billed := 0, 0
	var worth money.Amount
	at := map[string]int{}
	for _, l := range o.Lines {
		switch l.Status {
		case order.LineOpen:
			open++
		case order.LineBilled:
			billed++
			at[*l.BilledOrderID]++
			worth += l.Amount
		case order.LineCheckedOut:
			require.Nil(t, l.BilledOrderID)
		}
	}
	want := order.StatusCheckedOut
	switch {
	case open > 0:
		want = order.StatusDraft
	case billed == len(o.Lines):
		want = order.StatusBilled
	}
	require.Equal(t, want, o.Status)
	require.Equal(t, []int{len(o.Lines), len(o.Lines) - open, billed}, []int{o.LineCount, o.LinesCheckedOut, o.LinesBilled})
	var bought money.Amount
	for i := range bills {
		b := &bills[i]
		require.Equal(t, order.KindOrder, b.Kind)
		require.Equal(t, order.StatusPending, b.Status)
		require.Equal(t, o.ID, *b.BilledFromID)
		require.Empty(t, b.ExternalReference, "a billed order does not carry it")
		require.Equal(t, o.OwnerSub, b.OwnerSub)
		require.Len(t, b.Lines, at[b.ID])
		bought += b.Subtotal
	}
	require.Equal(t, worth, bought)
	for _, d := range append([]*order.Order{o}, pointers(bills)...) { // the totals are up to date
		again := d.Clone()
		require.Empty(t, again.Recalculate())
		require.Equal(t, content(*d), content(again))
	}
}

// To check a line out twice is no error and changes nothing. An unknown id refuses the whole call.
func TestCheckOutLines(t *testing.T) {
	one := int64(1)
	line := order.CartLine{Source: order.K2K, SKU: "A", Units: &one, UnitPrice: "1"}
	docs, _ := order.Cart{Lines: []order.CartLine{line, line}}.Documents(placement("USD"))
	o := docs[0]
	changed, err := o.CheckOutLines([]string{o.Lines[0].ID}, me, moment)
	require.NoError(t, err)
	require.Equal(t, []string{o.Lines[0].ID}, changed)
	require.Nil(t, o.CheckedOutAt)
	was := o.Clone()
	changed, err = o.CheckOutLines([]string{o.Lines[0].ID}, biller, moment.Add(1))
	require.NoError(t, err)
	require.Empty(t, changed)
	require.Equal(t, was, o.Clone())
	_, err = o.CheckOutLines([]string{o.Lines[1].ID, "nobody's"}, me, moment)
	require.True(t, fault.Is(err, fault.BodyInvalid))
	require.Equal(t, "/line_ids/1", fault.Of(err).Fields[0].Pointer)
	require.Equal(t, was, o.Clone())
	_, err = o.CheckOutLines(nil, me, moment)
	require.NoError(t, err)
	require.Equal(t, order.StatusCheckedOut, o.Status)
	require.Equal(t, moment, *o.CheckedOutAt)
}

// A refused bill says why, and names the orders that the lines are already billed into.
func TestBillRefuses(t *testing.T) {
	one := int64(1)
	line := order.CartLine{Source: order.K2K, SKU: "A", Units: &one, UnitPrice: "1"}
	taken := line
	taken.CheckedOut = true
	docs, _ := order.Cart{Lines: []order.CartLine{taken, taken, line}}.Documents(placement("USD"))
	o := docs[0]
	bill, err := o.Bill([]string{o.Lines[0].ID}, func() string { return "the bill" }, me, moment)
	require.NoError(t, err)
	was := o.Clone()
	for _, c := range []struct {
		lines []string
		code  fault.Code
	}{
		{[]string{o.Lines[0].ID}, fault.LineAlreadyBilled},
		{[]string{o.Lines[1].ID, o.Lines[0].ID}, fault.LineAlreadyBilled},
		{[]string{o.Lines[1].ID, o.Lines[2].ID}, fault.LineNotCheckedOut},
		{[]string{"nobody's"}, fault.BodyInvalid},
	} {
		_, err := o.Bill(c.lines, ids(), me, moment)
		require.True(t, fault.Is(err, c.code), "%v: %v", c.lines, err)
		require.Equal(t, was, o.Clone())
		if c.code == fault.LineAlreadyBilled {
			require.Equal(t, []string{bill.ID}, fault.Of(err).Members["order_ids"])
		}
	}
}

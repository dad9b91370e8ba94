package order_test

import (
	"slices"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// revised turns a line of a cart into a line of an edit. With an empty id it is a new line.
func revised(id string, l order.CartLine) order.LineRevision {
	return order.LineRevision{ID: id, Source: &l.Source, SKU: &l.SKU, Description: &l.Description, BoxType: &l.BoxType, Boxes: l.Boxes,
		UnitsPerBox: l.UnitsPerBox, Units: l.Units, UnitType: &l.UnitType, UnitPrice: &l.UnitPrice, MarkCode: &l.MarkCode, Notes: &l.Notes}
}

// content returns the document without its ids, to compare documents that were placed separately.
func content(o order.Order) order.Order {
	o = o.Clone()
	o.ID, o.Charges, o.Taxes = "", append([]order.Charge{}, o.Charges...), append([]order.Tax{}, o.Taxes...)
	for i := range o.Lines {
		o.Lines[i].ID, o.Lines[i].OrderID = "", ""
	}
	return o
}

// A document that is edited until it is like a cart equals the document that this cart gives, whatever the edits were and
// whatever their order was.
func TestEditsGiveTheSameAsPlacing(t *testing.T) {
	check(t, 2000, func(t *rapid.T) {
		code, digits := drawCurrency(t)
		sources := rapid.SampledFrom([][]order.Source{onHand, toCome}).Draw(t, "kind")
		draw := func() order.Cart {
			c := drawCart(t, code, digits, sources...)
			c.Checkout = false
			c.Charges = slices.DeleteFunc(c.Charges, func(ch order.CartCharge) bool { return ch.Code == "discount" }) // it may be too large between two edits
			for i := range c.Lines {
				c.Lines[i].CheckedOut = false
			}
			c.ShipDate = moment.AddDate(0, 0, rapid.IntRange(0, 30).Draw(t, "ships"))
			c.Carrier = rapid.SampledFrom([]string{"", "Truck"}).Draw(t, "carrier")
			c.PONumber = rapid.SampledFrom([]string{"", "PO-1"}).Draw(t, "po")
			return c
		}
		place := func(c order.Cart) order.Order {
			docs, faults := c.Documents(placement(code))
			require.Empty(t, faults)
			return docs[0]
		}
		o, newID := place(draw()), ids()
		fresh := func() string { return "new-" + newID() }
		for range rapid.IntRange(0, 2).Draw(t, "other edits") {
			require.NoError(t, o.Apply(towards(t, draw(), &o)[0], fresh))
		}
		want := draw()
		steps := towards(t, want, &o)
		for _, step := range rapid.Permutation(steps).Draw(t, "order") {
			require.NoError(t, o.Apply(step, fresh))
		}
		o.Derive(false) // as the use case does after an edit
		require.Equal(t, content(place(want)), content(o))
	})
}

// towards returns edits that make the document like the cart: one edit, or one for each part.
func towards(t *rapid.T, c order.Cart, o *order.Order) []order.Revision {
	free := rapid.Permutation(o.Lines).Draw(t, "lines that stay")
	lines := make([]order.LineRevision, len(c.Lines))
	for i, l := range c.Lines {
		id := ""
		if i < len(free) && rapid.Bool().Draw(t, "stays") {
			id = free[i].ID
		}
		lines[i] = revised(id, l)
	}
	header := order.HeaderRevision{ShipDate: &c.ShipDate, Carrier: &c.Carrier, PONumber: &c.PONumber}
	whole := order.Revision{HeaderRevision: header, Charges: &c.Charges, Taxes: &c.Taxes, Lines: &lines}
	if rapid.Bool().Draw(t, "at once") {
		return []order.Revision{whole}
	}
	return []order.Revision{
		{HeaderRevision: order.HeaderRevision{ShipDate: header.ShipDate}},
		{HeaderRevision: order.HeaderRevision{Carrier: header.Carrier, PONumber: header.PONumber}},
		{Charges: whole.Charges}, {Taxes: whole.Taxes}, {Lines: whole.Lines},
	}
}

// An empty edit changes nothing, nor does one that only lists all lines.
func TestEmptyEditsChangeNothing(t *testing.T) {
	check(t, 1000, func(t *rapid.T) {
		_, docs := drawDocuments(t, anyFrom...)
		for _, o := range docs {
			was := o.Clone()
			require.NoError(t, o.Apply(order.Revision{}, ids()))
			require.Equal(t, content(was), content(o))
			require.Empty(t, order.Diff(&was, &o))
			same := make([]order.LineRevision, len(o.Lines))
			for i, l := range o.Lines {
				same[i].ID = l.ID
			}
			require.NoError(t, o.Apply(order.Revision{Lines: &same}, ids()))
			require.Equal(t, content(was), content(o))
			require.Empty(t, order.Diff(&was, &o))
		}
	})
}

// A refused edit changes nothing, also none of its valid parts.
func TestRefusedEditsChangeNothing(t *testing.T) {
	check(t, 1000, func(t *rapid.T) {
		_, docs := drawDocuments(t, anyFrom...)
		for _, o := range docs {
			was := o.Clone()
			carrier, bad := "Another", "-1"
			day := moment.AddDate(1, 0, 0)
			edit := order.Revision{HeaderRevision: order.HeaderRevision{Carrier: &carrier, ShipDate: &day}, Charges: &[]order.CartCharge{{Amount: "1"}}}
			switch rapid.IntRange(0, 4).Draw(t, "fault") {
			case 0:
				edit.Lines = &[]order.LineRevision{{ID: "nobody's"}}
			case 1:
				edit.Lines = &[]order.LineRevision{}
			case 2:
				edit.Lines = &[]order.LineRevision{{ID: o.Lines[0].ID, UnitPrice: &bad}}
			case 3:
				edit.Charges = &[]order.CartCharge{{Amount: "-99999999"}}
			case 4:
				edit.Lines = &[]order.LineRevision{{ID: o.Lines[0].ID}, {ID: o.Lines[0].ID}}
			}
			require.Error(t, o.Apply(edit, ids()))
			require.Equal(t, was, o.Clone())
		}
	})
}

// Only the price of a checked-out line may change, and nothing of a billed line. A checked-out prebook must not get or lose
// lines.
func TestEditsOfAPrebooksLines(t *testing.T) {
	units, notes, price := int64(7), "else", "9.99"
	fresh := revised("", order.CartLine{Source: order.K2K, SKU: "B", Units: &units, UnitPrice: "1"})
	for _, c := range []struct {
		name  string
		lines []order.LineStatus
		edit  func(ids []string) []order.LineRevision
		want  string // empty: the edit is allowed
	}{
		{"an open line changes", []order.LineStatus{order.LineOpen}, func(id []string) []order.LineRevision {
			return []order.LineRevision{{ID: id[0], Units: &units, Notes: &notes}}
		}, ""},
		{"an open line is removed", []order.LineStatus{order.LineOpen, order.LineCheckedOut}, func(id []string) []order.LineRevision { return []order.LineRevision{{ID: id[1]}} }, ""},
		{"a line is added while one is open", []order.LineStatus{order.LineOpen}, func(id []string) []order.LineRevision { return []order.LineRevision{{ID: id[0]}, fresh} }, ""},
		{"a checked-out line's price", []order.LineStatus{order.LineCheckedOut}, func(id []string) []order.LineRevision { return []order.LineRevision{{ID: id[0], UnitPrice: &price}} }, ""},
		{"a checked-out line's notes", []order.LineStatus{order.LineCheckedOut}, func(id []string) []order.LineRevision { return []order.LineRevision{{ID: id[0], Notes: &notes}} }, "/lines/0"},
		{"a checked-out line's quantity and price", []order.LineStatus{order.LineOpen, order.LineCheckedOut}, func(id []string) []order.LineRevision {
			return []order.LineRevision{{ID: id[0]}, {ID: id[1], Units: &units, UnitPrice: &price}}
		}, "/lines/1"},
		{"a checked-out line is removed", []order.LineStatus{order.LineOpen, order.LineCheckedOut}, func(id []string) []order.LineRevision { return []order.LineRevision{{ID: id[0]}} }, "/lines"},
		{"a line is added to a checked-out prebook", []order.LineStatus{order.LineCheckedOut}, func(id []string) []order.LineRevision { return []order.LineRevision{{ID: id[0]}, fresh} }, "/lines"},
		{"a billed line's price", []order.LineStatus{order.LineOpen, order.LineBilled}, func(id []string) []order.LineRevision {
			return []order.LineRevision{{ID: id[0]}, {ID: id[1], UnitPrice: &price}}
		}, "/lines/1"},
		{"a billed line is removed", []order.LineStatus{order.LineBilled, order.LineOpen}, func(id []string) []order.LineRevision { return []order.LineRevision{{ID: id[1]}} }, "/lines"},
		{"a billed line changes its position", []order.LineStatus{order.LineBilled, order.LineOpen}, func(id []string) []order.LineRevision { return []order.LineRevision{{ID: id[1]}, {ID: id[0]}} }, ""},
	} {
		one := int64(1)
		cart := order.Cart{Header: order.Header{ShipDate: moment}}
		for _, s := range c.lines {
			cart.Lines = append(cart.Lines, order.CartLine{Source: order.K2K, SKU: "A", Units: &one, UnitPrice: "1", CheckedOut: s != order.LineOpen})
		}
		docs, faults := cart.Documents(placement("USD"))
		require.Empty(t, faults)
		o := docs[0]
		var named, billed []string
		for i, s := range c.lines {
			named = append(named, o.Lines[i].ID)
			if s == order.LineBilled {
				billed = append(billed, o.Lines[i].ID)
			}
		}
		if billed != nil {
			_, err := o.Bill(billed, ids(), me, moment)
			require.NoError(t, err)
		}
		was := o.Clone()
		lines := c.edit(named)
		err := o.Apply(order.Revision{Lines: &lines}, func() string { return "new" })
		if c.want == "" {
			require.NoError(t, err, c.name)
			continue
		}
		require.True(t, fault.Is(err, fault.LineNotEditable), "%s: %v", c.name, err)
		require.Equal(t, c.want, fault.Of(err).Fields[0].Pointer, c.name)
		require.NotContains(t, fault.Of(err).Fields[0].Detail, "checked_out", "a sentence for people has no codes")
		require.Equal(t, was, o.Clone(), c.name)
	}
}

// An order that was billed from a prebook has lines with the prebook's sources, and can be edited like any other order.
func TestEditsOfABilledOrder(t *testing.T) {
	one, two, price := int64(1), int64(2), "9.99"
	docs, faults := order.Cart{Header: order.Header{ShipDate: moment}, Lines: []order.CartLine{
		{Source: order.K2K, SKU: "A", Units: &one, UnitPrice: "1", CheckedOut: true}, {Source: order.FutureSales, SKU: "B", Units: &two, UnitPrice: "2", CheckedOut: true},
	}}.Documents(placement("USD"))
	require.Empty(t, faults)
	bill, err := docs[0].Bill(nil, ids(), me, moment)
	require.NoError(t, err)
	lines := []order.LineRevision{{ID: bill.Lines[0].ID, UnitPrice: &price}, revised("", order.CartLine{Source: order.OnHand, SKU: "C", Units: &one, UnitPrice: "3"})}
	require.NoError(t, bill.Apply(order.Revision{Lines: &lines}, ids()))
	require.Equal(t, "12.99", bill.Total.Format(2))
}

// A quantity is either boxes with units per box, or units. An edit of one replaces the other.
func TestEditsOfAQuantity(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	for _, c := range []struct {
		name                string
		was                 order.CartLine
		edit                order.LineRevision
		boxes, pack, amount int64
	}{
		{"boxes alone keep the pack", order.CartLine{Boxes: n(2), UnitsPerBox: n(50)}, order.LineRevision{Boxes: n(3)}, 3, 50, 150},
		{"a pack alone keeps the boxes", order.CartLine{Boxes: n(2), UnitsPerBox: n(50)}, order.LineRevision{UnitsPerBox: n(25)}, 2, 25, 50},
		{"units replace boxes", order.CartLine{Boxes: n(2), UnitsPerBox: n(50)}, order.LineRevision{Units: n(30)}, 0, 0, 30},
		{"boxes and pack replace units", order.CartLine{Units: n(30)}, order.LineRevision{Boxes: n(1), UnitsPerBox: n(9)}, 1, 9, 9},
		{"units change", order.CartLine{Units: n(30)}, order.LineRevision{Units: n(31)}, 0, 0, 31},
		{"a line in units is sent back as it was read", order.CartLine{Units: n(30)}, order.LineRevision{Boxes: n(0), UnitsPerBox: n(0)}, 0, 0, 30},
	} {
		c.was.Source, c.was.SKU, c.was.UnitPrice = order.OnHand, "A", "1"
		docs, faults := order.Cart{Header: order.Header{ShipDate: moment}, Lines: []order.CartLine{c.was}}.Documents(placement("USD"))
		require.Empty(t, faults)
		o := docs[0]
		c.edit.ID = o.Lines[0].ID
		require.NoError(t, o.Apply(order.Revision{Lines: &[]order.LineRevision{c.edit}}, ids()), c.name)
		l := o.Lines[0]
		require.Equal(t, []int64{c.boxes, c.pack, c.amount}, []int64{l.Boxes, l.UnitsPerBox, l.Quantity}, c.name)
	}
}

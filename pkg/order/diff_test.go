package order_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func fields(changes []order.Change) []string {
	var names []string
	for _, c := range changes {
		names = append(names, c.Field)
	}
	return names
}

// Diff finds a change of each field that an edit can set. The tables have the fields of an edit, except those of the header,
// whose names in the API follow from their Go names.
func TestDiffFindsEveryFieldThatAnEditSets(t *testing.T) {
	text, n := "else", int64(3)
	source, box, unit, price := order.VendorAvailability, order.EighthBox, order.Bunch, "7.7700"
	replaced := map[string]struct {
		edit order.Revision
		tell string
	}{
		"Charges": {order.Revision{Charges: &[]order.CartCharge{{Code: text, Amount: "0"}}}, "charges"},
		"Taxes":   {order.Revision{Taxes: &[]order.CartTax{{Name: text, Amount: "0"}}}, "taxes"},
	}
	lines := map[string]struct {
		edit order.LineRevision
		tell string
	}{
		"Source":      {order.LineRevision{Source: &source}, "source"},
		"SKU":         {order.LineRevision{SKU: &text}, "sku"},
		"Description": {order.LineRevision{Description: &text}, "description"},
		"BoxType":     {order.LineRevision{BoxType: &box}, "box_type"},
		"Boxes":       {order.LineRevision{Boxes: &n}, "boxes"},
		"UnitsPerBox": {order.LineRevision{UnitsPerBox: &n}, "units_per_box"},
		"Units":       {order.LineRevision{Units: &n}, "quantity"},
		"UnitType":    {order.LineRevision{UnitType: &unit}, "unit_type"},
		"UnitPrice":   {order.LineRevision{UnitPrice: &price}, "unit_price"},
		"MarkCode":    {order.LineRevision{MarkCode: &text}, "mark_code"},
		"Notes":       {order.LineRevision{Notes: &text}, "notes"},
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[order.Revision]()) {
		require.True(t, f.Name == "Lines" || len(f.Index) > 1 || f.Anonymous || replaced[f.Name].tell != "", "the table has no %s", f.Name)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[order.LineRevision]()) {
		require.True(t, f.Name == "ID" || lines[f.Name].tell != "", "the table has no line %s", f.Name)
	}
	place := func() order.Order {
		boxes := int64(2)
		docs, faults := order.Cart{Header: order.Header{ShipDate: moment.AddDate(0, 0, 9)}, Lines: []order.CartLine{
			{Source: order.K2K, SKU: "A", BoxType: order.HalfBox, Boxes: &boxes, UnitsPerBox: &boxes, UnitType: order.Stem, UnitPrice: "1"}}}.Documents(placement("USD"))
		require.Empty(t, faults)
		return docs[0]
	}
	for _, name := range fieldtest.Names(order.HeaderRevision{}) {
		o := place()
		was := o.Clone()
		var e order.HeaderRevision
		fieldtest.Fill(t, &e)
		fieldtest.Only(&e, name)
		require.NoError(t, o.Apply(order.Revision{HeaderRevision: e}, ids()))
		require.Equal(t, []string{snake(name)}, fields(order.Diff(&was, &o)), "headerFields (header.go) has %s", name)
	}
	for name, c := range replaced {
		o := place()
		was := o.Clone()
		require.NoError(t, o.Apply(c.edit, ids()))
		require.Contains(t, fields(order.Diff(&was, &o)), c.tell, name)
	}
	for name, c := range lines {
		o := place()
		was := o.Clone()
		c.edit.ID = o.Lines[0].ID
		require.NoError(t, o.Apply(order.Revision{Lines: &[]order.LineRevision{c.edit}}, ids()))
		require.Contains(t, fields(order.Diff(&was, &o)), "lines/"+o.Lines[0].ID+"/"+c.tell, name)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[company.Address]()) {
		o := place()
		was := o.Clone()
		reflect.ValueOf(&o.ShipTo).Elem().FieldByIndex(f.Index).SetString("else")
		require.Equal(t, []string{"ship_to"}, fields(order.Diff(&was, &o)), f.Name)
	}
}

var wordStart = regexp.MustCompile(`([a-z])([A-Z])|([A-Z])([A-Z][a-z])`)

// snake returns the name of a field in the API: PONumber is po_number.
func snake(field string) string {
	return strings.ToLower(wordStart.ReplaceAllString(field, "${1}${3}_${2}${4}"))
}

// Diff finds the fields that the methods of a document change.
func TestDiffFindsWhatMethodsChange(t *testing.T) {
	one := int64(1)
	place := func(s order.Source) order.Order {
		docs, faults := order.Cart{Header: order.Header{ShipDate: moment}, Lines: []order.CartLine{{Source: s, SKU: "A", Units: &one, UnitPrice: "1"}}}.Documents(placement("USD"))
		require.Empty(t, faults)
		return docs[0]
	}
	o := place(order.OnHand)
	for _, verb := range []struct {
		do   func()
		tell []string
	}{
		{func() { o.CheckOut(moment) }, []string{"status"}},
		{func() { o.Confirm(me, moment); o.InvoiceNumber = "INV-1" }, []string{"status", "invoice"}},
		{func() { o.SetPayments(100, 0); o.Derive(false) }, []string{"payment_status", "paid", "balance"}},
		{func() { o.SetPayments(100, 40); o.Derive(false) }, []string{"payment_status", "refunded", "balance"}},
		{func() { o.Void(order.VoidedByStaff, "r", me, moment); o.Derive(false) }, []string{"status", "payment_status", "balance"}},
	} {
		was := o.Clone()
		verb.do()
		require.Equal(t, verb.tell, fields(order.Diff(&was, &o)))
	}
	o = place(order.K2K)
	was := o.Clone()
	_, err := o.CheckOutLines(nil, me, moment)
	require.NoError(t, err)
	require.Equal(t, []string{"status", "lines/" + o.Lines[0].ID + "/status"}, fields(order.Diff(&was, &o)))
	was = o.Clone()
	_, err = o.Bill(nil, ids(), me, moment)
	require.NoError(t, err)
	require.Equal(t, []string{"status", "lines/" + o.Lines[0].ID + "/status", "lines/" + o.Lines[0].ID + "/billed_order_id"}, fields(order.Diff(&was, &o)))
}

// What is sold loose has no boxes, in the timeline as in the order.
func TestLooseLinesHaveNoBoxes(t *testing.T) {
	units, boxes, pack := int64(10), int64(2), int64(50)
	docs, faults := order.Cart{Header: order.Header{ShipDate: moment.AddDate(0, 0, 9)}, Lines: []order.CartLine{
		{Source: order.OnHand, SKU: "A", Units: &units, UnitPrice: "1"}}}.Documents(placement("USD"))
	require.Empty(t, faults)
	o := docs[0]
	name := "lines/" + o.Lines[0].ID
	require.Equal(t, []any{nil, nil}, []any{order.Values(&o)[name+"/boxes"], order.Values(&o)[name+"/units_per_box"]})
	was := o.Clone()
	require.NoError(t, o.Apply(order.Revision{Lines: &[]order.LineRevision{{ID: o.Lines[0].ID, Boxes: &boxes, UnitsPerBox: &pack}}}, ids()))
	require.Contains(t, order.Diff(&was, &o), order.Change{Field: name + "/boxes", After: boxes, Line: &order.ChangedLine{ID: o.Lines[0].ID, Position: 1, SKU: "A"}})
	require.Contains(t, order.Diff(&o, &was), order.Change{Field: name + "/units_per_box", Before: pack, Line: &order.ChangedLine{ID: o.Lines[0].ID, Position: 1, SKU: "A"}})
}

// The changes have the values before and after. A field without a change has the same value.
func TestDiffHasTheValuesBeforeAndAfter(t *testing.T) {
	check(t, 1000, func(t *rapid.T) {
		_, docs := drawDocuments(t, anyFrom...)
		for _, o := range docs {
			was := o.Clone()
			text := rapid.String().Draw(t, "notes")
			price := decimal(t, "price", 9, 4)
			edits := []order.LineRevision{{ID: o.Lines[0].ID, UnitPrice: &price}}
			if err := o.Apply(order.Revision{HeaderRevision: order.HeaderRevision{Notes: &text}, Lines: &edits}, ids()); err != nil {
				continue // the edit removes lines that must stay
			}
			before, after := order.Values(&was), order.Values(&o)
			changes := order.Diff(&was, &o)
			for _, c := range changes {
				if id, whole := strings.CutPrefix(c.Field, "lines/"); whole && !strings.Contains(id, "/") {
					require.Nil(t, c.After)
					require.NotNil(t, was.Line(id))
					require.Nil(t, o.Line(id))
					continue
				}
				require.Equal(t, before[c.Field], c.Before)
				require.Equal(t, after[c.Field], c.After)
			}
			for name := range after {
				if !slices.Contains(fields(changes), name) {
					require.Equal(t, before[name], after[name], name)
				}
			}
			require.Empty(t, order.Diff(&o, &o))
		}
	})
}

package order

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// field is one field whose changes the timeline shows.
type field[T any] struct {
	name  string           // as in the API
	value func(T, int) any // a JSON value; the int is how many decimals the currency has
}

var orderFields = slices.Concat(stateFields, fieldsOfHeader, sumFields)

var stateFields = []field[*Order]{
	{"status", func(o *Order, _ int) any { return string(o.Status) }},
	{"payment_status", func(o *Order, _ int) any { return textOrNil(string(o.PaymentStatus)) }},
	{"payment_indicator", func(o *Order, _ int) any { return indicator(o.PaymentIndicator) }},
}

var fieldsOfHeader = ofHeader(headerFields)

var sumFields = []field[*Order]{
	{"salesperson", func(o *Order, _ int) any { return textOrNil(o.SalespersonEmail) }},
	{"charges", func(o *Order, d int) any { return chargesValue(o.Charges, d) }},
	{"taxes", func(o *Order, d int) any { return taxesValue(o.Taxes, d) }},
	{"subtotal", func(o *Order, d int) any { return o.Subtotal.Format(d) }},
	{"total", func(o *Order, d int) any { return o.Total.Format(d) }},
	{"paid", func(o *Order, d int) any { return o.Paid.Format(d) }},
	{"refunded", func(o *Order, d int) any { return o.Refunded.Format(d) }},
	{"balance", func(o *Order, d int) any { return o.Balance.Format(d) }},
	{"invoice", func(o *Order, _ int) any { return textOrNil(o.InvoiceNumber) }},
	{"credit_note", func(o *Order, _ int) any { return textOrNil(o.CreditNoteNumber) }},
}

var lineFields = []field[*Line]{
	{"position", func(l *Line, _ int) any { return l.Position }},
	{"sku", func(l *Line, _ int) any { return textOrNil(l.SKU) }},
	{"description", func(l *Line, _ int) any { return textOrNil(l.Description) }},
	{"source", func(l *Line, _ int) any { return string(l.Source) }},
	{"box_type", func(l *Line, _ int) any { return textOrNil(string(l.BoxType)) }},
	{"boxes", func(l *Line, _ int) any { return countOrNil(l.Boxes) }},
	{"units_per_box", func(l *Line, _ int) any { return countOrNil(l.UnitsPerBox) }},
	{"unit_type", func(l *Line, _ int) any { return textOrNil(string(l.UnitType)) }},
	{"quantity", func(l *Line, _ int) any { return l.Quantity }},
	{"unit_price", func(l *Line, _ int) any { return l.UnitPrice.String() }},
	{"amount", func(l *Line, d int) any { return l.Amount.Format(d) }},
	{"status", func(l *Line, _ int) any { return textOrNil(string(l.Status)) }},
	{"billed_order_id", func(l *Line, _ int) any { return stringOrNil(l.BilledOrderID) }},
	{"mark_code", func(l *Line, _ int) any { return textOrNil(l.MarkCode) }},
	{"notes", func(l *Line, _ int) any { return textOrNil(l.Notes) }},
}

// Diff returns the fields that differ. A field of a line is lines/{id}/{field}, for example lines/{id}/unit_price. A line
// that was added or removed is lines/{id}, and its value before or after is nil. Most changes leave the header and the lines as they
// are, and then their values are not made.
func Diff(before, after *Order) []Change {
	digits := after.Digits()
	changes := diff("", stateFields, before, after, digits, nil)
	if before.Header != after.Header {
		changes = append(changes, diff("", fieldsOfHeader, before, after, digits, nil)...)
	}
	changes = append(changes, diff("", sumFields, before, after, digits, nil)...)
	for i := range before.Lines {
		was := &before.Lines[i]
		name := "lines/" + was.ID
		if is := after.Line(was.ID); is != nil {
			if *was == *is {
				continue
			}
			changes = append(changes, diff(name+"/", lineFields, was, is, digits, changedLineOf(is))...)
		} else {
			changes = append(changes, Change{name, lineValue(was, digits), nil, changedLineOf(was)})
		}
	}
	for i := range after.Lines {
		if is := &after.Lines[i]; before.Line(is.ID) == nil {
			changes = append(changes, Change{"lines/" + is.ID, nil, lineValue(is, digits), changedLineOf(is)})
		}
	}
	return changes
}

func changedLineOf(l *Line) *ChangedLine { return &ChangedLine{l.ID, l.Position, l.SKU} }

// Values returns all fields that Diff compares, by the names that Diff gives them.
func Values(o *Order) map[string]any {
	digits := o.Digits()
	values := make(map[string]any, len(orderFields)+len(o.Lines)*len(lineFields))
	for _, f := range orderFields {
		values[f.name] = f.value(o, digits)
	}
	for i := range o.Lines {
		for name, v := range lineValue(&o.Lines[i], digits) {
			values["lines/"+o.Lines[i].ID+"/"+name] = v
		}
	}
	return values
}

func diff[T any](prefix string, fields []field[T], before, after T, digits int, line *ChangedLine) []Change {
	var changes []Change
	for _, f := range fields {
		was, is := f.value(before, digits), f.value(after, digits)
		if !reflect.DeepEqual(was, is) {
			changes = append(changes, Change{prefix + f.name, was, is, line})
		}
	}
	return changes
}

func lineValue(l *Line, digits int) map[string]any {
	m := make(map[string]any, len(lineFields))
	for _, f := range lineFields {
		m[f.name] = f.value(l, digits)
	}
	return m
}

// indicator returns what the order list shows for an order that must be paid by card: a dollar sign.
func indicator(shown bool) any {
	if shown {
		return "$"
	}
	return nil
}

func addressValue(a company.Address) map[string]any {
	return map[string]any{"name": textOrNil(a.Name), "line1": textOrNil(a.Line1), "line2": textOrNil(a.Line2), "city": textOrNil(a.City),
		"region": textOrNil(a.Region), "postal_code": textOrNil(a.PostalCode), "country": textOrNil(a.Country), "phone": textOrNil(a.Phone)}
}

func chargesValue(charges []Charge, digits int) []any {
	list := make([]any, 0, len(charges))
	for _, c := range charges {
		list = append(list, map[string]any{"code": textOrNil(c.Code), "description": textOrNil(c.Description), "amount": c.Amount.Format(digits)})
	}
	return list
}

func taxesValue(taxes []Tax, digits int) []any {
	list := make([]any, 0, len(taxes))
	for _, t := range taxes {
		list = append(list, map[string]any{"name": t.Name, "rate": rateValue(t.Rate), "amount": t.Amount.Format(digits)})
	}
	return list
}

func rateValue(r *money.Rate) any {
	if r == nil {
		return nil
	}
	return r.String()
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// countOrNil is a number of boxes, or nil for what is sold loose.
func countOrNil(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func stringOrNil(s *string) any {
	if s == nil {
		return nil
	}
	return fmt.Sprint(*s)
}

package document

import "cmp"

// The PDF and the HTML take what they show, its wording and its order from here.

// column is one column of the line table.
type column struct {
	title     string
	left      bool // text is aligned left, numbers right
	described bool // the description's column
	cell      func(Line) string
	sum       string  // shown below the last line
	most      float64 // the maximum width in the PDF in points; 0 for numbers and short codes, which are never broken

	widest, titled float64 // its cells and its title at their usual sizes, set by arrange
	x, width       float64 // set by place
}

// columns returns the columns with content, and always the description.
func (p Content) columns() []column {
	all := []column{
		{title: "#", cell: func(l Line) string { return l.Position }},
		{title: "SKU", left: true, most: 82, cell: func(l Line) string { return l.SKU }},
		{title: "Description", left: true, described: true, sum: "Total quantities", cell: func(l Line) string { return l.Description }},
		{title: "Status", left: true, cell: func(l Line) string { return l.Status }},
		{title: "Boxes", cell: func(l Line) string { return l.Boxes }, sum: p.TotalBoxes},
		{title: "Box", left: true, cell: func(l Line) string { return l.BoxType }},
		{title: "Pack", cell: func(l Line) string { return l.Pack }},
		{title: "FBE", cell: func(l Line) string { return l.FBE }, sum: p.TotalFBE},
		{title: "Units", cell: func(l Line) string { return l.Units }, sum: p.TotalUnits},
		{title: "Unit", left: true, cell: func(l Line) string { return l.UnitType }},
		{title: "Price", cell: func(l Line) string { return l.Price }},
		{title: "Amount", cell: func(l Line) string { return l.Amount }},
	}
	var shown []column
	for _, col := range all {
		if col.described || p.fills(col) {
			shown = append(shown, col)
		}
	}
	return shown
}

func (p Content) fills(col column) bool {
	for _, line := range p.Lines {
		if col.cell(line) != "" {
			return true
		}
	}
	return false
}

// summed reports whether these columns have sums below them.
func (p Content) summed(columns []column) bool {
	for _, col := range columns {
		if !col.described && col.sum != "" && len(p.Lines) > 0 {
			return true
		}
	}
	return false
}

// details returns the small print of a line without its notes.
func (l Line) details() string { return beside("  ·  ", l.Source, prefixed("Mark ", l.MarkCode)) }

// title returns the heading without the number.
func (p Content) title() string { return cmp.Or(p.Title, p.Kind.title()) }

// billTo is the label of the customer's block. It differs on a sheet, because a sheet is not an invoice.
func (p Content) billTo() string {
	switch p.Kind {
	case KindInvoice:
		return "Bill to"
	case KindCreditNote:
		return "Credit to"
	}
	return "Customer"
}

// facts returns the facts that have a value.
func (p Content) facts() []Fact {
	var facts []Fact
	for _, f := range p.Facts {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// sum is one row of the totals box.
type sum struct {
	label, amount string
	rank          rank
}

// rank is how prominent a row of the totals box is.
type rank string

const (
	plainRow   rank = ""
	totalRow   rank = "total"
	balanceRow rank = "balance"
)

// sums returns the rows of the totals box that have an amount, from the subtotal to the balance.
func (p Content) sums() []sum {
	rows := []sum{{"Subtotal", p.Subtotal, plainRow}}
	for _, row := range append(p.Charges[:len(p.Charges):len(p.Charges)], p.Taxes...) {
		rows = append(rows, sum{row.Label, row.Amount, plainRow})
	}
	rows = append(rows,
		sum{joined(" ", "Total", p.Currency), p.Total, totalRow},
		sum{"Paid", p.Paid, plainRow},
		sum{joined(" ", "Balance", p.Currency), p.Balance, balanceRow})
	kept := rows[:0]
	for _, row := range rows {
		if row.amount != "" {
			kept = append(kept, row)
		}
	}
	return kept
}

package document

import (
	"cmp"
	"strconv"
)

// ContentOf returns the content of an issued document. It uses only the frozen document and the logo of its hash; logo
// may be nil. The caller sets Size and Footer. A sheet is described like an issued document but is never frozen, so the
// caller also sets its Facts.
func ContentOf(d Issued, logo []byte) Content {
	p := Content{
		Kind:   d.Kind,
		Number: d.Number,
		Letterhead: Letterhead{
			Name: d.Seller.Name, Address: string(d.Seller.Address), TaxID: string(d.Seller.TaxID), Sender: string(d.Seller.Sender),
			Logo: logo,
		},
		Customer: Party{Name: d.Customer.Name, Code: d.Customer.Code, Address: d.Customer.Address.Lines(), TaxID: string(d.Customer.TaxID)},
		ShipTo:   d.ShipTo.Lines(),
		Facts:    factsOf(d),
		Currency: d.Currency,
		Subtotal: Money(d.Subtotal),
		Total:    Money(d.Total),
		Notes:    string(d.Notes),
		IssuedAt: d.IssuedAt,

		TotalBoxes: Money(strconv.Itoa(d.TotalBoxes)),
		TotalFBE:   Money(d.TotalFBE),
		TotalUnits: Money(strconv.Itoa(d.TotalUnits)),
	}
	prices := make([]string, len(d.Lines))
	for i, line := range d.Lines {
		prices[i] = line.UnitPrice
	}
	prices = Prices(prices, d.Subtotal)
	for i, line := range d.Lines {
		p.Lines = append(p.Lines, lineOf(line, prices[i]))
	}
	for _, charge := range d.Charges {
		p.Charges = append(p.Charges, Row{Label: cmp.Or(string(charge.Description), string(charge.Code), "Charge"), Amount: Money(charge.Amount)})
	}
	for _, tax := range d.Taxes {
		p.Taxes = append(p.Taxes, Row{Label: TaxLabel(tax.Name, string(tax.Rate)), Amount: Money(tax.Amount)})
	}
	return p
}

func factsOf(d Issued) []Fact {
	terms, salesperson := "", ""
	if d.Terms != nil {
		terms = d.Terms.Label
	}
	if d.Order.Salesperson != nil {
		salesperson = d.Order.Salesperson.Name
	}
	issued, due := "Invoice date", Date(string(d.DueDate))
	credits := ""
	if d.Kind == KindCreditNote { // a credit note has no due date
		issued, due = "Credit date", ""
	}
	if d.Invoice != nil {
		credits = d.Invoice.Number
	}
	return []Fact{
		{issued, Date(d.IssueDate)}, {"Credits invoice", credits}, {"Due date", due}, {"Terms", terms},
		{"Ship date", Date(string(d.ShipDate))}, {"Carrier", string(d.Order.Carrier)}, {"Order", d.Order.Number},
		{"PO number", string(d.Order.PONumber)}, {"Salesperson", salesperson}, {"Reason", d.Reason},
	}
}

func lineOf(line IssuedLine, price string) Line {
	return Line{
		Position: strconv.Itoa(line.Position), SKU: string(line.SKU), Description: string(line.Description),
		BoxType: string(line.BoxType), Boxes: line.Boxes.String(), Pack: line.UnitsPerBox.String(), FBE: string(line.FBE),
		Units: Money(strconv.Itoa(line.Quantity)), UnitType: UnitLabel(string(line.UnitType)), Price: price, Amount: Money(line.Amount),
		MarkCode: string(line.MarkCode), Notes: string(line.Notes),
	}
}

// String returns the number with its thousands grouped, or an empty string for zero.
func (c Count) String() string {
	if c == 0 {
		return ""
	}
	return Money(strconv.Itoa(int(c)))
}

// Lines returns the address as printed lines, and none for nil.
func (a *IssuedAddress) Lines() []string {
	if a == nil {
		return nil
	}
	town := joined(", ", string(a.City), joined(" ", string(a.Region), string(a.PostalCode)))
	var lines []string
	for _, line := range []string{string(a.Name), string(a.Line1), string(a.Line2), town, string(a.Country), prefixed("Tel. ", string(a.Phone))} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

package desk

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// newInvoice is the invoice of an order that is being confirmed, with the content d.
func (c *change) newInvoice(d document.Issued, id string, sequence int64) (billing.Invoice, error) {
	d.ID, d.Sequence, d.Number = id, sequence, billing.NumberOf(c.company.InvoiceNumberPrefix, sequence)
	frozen, err := c.freeze(d)
	return billing.Invoice{Document: frozen, Subtotal: c.Subtotal, ChargesTotal: c.ChargesTotal, TaxesTotal: c.TaxesTotal,
		Balance: c.Balance, PaymentStatus: c.PaymentStatus}, err
}

// newCreditNote is the credit note for the order's whole invoice, with the content d.
func (c *change) newCreditNote(d document.Issued, id string, sequence int64) (billing.CreditNote, error) {
	d.ID, d.Sequence, d.Number = id, sequence, billing.NumberOf(c.company.CreditNoteNumberPrefix, sequence)
	d.Invoice = &document.IssuedInvoice{ID: *c.InvoiceID, Number: c.InvoiceNumber}
	frozen, err := c.freeze(d)
	return billing.CreditNote{Document: frozen, InvoiceID: *c.InvoiceID, InvoiceNumber: c.InvoiceNumber, Reason: c.VoidReason}, err
}

// freeze dates an issued document and freezes its bytes.
func (c *change) freeze(d document.Issued) (billing.Document, error) {
	d.IssuedAt = c.now
	day := c.company.DayOf(d.IssuedAt)
	due := day.AddDate(0, 0, d.Terms.Days)
	d.IssueDate, d.DueDate = day.Format(time.DateOnly), document.Text(due.Format(time.DateOnly))
	data, hash, err := document.Freeze(d)
	return billing.Document{
		CompanyID: c.CompanyID, ID: d.ID, OrderID: c.ID, OwnerSub: c.OwnerSub, Sequence: d.Sequence, Number: d.Number,
		IssuedAt: d.IssuedAt, IssueDate: day, DueDate: due, CustomerID: d.Customer.ID, CustomerCode: d.Customer.Code, CustomerName: d.Customer.Name,
		Currency: c.Currency, Total: c.Total, Snapshot: data, Hash: hash,
	}, err
}

// describe is the content of a document to be issued, with the letterhead and the customer as they are now. Call it before the
// document takes its number, because the counter is locked from then on. A credit note has the parties of the invoice that it
// reverses, even if their names have changed since.
func (c *change) describe(kind document.Kind, reversed *document.Issued) document.Issued {
	d := document.Issued{Kind: kind}
	describe(&d, &c.Order, c.company, c.customer)
	if reversed != nil {
		d.Reason, d.Seller, d.Customer = c.VoidReason, reversed.Seller, reversed.Customer
		if reversed.Terms != nil {
			d.Terms = reversed.Terms
		}
	}
	return d
}

// describe writes the content that an order sheet shares with an issued document.
func describe(d *document.Issued, o *order.Order, co company.Company, cu company.Customer) {
	d.ShipDate = document.Text(o.ShipDate.Format(time.DateOnly))
	d.Order = document.IssuedOrder{ID: o.ID, Number: o.Number, PONumber: document.Text(o.PONumber), Origin: string(o.Origin), Carrier: document.Text(o.Carrier)}
	if o.SalespersonName != "" || o.SalespersonEmail != "" {
		d.Order.Salesperson = &document.IssuedPerson{Name: o.SalespersonName, Email: document.Text(o.SalespersonEmail)}
	}
	d.Seller = document.IssuedSeller{Name: co.Letterhead(), Address: document.Text(co.LetterheadAddress), TaxID: document.Text(co.TaxID),
		Sender: document.Text(co.LetterheadSender), LogoHash: document.Text(co.LogoHash)}
	d.Customer = document.IssuedCustomer{ID: cu.ID, Code: cu.Code, Name: cu.Name, TaxID: document.Text(cu.TaxID), Address: document.AddressOf(cu.Address)}
	d.ShipTo = document.AddressOf(o.ShipTo)
	d.Terms = &document.IssuedTerms{Label: cu.TermsLabel, Days: cu.TermsDays}
	d.Currency, d.Notes = o.Currency, document.Text(o.Notes)
	fill(d, o)
}

// fill writes lines, charges, taxes and totals.
func fill(d *document.Issued, o *order.Order) {
	digits := o.Digits()
	for _, l := range o.Lines {
		d.Lines = append(d.Lines, document.IssuedLine{
			ID: l.ID, Position: l.Position, SKU: document.Text(l.SKU), Description: document.Text(l.Description), Source: string(l.Source),
			BoxType: document.Text(l.BoxType), Boxes: document.Count(l.Boxes), UnitsPerBox: document.Count(l.UnitsPerBox), UnitType: document.Text(l.UnitType),
			Quantity: int(l.Quantity), UnitPrice: l.UnitPrice.String(), Amount: l.Amount.Format(digits), FBE: fbe(l.FBE),
			MarkCode: document.Text(l.MarkCode), Notes: document.Text(l.Notes),
		})
	}
	for _, c := range o.Charges {
		d.Charges = append(d.Charges, document.IssuedCharge{Code: document.Text(c.Code), Description: document.Text(c.Description), Amount: c.Amount.Format(digits)})
	}
	for _, t := range o.Taxes {
		tax := document.IssuedTax{Name: t.Name, Amount: t.Amount.Format(digits)}
		if t.Rate != nil {
			tax.Rate = document.Text(t.Rate.String())
		}
		d.Taxes = append(d.Taxes, tax)
	}
	d.Subtotal, d.ChargeTotal, d.TaxTotal = o.Subtotal.Format(digits), o.ChargesTotal.Format(digits), o.TaxesTotal.Format(digits)
	d.Total, d.TotalBoxes, d.TotalFBE, d.TotalUnits = o.Total.Format(digits), int(o.TotalBoxes), o.TotalFBE.String(), int(o.TotalUnits)
}

func fbe(f order.FBE) document.Text {
	if f == 0 {
		return ""
	}
	return document.Text(f.String())
}

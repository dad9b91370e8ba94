package audit

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// printedValues compares an order with its frozen invoice (I5). After its confirmation only payments and a void change an order.
// The customer's data can change, so only its id is compared.
func (c *check) printedValues(o *order.Order, i *billing.Invoice, snapshot *document.Issued) {
	if i.OrderID != snapshot.Order.ID {
		return
	}
	salesperson := document.IssuedPerson{}
	if snapshot.Order.Salesperson != nil {
		salesperson = *snapshot.Order.Salesperson
	}
	witness := "its invoice " + i.Number
	c.same("I5", o.Number, witness, compared{"number", o.Number, snapshot.Order.Number}, compared{"po_number", o.PONumber, string(snapshot.Order.PONumber)},
		compared{"origin", o.Origin, snapshot.Order.Origin}, compared{"carrier", o.Carrier, string(snapshot.Order.Carrier)},
		compared{"salesperson", o.SalespersonName, salesperson.Name}, compared{"the salesperson's address", o.SalespersonEmail, string(salesperson.Email)},
		compared{"customer_id", o.CustomerID, snapshot.Customer.ID}, compared{"ship_to", o.ShipTo, snapshot.ShipTo.Address()},
		compared{"ship_date", o.ShipDate.Format(time.DateOnly), string(snapshot.ShipDate)}, compared{"currency", o.Currency, snapshot.Currency},
		compared{"notes", o.Notes, string(snapshot.Notes)}, compared{"the number of lines", len(o.Lines), len(snapshot.Lines)},
		compared{"invoiced_at", utc(o.InvoicedAt), utc(&snapshot.IssuedAt)})
	for n := range min(len(o.Lines), len(snapshot.Lines)) {
		l, p := &o.Lines[n], &snapshot.Lines[n]
		c.same("I5", o.Number, witness, compared{"the line", l.ID, p.ID}, compared{"sku", l.SKU, string(p.SKU)}, compared{"description", l.Description, string(p.Description)},
			compared{"source", l.Source, p.Source}, compared{"box_type", l.BoxType, string(p.BoxType)}, compared{"boxes", l.Boxes, int64(p.Boxes)},
			compared{"units_per_box", l.UnitsPerBox, int64(p.UnitsPerBox)}, compared{"unit_type", l.UnitType, string(p.UnitType)}, compared{"quantity", l.Quantity, int64(p.Quantity)},
			compared{"unit_price", l.UnitPrice.String(), p.UnitPrice}, compared{"amount", l.Amount.Format(o.Digits()), p.Amount},
			compared{"mark_code", l.MarkCode, string(p.MarkCode)}, compared{"notes", l.Notes, string(p.Notes)})
	}
}

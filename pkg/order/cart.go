package order

import (
	"fmt"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// Cart is what a caller sends to be placed. Its lines may have any source. Its amounts are the decimal strings that were
// sent: the company's currency says how many decimals they may have.
type Cart struct {
	CustomerID        string // either this or CustomerCode
	CustomerCode      string
	Origin            Origin // empty means W for a Storefront and P for staff
	ExternalReference string
	Header
	Currency string // empty means the company's currency
	Checkout bool   // the order becomes pending; otherwise it is a draft
	Lines    []CartLine
	Charges  []CartCharge
	Taxes    []CartTax
}

// CartLine is a line of a cart. Its quantity is either Boxes with UnitsPerBox, or Units.
type CartLine struct {
	Source      Source
	SKU         string
	Description string
	BoxType     BoxType
	Boxes       *int64
	UnitsPerBox *int64
	Units       *int64
	UnitType    UnitType
	UnitPrice   string
	MarkCode    string
	Notes       string
	CheckedOut  bool // only for a line of a prebook: the customer has checked it out
}

// CartCharge is a charge of a cart. A negative amount is a discount.
type CartCharge struct{ Code, Description, Amount string }

// CartTax is a tax of a cart. It has either a rate in per cent or a fixed amount.
type CartTax struct {
	Name   string
	Rate   string
	Amount string
}

// Placement is what Documents needs to know besides the cart.
type Placement struct {
	Company    company.Company
	Customer   company.Customer
	CheckoutID string
	By         company.Person // who places the cart
	Now        time.Time
	NewID      func() string
}

// Documents turns the cart into an order with its on-hand lines, a prebook with the other lines, or both, the order first
// (see "One cart, one or two documents" in docs/concepts.md). The documents have no numbers yet. It returns all faults of
// the cart together, with JSON pointers into the cart.
func (c Cart) Documents(p Placement) ([]Order, []fault.Field) {
	var faults faultList
	digits, _ := money.Digits(p.Company.Currency)
	if c.Currency != "" && c.Currency != p.Company.Currency {
		faults.add("/currency", fault.CurrencyMismatch, "The company's currency is %s.", p.Company.Currency)
	}
	charges := c.charges(&faults, digits)
	taxes := c.taxes(&faults, digits, nil)

	docs := map[Kind]*Order{}
	cartIndexes := map[Kind][]int{} // for each line of a document, its index in the cart
	for i, l := range c.Lines {
		line := l.line(fmt.Sprintf("/lines/%d", i), &faults)
		kind := KindPrebook
		if l.Source == OnHand {
			kind = KindOrder
			if l.CheckedOut {
				faults.add(fmt.Sprintf("/lines/%d/checked_out", i), fault.FieldConflict,
					"Leave checked_out out of an on_hand line. An order is checked out as a whole.")
				faults.relate(fmt.Sprintf("/lines/%d", i), "source")
			}
		} else {
			line.Status = LineOpen
			if l.CheckedOut {
				line.Status, line.CheckedOutAt, line.CheckedOutBy = LineCheckedOut, &p.Now, p.By
			}
		}
		doc, ok := docs[kind]
		if !ok {
			doc = c.document(kind, p)
			docs[kind] = doc
		}
		line.CompanyID, line.OrderID, line.ID = p.Company.ID, doc.ID, p.NewID()
		doc.Lines = append(doc.Lines, line)
		cartIndexes[kind] = append(cartIndexes[kind], i)
	}

	var out []Order
	var totalFaults []fault.Field
	for _, kind := range []Kind{KindOrder, KindPrebook} {
		doc, ok := docs[kind]
		if !ok {
			continue
		}
		if len(out) == 0 { // charges and fixed taxes go to the order, or to the prebook if there is no order
			doc.Charges = charges
		}
		for _, t := range taxes {
			if t.Rate != nil || len(out) == 0 {
				doc.Taxes = append(doc.Taxes, t)
			}
		}
		for _, f := range doc.Recalculate() {
			totalFaults = append(totalFaults, withCartPointer(f, cartIndexes[kind]))
		}
		doc.Derive(p.Customer.RequireCreditCardPayment)
		out = append(out, *doc)
	}
	return out, fault.Merge(faults, totalFaults)
}

func (c Cart) document(kind Kind, p Placement) *Order {
	o := &Order{
		CompanyID: p.Company.ID, ID: p.NewID(), Kind: kind, Origin: c.Origin, Status: StatusDraft,
		OwnerSub: p.By.Sub, PlacedBy: p.By, CheckoutID: p.CheckoutID, ExternalReference: c.ExternalReference,
		CustomerID: p.Customer.ID, CustomerCode: p.Customer.Code, CustomerName: p.Customer.Name,
		SalespersonName: p.Customer.SalespersonName, SalespersonEmail: p.Customer.SalespersonEmail,
		Header: c.Header, Currency: p.Company.Currency,
		Version: 1, PlacedAt: p.Now, CreatedAt: p.Now, UpdatedAt: p.Now,
	}
	if kind == KindOrder && c.Checkout {
		o.Status, o.CheckedOutAt = StatusPending, &p.Now
	}
	return o
}

// line returns the line of the document, and adds the faults of the cart's line.
func (l CartLine) line(pointer string, faults *faultList) Line {
	line := Line{SKU: l.SKU, Description: l.Description, Source: l.Source, BoxType: l.BoxType, UnitType: l.UnitType,
		MarkCode: l.MarkCode, Notes: l.Notes}
	if canon.Blank(l.SKU) && canon.Blank(l.Description) {
		faults.add(pointer+"/sku", fault.FieldRequired, "Send sku, description or both.")
		faults.relate(pointer, "description")
	}
	line.setQuantity(pointer, l.Boxes, l.UnitsPerBox, l.Units, faults)
	line.UnitPrice = price(pointer+"/unit_price", l.UnitPrice, faults)
	return line
}

// setQuantity sets the quantity from either units, or boxes with pack.
func (l *Line) setQuantity(pointer string, boxes, pack, units *int64, faults *faultList) {
	refuse := func(member string, code fault.Code, detail string) {
		faults.add(pointer+"/"+member, code, "%s", detail)
		faults.relate(pointer, "id", "boxes", "units_per_box", "units")
	}
	switch {
	case units != nil && (boxes != nil || pack != nil):
		refuse("units", fault.FieldConflict, "Send either units, or boxes with units_per_box, but not both.")
		return
	case units == nil && boxes == nil && pack == nil:
		refuse("boxes", fault.FieldRequired, "Send boxes and units_per_box, or units.")
		return
	case units == nil && boxes == nil:
		refuse("boxes", fault.FieldRequired, "Send boxes together with units_per_box.")
		return
	case units == nil && pack == nil:
		refuse("units_per_box", fault.FieldRequired, "Send units_per_box together with boxes.")
		return
	}
	l.Boxes, l.UnitsPerBox, l.Quantity = 0, 0, 0
	if units != nil {
		l.Quantity = count(pointer+"/units", *units, MaxUnits, faults)
		return
	}
	l.Boxes = count(pointer+"/boxes", *boxes, MaxBoxes, faults)
	l.UnitsPerBox = count(pointer+"/units_per_box", *pack, MaxPack, faults)
	l.Quantity = l.Boxes * l.UnitsPerBox
}

func (c Cart) charges(faults *faultList, digits int) []Charge {
	charges := make([]Charge, 0, len(c.Charges))
	for i, in := range c.Charges {
		amount := amount(fmt.Sprintf("/charges/%d/amount", i), in.Amount, digits, faults)
		charges = append(charges, Charge{Code: in.Code, Description: in.Description, Amount: amount})
	}
	return charges
}

// taxes returns the cart's taxes. The service computes the amount of a tax with a rate. A caller may send such an amount
// back unchanged: it must be in before, the taxes that the document had when it was read.
func (c Cart) taxes(faults *faultList, digits int, before []Tax) []Tax {
	taxes := make([]Tax, 0, len(c.Taxes))
	for i, in := range c.Taxes {
		pointer := fmt.Sprintf("/taxes/%d", i)
		taxes = append(taxes, in.tax(pointer, digits, faults))
		if in.Rate == "" || in.Amount == "" {
			continue
		}
		known := len(*faults)
		sent := amount(pointer+"/amount", in.Amount, digits, faults)
		if len(*faults) == known && !slices.ContainsFunc(before, func(t Tax) bool { return t.Rate != nil && t.Amount == sent }) {
			faults.add(pointer+"/amount", fault.FieldConflict, "Send rate or amount, not both. The service computes the amount of a tax with a rate.")
			faults.relate(pointer, "rate")
		}
	}
	return taxes
}

// tax returns the tax. It has a fixed amount if no rate was sent.
func (in CartTax) tax(pointer string, digits int, faults *faultList) Tax {
	t := Tax{Name: in.Name}
	if in.Rate == "" {
		if in.Amount == "" {
			faults.add(pointer+"/rate", fault.FieldRequired, "Send rate, in per cent, or a fixed amount.")
			faults.relate(pointer, "amount")
			return t
		}
		known := len(*faults)
		t.Amount = amount(pointer+"/amount", in.Amount, digits, faults)
		if len(*faults) == known && signed(in.Amount) {
			faults.add(pointer+"/amount", fault.FieldOutOfRange, "Must be 0 or more, without a sign.")
			t.Amount = 0
		}
		return t
	}
	rate, err := money.ParseRate(in.Rate)
	switch {
	case err != nil:
		faults.addDecimal(pointer+"/rate", err, "Must be a percentage from 0 to 1000 with at most 4 decimals, such as \"8.25\".")
	case signed(in.Rate):
		faults.add(pointer+"/rate", fault.FieldOutOfRange, "Must be 0 or more, without a sign.")
		rate = 0
	}
	t.Rate = &rate
	return t
}

// withCartPointer changes a pointer to a line of a document into the pointer to the same line of the cart.
func withCartPointer(f fault.Field, cartIndexes []int) fault.Field {
	var i int
	var rest string
	if n, _ := fmt.Sscanf(f.Pointer, "/lines/%d/%s", &i, &rest); n == 2 && i < len(cartIndexes) {
		f.Pointer = fmt.Sprintf("/lines/%d/%s", cartIndexes[i], rest)
	}
	return f
}

package order

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// Cart is what is sent to be placed: lines of any source. Amounts are decimal strings as they came, since only the
// company's currency tells how many decimals they may have.
type Cart struct {
	CustomerID        string // or
	CustomerCode      string
	Origin            Origin // empty: W for a Storefront, P for staff
	ExternalReference string
	Header
	Currency string // empty: the company's
	Checkout bool   // the order becomes pending; otherwise it stays a draft
	Lines    []CartLine
	Charges  []CartCharge
	Taxes    []CartTax
}

// CartLine is a line of a cart: boxes and units per box, or loose units.
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
	CheckedOut  bool // a prebook's line that the customer has checked out already
}

// CartCharge is a charge of a cart.
type CartCharge struct{ Code, Description, Amount string }

// CartTax is a tax of a cart: a rate, or a fixed amount.
type CartTax struct {
	Name   string
	Rate   string
	Amount string
}

// Placing is the circumstances in which a cart becomes documents.
type Placing struct {
	Company    company.Company
	Customer   company.Customer
	CheckoutID string
	Sub        string // who places it
	Now        time.Time
	NewID      func() string
}

// Documents makes of the cart an order (its on-hand lines), a prebook (the rest), or both, in that order
// (domain.md, "One cart, one or two documents"). Numbers are not given yet. Every fault of the cart is reported at
// once, with JSON pointers into the cart as it was sent.
func (c Cart) Documents(p Placing) ([]Order, []fault.Field) {
	var faults faultList
	digits, _ := money.Digits(p.Company.Currency)
	if c.Currency != "" && c.Currency != p.Company.Currency {
		faults.add("/currency", fault.CurrencyMismatch, "The company trades in %s.", p.Company.Currency)
	}
	charges := c.charges(&faults, digits)
	taxes := c.taxes(&faults, digits, nil)

	docs := map[Kind]*Order{}
	at := map[Kind][]int{} // where a document's lines stand in the cart
	for i, l := range c.Lines {
		line := l.line(fmt.Sprintf("/lines/%d", i), &faults)
		kind := KindPrebook
		if l.Source == OnHand {
			kind = KindOrder
			if l.CheckedOut {
				faults.add(fmt.Sprintf("/lines/%d/checked_out", i), fault.FieldConflict,
					"Only lines of a prebook are checked out one by one; leave it out for on_hand.")
				faults.beside(fmt.Sprintf("/lines/%d", i), "source")
			}
		} else {
			line.Status = LineOpen
			if l.CheckedOut {
				line.Status, line.CheckedOutAt, line.CheckedOutBy = LineCheckedOut, &p.Now, p.Sub
			}
		}
		doc, ok := docs[kind]
		if !ok {
			doc = c.document(kind, p)
			docs[kind] = doc
		}
		line.CompanyID, line.OrderID, line.ID = p.Company.ID, doc.ID, p.NewID()
		doc.Lines = append(doc.Lines, line)
		at[kind] = append(at[kind], i)
	}

	var out []Order
	var sums []fault.Field
	for _, kind := range []Kind{KindOrder, KindPrebook} {
		doc, ok := docs[kind]
		if !ok {
			continue
		}
		if len(out) == 0 { // charges and fixed taxes go to the order, or to the prebook where there is none
			doc.Charges = charges
		}
		for _, t := range taxes {
			if t.Rate != nil || len(out) == 0 {
				doc.Taxes = append(doc.Taxes, t)
			}
		}
		for _, f := range doc.Recalculate() {
			sums = append(sums, inCart(f, at[kind]))
		}
		doc.Derive(p.Customer.RequireCreditCardPayment)
		out = append(out, *doc)
	}
	return out, fault.Together(faults, sums)
}

func (c Cart) document(kind Kind, p Placing) *Order {
	o := &Order{
		CompanyID: p.Company.ID, ID: p.NewID(), Kind: kind, Origin: c.Origin, Status: StatusDraft,
		OwnerSub: p.Sub, PlacedBy: p.Sub, CheckoutID: p.CheckoutID, ExternalReference: c.ExternalReference,
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

// line is the cart's line as a document's, with its faults.
func (l CartLine) line(pointer string, faults *faultList) Line {
	line := Line{SKU: l.SKU, Description: l.Description, Source: l.Source, BoxType: l.BoxType, UnitType: l.UnitType,
		MarkCode: l.MarkCode, Notes: l.Notes}
	if strings.TrimSpace(l.SKU) == "" && strings.TrimSpace(l.Description) == "" {
		faults.add(pointer+"/sku", fault.FieldRequired, "Send sku, description or both: a line names its goods.")
		faults.beside(pointer, "description")
	}
	line.quantify(pointer, l.Boxes, l.UnitsPerBox, l.Units, faults)
	line.UnitPrice = price(pointer+"/unit_price", l.UnitPrice, faults)
	return line
}

// quantify sets boxes and pack, or loose units: one of the two, never both.
func (l *Line) quantify(pointer string, boxes, pack, units *int64, faults *faultList) {
	refuse := func(member string, code fault.Code, detail string) {
		faults.add(pointer+"/"+member, code, "%s", detail)
		faults.beside(pointer, "id", "boxes", "units_per_box", "units")
	}
	switch {
	case units != nil && (boxes != nil || pack != nil):
		refuse("units", fault.FieldConflict, "Send boxes and units_per_box, or units, never both.")
		return
	case units == nil && boxes == nil && pack == nil:
		refuse("boxes", fault.FieldRequired, "Send boxes and units_per_box, or units.")
		return
	case units == nil && boxes == nil:
		refuse("boxes", fault.FieldRequired, "units_per_box needs boxes beside it.")
		return
	case units == nil && pack == nil:
		refuse("units_per_box", fault.FieldRequired, "boxes needs units_per_box beside it.")
		return
	}
	l.Boxes, l.UnitsPerBox, l.Quantity = 0, 0, 0
	if units != nil {
		l.Quantity = whole(pointer+"/units", *units, MaxUnits, faults)
		return
	}
	l.Boxes = whole(pointer+"/boxes", *boxes, MaxBoxes, faults)
	l.UnitsPerBox = whole(pointer+"/units_per_box", *pack, MaxPack, faults)
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

// taxes is the cart's taxes. An amount beside a rate is what the service computes: it may come back as it stands in a
// document that was read, which has the taxes of before.
func (c Cart) taxes(faults *faultList, digits int, before []Tax) []Tax {
	taxes := make([]Tax, 0, len(c.Taxes))
	for i, in := range c.Taxes {
		pointer := fmt.Sprintf("/taxes/%d", i)
		taxes = append(taxes, in.tax(pointer, digits, faults))
		if in.Rate == "" || in.Amount == "" {
			continue
		}
		known := len(*faults)
		said := amount(pointer+"/amount", in.Amount, digits, faults)
		if len(*faults) == known && !slices.ContainsFunc(before, func(t Tax) bool { return t.Rate != nil && t.Amount == said }) {
			faults.add(pointer+"/amount", fault.FieldConflict, "Send rate or amount, not both: the amount of a tax with a rate is computed.")
			faults.beside(pointer, "rate")
		}
	}
	return taxes
}

// tax is a rate, or a fixed amount where it has none.
func (in CartTax) tax(pointer string, digits int, faults *faultList) Tax {
	t := Tax{Name: in.Name}
	if in.Rate == "" {
		if in.Amount == "" {
			faults.add(pointer+"/rate", fault.FieldRequired, "Send rate (per cent) or a fixed amount.")
			faults.beside(pointer, "amount")
			return t
		}
		known := len(*faults)
		t.Amount = amount(pointer+"/amount", in.Amount, digits, faults)
		if len(*faults) == known && signed(in.Amount) {
			faults.add(pointer+"/amount", fault.FieldOutOfRange, "A tax is 0 or more, without a sign.")
			t.Amount = 0
		}
		return t
	}
	rate, err := money.ParseRate(in.Rate)
	switch {
	case err != nil:
		faults.decimal(pointer+"/rate", err, "A rate is a per cent of at most 4 decimals between 0 and 1000, such as \"8.25\".")
	case signed(in.Rate):
		faults.add(pointer+"/rate", fault.FieldOutOfRange, "A rate is 0 or more, without a sign.")
		rate = 0
	}
	t.Rate = &rate
	return t
}

// faultList gathers the faults of one body.
type faultList []fault.Field

func (f *faultList) add(pointer string, code fault.Code, format string, args ...any) {
	*f = append(*f, fault.Field{Pointer: pointer, Code: code, Detail: fmt.Sprintf(format, args...)})
}

// beside names the other members that the rule of the last fault looks at.
func (f *faultList) beside(object string, members ...string) {
	last := &(*f)[len(*f)-1]
	for _, name := range members {
		last.Beside = append(last.Beside, object+"/"+name)
	}
}

func (f *faultList) decimal(pointer string, err error, remedy string) {
	code := fault.FieldInvalid
	switch {
	case errors.Is(err, money.ErrDecimals):
		code = fault.DecimalsTooMany
	case errors.Is(err, money.ErrRange):
		code = fault.FieldOutOfRange
	}
	f.add(pointer, code, "%s", remedy)
}

func price(pointer, s string, faults *faultList) money.Price {
	p, err := money.ParsePrice(s)
	switch {
	case err != nil:
		faults.decimal(pointer, err, "A price is a decimal string of at most 4 decimals between 0 and "+money.MaxPrice.String()+", such as \"0.2350\".")
	case signed(s):
		faults.add(pointer, fault.FieldOutOfRange, "A price is 0 (free goods) or more, without a sign.")
		return 0 // so that the total is not blamed as well
	}
	return p
}

// signed reports whether a decimal string has a sign: what is never below 0 has none, not even -0.
func signed(s string) bool { return strings.HasPrefix(s, "-") }

func amount(pointer, s string, digits int, faults *faultList) money.Amount {
	a, err := money.ParseAmount(s, digits)
	if err != nil {
		faults.decimal(pointer, err, fmt.Sprintf("An amount is a decimal string of at most %d decimals within ±%s.", digits, money.MaxAmount.Format(digits)))
	}
	return a
}

func whole(pointer string, v, limit int64, faults *faultList) int64 {
	if v < MinCount || v > limit {
		faults.add(pointer, fault.FieldOutOfRange, "Send a whole number from %d to %d.", MinCount, limit)
		return MinCount
	}
	return v
}

// inCart turns a pointer into a document's lines into one into the cart's.
func inCart(f fault.Field, at []int) fault.Field {
	var i int
	var rest string
	if n, _ := fmt.Sscanf(f.Pointer, "/lines/%d/%s", &i, &rest); n == 2 && i < len(at) {
		f.Pointer = fmt.Sprintf("/lines/%d/%s", at[i], rest)
	}
	return f
}

package order

import (
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// Kind tells an order (goods on hand; confirming it issues an invoice) from a prebook (goods to come).
type Kind string

// The kinds.
const (
	KindOrder   Kind = "order"
	KindPrebook Kind = "prebook"
)

// Order is an order or a prebook. It is the row of the table orders too: fields map to columns by name.
// Strings are empty and pointers nil where there is no value; times are UTC in whole microseconds.
type Order struct {
	CompanyID string
	ID        string // UUIDv7
	Kind      Kind
	Sequence  int64  // the number without its letter, one series for a company's orders and prebooks
	Number    string // as people see it: W000123
	Origin    Origin
	Status    Status

	PaymentStatus    billing.Status
	PaymentIndicator bool // the $: see Derive

	OwnerSub          string // who may see it as a Storefront: the subject that placed it, or the prebook it was billed from
	PlacedBy          string // subject
	CheckoutID        string // the cart it came from; an order billed from a prebook keeps the prebook's
	ExternalReference string // the storefront's own id of the cart
	ReferenceKey      string // this and the other keys: company.KeyOf what stands before them, for searching and sorting
	BilledFromID      *string

	CustomerID       string
	CustomerCode     string // code and name as they were when the document was placed
	CustomerName     string
	CodeKey          string
	NameKey          string
	SalespersonName  string
	SalespersonEmail string

	Header
	POKey    string // company.KeyOf the PO number
	Currency string

	Subtotal     money.Amount
	ChargesTotal money.Amount
	TaxesTotal   money.Amount
	Total        money.Amount
	Paid         money.Amount
	Refunded     money.Amount
	Balance      money.Amount
	TotalBoxes   int64
	TotalFBE     FBE `gorm:"column:total_fbe"`
	TotalUnits   int64

	LineCount       int
	LinesCheckedOut int // lines of a prebook that are checked out or billed
	LinesBilled     int
	Billable        money.Amount // what a prebook's lines that are checked out and not billed come to
	Charges         []Charge     `gorm:"serializer:json"`
	Taxes           []Tax        `gorm:"serializer:json"`
	TakenCharges    []Charge     `gorm:"serializer:json"` // what went along when the order was billed from its prebook,
	TakenTaxes      []Tax        `gorm:"serializer:json"` // and goes back to it should the order be voided

	InvoiceID        *string
	InvoiceNumber    string
	InvoicedAt       *time.Time
	CreditNoteID     *string
	CreditNoteNumber string
	CreditedAt       *time.Time
	EmailStatus      string // of the newest e-mail to the customer; empty where there is none

	Version      int // moves with every change of header, lines, status and payments
	PlacedAt     time.Time
	CheckedOutAt *time.Time
	ConfirmedAt  *time.Time
	ConfirmedBy  string
	VoidedAt     *time.Time
	VoidCause    VoidCause
	VoidReason   string
	VoidedBy     string
	CreatedAt    time.Time
	UpdatedAt    time.Time

	Lines      []Line `gorm:"-"` // by position
	Links      []Link `gorm:"-"` // the documents it belongs with
	BilledFrom *Order `gorm:"-"` // the prebook that the guard looks at, without its lines
}

// Link is another document of the same cart, or one that a prebook's lines were billed into, or from which.
type Link struct {
	ID       string
	Number   string
	Kind     Kind
	Relation Relation
}

// Relation is what a linked document is to the one that links.
type Relation string

// The relations.
const (
	SameCheckout Relation = "same_checkout"
	BilledInto   Relation = "billed_into"
	BilledFrom   Relation = "billed_from"
)

// LinkTo links the document to another one of its checkout, where the two belong together. A billed order keeps its
// prebook for the guard.
func (o *Order) LinkTo(other *Order) {
	var relation Relation
	switch {
	case other.BilledFromID != nil && *other.BilledFromID == o.ID:
		relation = BilledInto
	case o.BilledFromID != nil && *o.BilledFromID == other.ID:
		relation = BilledFrom
		o.BilledFrom = other
	case o.BilledFromID == nil && other.BilledFromID == nil && o.ID != other.ID:
		relation = SameCheckout
	default:
		return
	}
	o.Links = append(o.Links, Link{other.ID, other.Number, other.Kind, relation})
}

// Charge is money beside the lines: freight, or a discount where it is negative.
type Charge struct {
	Code        string
	Description string
	Amount      money.Amount
}

// Tax is a rate of subtotal and charges, or a fixed amount where it has no rate.
type Tax struct {
	Name   string
	Rate   *money.Rate
	Amount money.Amount
}

// VoidCause says who ended a document.
type VoidCause string

// The causes.
const (
	VoidedByStaff    VoidCause = "staff"
	VoidedByCustomer VoidCause = "customer"
	VoidedByExpiry   VoidCause = "expired"
)

// Clone is a copy that shares no list with the document. What pointers lead to is never written, and stays shared.
func (o Order) Clone() Order {
	o.Lines, o.Links = slices.Clone(o.Lines), slices.Clone(o.Links)
	o.Charges, o.Taxes = slices.Clone(o.Charges), slices.Clone(o.Taxes)
	o.TakenCharges, o.TakenTaxes = slices.Clone(o.TakenCharges), slices.Clone(o.TakenTaxes)
	return o
}

// Digits is how many decimals the document's currency has.
func (o *Order) Digits() int {
	d, _ := money.Digits(o.Currency)
	return d
}

// Noun is what people call the document.
func (o *Order) Noun() string {
	if o.Kind == KindPrebook {
		return "Prebook"
	}
	return "Order"
}

// Line finds a line by its id; nil where there is none.
func (o *Order) Line(id string) *Line {
	for i := range o.Lines {
		if o.Lines[i].ID == id {
			return &o.Lines[i]
		}
	}
	return nil
}

package order

import (
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// Kind says whether a document is an order or a prebook. An order has goods on hand, and confirming it issues an invoice. A
// prebook has goods that will arrive later.
type Kind string

// The kinds.
const (
	KindOrder   Kind = "order"
	KindPrebook Kind = "prebook"
)

// Kinds lists every kind.
var Kinds = []Kind{KindOrder, KindPrebook}

// Order is an order or a prebook, and a row of the table orders: fields map to columns by name. A field without a value is
// empty or nil. Times are in UTC, in whole microseconds.
type Order struct {
	CompanyID string
	ID        string // UUIDv7
	Kind      Kind
	Sequence  int64  // the number without its letter; a company's orders and prebooks share one series
	Number    string // for people: W000123
	Origin    Origin
	Status    Status

	PaymentStatus    billing.Status // empty on a prebook
	PaymentIndicator bool           // the $ in the order list; see Derive

	OwnerSub          string         // the subject that placed it, or its prebook; a Storefront sees only its own documents
	PlacedBy          company.Person `gorm:"embedded;embeddedPrefix:placed_"` // who placed or billed it
	CheckoutID        string         // the same for the order and the prebook of one cart, and for the orders billed from it
	ExternalReference string         // the caller's own id of the cart
	ReferenceKey      string         // the fields that end in Key are canon.SearchKeyOf of another field, for searching and sorting
	BilledFromID      *string        // the prebook that an order was billed from

	CustomerID       string
	CustomerCode     string // the code and name that the customer had when the document was placed
	CustomerName     string
	CodeKey          string
	NameKey          string
	SalespersonName  string
	SalespersonEmail string

	Header
	POKey    string // canon.SearchKeyOf the PO number
	Words    string // SearchWords as of the last save; the store sets it
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
	LinesCheckedOut int // of a prebook: lines that are checked out or billed
	LinesBilled     int
	Billable        money.Amount // of a prebook: the sum of the lines that are checked out and not billed
	Charges         []Charge     `gorm:"serializer:json"`
	Taxes           []Tax        `gorm:"serializer:json"`
	TakenCharges    []Charge     `gorm:"serializer:json"` // what the order got from its prebook when it was billed;
	TakenTaxes      []Tax        `gorm:"serializer:json"` // it goes back to the prebook if the order is voided (ADR 12)

	InvoiceID        *string
	InvoiceNumber    string
	InvoicedAt       *time.Time
	CreditNoteID     *string
	CreditNoteNumber string
	CreditedAt       *time.Time
	EmailStatus      string // of the newest e-mail to the customer; empty if there is none

	Version      int // it grows by one with every change of header, lines, status or payments
	PlacedAt     time.Time
	CheckedOutAt *time.Time
	ConfirmedAt  *time.Time
	ConfirmedBy  company.Person `gorm:"embedded;embeddedPrefix:confirmed_"`
	VoidedAt     *time.Time
	VoidCause    VoidCause
	VoidReason   string
	VoidedBy     company.Person `gorm:"embedded;embeddedPrefix:voided_"`
	CreatedAt    time.Time
	UpdatedAt    time.Time

	Lines      []Line `gorm:"-"` // by position
	Links      []Link `gorm:"-"` // related documents
	BilledFrom *Order `gorm:"-"` // the prebook, without its lines; the guard reads it

	// What is left of the online payments that the owner recorded. The guard reads it if the caller may refund only those. The
	// use case sets it for such a caller if something is paid and not refunded.
	OwnOnline money.Amount `gorm:"-"`
}

// Link is a related document.
type Link struct {
	ID       string
	Number   string
	Kind     Kind
	Relation Relation
}

// Relation says how a linked document is related.
type Relation string

// The relations.
const (
	SameCheckout Relation = "same_checkout" // it comes from the same cart
	BilledInto   Relation = "billed_into"   // it is an order that lines of this prebook were billed into
	BilledFrom   Relation = "billed_from"   // it is the prebook that this order was billed from
)

// LinkTo adds a link to another document of the same checkout, if the two are related. If the other one is the prebook that
// this order was billed from, it becomes BilledFrom too.
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

// Charge is an amount in addition to the lines, for example freight. A negative charge is a discount.
type Charge struct {
	Code        string
	Description string
	Amount      money.Amount
}

// Tax is a rate of the subtotal and the charges, or a fixed amount.
type Tax struct {
	Name   string
	Rate   *money.Rate // nil: the amount is fixed
	Amount money.Amount
}

// VoidCause says who voided a document.
type VoidCause string

// The causes.
const (
	VoidedByStaff    VoidCause = "staff"
	VoidedByCustomer VoidCause = "customer"
	VoidedByExpiry   VoidCause = "expired"
)

// Clone returns a copy that shares no slice with the document. It shares what pointers point to, which nothing changes.
func (o Order) Clone() Order {
	o.Lines, o.Links = slices.Clone(o.Lines), slices.Clone(o.Links)
	o.Charges, o.Taxes = slices.Clone(o.Charges), slices.Clone(o.Taxes)
	o.TakenCharges, o.TakenTaxes = slices.Clone(o.TakenCharges), slices.Clone(o.TakenTaxes)
	return o
}

// Digits returns how many decimals the document's currency has.
func (o *Order) Digits() int {
	d, _ := money.Digits(o.Currency)
	return d
}

// Noun returns "Order" or "Prebook".
func (o *Order) Noun() string {
	if o.Kind == KindPrebook {
		return "Prebook"
	}
	return "Order"
}

// Line returns the line with the id, or nil.
func (o *Order) Line(id string) *Line {
	for i := range o.Lines {
		if o.Lines[i].ID == id {
			return &o.Lines[i]
		}
	}
	return nil
}

package order

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// Line is one line of a document, and a row of the table order_lines.
type Line struct {
	CompanyID   string
	OrderID     string
	ID          string // UUIDv7
	Position    int    // 1, 2, 3 …
	SKU         string
	Description string
	Source      Source
	BoxType     BoxType
	Boxes       int64 // 0 if the line is sold in units
	UnitsPerBox int64 // also called pack; 0 if the line is sold in units
	UnitType    UnitType
	Quantity    int64 // units: Boxes × UnitsPerBox, or the units that were ordered
	UnitPrice   money.Price
	Amount      money.Amount // Quantity × UnitPrice, rounded
	FBE         FBE          `gorm:"column:fbe"`

	Status        LineStatus // of a prebook's line; empty in an order
	CheckedOutAt  *time.Time
	CheckedOutBy  company.Person `gorm:"embedded;embeddedPrefix:checked_out_"`
	BilledOrderID *string
	MarkCode      string
	Notes         string
}

// Source is where the goods of a line come from; docs/concepts.md explains each.
type Source string

// The sources. Lines with the source OnHand become an order, all others a prebook.
const (
	OnHand             Source = "on_hand"
	FutureSales        Source = "future_sales"
	K2K                Source = "k2k"
	VendorAvailability Source = "vendor_availability"
)

// Sources is all sources, in the order in which the API lists them.
var Sources = []Source{OnHand, FutureSales, K2K, VendorAvailability}

// BoxType is the size of a box.
type BoxType string

// The box types.
const (
	FullBox    BoxType = "FB"
	HalfBox    BoxType = "HB"
	QuarterBox BoxType = "QB"
	EighthBox  BoxType = "EB"
)

// FBE is a number of full-box equivalents, in thousandths: 500 is half a box.
type FBE int64

// String returns the number with three decimals: 0.500.
func (f FBE) String() string { return money.Decimal(int64(f), 3) }

var fbeOf = map[BoxType]FBE{FullBox: 1000, HalfBox: 500, QuarterBox: 250, EighthBox: 125}

// UnitType is what one unit is.
type UnitType string

// The unit types.
const (
	Stem  UnitType = "stem"
	Bunch UnitType = "bunch"
	Each  UnitType = "each"
)

// LineStatus is the status of a prebook's line. A line of an order has none.
type LineStatus string

// The line statuses.
const (
	LineOpen       LineStatus = "open"
	LineCheckedOut LineStatus = "checked_out"
	LineBilled     LineStatus = "billed"
)

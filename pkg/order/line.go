package order

import (
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/money"
)

// Line is one line of a document, and the row of the table order_lines.
type Line struct {
	CompanyID   string
	OrderID     string
	ID          string // UUIDv7
	Position    int    // from 1, without gaps
	SKU         string
	Description string
	Source      Source
	BoxType     BoxType
	Boxes       int64 // 0 where the line is sold loose
	UnitsPerBox int64 // pack; 0 where the line is sold loose
	UnitType    UnitType
	Quantity    int64 // units: boxes × pack, or the loose units
	UnitPrice   money.Price
	Amount      money.Amount // quantity × unit price, rounded
	FBE         FBE          `gorm:"column:fbe"`

	Status        LineStatus // empty in an order
	CheckedOutAt  *time.Time
	CheckedOutBy  string
	BilledOrderID *string
	MarkCode      string
	Notes         string
}

// Source is where the goods of a line come from.
type Source string

// The sources. On-hand lines become an order; all others a prebook.
const (
	OnHand             Source = "on_hand"
	FutureSales        Source = "future_sales"
	K2K                Source = "k2k"
	VendorAvailability Source = "vendor_availability"
)

// Sources is every source, in the order documents name them.
var Sources = []Source{OnHand, FutureSales, K2K, VendorAvailability}

// BoxType is the size of a box: full, half, quarter, eighth.
type BoxType string

// The box types.
const (
	FullBox    BoxType = "FB"
	HalfBox    BoxType = "HB"
	QuarterBox BoxType = "QB"
	EighthBox  BoxType = "EB"
)

// FBE is full-box equivalents in thousandths: 500 is half a box.
type FBE int64

// String is the figure with three decimals.
func (f FBE) String() string { return fmt.Sprintf("%d.%03d", f/1000, f%1000) }

var fbeOf = map[BoxType]FBE{FullBox: 1000, HalfBox: 500, QuarterBox: 250, EighthBox: 125}

// UnitType is what one unit is.
type UnitType string

// The unit types.
const (
	Stem  UnitType = "stem"
	Bunch UnitType = "bunch"
	Each  UnitType = "each"
)

// LineStatus is how far a prebook's line has come. A line of an order has none.
type LineStatus string

// The line statuses.
const (
	LineOpen       LineStatus = "open"
	LineCheckedOut LineStatus = "checked_out"
	LineBilled     LineStatus = "billed"
)

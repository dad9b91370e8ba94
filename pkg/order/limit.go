package order

import "math"

// How much a document may hold. The API's tags and the database's checks state the same numbers; tests compare them.
const (
	MaxLines   = 500 // of a cart, and so of a document
	MaxCharges = 50  // of a cart, and so of a document, whatever comes back to it
	MaxTaxes   = 20  // likewise
	MaxAtOnce  = 500 // documents that one request confirms
)

// What a version lies between: the column is of 32 bits.
const (
	MinVersion = 1
	MaxVersion = math.MaxInt32
)

// What a line may hold, so that a quantity stays far from the column's end. Each is at least MinCount.
const (
	MinCount = 1
	MaxBoxes = 1_000_000
	MaxPack  = 1_000_000
	MaxUnits = 1_000_000_000
)

// How many characters a text may have. Those of the header have theirs in HeaderLimits.
const (
	MaxReference         = 100 // a storefront's own id of a cart
	MaxSKU               = 100
	MaxDescription       = 300 // of a line
	MaxMarkCode          = 50
	MaxLineNotes         = 500
	MaxChargeCode        = 50
	MaxChargeDescription = 200
	MaxTaxName           = 100
	MaxReason            = 300 // of a void
)

package order

import "math"

// The sizes of lists. The tags of the API and the checks of the database have the same numbers; tests compare them.
const (
	MaxLines   = 500 // lines of a cart or a document
	MaxCharges = 50  // charges of a cart or a document
	MaxTaxes   = 20  // taxes of a cart or a document
	MaxAtOnce  = 500 // documents that one request may confirm
)

// The range of versions. The column has 32 bits.
const (
	MinVersion = 1
	MaxVersion = math.MaxInt32
)

// The ranges of a line's numbers. A quantity then fits its column of 64 bits.
const (
	MinCount = 1
	MaxBoxes = 1_000_000
	MaxPack  = 1_000_000
	MaxUnits = 1_000_000_000
)

// The lengths of texts, in characters. HeaderLimits has those of the header.
const (
	MaxReference         = 100 // of an external reference
	MaxSKU               = 100
	MaxDescription       = 300 // of a line
	MaxMarkCode          = 50
	MaxLineNotes         = 500
	MaxChargeCode        = 50
	MaxChargeDescription = 200
	MaxTaxName           = 100
	MaxReason            = 300 // the reason for voiding
)

package company

// How many characters a text of a customer, a person or the settings may have. The API's tags and the database's
// checks state the same numbers; tests compare them.
const (
	MaxCode              = 50
	MaxName              = 200 // of a customer, a person, a place or a letterhead
	MaxTaxID             = 50
	MaxPhone             = 50
	MaxEmail             = 254 // RFC 5321, 4.5.3.1.3: a path of 256 characters with its brackets
	MaxTermsLabel        = 100
	MaxZone              = 64
	MaxPrefix            = 20 // of the numbers of invoices and credit notes
	MaxLetterheadAddress = 500
)

// How many characters a member of an address may have.
const (
	MaxAddressLine = 200
	MaxCity        = 100
	MaxRegion      = 100
	MaxPostalCode  = 20
	MaxCountry     = 100
)

// How many a customer may have, and how far a number goes.
const (
	MaxEmails           = 20
	MaxShipTos          = 100
	MinTermsDays        = 0
	MaxTermsDays        = 365
	MinDraftExpiryHours = 1
	MaxDraftExpiryHours = 365 * 24
)

// PrefixPattern is what the prefix of a series of numbers matches.
const PrefixPattern = `^[A-Za-z0-9/_-]*$`

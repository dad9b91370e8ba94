package company

// The maximum number of characters of a text of a customer, a person or the settings. The API's tags and the database's
// checks have the same numbers; tests compare them.
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

// The maximum number of characters of a member of an address.
const (
	MaxAddressLine = 200
	MaxCity        = 100
	MaxRegion      = 100
	MaxPostalCode  = 20
	MaxCountry     = 100
)

// The maximum lengths of a customer's lists, and the ranges of numbers.
const (
	MaxEmails           = 20
	MaxShipTos          = 100
	MinTermsDays        = 0
	MaxTermsDays        = 365
	MinDraftExpiryHours = 1
	MaxDraftExpiryHours = 365 * 24
)

// PrefixPattern matches the prefix of a series of numbers.
const PrefixPattern = `^[A-Za-z0-9/_-]*$`

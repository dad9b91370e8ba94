package billing

// How many characters a text of a payment may have. The API's tags state the same numbers; a test compares them.
const (
	MaxReference = 100 // the provider's id
	MaxNotes     = 500
)

// MaxNumber is how many characters of an invoice's or a credit note's number a list is asked for. A prefix and a
// sequence have fewer.
const MaxNumber = 40

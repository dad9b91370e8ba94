package billing

// The lengths of texts, in characters. The tags of the API have the same numbers; a test compares them.
const (
	MaxReference = 100 // the provider's id
	MaxNotes     = 500
)

// MaxNumber is the length of the longest number that a list of invoices or credit notes can be filtered by. Every number is
// shorter.
const MaxNumber = 40

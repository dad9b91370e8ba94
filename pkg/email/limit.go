package email

// Limits of an e-mail by staff. The API's tags have the same numbers, and a test compares them.
const (
	MaxRecipients = 20   // in To, and the same number in Cc
	MaxSubject    = 200  // characters
	MaxMessage    = 5000 // characters
)

package email

// What an e-mail by the staff may hold. The API's tags state the same numbers; a test compares them.
const (
	MaxRecipients = 20   // in To, and as many in Cc
	MaxSubject    = 200  // characters
	MaxMessage    = 5000 // characters
)

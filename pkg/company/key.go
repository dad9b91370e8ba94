package company

import "strings"

// KeyOf is how texts are compared where letter case does not matter: codes, and the beginnings that q finds.
// It is made here, not in SQL, since the databases disagree about letters outside ASCII.
func KeyOf(s string) string { return strings.ToLower(strings.ToUpper(s)) }

package company

import "cmp"

// Person is who did something to a document, as the token named them at that moment. It is stored in two columns, for
// example confirmed_by and confirmed_by_name.
type Person struct {
	Sub  string `gorm:"column:by"`      // the subject of the token; empty: nobody
	Name string `gorm:"column:by_name"` // for people; empty if it is not known
}

// String returns the name, or the subject if the name is not known.
func (p Person) String() string { return cmp.Or(p.Name, p.Sub) }

package company

// Address is a postal address. Every field is optional. Orders and customers store it as JSON with these field names, so a
// renamed field would lose its values.
type Address struct {
	Name, Line1, Line2, City, Region, PostalCode, Country, Phone string
}

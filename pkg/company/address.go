package company

// Address is where goods go or a customer is. Every member is optional. It is kept as JSON by these names, in orders and
// customers.
type Address struct {
	Name, Line1, Line2, City, Region, PostalCode, Country, Phone string
}

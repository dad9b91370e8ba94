package company

import "time"

// Customer is an account that buys from one company, and the row of the table customers.
type Customer struct {
	CompanyID  string
	ID         string // UUIDv7
	Code       string // unique in the company, whatever the case of its letters
	CodeKey    string // KeyOf(Code)
	Name       string
	NameKey    string   // KeyOf(Name), for searching
	Emails     []string `gorm:"serializer:json"` // an e-mail goes to all of them at once
	TermsLabel string
	TermsDays  int // days from the invoice to its due date
	TaxID      string
	Phone      string

	SalespersonName  string
	SalespersonEmail string

	RequireCreditCardPayment bool
	Autoconfirm              Autoconfirm
	Address                  Address   `gorm:"serializer:json"` // without name and telephone, which are the customer's
	ShipTos                  []Address `gorm:"serializer:json"` // where goods may go

	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Autoconfirm is a customer's override of the company's Autoconfirm Orders Upon Checkout.
type Autoconfirm string

// The overrides.
const (
	Inherit Autoconfirm = "inherit"
	On      Autoconfirm = "on"
	Off     Autoconfirm = "off"
)

// Autoconfirms reports whether this customer's orders confirm themselves when they are checked out.
func (c Customer) Autoconfirms(s Settings) bool {
	switch c.Autoconfirm {
	case On:
		return true
	case Off:
		return false
	case Inherit:
	}
	return s.AutoconfirmOrdersUponCheckout
}

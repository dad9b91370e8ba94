package company

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
)

// Customer is an account that buys from one company, and the row of the table customers.
type Customer struct {
	CompanyID  string
	ID         string // UUIDv7
	Code       string // unique in the company, whatever the case of its letters
	CodeKey    string // what the code is compared by
	CodeSearch string // what the code is searched by
	Name       string
	NameKey    string   // what the name is searched and sorted by
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

// SetKeys sets what the code and the name are compared, searched and sorted by.
func (c *Customer) SetKeys() {
	c.CodeKey, c.CodeSearch, c.NameKey = canon.KeyOf(c.Code), canon.SearchKeyOf(c.Code), canon.SearchKeyOf(c.Name)
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

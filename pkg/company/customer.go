package company

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
)

// Customer is an account that buys from one company, and the row of the table customers.
type Customer struct {
	CompanyID  string
	ID         string // UUIDv7
	Code       string // unique in the company, ignoring letter case
	CodeKey    string // the key for comparing codes
	CodeSearch string // the key for searching by code
	Name       string
	NameKey    string   // the key for searching and sorting by name
	Emails     []string `gorm:"serializer:json"` // one e-mail goes to all of them
	TermsLabel string
	TermsDays  int // days from the invoice to its due date
	TaxID      string
	Phone      string

	SalespersonName  string
	SalespersonEmail string

	RequireCreditCardPayment bool
	Autoconfirm              Autoconfirm
	Address                  Address   `gorm:"serializer:json"` // without name and telephone, because the customer has them
	ShipTos                  []Address `gorm:"serializer:json"` // where goods may go

	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time

	NameOnly bool `gorm:"-"` // the caller may see id, code and name; the other members are those of a new customer
}

// OnlyName returns what a caller may see of a customer that it found and that is not its own.
func (c Customer) OnlyName() Customer {
	return Customer{CompanyID: c.CompanyID, ID: c.ID, Code: c.Code, Name: c.Name, Autoconfirm: Inherit, Version: c.Version, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
		NameOnly: true}
}

// SetKeys sets the keys by which the code and the name are compared, searched and sorted.
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

// Autoconfirms reports whether checkout confirms this customer's orders.
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

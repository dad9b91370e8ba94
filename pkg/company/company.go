// Package company is the seller company: its settings and its customers. It is pure.
package company

import (
	"time"
)

// Company is a seller company with its settings, and the row of the table companies.
type Company struct {
	ID        string // UUID
	Name      string
	Currency  string // ISO 4217; every document of the company is in it
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int
	Settings  `gorm:"embedded"`
}

// Settings is what an Admin may change.
type Settings struct {
	AutoconfirmOrdersUponCheckout bool
	EmailInvoiceOnConfirmation    bool
	EmailSalespersonOnOrder       bool
	UnpaidCardOrders              UnpaidPolicy
	ConfirmationCutoff            Cutoff `gorm:"serializer:json"`
	TimeZone                      string // IANA name
	DraftExpiryHours              *int   // nil: drafts never expire
	InvoiceNumberPrefix           string
	CreditNoteNumberPrefix        string
	TaxID                         string
	LetterheadName                string // empty: the company's name
	LetterheadAddress             string // lines separated by \n
	LetterheadSender              string // the name that e-mails come from
	LogoHash                      string // of the table logos; empty: none
}

// UnpaidPolicy is what confirming does with an order that must be paid by card and is not.
type UnpaidPolicy string

// The policies.
const (
	Warn  UnpaidPolicy = "warn"
	Block UnpaidPolicy = "block"
)

// Defaults are the settings of a new company.
func Defaults() Settings {
	hours := 72
	return Settings{
		EmailInvoiceOnConfirmation: true,
		EmailSalespersonOnOrder:    true,
		UnpaidCardOrders:           Warn,
		TimeZone:                   "UTC",
		DraftExpiryHours:           &hours,
		InvoiceNumberPrefix:        "INV-",
		CreditNoteNumberPrefix:     "CN-",
	}
}

// KnownZone reports whether a name is that of a time zone which this program knows.
func KnownZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

// NumbersApart reports whether an invoice and a credit note never bear the same number by these settings: each has a
// series of its own, and only the prefix tells them apart.
func (s Settings) NumbersApart() bool { return s.InvoiceNumberPrefix != s.CreditNoteNumberPrefix }

// Location is the company's time zone; UTC where the name is unknown to this machine.
func (s Settings) Location() *time.Location {
	if loc, err := time.LoadLocation(s.TimeZone); err == nil {
		return loc
	}
	return time.UTC
}

// DayOf is the calendar day of a moment in the company's time zone, as midnight UTC.
func (s Settings) DayOf(at time.Time) time.Time {
	y, m, d := at.In(s.Location()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Letterhead is the name that stands on the company's paper.
func (c Company) Letterhead() string {
	if c.LetterheadName != "" {
		return c.LetterheadName
	}
	return c.Name
}

// Package company has the seller companies, their settings and their customers. It is pure: it uses no database, HTTP, JSON
// or log.
package company

import (
	"slices"
	"strings"
	"time"
)

// Company is a seller company with its settings, and a row of the table companies.
type Company struct {
	ID        string // UUID
	Name      string
	Currency  string // ISO 4217; every document of the company is in it
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int
	Settings  `gorm:"embedded"`
}

// Settings is the settings of a company, which an Admin may change.
type Settings struct {
	AutoconfirmOrdersUponCheckout bool
	EmailInvoiceOnConfirmation    bool
	EmailSalespersonOnOrder       bool
	EmailCustomerOnOrder          bool // acknowledge lines when they are first submitted
	EmailSalespersonOnBounce      bool // also when an e-mail fails
	EmailRecipients               RecipientPolicy
	OrderURL                      string // where people open an order, with {id}; empty: e-mails have no links
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

// UnpaidPolicy says whether an order that must be paid by card may be confirmed before it is paid.
type UnpaidPolicy string

// The policies.
const (
	Warn  UnpaidPolicy = "warn"
	Block UnpaidPolicy = "block"
)

// RecipientPolicy says to whom staff may send a document by e-mail.
type RecipientPolicy string

// The policies.
const (
	KnownRecipients RecipientPolicy = "known" // the customer, its salesperson, and whoever sends the e-mail
	AnyRecipients   RecipientPolicy = "any"
)

// UnknownRecipients returns the addresses that the policy does not permit: those that are neither among the known ones nor
// spelled like one of them in another letter case. Otherwise a thief of one token could send words of its own to anybody, in the
// company's name.
func (p RecipientPolicy) UnknownRecipients(addresses []string, known ...string) []int {
	var unknown []int
	for i, a := range addresses {
		if p != AnyRecipients && !slices.ContainsFunc(known, func(k string) bool { return k != "" && strings.EqualFold(strings.TrimSpace(k), strings.TrimSpace(a)) }) {
			unknown = append(unknown, i)
		}
	}
	return unknown
}

// Defaults returns the settings of a new company.
func Defaults() Settings {
	hours := 72
	return Settings{
		EmailInvoiceOnConfirmation: true,
		EmailSalespersonOnOrder:    true,
		EmailSalespersonOnBounce:   true,
		EmailRecipients:            KnownRecipients,
		UnpaidCardOrders:           Warn,
		TimeZone:                   "UTC",
		DraftExpiryHours:           &hours,
		InvoiceNumberPrefix:        "INV-",
		CreditNoteNumberPrefix:     "CN-",
	}
}

// KnownZone reports whether the name is an IANA time zone that this program knows.
func KnownZone(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && !slices.Contains(hostZones, first)
}

// hostZones begin the names of what a machine's zone directory has beside the zones: another machine has another zone there, or
// none, and right/ counts leap seconds, so that its days begin too late.
var hostZones = []string{"Local", "localtime", "posixrules", "posix", "right", "Factory"}

// prefixesDiffer reports whether an invoice and a credit note can never have the same number. Both count from 1, so their
// prefixes must differ.
func (s Settings) prefixesDiffer() bool { return s.InvoiceNumberPrefix != s.CreditNoteNumberPrefix }

// Location returns the company's time zone, or UTC if this machine does not know it.
func (s Settings) Location() *time.Location {
	if loc, err := time.LoadLocation(s.TimeZone); err == nil {
		return loc
	}
	return time.UTC
}

// DayOf returns the calendar day of a time in the company's time zone, as midnight in UTC.
func (s Settings) DayOf(at time.Time) time.Time {
	return DayOf(at, s.Location())
}

// Letterhead returns the company name for printed documents.
func (c Company) Letterhead() string {
	if c.LetterheadName != "" {
		return c.LetterheadName
	}
	return c.Name
}

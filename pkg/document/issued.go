package document

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/segmentio/encoding/json"
)

// Format is the version of the frozen bytes that this code writes. A new member that may be empty does not change it. If a
// member gets another meaning or goes, Format changes, and Thaw must read the earlier format too.
const Format = 1

// Issued is an invoice or credit note as it was on the day it was issued, with its letterhead. Freeze makes its bytes
// once. JSON, PDF and HTML are rendered from these bytes. Money, prices and full-box equivalents are decimal strings;
// dates are YYYY-MM-DD.
type Issued struct {
	Format      int            `json:"format"`
	ID          string         `json:"id"`
	Kind        Kind           `json:"kind"` // invoice or credit_note
	Sequence    int64          `json:"sequence"`
	Number      string         `json:"number"`
	IssuedAt    time.Time      `json:"issued_at"`
	IssueDate   string         `json:"issue_date"` // in the company's time zone
	DueDate     Text           `json:"due_date"`
	Invoice     *IssuedInvoice `json:"invoice,omitempty"` // of a credit note only
	Reason      string         `json:"reason,omitempty"`  // of a credit note only
	Order       IssuedOrder    `json:"order"`
	Seller      IssuedSeller   `json:"seller"`
	Customer    IssuedCustomer `json:"customer"`
	ShipTo      *IssuedAddress `json:"ship_to"`
	ShipDate    Text           `json:"ship_date"`
	Terms       *IssuedTerms   `json:"terms"`
	Currency    string         `json:"currency"`
	Lines       []IssuedLine   `json:"lines"`
	Charges     []IssuedCharge `json:"charges"`
	Taxes       []IssuedTax    `json:"taxes"`
	Subtotal    string         `json:"subtotal"`
	ChargeTotal string         `json:"charges_total"`
	TaxTotal    string         `json:"taxes_total"`
	Total       string         `json:"total"`
	TotalBoxes  int            `json:"total_boxes"`
	TotalFBE    string         `json:"total_fbe"`
	TotalUnits  int            `json:"total_units"`
	Notes       Text           `json:"notes"`
}

// IssuedInvoice is the invoice that a credit note settles.
type IssuedInvoice struct {
	ID     string `json:"id"`
	Number string `json:"number"`
}

// IssuedOrder is the order that was invoiced.
type IssuedOrder struct {
	ID          string        `json:"id"`
	Number      string        `json:"number"`
	PONumber    Text          `json:"po_number"`
	Origin      string        `json:"origin"` // the origin's letter, such as W
	Carrier     Text          `json:"carrier"`
	Salesperson *IssuedPerson `json:"salesperson"`
}

// IssuedPerson is the salesperson.
type IssuedPerson struct {
	Name  string `json:"name"`
	Email Text   `json:"email"`
}

// IssuedSeller is the letterhead on the day of issue. The logo is kept beside the document, under its hash.
type IssuedSeller struct {
	Name     string `json:"name"`
	Address  Text   `json:"address"` // several lines in one string
	TaxID    Text   `json:"tax_id"`
	Sender   Text   `json:"sender"`
	LogoHash Text   `json:"logo_hash"` // hex SHA-256 of the logo's bytes
}

// IssuedCustomer is the buyer.
type IssuedCustomer struct {
	ID      string         `json:"id"`
	Code    string         `json:"code"`
	Name    string         `json:"name"`
	Address *IssuedAddress `json:"address"`
	TaxID   Text           `json:"tax_id"`
}

// IssuedAddress is a company.Address in the frozen bytes.
type IssuedAddress struct {
	Name       Text `json:"name"`
	Line1      Text `json:"line1"`
	Line2      Text `json:"line2"`
	City       Text `json:"city"`
	Region     Text `json:"region"`
	PostalCode Text `json:"postal_code"`
	Country    Text `json:"country"`
	Phone      Text `json:"phone"`
}

// AddressOf converts an address for freezing. It returns nil for an empty address.
func AddressOf(a company.Address) *IssuedAddress {
	if a == (company.Address{}) {
		return nil
	}
	return &IssuedAddress{Name: Text(a.Name), Line1: Text(a.Line1), Line2: Text(a.Line2), City: Text(a.City),
		Region: Text(a.Region), PostalCode: Text(a.PostalCode), Country: Text(a.Country), Phone: Text(a.Phone)}
}

// Address returns the frozen address. It is empty for nil.
func (a *IssuedAddress) Address() company.Address {
	if a == nil {
		return company.Address{}
	}
	return company.Address{Name: string(a.Name), Line1: string(a.Line1), Line2: string(a.Line2), City: string(a.City),
		Region: string(a.Region), PostalCode: string(a.PostalCode), Country: string(a.Country), Phone: string(a.Phone)}
}

// IssuedTerms are the terms of payment.
type IssuedTerms struct {
	Label string `json:"label"`
	Days  int    `json:"days"`
}

// IssuedLine is one line of goods.
type IssuedLine struct {
	ID          string `json:"id"`
	Position    int    `json:"position"`
	SKU         Text   `json:"sku"`
	Description Text   `json:"description"`
	Source      string `json:"source"`
	BoxType     Text   `json:"box_type"`
	Boxes       Count  `json:"boxes"`         // null when sold loose
	UnitsPerBox Count  `json:"units_per_box"` // null when sold loose
	UnitType    Text   `json:"unit_type"`
	Quantity    int    `json:"quantity"`
	UnitPrice   string `json:"unit_price"`
	Amount      string `json:"amount"`
	FBE         Text   `json:"fbe"`
	MarkCode    Text   `json:"mark_code"`
	Notes       Text   `json:"notes"`
}

// IssuedCharge is an amount on top of the goods; a discount is negative.
type IssuedCharge struct {
	Code        Text   `json:"code"`
	Description Text   `json:"description"`
	Amount      string `json:"amount"`
}

// IssuedTax is a tax. Rate is per cent, null for a fixed amount.
type IssuedTax struct {
	Name   string `json:"name"`
	Rate   Text   `json:"rate"`
	Amount string `json:"amount"`
}

// Freeze makes the bytes of a document and their hash, a hex SHA-256. It sets the format and converts the time to UTC
// and whole microseconds. The same document always gives the same bytes. Freeze refuses a document that nobody could
// identify later.
func Freeze(d Issued) (data []byte, hash string, err error) {
	if err := d.complete(); err != nil {
		return nil, "", fmt.Errorf("freezing %s %q: %w", d.Kind, d.Number, err)
	}
	// Invalid UTF-8 would be written differently after it had been read back.
	if v := reflect.ValueOf(&d).Elem(); !everyString(v, utf8.ValidString) {
		rewriteStrings(v, func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") })
	}
	d.Format = Format
	d.IssuedAt = d.IssuedAt.UTC().Truncate(time.Microsecond)
	d.Lines, d.Charges, d.Taxes = listed(d.Lines), listed(d.Charges), listed(d.Taxes)
	data, err = json.Append(make([]byte, 0, frozenSize(len(d.Lines))), &d, 0) // without escapes for HTML, because the bytes are data
	if err != nil {
		return nil, "", fmt.Errorf("freezing %s %q: %w", d.Kind, d.Number, err)
	}
	return data, Hash(data), nil
}

// listed returns an empty list for nil, because an empty list is written [], not null.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// frozenSize is about how many bytes a document with so many lines has.
func frozenSize(lines int) int { return 2048 + lines*384 }

// Hash returns the hex SHA-256 of frozen bytes.
func Hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Thaw reads frozen bytes. It refuses bytes whose hash is not the issued one, and an unknown format, because the
// document might mean something else.
func Thaw(data []byte, hash string) (Issued, error) {
	if Hash(data) != hash {
		return Issued{}, fmt.Errorf("thawing an issued document: its bytes do not have the hash %s", hash)
	}
	var d Issued
	if err := json.Unmarshal(data, &d); err != nil {
		return Issued{}, fmt.Errorf("thawing an issued document: %w", err)
	}
	if d.Format != Format {
		return Issued{}, fmt.Errorf("thawing an issued document: format %d is unknown, this version reads %d", d.Format, Format)
	}
	if err := d.complete(); err != nil {
		return Issued{}, fmt.Errorf("thawing %s %q: %w", d.Kind, d.Number, err)
	}
	return d, nil
}

// lastYear is the last one that a time of RFC 3339 has.
const lastYear = 9999

// complete returns an error that names what the invoice or credit note lacks.
func (d Issued) complete() error {
	switch {
	case d.Kind != KindInvoice && d.Kind != KindCreditNote:
		return fmt.Errorf("%q is neither invoice nor credit_note", d.Kind)
	case d.ID == "" || d.Number == "" || d.Sequence < 1 || d.IssuedAt.IsZero():
		return errors.New("id, number, sequence and issued_at are required")
	case d.IssuedAt.UTC().Year() > lastYear:
		return fmt.Errorf("issued_at is after the year %d", lastYear)
	case d.Kind == KindCreditNote && d.Invoice == nil:
		return errors.New("a credit note names its invoice")
	case d.Kind == KindInvoice && (d.Invoice != nil || d.Reason != ""):
		return errors.New("an invoice credits nothing")
	}
	return nil
}

package billing

import (
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/money"
)

// Document is an issued invoice or credit note. It never changes, and neither does its part of a row of the table invoices or
// credit_notes. Snapshot is its content, and Hash is the SHA-256 of Snapshot.
type Document struct {
	CompanyID    string
	ID           string
	OrderID      string
	OwnerSub     string // as Order.OwnerSub
	Sequence     int64  // 1, 2, 3 … for each company, without gaps
	Number       string // prefix and sequence
	IssuedAt     time.Time
	IssueDate    time.Time `gorm:"type:date"` // the calendar day of IssuedAt in the company's time zone
	DueDate      time.Time `gorm:"type:date"`
	CustomerID   string
	CustomerCode string
	CustomerName string
	Currency     string
	Total        money.Amount // positive, also in a credit note
	Snapshot     []byte
	Hash         string // hex
}

// Invoice is the document that confirming an order issues, and a row of the table invoices. The sums are those of the document.
// Balance and PaymentStatus are those of the order now: they are not part of the document, and change with payments and a void.
type Invoice struct {
	Document
	Subtotal      money.Amount
	ChargesTotal  money.Amount
	TaxesTotal    money.Amount
	Balance       money.Amount
	PaymentStatus Status
}

// CreditNote is the document that voiding a confirmed order issues. It cancels the whole invoice.
type CreditNote struct {
	Document
	InvoiceID     string
	InvoiceNumber string
	Reason        string
}

// NumberOf returns the number of an issued document: the company's prefix and the sequence with at least six digits.
func NumberOf(prefix string, sequence int64) string { return fmt.Sprintf("%s%06d", prefix, sequence) }

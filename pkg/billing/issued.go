package billing

import (
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/money"
)

// Document is an issued invoice or credit note, and a row of the table invoices or credit_notes. It never changes. Snapshot
// is its content, and Hash is the SHA-256 of Snapshot.
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

// Invoice is the document that confirming an order issues.
type Invoice struct{ Document }

// CreditNote is the document that voiding a confirmed order issues. It cancels the whole invoice.
type CreditNote struct {
	Document
	InvoiceID     string
	InvoiceNumber string
	Reason        string
}

// NumberOf returns the number of an issued document: the company's prefix and the sequence with at least six digits.
func NumberOf(prefix string, sequence int64) string { return fmt.Sprintf("%s%06d", prefix, sequence) }

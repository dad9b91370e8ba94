package billing

import (
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/money"
)

// Document is an issued invoice or credit note: the row of the tables invoices and credit_notes. It never changes.
// What was issued is Snapshot, made once; Hash is the SHA-256 of those bytes.
type Document struct {
	CompanyID    string
	ID           string
	OrderID      string
	OwnerSub     string // as Order.OwnerSub
	Sequence     int64  // 1, 2, 3 … per company, without a gap
	Number       string // prefix and sequence
	IssuedAt     time.Time
	IssueDate    time.Time `gorm:"type:date"` // IssuedAt's calendar day in the company's time zone
	DueDate      time.Time `gorm:"type:date"`
	CustomerID   string
	CustomerCode string
	CustomerName string
	Currency     string
	Total        money.Amount // of a credit note too: positive
	Snapshot     []byte
	Hash         string // hex
}

// Invoice is the document that confirming an order issues.
type Invoice struct{ Document }

// CreditNote is the document that voiding a confirmed order issues: it takes back its whole invoice.
type CreditNote struct {
	Document
	InvoiceID     string
	InvoiceNumber string
	Reason        string
}

// NumberOf is an issued document's number: the company's prefix and the sequence in six digits or more.
func NumberOf(prefix string, sequence int64) string { return fmt.Sprintf("%s%06d", prefix, sequence) }
